"""Files as they come: encodings, hostile ones, what Moodle XML, Aiken and CSV say."""

from __future__ import annotations

import base64
import time

import pytest

from courseware.core.markup import inline
from quizzes.interchange.completing import Fillers, checked, with_words
from quizzes.interchange.decoding import decode
from quizzes.interchange.formats import guess, read, write
from quizzes.interchange.html import from_html
from quizzes.interchange.markdown import as_plain
from quizzes.interchange.records import MAX_BYTES, Question, Unreadable
from quizzes.interchange.table import guarded, unguarded

FILLERS = Fillers(
    right="Right.",
    wrong="Not right.",
    general="See the lesson.",
    true="True",
    false="False",
)
GIFT = "What is the café’s address? {=a ~b}"


# ------------------------------------------------------------------ encodings
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_without_a_word(encoding: str) -> None:
    decoded = decode(GIFT.replace(" {", "\r\n{").encode(encoding))
    assert decoded.text == GIFT.replace(" {", "\n{")
    assert decoded.findings == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "ما هو العنوان؟ {=أ ~ب}",
        "Какой адрес? {=а ~б}",
        "Ποια είναι η διεύθυνση; {=α ~β}",
        "मुख्य प्रश्न क्या है? {=क ~ख}",
        "最初に何をしますか。 {=現場を守る ~電話する}",
        "首先做什么？{=保护现场 ~打电话}",
        "무엇을 먼저 합니까? {=현장 ~전화}",
        "Où est 😀 l’adresse\u202f? {=ça ~là}",
        # 一 is N and 开 is _ in the wrong order of bytes; few signs of ASCII.
        f"{'一开始先做什么，下一步开门还是等一等？' * 4}{{=一~开}}",
    ],
)
def test_utf_16_without_a_mark_is_read_in_any_script(text: str, encoding: str) -> None:
    text = f"{text}\n\n{text}"
    decoded = decode(text.encode(encoding))
    assert (decoded.encoding, decoded.text, decoded.findings) == (encoding, text, ())


