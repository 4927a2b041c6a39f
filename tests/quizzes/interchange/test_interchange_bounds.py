"""What a file may cost: every reader is done in a few seconds with whatever it is given."""

from __future__ import annotations

import time

import pytest

from quizzes.interchange.completing import Fillers, checked
from quizzes.interchange.decoding import decode
from quizzes.interchange.formats import read
from quizzes.interchange.records import (
    MAX_BYTES,
    MAX_FINDINGS,
    MAX_QUESTIONS,
    Finding,
    Notes,
    Unreadable,
)

FILLERS = Fillers(right="Right.", wrong="Not right.", general="See the lesson.")
AIKEN = "What comes first?\nA. The scene\nB) The press\nANSWER: A\n"
#: Of a processor, not of the clock: other work beside it does not count.
SECONDS = 8


def _xml(stem: str, more: str = "", kind: str = "truefalse") -> str:
    return (
        f'<quiz><question type="{kind}"><name><text>n</text></name>{stem}{more}</question></quiz>'
    )


def _html(html: str) -> str:
    escaped = html.replace("&", "&amp;").replace("<", "&lt;")
    return f'<questiontext format="html"><text>{escaped}</text></questiontext>'


# ------------------------------------------------------------------ bounds
@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("gift", "One? {T}\n\n" * (MAX_QUESTIONS + 1)),
        ("aiken", AIKEN * (MAX_QUESTIONS + 1)),
    ],
)
def test_too_many_questions_are_an_error(form: str, text: str) -> None:
    reading = read(form, text)
    assert len(reading.questions) == MAX_QUESTIONS
    assert reading.has_errors


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(Unreadable):
        read("csv", "type,stem\n" + "short,x\n" * (MAX_QUESTIONS + 5))


# ------------------------------------------------------------------ findings
def test_findings_of_a_level_are_counted_on_where_they_are_too_many() -> None:
    reading = read("gift", "An instruction.\n\n" * 1_000 + "Which? {=a ~b")
    more, *listed, fault = reading.findings
    assert len(listed) == MAX_FINDINGS
    assert (more.line, more.level, more.params) == (0, "lost", {"count": 800})
    assert (fault.line, fault.level) == (2001, "error")


def test_an_error_that_is_not_listed_is_an_error() -> None:
    reading = checked(read("gift", "Which? {=a ~a}\n\n" * 300), FILLERS)
    errors = [finding for finding in reading.findings if finding.level == "error"]
    assert len(errors) == MAX_FINDINGS + 1
    assert errors[0].params == {"count": 100}
    notes = Notes()
    for finding in reading.findings:
        notes.keep(finding)
    assert notes.found == reading.findings


def test_the_same_is_said_once() -> None:
    notes = Notes()
    notes.keep(Finding(1, "lost", "%(a)s", {"a": [1]}))
    notes.keep(Finding(1, "lost", "%(a)s", {"a": [1]}))
    notes.keep(Finding(1, "lost", "%(a)s", {"a": [2]}))
    assert len(notes.found) == 2


def test_many_questions_of_a_common_length_are_read() -> None:
    words = "What comes <b>first</b> when the <i>scene</i> is found by an officer? " * 2
    options = "\n".join(f"{'~' if n else '='}{n}: {words}#{n}: {words}" for n in range(5))
    question = f"[html]{words} {{{options}}}"
    reading = read("gift", f"{question}\n\n" * MAX_QUESTIONS)
    assert len(reading.questions) == MAX_QUESTIONS
    assert reading.findings == ()


