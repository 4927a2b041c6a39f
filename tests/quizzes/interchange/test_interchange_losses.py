"""What a file says and a question cannot hold is said with its line, never left out in silence."""

from __future__ import annotations

import pytest

from quizzes.interchange.formats import read
from quizzes.interchange.records import Reading

_TWO = '<answer fraction="100"><text>a</text></answer> <answer fraction="0"><text>b</text></answer>'
_PAIR = "<subquestion><text>l</text><answer><text>r</text></answer></subquestion>"
ANSWERS = {
    "multichoice": f"<single>true</single>{_TWO}",
    "truefalse": _TWO.replace(">a<", ">true<").replace(">b<", ">false<"),
    "shortanswer": f"<usecase>0</usecase>{_TWO}",
    "numerical": '<answer fraction="100"><text>5</text></answer>',
    "matching": f"{_PAIR}{_PAIR}",
    "ordering": _TWO.replace('"100"', '"1"').replace('"0"', '"2"'),
}


def _read(kind: str, more: str) -> Reading:
    """`more` stands in line 4."""
    return read(
        "moodle",
        f'<quiz>\n<question type="{kind}"><name><text></text></name>'
        f"<questiontext><text>s</text></questiontext>\n{ANSWERS[kind]}\n{more}</question></quiz>",
    )


def _lost(reading: Reading) -> list[tuple[int, str]]:
    return [(f.line, str(f)) for f in reading.findings if f.level == "lost"]


@pytest.mark.parametrize(
    ("kind", "more", "word"),
    [
        ("multichoice", "<image>map.jpg</image>", "map.jpg"),
        ("multichoice", "<image_base64>AAAA</image_base64>", "image_base64"),
        ("multichoice", "<shuffleanswers>false</shuffleanswers>", "shuffleanswers"),
        ("multichoice", "<shuffleanswers>0</shuffleanswers>", "shuffleanswers"),
        ("multichoice", "<answernumbering>none</answernumbering>", "none"),
        ("multichoice", "<penalty>0.5</penalty>", "penalty"),
        ("multichoice", "<hidden>1</hidden>", "hidden"),
        ("multichoice", "<defaultgrade>many</defaultgrade>", "many"),
        ("multichoice", "<questiontext><text>again</text></questiontext>", "again"),
        ("multichoice", "<coursetags><tag><text>here</text></tag></coursetags>", "here"),
        ("multichoice", "<anything><deep>down</deep></anything>", "down"),
        ("truefalse", "<usecase>1</usecase>", "usecase"),
        ("shortanswer", "<answer fraction='0'><text>b</text><more>x</more></answer>", "more"),
        ("numerical", "<unitpenalty>0.5</unitpenalty>", "unitpenalty"),
        ("numerical", "<unitgradingtype>1</unitgradingtype>", "unitgradingtype"),
        ("numerical", "<unitsleft>1</unitsleft>", "unitsleft"),
        ("numerical", "<instructions><text>Metres.</text></instructions>", "Metres."),
        (
            "numerical",
            "<units><unit><multiplier>1000</multiplier><unit_name>m</unit_name></unit></units>",
            "1000",
        ),
        ("matching", "<shuffleanswers>false</shuffleanswers>", "shuffleanswers"),
        ("matching", "<answer><text>a</text></answer>", "answer"),
        ("ordering", "<gradingtype>ABSOLUTE_POSITION</gradingtype>", "ABSOLUTE_POSITION"),
        ("ordering", "<selectcount>3</selectcount>", "selectcount"),
        (
            "ordering",
            "<answer><text>c</text><feedback><text>why</text></feedback></answer>",
            "why",
        ),
    ],
)
def test_an_element_that_is_not_read_is_said(kind: str, more: str, word: str) -> None:
    ((line, said),) = _lost(_read(kind, more))
    assert line == 4
    assert word in said


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("multichoice", "<penalty>0.3333333</penalty><hidden>0</hidden><shownumcorrect/>"),
        ("multichoice", "<shuffleanswers>true</shuffleanswers><image></image>"),
        ("multichoice", "<answernumbering>abc</answernumbering><idnumber></idnumber>"),
        ("truefalse", "<penalty>1.0000000</penalty><generalfeedback><text/></generalfeedback>"),
        ("numerical", "<unitgradingtype>0</unitgradingtype><unitpenalty>0.1000000</unitpenalty>"),
        ("numerical", "<showunits>3</showunits><unitsleft>0</unitsleft><instructions/>"),
        ("matching", "<shuffleanswers>1</shuffleanswers><defaultgrade>1.0000000</defaultgrade>"),
        ("ordering", "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>"),
    ],
)
def test_what_moodle_writes_where_nobody_chose_is_no_loss(kind: str, more: str) -> None:
    assert _read(kind, more).findings == ()