@pytest.mark.parametrize(
    "data",
    [
        "Какой\x00адрес? {=а ~б}\n".encode() * 5,
        "首先\x00做什么？{=保护现场 ~打电话}\n".encode() * 5,
        "Où\x00est l’adresse? {=ça ~là}\n".encode("cp1252") * 6,
        b"One?\n\x00 {T} ",
        b"\x00" * 40,
    ],
)
def test_a_zero_byte_alone_makes_no_utf_16(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        decode(data)
    assert "U+0000" in str(refused.value)


def test_half_a_character_of_utf_16_is_damage() -> None:
    with pytest.raises(Unreadable) as refused:
        decode("ما هو العنوان؟ {=أ ~ب}".encode("utf-16-le")[:-1])
    assert "damaged" in str(refused.value)


def test_windows_1252_is_read_and_said_with_the_line() -> None:
    decoded = decode(f"One? {{T}}\n\n{GIFT}".encode("cp1252"))
    assert decoded.text.endswith(GIFT)
    (finding,) = decoded.findings
    assert (finding.line, finding.level) == (3, "warning")
    assert "windows-1252" in finding.message


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"One?\n\x00 {T}", "control"),
        (b"One? \x1b[31m {T}", "control"),
        ("One? \U0010ff20".encode(), "control"),
        (b"One? \x81\xff {T}", "windows-1252"),
        (GIFT.encode("utf-32"), "UTF-32"),
        (GIFT.encode("utf-16")[:-1], "damaged"),
        (b'<?xml version="1.0" encoding="koi8-r"?><quiz>\xc1</quiz>', "KOI8-R"),
        (b"x" * (MAX_BYTES + 1), "10 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, word: str) -> None:
    with pytest.raises(Unreadable) as refused:
        decode(data)
    assert word in str(refused.value)


def test_the_line_of_a_control_character_is_named() -> None:
    with pytest.raises(Unreadable) as refused:
        decode(b"One?\n\nTwo \x07?")
    assert refused.value.finding.line == 3


# ------------------------------------------------------------------ hostile XML
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    "<quiz><question>&b;</question></quiz>"
)
OUTSIDE = (
    '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question>&x;</question></quiz>'
)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        ('<!DOCTYPE quiz SYSTEM "http://elsewhere.example/q.dtd"><quiz/>', "document type"),
        ("<quiz>" + "<a>" * 1_000 + "</a>" * 1_000 + "</quiz>", "nested"),
        ("<quiz>" + "<a/>" * 200_000 + "</quiz>", "elements"),
        ("<quiz><question></quiz>", "well-formed"),
        ("<quiz>&x;</quiz>", "well-formed"),
        ("", "well-formed"),
        ("<html><body>no</body></html>", "<html>"),
    ],
)
def test_hostile_xml_ends_in_a_sentence(text: str, word: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        read("moodle", text)
    assert word in str(refused.value)
    assert time.monotonic() - began < 5


def _xml(stem: str, more: str = "", kind: str = "truefalse") -> str:
    answers = (
        '<answer fraction="100"><text>true</text></answer>'
        '<answer fraction="0"><text>false</text></answer>'
        if kind == "truefalse"
        else ""
    )
    return (
        f'<quiz>\n<question type="{kind}"><name><text></text></name>\n'
        f"{stem}{answers}{more}</question></quiz>"
    )


def _html(html: str, files: str = "") -> str:
    escaped = html.replace("&", "&amp;").replace("<", "&lt;")
    return f'<questiontext format="html"><text>{escaped}</text>{files}</questiontext>'


@pytest.mark.parametrize(
    ("html", "text", "word"),
    [
        ("Go <script>alert(1)</script>on", "Go on", "script"),
        ('<a href="javascript:alert(1)">Here</a>', "Here", "javascript:"),
        ('<a href="https://police.example/a(b)">Here</a>', None, ""),
        ('<b onclick="x()">Now</b>', "**Now**", "onclick"),
        ("<iframe src=x></iframe>Look", "Look", "iframe"),
        ('<img src="https://elsewhere.example/p.png" alt="A map">Look', "A map Look", "p.png"),
        ("10<sup>2</sup> and x<sub>max</sub>", "10² and xmax", "max"),
        ("<ul><li>a</li><li>b</li></ul><ol><li>c</li></ol>", "• a\n\n• b\n\n1. c", ""),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a | b", "table"),
        ("one <!-- said to nobody -->two", "one two", ""),
        ("one <!-- two", "one <!-- two", ""),
        ("<![if !supportLists]>one<![endif]> <!DOCTYPE html>two", "one two", ""),
        ("one <![ two> <!three>", "one <![ two> <!three>", ""),
        ('Use <b class="x>now</b> and wait', 'Use <b class="x>now and wait', ""),
        ("Is 3 <4 or 4> 3?", "Is 3 <4 or 4> 3?", ""),
        ("one<br>two<p>three</p>", "one\n\ntwo\n\nthree", ""),
        ("<p><b>bold </b>and <i>so</i></p>", "**bold** and *so*", ""),
        ("a * b and snake_case &lt; c", "a * b and snake_case < c", ""),
        ("<svg><script>x</script></svg><style>p{}</style>Look", "Look", "svg"),
    ],
)
def test_html_becomes_our_markdown_and_losses_are_said(
    html: str, text: str | None, word: str
) -> None:
    reading = read("moodle", _xml(_html(html)))
    (question,) = reading.questions
    if text is None:
        assert question.content["stem"] == "[Here](https://police.example/a%28b%29)"
    else:
        assert question.content["stem"] == text
    said = [str(finding) for finding in reading.findings if finding.level == "lost"]
    assert bool(said) == bool(word)
    assert word in " ".join(said)
    assert all(finding.line == 3 for finding in reading.findings)


def test_names_of_characters_are_characters_and_any_other_sign_is_itself() -> None:
    html = "AT&T & R&D; &copy 1 &lt;b&gt; &#65; &#x42 &nope; &"
    (question,) = read("moodle", _xml(_html(html))).questions
    assert as_plain(question.content["stem"]) == "AT&T & R&D; © 1 <b> A B &nope; &"
    html = '<a href="https://x.example/?a=1&copy=2&amp;b=3">Here</a>'
    (question,) = read("moodle", _xml(_html(html))).questions
    assert question.content["stem"] == "[Here](https://x.example/?a=1&copy=2&b=3)"


def test_html_nested_too_deep_is_an_error_at_its_line() -> None:
    reading = read("moodle", _xml(_html("<div><i>" * 200 + "x")))
    assert [(finding.line, finding.level) for finding in reading.findings] == [(3, "error")]


def test_no_script_survives_whatever_its_disguise() -> None:
    for html in (
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<math><mi xlink:href='data:x,<script>'>",
        "<<b>script>alert(1)<</b>/script>",
    ):
        shown = inline(from_html(html, lambda _address, _alt: "").text)
        assert "<script" not in shown
        assert "javascript:" not in shown
        assert "onerror=" not in shown.replace("&lt;", "")


# ------------------------------------------------------------------ pictures
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_pictures_of_a_file_come_along() -> None:
    content = base64.b64encode(PNG).decode()
    file = f'<file name="a map.png" path="/" encoding="base64">{content}</file>'
    html = (
        'See <img src="@@PLUGINFILE@@/a%20map.png" alt="A map"> and '
        f'<img src="data:image/png;base64,{content}">'
    )
    reading = read("moodle", _xml(_html(html, file)))
    (question,) = reading.questions
    first, second = question.pictures
    assert (first.name, first.alt, first.content) == ("a map.png", "A map", PNG)
    assert (second.name, second.alt, second.content) == ("picture.png", "", PNG)
    stem = question.content["stem"]
    assert stem == f"See {first.mark} and {second.mark}"
    words = with_words(question.content, {first.mark: "(a map)", second.mark: "(a plan)"})
    assert words["stem"] == "See (a map) and (a plan)"
    assert not [f for f in checked(reading, FILLERS).findings if f.level == "error"]


def test_a_picture_in_moodles_markdown_comes_along() -> None:
    content = base64.b64encode(PNG).decode()
    stem = (
        '<questiontext format="markdown"><text>![Map](@@PLUGINFILE@@/m.png)</text>'
        f'<file name="m.png" encoding="base64">{content}</file></questiontext>'
    )
    (question,) = read("moodle", _xml(stem)).questions
    assert [picture.alt for picture in question.pictures] == ["Map"]


def test_a_damaged_picture_is_said() -> None:
    file = '<file name="a.png" encoding="base64">%%%</file>'
    reading = read("moodle", _xml(_html('<img src="@@PLUGINFILE@@/a.png">', file)))
    assert reading.questions[0].pictures == ()
    assert {finding.level for finding in reading.findings} == {"lost"}
    assert "a.png" in str(reading.findings[0])


# ------------------------------------------------------------------ Moodle XML
@pytest.mark.parametrize("kind", ["essay", "description", "ddimageortext", "cloze"])
def test_types_that_are_not_ours_are_said(kind: str) -> None:
    reading = read("moodle", _xml(_html("Write."), kind=kind))
    assert reading.questions == ()
    assert [(finding.line, finding.level) for finding in reading.findings] == [(2, "lost")]


def test_what_moodle_has_besides_is_said() -> None:
    more = (
        "<defaultgrade>2.5</defaultgrade><hint format='html'><text>Think.</text></hint>"
        "<correctfeedback format='html'><text>Well done.</text></correctfeedback>"
        "<incorrectfeedback><text>Your answer is incorrect.</text></incorrectfeedback>"
    )
    said = " ".join(str(finding) for finding in read("moodle", _xml(_html("x"), more)).findings)
    assert "2.5" in said
    assert "hint" in said
    assert "Well done." in said
    assert "incorrect" not in said


def test_own_json_that_is_no_json_is_passed_over() -> None:
    reading = read("moodle", _xml(_html("x"), "<courseware>{broken</courseware>"))
    assert len(reading.questions) == 1
    assert [finding.level for finding in reading.findings] == ["warning"]


def test_own_json_cannot_replace_what_the_file_says() -> None:
    own = '{"extra": {"stem": "other", "options": [], "credit": "all"}}'
    (question,) = read("moodle", _xml(_html("x"), f"<courseware>{own}</courseware>")).questions
    assert question.content["stem"] == "x"
    assert question.content["credit"] == "all"
    assert len(question.content["options"]) == 2


# ------------------------------------------------------------------ Aiken
AIKEN = "What comes first?\nA. The scene\nB) The press\nANSWER: A\n"


def test_aiken() -> None:
    reading = read("aiken", f"{AIKEN}\n{AIKEN}")
    assert reading.findings == ()
    assert [question.line for question in reading.questions] == [1, 6]
    options = reading.questions[0].content["options"]
    assert [(o["text"], o["correct"]) for o in options] == [
        ("The scene", True),
        ("The press", False),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("One?\nA. a\nB. b\nANSWER: C\n", 4),
        ("One?\nA. a\nC. c\nANSWER: A\n", 3),
        ("One?\nA. a\nB. b\n", 1),
        ("ANSWER: A\n", 1),
    ],
)
def test_faults_of_aiken_have_their_line(text: str, line: int) -> None:
    findings = read("aiken", text).findings
    assert (findings[0].line, findings[0].level) == (line, "error")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Which?\nA. a\ngoes on\nB. b\nANSWER: A", 3, "join an option that goes on here"),
        ("Which?\nA. a\nB. b\nanswer: A", 4, "ANSWER: in capitals, then one letter"),
        ("Which?\nA. a\nB. b\nANSWER: A, B", 4, "ANSWER: in capitals, then one letter"),
        ("Which?\na. a\nb. b\nanswer: a", 4, "Options begin with A. or A) and a blank"),
    ],
)
def test_what_aiken_does_not_allow_says_what_to_write(text: str, line: int, said: str) -> None:
    assert guess(f"{text}\n") == "aiken"
    reading = read("aiken", f"{text}\n\n{AIKEN}")
    (first, *_rest) = reading.findings
    assert (first.line, first.level) == (line, "error")
    assert said in str(first)
    assert reading.questions[-1].content["stem"] == "What comes first?"


