"""Whether a test's scores hold together: coefficient of internal consistency, error, luck.

Attempts are asked different questions, so Cronbach's alpha as it is usually written (one table,
everybody answers everything) does not exist here. What it estimates does: of a test of k
questions, alpha is

    k·c / (v + (k - 1)·c)

with v the mean variance of a question and c the mean covariance of two questions of one attempt.
Both are taken over whatever was asked together, each mark as its distance from its question's
mean over everybody who was asked it. Where everybody is asked the same, this is Cronbach's alpha
to the last digit. That one draw is harder than another is not part of it; it is said beside it,
as the luck of the draw.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Sequence
from math import fsum, sqrt
from typing import NamedTuple

from quizzes.engine.statistics.intervals import Interval, bootstrap
from quizzes.engine.statistics.marks import Marks
from quizzes.engine.statistics.samples import DUST, deviation


class Centred(NamedTuple):
    """One attempt: the sum of its marks' distances, the sum of their squares, their number."""

    total: float
    squares: float
    asked: int


def centred[Key: Hashable](marks: Marks[Key]) -> list[Centred]:
    means = marks.means()
    found = []
    for asked, earned in marks.rows():
        away = [mark - means[number] for number, mark in zip(asked, earned, strict=True)]
        found.append(Centred(fsum(away), fsum(one * one for one in away), len(away)))
    return found


def consistency(attempts: Sequence[Centred]) -> float | None:
    """The coefficient, at most 1 and below 0 where questions run against each other."""
    answers = sum(one.asked for one in attempts)
    pairs = sum(one.asked * (one.asked - 1) for one in attempts)
    if not pairs:
        return None
    own = fsum(one.squares for one in attempts) / answers
    together = fsum(one.total * one.total - one.squares for one in attempts) / pairs
    k = answers / len(attempts)
    spread = own + (k - 1) * together
    return k * together / spread if spread > DUST else None


def consistency_interval(attempts: Sequence[Centred]) -> Interval | None:
    return bootstrap(attempts, consistency)


def error_ratio(coefficient: float) -> float:
    """How much of the spread of scores is chance, as a share of the standard deviation."""
    return sqrt(1 - min(coefficient, 1.0))


def luck_of_the_draw[Key: Hashable](marks: Marks[Key]) -> float | None:
    """How far draws differ in difficulty: the deviation, over attempts, of the mean facility of
    the questions asked. 0 where everybody is asked the same.
    """
    means = marks.means()
    return deviation(
        array(
            "d", (fsum(means[number] for number in asked) / len(asked) for asked, _ in marks.rows())
        )
    )