def test_a_weight_that_is_no_number_is_an_error() -> None:
    reading = _read("multichoice", "<answer fraction='half'><text>c</text></answer>")
    assert [(f.line, f.level) for f in reading.findings] == [(4, "error")]


def test_what_is_said_of_a_category_is_said() -> None:
    text = (
        '<quiz><question type="category"><category><text>O1</text></category>\n'
        "<info><text>About O1</text></info></question></quiz>"
    )
    assert [line for line, _said in _lost(read("moodle", text))] == [2]


# ------------------------------------------------------------------ looks
@pytest.mark.parametrize(
    ("html", "text", "word"),
    [
        ("Do <s>not</s> go", "Do not go", "Struck-out"),
        ("Do <del>not</del> go", "Do not go", "Struck-out"),
        ("Do <strike>not</strike> go", "Do not go", "Struck-out"),
        ('<span style="text-decoration: line-through">not</span>', "not", "Struck-out"),
        ("Which is <u>wrong</u>?", "Which is wrong?", "Underlined"),
        ("Which is <mark>wrong</mark>?", "Which is wrong?", "marked"),
        ("Which is <ins>new</ins>?", "Which is new?", "Underlined"),
        ('<font color="red">Never</font>', "Never", "color red"),
        ('<p style="margin: 0; color: #f00;">Never</p>', "Never", "color: #f00"),
        ('<p style="background-color:yellow">Never</p>', "Never", "background-color"),
        ('<span style="display:none">hint</span>', "hint", "display"),
        ('<abbr title="European Union">EU</abbr>', "EU", "European Union"),
        ('<p dir="ltr" style="text-align: left; margin: 0">Go</p>', "Go", ""),
    ],
)
def test_looks_that_carry_meaning_are_said(html: str, text: str, word: str) -> None:
    reading = read("gift", f"One? {{T}}\n\n[html]{html.replace('=', chr(92) + '=')} {{T}}")
    assert reading.questions[1].content["stem"] == text
    said = _lost(reading)
    assert [line for line, _said in said] == ([3] if word else [])
    assert word in " ".join(sentence for _line, sentence in said)


# ------------------------------------------------------------------ formulas
@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("gift", "One? {T}\n\nWhat is \\(x^2\\)? {T}"),
        ("gift", "One? {T}\n\n[html]What is $$x^2$$? {T}"),
        ("gift", "One? {T}\n\n[markdown]What is \\\\\\\\(x^2\\\\\\\\)? {T}"),
        ("gift", "One? {T}\n\n[plain]What is \\[x^2\\]? {T}"),
        ("aiken", "\n\nWhat is \\(x^2\\)?\nA. $$y$$\nB. z\nANSWER: A"),
        ("csv", "type,stem\n\nshort,What is $$x^2$$?\n"),
    ],
)
def test_a_formula_is_shown_as_it_is_written_and_said(form: str, text: str) -> None:
    said = [(f.line, f.level) for f in read(form, text).findings]
    assert set(said) == {(3, "warning")}


@pytest.mark.parametrize(
    "text", ["It costs $$.", "[markdown]\\\\(a\\\\) or \\\\[b\\\\]", "(a) and [b]"]
)
def test_what_is_no_formula_is_none(text: str) -> None:
    assert read("gift", f"{text} {{T}}").findings == ()


# ------------------------------------------------------------------ where it belongs
def _said(reading: Reading) -> list[tuple[int, str, str]]:
    return [(f.line, f.level, f.message % f.params) for f in reading.findings]