def test_options_beyond_the_letters_are_an_error_at_their_line() -> None:
    options = [f"{letter}. option {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    text = "\n".join(["Which?", *options, "A. once more", "ANSWER: A", AIKEN])
    reading = read("aiken", text)
    assert [(f.line, f.level) for f in reading.findings] == [(28, "error"), (29, "error")]
    assert "ANSWER:" in reading.findings[0].message
    assert len(reading.questions) == 1
    (whole,) = read("aiken", "\n".join(["Which?", *options, "ANSWER: Z"])).questions
    assert [option["correct"] for option in whole.content["options"]] == [False] * 25 + [True]


def test_feedback_that_a_format_has_not_is_filled_and_counted() -> None:
    reading = checked(read("aiken", AIKEN), FILLERS)
    feedback = [option["feedback"] for option in reading.questions[0].content["options"]]
    assert feedback == ["Right.", "Not right."]
    (finding,) = reading.findings
    assert (finding.level, finding.params) == ("warning", {"count": 2})


def test_a_question_that_cannot_be_kept_is_an_error_with_its_place() -> None:
    reading = checked(read("gift", "One? {T}\n\nWhich? {=a ~a}"), FILLERS)
    (fault,) = [finding for finding in reading.findings if finding.level == "error"]
    assert (fault.line, fault.place) == (3, "options[1].text")


# ------------------------------------------------------------------ CSV
@pytest.mark.parametrize(
    "cell",
    ["=1+1", "@SUM(A1)", "-2", "+3", "a;=1", "  =1", "\uff1d1", "x\n=1", "'=1", "''=1", "a, -b"],
)
def test_a_cell_is_guarded_and_comes_back(cell: str) -> None:
    assert guarded(cell) != cell
    assert unguarded(guarded(cell)) == cell
    question = Question("short", {"stem": "s", "accept": [cell.strip()], "model_answer": "m"})
    text = write("csv", [question]).text
    assert f'"{cell}"' not in text
    assert read("csv", text).questions[0].content["accept"] == [cell.strip()]


def test_csv_from_a_spreadsheet_with_semicolons() -> None:
    text = (
        "type;stem;option_1;right_1;feedback_1;option_2;right_2;feedback_2;colour\n"
        "single;Which?;a;yes;Because.;b;no;Not so.;red\n"
    )
    reading = read("csv", text)
    assert reading.questions[0].content["options"][0] == {
        "text": "a",
        "correct": True,
        "feedback": "Because.",
    }
    assert [(finding.line, finding.level) for finding in reading.findings] == [(1, "lost")]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("poem,Which?", 2),
        ('single,"Which\none?"\npoem,x', 4),
        ("single,a,b,c", 2),
    ],
)
def test_faults_of_csv_have_their_line(rows: str, line: int) -> None:
    findings = [f for f in read("csv", f"type,stem\n{rows}\n").findings if f.level == "error"]
    assert [finding.line for finding in findings] == [line]


