"""The numbers of one question: how hard it is, and whether it tells strong from weak.

With x the mark of a question (0…1) and r the rest of the same attempt in per cent of what the
rest could have earned:

    facility                   mean of x
    discrimination index       correlation of x and r
    discriminative efficiency  cov(x, r) of what it could be at most: both lists sorted and paired
    effective weight           how much of the spread of whole scores comes from the question,
                               when it is asked; see `weights`

A negative covariance is a finding, not a fault of arithmetic: it is kept and flagged.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import sqrt

from quizzes.engine.statistics.intervals import Interval, fisher, wilson
from quizzes.engine.statistics.marks import Marks, Paired
from quizzes.engine.statistics.samples import DUST, correlation, covariance, deviation, mean

#: Below this many answers there is only a note.
ENOUGH = 20


@dataclass(frozen=True)
class ItemNumbers:
    """Shares are 0…1, the index and the efficiency -1…1, weights shares of the whole score.

    `weight` is None where it is undefined: the question runs against the whole (`is_against`: its
    covariance with the whole score is negative), no question goes along with the whole score, or
    too few answered it.
    """

    n: int
    facility: float
    facility_interval: Interval
    spread: float | None
    discrimination: float | None
    discrimination_interval: Interval | None
    efficiency: float | None
    weight: float | None
    intended_weight: float
    is_against: bool

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH


def item_numbers[Key: Hashable](marks: Marks[Key]) -> dict[Key, ItemNumbers]:
    """Of every question that was asked."""
    if not len(marks):
        return {}
    columns = marks.paired()
    each = marks.answers / len(marks)
    heavy = weights(columns, each)
    return {key: _numbers(column, heavy[key], 1 / each) for key, column in columns.items()}


def _numbers(column: Paired, weight: float | None, intended: float) -> ItemNumbers:
    n = len(column)
    facility = mean(column.marks)
    index = correlation(column.marks, column.rest)
    with_whole = covariance(column.marks, column.whole)
    return ItemNumbers(
        n=n,
        facility=facility,
        facility_interval=wilson(facility, n),
        spread=deviation(column.marks),
        discrimination=index,
        discrimination_interval=None if index is None else fisher(index, n),
        efficiency=efficiency(column),
        weight=weight,
        intended_weight=intended,
        is_against=with_whole is not None and with_whole < -DUST,
    )


def efficiency(column: Paired) -> float | None:
    """The covariance as a share of the largest that these marks and these rests allow."""
    own = covariance(column.marks, column.rest)
    most = covariance(sorted(column.marks), sorted(column.rest))
    if own is None or most is None or most <= DUST:
        return None
    return own / most


def weights[Key: Hashable](columns: Mapping[Key, Paired], each: float) -> dict[Key, float | None]:
    """The effective weights of questions of which an attempt is asked `each`.

    √cov(x, whole) over the mean of these roots, by how often each question was asked, and over
    `each`: so the questions of a draw add up to 1 in expectation, and where everybody is asked
    everything, this is √cov / Σ√cov. A question below `ENOUGH` answers takes no part.
    """
    roots: dict[Key, float] = {}
    for key, column in columns.items():
        found = covariance(column.marks, column.whole)
        if found is not None and len(column) >= ENOUGH and found >= -DUST:
            roots[key] = sqrt(max(found, 0.0))
    asked = sum(len(column) for column in columns.values() if len(column) >= ENOUGH)
    total = sum(root * len(columns[key]) for key, root in roots.items())
    if not total:
        return dict.fromkeys(columns)
    typical = total / asked
    return {key: roots[key] / typical / each if key in roots else None for key in columns}
