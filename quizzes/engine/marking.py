"""From marks to a result: exact sums and an exact pass test.

Marks are fractions in 0…1, one per question. Nothing here rounds, except the percentage made for
reading, which is rounded down so that a failed test never reads like a passed one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Marked:
    """One question of an attempt and its mark; `must_pass` names its point, or is empty."""

    key: str
    mark: Fraction
    objective: str = ""
    must_pass: str = ""


@dataclass(frozen=True)
class Share:
    """A score out of the most that could be had."""

    score: Fraction
    maximum: int

    @property
    def percent(self) -> int:
        """The share in whole per cent, rounded down, for reading only."""
        return int(self.score * 100 / self.maximum) if self.maximum else 0


@dataclass(frozen=True)
class Result:
    """What an attempt earned; `failed_points` are the must-pass points without the full mark."""

    score: Fraction
    maximum: int
    passed: bool
    by_objective: dict[str, Share]
    failed_points: tuple[str, ...]

    @property
    def share(self) -> Fraction:
        """The score as a share of the whole, exact."""
        return self.score / self.maximum if self.maximum else Fraction(0)

    @property
    def percent(self) -> int:
        """The score in whole per cent, rounded down, for reading only."""
        return Share(self.score, self.maximum).percent

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON-able values; fractions are written like "2/3"."""
        return {
            "score": str(self.score),
            "maximum": self.maximum,
            "passed": self.passed,
            "by_objective": {
                objective: {"score": str(share.score), "maximum": share.maximum}
                for objective, share in self.by_objective.items()
            },
            "failed_points": list(self.failed_points),
        }


def total(marks: Iterable[Fraction]) -> Fraction:
    """Return the exact sum. Nearly all marks are 0 or 1: adding whole numbers is far quicker."""
    whole, rest = 0, Fraction(0)
    for mark in marks:
        if mark.denominator == 1:
            whole += mark.numerator
        else:
            rest += mark
    return rest + whole


def is_passed(
    marks: Sequence[Fraction],
    pass_percent: int | Fraction,
    must_pass: Iterable[tuple[str, Fraction]] = (),
) -> bool:
    """Say whether the marks reach the pass mark and every must-pass point earned the full mark.

    `must_pass` holds pairs of a point and the mark of its question, which is among `marks` too.
    No marks is no pass.
    """
    if not marks or any(mark < 1 for _, mark in must_pass):
        return False
    return total(marks) * 100 >= Fraction(pass_percent) * len(marks)


def assess(questions: Sequence[Marked], pass_percent: int | Fraction) -> Result:
    """Return the result of an attempt."""
    marks = [question.mark for question in questions]
    points = [(q.must_pass, q.mark) for q in questions if q.must_pass]
    objectives = dict.fromkeys(question.objective for question in questions)
    return Result(
        score=total(marks),
        maximum=len(marks),
        passed=is_passed(marks, pass_percent, points),
        by_objective={
            objective: Share(total(own), len(own))
            for objective in objectives
            for own in ([q.mark for q in questions if q.objective == objective],)
        },
        failed_points=tuple(dict.fromkeys(point for point, mark in points if mark < 1)),
    )