@pytest.mark.parametrize("text", ["", "name,colour\n", 'type,stem\n"single,a'])
def test_what_is_no_table_of_questions_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read("csv", text)


@pytest.mark.parametrize(
    ("header", "row", "lost"),
    [
        ("type,stem,stem", "short,a,b", "stem"),
        ("type,stem,difficulty", "short,a,hard", "hard"),
        ("type,stem,negative_stem", "short,a,maybe", "maybe"),
        ("type,stem,option_1,match_1,feedback_1,match_2,feedback_2", "matching,a,l,r,f,d,g", "g"),
        ("type,stem,option_1,match_1", "ordering,a,b,c", "c"),
        ("type,stem,option_1,feedback_1", "ordering,a,b,why", "why"),
        ("type,stem,option_1,right_1,match_1", "single,a,b,yes,c", "match_1"),
        ("type,stem,option_1,right_1,match_1", "multiple,a,b,yes,c", "match_1"),
        ("type,stem,option_1,right_1,match_1", "truefalse,a,b,yes,c", "match_1"),
        ("type,stem,answer,option_1,right_1,feedback_1", "numeric,a,5,6,yes,f", "right_1"),
        ("type,stem,option_1,right_1,feedback_1", "short,a,b,yes,f", "feedback_1"),
        ("type,stem,option_1,right_1,answer", "single,a,b,yes,5", "answer"),
        ("type,stem,unit", "ordering,a,km", "km"),
        ("type,stem,option_1", "scenario,a,b", "option_1"),
        ("type,stem,", "short,a,b", "b"),
        ("type,stem,extra", 'single,a,"{""options"": 1}"', "options"),
    ],
)
def test_a_cell_that_is_not_read_is_said_with_its_line(header: str, row: str, lost: str) -> None:
    said = [f for f in read("csv", f"{header}\n{row}\n").findings if f.level == "lost"]
    assert [finding.line for finding in said] == [
        1 if header.count("stem") == 2 and lost == "stem" else 2
    ]
    assert lost in str(said[0])