def _with_tags(form: str, *tags: str) -> Reading:
    """A question in line 2, or at line 2 of a table, with these tags."""
    if form == "gift":
        return read("gift", f"// {' '.join(f'[tag:{tag}]' for tag in tags)}\nOne? {{T}}")
    if form == "csv":
        return read("csv", f'type,stem,tags\ntruefalse,One?,"{",".join(tags)}"')
    inside = "".join(f"<tag><text>{tag}</text></tag>" for tag in tags)
    return read(
        "moodle",
        '<quiz>\n<question type="truefalse"><questiontext><text>One?</text></questiontext>'
        f"{ANSWERS['truefalse']}<tags>{inside}</tags></question></quiz>",
    )


@pytest.mark.parametrize("form", ["gift", "moodle", "csv"])
def test_a_tag_that_becomes_another_is_said(form: str) -> None:
    reading = _with_tags(
        form, "C++", "C#", "bar baz", "first-hour", "Ünïcöde?", "???", "first-hour"
    )
    assert reading.questions[0].place["tags"] == ["c", "bar-baz", "first-hour", "n-c-de"]
    assert _said(reading) == [
        (2, "lost", "A tag has Latin letters and digits: “???” is left out."),
        (2, "warning", "The tag “C++” becomes “c”."),
        (
            2,
            "warning",
            "The tags “C++” and “C#” are one here: “c”. Only small Latin letters, digits and "
            "hyphens tell tags apart.",
        ),
        (2, "warning", "The tag “bar baz” becomes “bar-baz”."),
        (2, "warning", "The tag “Ünïcöde?” becomes “n-c-de”."),
    ]


@pytest.mark.parametrize("form", ["gift", "moodle"])
def test_a_tag_that_says_no_place_is_left_out_and_said(form: str) -> None:
    reading = _with_tags(
        form,
        *("objective:O1", "objective:O2", "objective:O1", "difficulty:9", "difficulty:2"),
        *("difficulty:3", "negative-stem:maybe", "seed:", "lesson:"),
    )
    assert reading.questions[0].place == {"objective": "O1", "difficulty": 2}
    left = [
        "objective:O2",
        "difficulty:9",
        "difficulty:3",
        "negative-stem:maybe",
        "seed:",
        "lesson:",
    ]
    why = {
        "objective:O2": "another tag says it already",
        "difficulty:3": "another tag says it already",
    }
    assert _said(reading) == [
        (
            2,
            "lost",
            f"The tag “{tag}” is left out: {why.get(tag, 'no place is written like this')}.",
        )
        for tag in left
    ]


def test_a_path_of_categories_and_names_are_said_once_for_the_file() -> None:
    blocks = [f"::Number {n}:: Is it {n}? {{T}}" for n in range(7)]
    text = "$CATEGORY: My bank/Deep/O2\n\n" + "\n\n".join(blocks)
    reading = read(
        "gift", text + "\n\n$CATEGORY: $course$/top/O3\n\n// [id:K-Q1]\n::K-Q1::Last? {F}"
    )
    assert [q.place["objective"] for q in reading.questions] == ["O2"] * 7 + ["O3"]
    assert _said(reading) == [
        (
            1,
            "lost",
            "Of a category only the last name is read, as the objective where no tag names one. "
            "There is more in 1, in line 1: “My bank/Deep/O2”",
        ),
        (
            3,
            "lost",
            "Names of questions are not kept (7, in line 3, 5, 7, 9, 11, …): “Number 0”, "
            "“Number 1”, “Number 2”, “Number 3”, “Number 4”, …",
        ),
    ]
    assert all(finding.name == "" for finding in reading.findings)


def test_a_category_that_a_tag_overrules_is_said_and_slashes_of_a_name_are_none() -> None:
    category = (
        '<question type="category"><category><text>$course$/top/{}</text></category></question>'
    )
    question = (
        '<question type="truefalse"><name><text>Hall</text></name><idnumber>K-Q1</idnumber>'
        f"<questiontext><text>s</text></questiontext>{ANSWERS['truefalse']}"
        "<tags><tag><text>objective:O1</text></tag></tags></question>"
    )
    first, second = category.format("O1"), category.format("Fire//Smoke")
    reading = read("moodle", f"<quiz>\n{first}{question}\n{second}\n{question}</quiz>")
    assert [(line, text.rpartition(": ")[2]) for line, _level, text in _said(reading)] == [
        (2, "“Hall”, “Hall”"),
        (3, "“Fire/Smoke”"),
    ]