# ------------------------------------------------------------------ what would cost too much
@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("gift", "Which? {" + "=a" * 500_000 + "}"),
        ("gift", "// " + "[id:" * 200_000 + "\nOne? {T}"),
        ("gift", "How many? {#1e999999999}"),
        ("gift", "How many? {#" + "9" * 500_000 + "}"),
        ("gift", "[html]" + "<b>" * 300_000 + "One? {T}"),
        ("gift", "[markdown]" + "[" * 100_000 + "One? {T}"),
        ("moodle", _xml(_html("x"), '<answer fraction="0"/>' * 20_000)),
        ("moodle", _xml(_html("x" * 3_000_000))),
        ("csv", 'type,stem\nshort,"' + "\t" * 60_000 + '="\n'),
        ("csv", 'type,stem,extra\nshort,x,"{""a"":' + "[" * 5_000 + "]" * 5_000 + '}"\n'),
        ("csv", "type,stem,answer\nnumeric,x,1e999999999\n"),
        ("csv", 'type,stem,extra\nordering,x,"{""partial_feedback"": [1, [2]]}"\n'),
        ("aiken", "One?\n" * 200_000),
    ],
    ids=range(13),
)
def test_what_would_cost_too_much_is_an_error_at_once(form: str, text: str) -> None:
    began = time.process_time()
    reading = checked(read(form, text), FILLERS)
    assert time.process_time() - began < SECONDS
    assert reading.has_errors or not reading.questions or "[id:" in text


def _much(unit: str, head: str = "", tail: str = "") -> str:
    """A quarter of what a file may be: what grows faster than a file is seen in it."""
    return head + unit * ((MAX_BYTES // 4 - len(head) - len(tail)) // len(unit)) + tail


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("gift", _much("a\n\n")),
        ("gift", _much("a{\n\n")),
        ("gift", _much("{\n")),
        ("gift", _much("~", "Q {", "}")),
        ("gift", _much("Q {=a" + "~%50%b" * 240 + "}\n\n")),
        ("gift", _much("Q {" + "=*a" * 240 + "}\n\n")),
        ("gift", _much("[plain]" + "_a" * 3_900 + "{T}\n\n")),
        ("gift", _much("[html]" + "<b>a</b>" * 1_900 + "{T}\n\n")),
        ("gift", _much("$CATEGORY:\n")),
        ("gift", _much("// [id:aaaa\nQ {T}\n\n")),
        ("gift", "[markdown]](" + " " * 900_000 + "<" + " " * 900_000 + "{T}"),
        ("gift", "[html]<b " + " ".join(f"on{n}" for n in range(100_000)) + ">{T}"),
        ("gift", _much("[html]" + "<!--" * 3_900 + "{T}\n\n")),
        ("gift", _much("[html]" + "<a " * 3_900 + ">{T}\n\n")),
        ("gift", "[html]" + ('<a href="' + "x" * 490) * 3_900 + ">{T}"),
        ("gift", "[html]" + "&" * 1_900_000 + "{T}"),
        ("gift", "[html]" + "&\\#" * 900_000 + "{T}"),
        ("gift", _much("[html]" + "<b>" * 20 + "<p>a" * 3_900 + "{T}\n\n")),
        ("aiken", _much("a\nA. b\nc\n")),
        ("aiken", _much("a\n" + "A. a*" + "b*" * 3_000 + "\nB. b\nANSWER: B\n")),
        ("csv", _much("poem,x\n", "type,stem\n")),
        ("csv", _much(",a", "type,stem")),
        ("csv", _much("A-Q1,a,short,s\n", "key,part,type,stem\nA-Q1,,scenario,s\n")),
        ("moodle", "<quiz>" + '<question type="description"/>' * 99_000 + "</quiz>"),
        ("moodle", _xml("<questiontext>" + "<file/>" * 90_000 + "</questiontext>")),
        ("moodle", "<quiz>" + _xml("<answer/>" * 245)[6:-7] * 400 + "</quiz>"),
        (
            "moodle",
            _xml(
                _html("x"),
                '<courseware>{"extra":{"a":[' + "[]," * 3_000_000 + "[]]}}</courseware>"
                '<answer fraction="100"><text>true</text></answer>'
                '<answer fraction="0"><text>false</text></answer>',
            ),
        ),
    ],
    ids=range(27),
)
def test_a_hostile_file_is_done_in_seconds(form: str, text: str) -> None:
    began = time.process_time()
    try:
        reading = checked(read(form, decode(text.encode()).text), FILLERS)
    except Unreadable:
        pass
    else:
        assert len(reading.findings) <= 3 * (MAX_FINDINGS + 1)
        assert len(reading.questions) <= MAX_QUESTIONS
    assert time.process_time() - began < SECONDS