def test_of_two_columns_of_one_name_the_first_is_read() -> None:
    assert read("csv", "type,stem,stem\nshort,a,b\n").questions[0].content["stem"] == "a"


def test_a_part_says_no_place_and_belongs_to_its_case() -> None:
    text = "key,part,type,stem,objective\nA-Q1,,scenario,s,O1\nA-Q1,a,short,t,O2\nB-Q1,b,short,u,\n"
    found = [(f.line, f.level) for f in read("csv", text).findings]
    assert found == [(3, "lost"), (4, "error")]


def test_a_part_without_its_case_is_an_error() -> None:
    text = "key,part,type,stem\nA-Q1,a,single,Which?\n"
    assert [(f.line, f.level) for f in read("csv", text).findings] == [(2, "error")]


# ------------------------------------------------------------------ on the way out
def test_types_that_a_format_has_not_are_said_on_the_way_out() -> None:
    content = {"stem": "s", "sequence": ["a", "b", "c"], "feedback": "f"}
    written = write("gift", [Question("ordering", content, name="TEC-Q01")])
    assert written.kept == ()
    assert [(f.level, f.name) for f in written.findings] == [("lost", "TEC-Q01")]


def test_formats_are_told_apart() -> None:
    assert guess("<?xml version='1.0'?><quiz/>") == "moodle"
    assert guess(AIKEN) == "aiken"
    assert guess(GIFT) == "gift"
    assert guess("key,type,stem\n") == "csv"


def test_a_rule_that_weights_cannot_say_is_said_on_the_way_out() -> None:
    options = [{"text": t, "correct": t == "a", "feedback": "f"} for t in ("a", "b")]
    for credit, count in (("right_minus_wrong", 0), ("all_or_nothing", 1)):
        content = {"stem": "s", "options": options, "credit": credit}
        assert len(write("gift", [Question("multiple", content)]).findings) == count
        assert write("moodle", [Question("multiple", content)]).findings == ()


def test_extra_never_replaces_what_has_columns() -> None:
    extra = '"{""options"": 5, ""answer"": 1, ""shelf"": 2}"'
    text = f"type,stem,option_1,right_1,extra\nsingle,x,a,yes,{extra}\n"
    (question,) = read("csv", text).questions
    assert len(question.content["options"]) == 1
    assert question.content["shelf"] == 2
