"""What a file may cost: what is too much is refused, whatever is given."""

from __future__ import annotations

import pytest

from quizzes.interchange.completing import Fillers, checked
from quizzes.interchange.decoding import decode
from quizzes.interchange.formats import read
from quizzes.interchange.records import (
    MAX_FINDINGS,
    MAX_QUESTIONS,
    Finding,
    Notes,
    Unreadable,
)
from tests.quizzes.interchange.hostile import EVERYTHING, ONE_THING

FILLERS = Fillers(
    right="Right.",
    wrong="Not right.",
    general="See the lesson.",
    true="True",
    false="False",
)
AIKEN = "What comes first?\nA. The scene\nB) The press\nANSWER: A\n"


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
@pytest.mark.parametrize(("form", "text"), ONE_THING, ids=range(len(ONE_THING)))
def test_what_would_cost_too_much_is_an_error(form: str, text: str) -> None:
    reading = checked(read(form, text), FILLERS)
    assert reading.has_errors or not reading.questions or "[id:" in text


@pytest.mark.wide
@pytest.mark.parametrize(("form", "text"), EVERYTHING, ids=range(len(EVERYTHING)))
def test_a_hostile_file_is_read_or_refused_within_bounds(form: str, text: str) -> None:
    try:
        reading = checked(read(form, decode(text.encode()).text), FILLERS)
    except Unreadable:
        pass
    else:
        assert len(reading.findings) <= 3 * (MAX_FINDINGS + 1)
        assert len(reading.questions) <= MAX_QUESTIONS
