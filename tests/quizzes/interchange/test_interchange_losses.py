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
    "ordering": _TWO,
}


def _read(kind: str, more: str) -> Reading:
    """`more` stands in line 4."""
    return read(
        "moodle",
        f'<quiz>\n<question type="{kind}"><name><text>n</text></name>'
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
