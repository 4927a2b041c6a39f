"""From marks to a result: nothing is rounded, must-pass points count in full."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from quizzes.engine.marking import Marked, assess, is_passed, total

ONE, NONE = Fraction(1), Fraction(0)


def test_sixteen_of_twenty_passes_at_eighty_per_cent_and_a_hair_less_does_not() -> None:
    assert is_passed([ONE] * 16 + [NONE] * 4, 80)
    assert not is_passed([ONE] * 15 + [Fraction(999_999, 1_000_000)] + [NONE] * 4, 80)


def test_thirds_add_up_exactly() -> None:
    marks = [Fraction(1, 3)] * 3
    assert total(marks) == 1
    assert is_passed([*marks, ONE], 50)


def test_a_must_pass_point_needs_its_full_mark() -> None:
    marks = [ONE] * 19 + [Fraction(2, 3)]
    assert is_passed(marks, 80)
    assert not is_passed(marks, 80, [("C0-M1", Fraction(2, 3))])
    assert is_passed(marks, 80, [("C0-M1", ONE)])


@pytest.mark.parametrize("percent", [0, 80])
def test_no_questions_is_no_pass(percent: int) -> None:
    assert not is_passed([], percent)


def test_a_result_says_where_marks_were_lost() -> None:
    result = assess(
        [
            Marked("Q1", ONE, "O1"),
            Marked("Q2", Fraction(1, 3), "O1"),
            Marked("Q3", ONE, "O2", "M1"),
            Marked("Q4", Fraction(1, 2), "O2", "M2"),
        ],
        70,
    )
    assert (result.score, result.maximum, result.percent) == (Fraction(17, 6), 4, 70)
    assert result.failed_points == ("M2",)
    assert not result.passed
    assert result.by_objective["O1"].score == Fraction(4, 3)
    assert result.by_objective["O1"].percent == 66
    stored = json.loads(json.dumps(result.as_dict()))
    assert stored["score"] == "17/6"
    assert stored["by_objective"]["O2"] == {"score": "3/2", "maximum": 2}


def test_the_percentage_for_reading_never_reaches_a_pass_that_was_missed() -> None:
    result = assess([Marked("Q1", Fraction(7_999, 10_000))], 80)
    assert (result.passed, result.percent) == (False, 79)