# ------------------------------------------------------------------ what Moodle's files may say
def test_a_share_of_true_or_false_counts_as_wrong_and_is_said() -> None:
    answers = _TWO.replace(">a<", ">true<").replace(">b<", ">false<").replace('"0"', '"30"')
    text = f'<quiz>\n<question type="truefalse">\n{answers}</question></quiz>'
    reading = read("moodle", text)
    assert [o["correct"] for o in reading.questions[0].content["options"]] == [True, False]
    assert _said(reading) == [
        (
            3,
            "lost",
            "“false” earns 30 hundredths there. Here one option earns all or nothing: it counts "
            "as wrong.",
        )
    ]


def test_an_answer_that_is_there_twice_is_said() -> None:
    again = "<answer fraction='0'><text>TRUE</text><feedback><text>x</text></feedback></answer>"
    reading = _read("truefalse", again)
    assert _said(reading) == [
        (4, "lost", "The answer “TRUE” is there twice: this one is left out.")
    ]
    assert reading.questions[0].content["options"][0]["correct"] is True


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((3, 1, 2), ["3, 1, 2"]), ((1, 2, 3), []), ((1, 1, 1), []), (("1.0", "2.00", "10"), [])],
)
def test_steps_stand_as_moodle_reads_them(numbers: tuple[object, ...], said: list[str]) -> None:
    steps = "".join(f'<answer fraction="{n}"><text>s{n}</text></answer>' for n in numbers)
    reading = read("moodle", f'<quiz>\n<question type="ordering">{steps}</question></quiz>')
    assert reading.questions[0].content["sequence"] == [f"s{n}" for n in numbers]
    assert [f.params["numbers"] for f in reading.findings] == said
    assert {(f.line, f.level) for f in reading.findings} <= {(2, "warning")}


def test_words_outside_of_any_element_are_said_at_their_line() -> None:
    reading = read(
        "moodle",
        '<quiz>\n\nA note of\nthe office\n<question type="truefalse">\n'
        "<questiontext>before<text>s</text></questiontext>\n"
        f"{ANSWERS['truefalse'].replace('</answer>', '</answer>between', 1)}\n</question>\n"
        "<question type='category'><category><text>O1</text></category>beside</question></quiz>",
    )
    assert [(line, text.rpartition(": ")[2]) for line, text in _lost(reading)] == [
        (3, "A note of\nthe office"),
        (6, "before"),
        (7, "between"),
        (9, "beside"),
    ]


# ------------------------------------------------------------------ answers that are left out
def test_an_answer_that_is_left_out_is_named_with_all_it_says() -> None:
    reading = read("gift", "How far? {#\n=5:0.5#Yes.\n=%50%7:2#Nearly.\n=9:1#Also.}")
    assert [(f.line, f.message % f.params) for f in reading.findings if f.level == "lost"] == [
        (
            3,
            "“7 ± 2” earns 50 hundredths there. Here an answer is right or not: it is left out.",
        ),
        (3, "What is said to “7” is left out with it: Nearly."),
        (
            4,
            "A second number is right there (9 ± 1). Here there is one: it is left out.",
        ),
        (4, "What is said to “9” is left out with it: Also."),
    ]
    reading = read("gift", "Who? {\n=Ann\n=%50%Anna#Nearly.\n=%0%B*#Anyone with B.}")
    assert [text.rpartition(": ")[2] for _line, text in _lost(reading)] == [
        "it is left out.",
        "Nearly.",
        "it is left out.",
        "Anyone with B.",
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("How many?\n{#\n=5:1\n=%50%6:1\n=%0%7#\n<s>a</s>No.\n}", [4, 6]),
        ("How many? {\n#5\n~\n#\n<s>no</s>}", [3, 5]),
        ("How many? {#\n=5\n=6\n####\n\n<s>general</s>\n}".replace("\n\n", "\n"), [3, 5]),
        ("So?\n{\nT\n#<s>a</s>\n#\n<s>b</s>\n#\nthird\n}", [4, 6, 8]),
        ("Which?\n{\n=\n<s>a</s>\n#\n<s>yes</s>\n~ b\n#<s>no</s>\n}", [4, 6, 8]),
    ],
)
def test_what_gift_loses_inside_the_braces_has_its_own_line(text: str, lines: list[int]) -> None:
    assert [line for line, _said in _lost(read("gift", text))] == lines
