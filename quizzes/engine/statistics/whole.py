"""The numbers of a whole test."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from quizzes.engine.statistics import samples
from quizzes.engine.statistics.intervals import Interval, of_mean, wilson
from quizzes.engine.statistics.items import ENOUGH
from quizzes.engine.statistics.marks import Marks
from quizzes.engine.statistics.reliability import (
    centred,
    consistency,
    consistency_interval,
    error_ratio,
    luck_of_the_draw,
)


@dataclass(frozen=True)
class WholeNumbers:
    """Scores, deviation, standard error and luck are shares of 0…1 of the full mark.

    `reached` counts those at the pass mark or above, whether they met the must-pass points or not;
    `near_pass` the scores within one standard error of it.
    """

    n: int
    each: float
    mean: float
    mean_interval: Interval
    median: float
    deviation: float | None
    skewness: float | None
    kurtosis: float | None
    passed: int
    reached: int
    pass_rate: float
    pass_interval: Interval
    consistency: float | None
    consistency_interval: Interval | None
    error_ratio: float | None
    standard_error: float | None
    luck: float | None
    near_pass: int | None

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH


def whole_numbers[Key: Hashable](
    marks: Marks[Key], *, passed: int, reached: int, pass_share: float
) -> WholeNumbers | None:
    """Of a test with at least one attempt: `reached` of them reached the pass mark, and `passed`
    met the must-pass points too.
    """
    n = len(marks)
    if not n:
        return None
    shares = marks.shares()
    mean, deviation = samples.mean(shares), samples.deviation(shares)
    rows = centred(marks)
    coefficient = consistency(rows) if n >= 2 else None
    ratio = None if coefficient is None else error_ratio(coefficient)
    error = None if ratio is None or deviation is None else deviation * ratio
    return WholeNumbers(
        n=n,
        each=marks.answers / n,
        mean=mean,
        mean_interval=_clipped(of_mean(mean, deviation or 0.0, n)),
        median=samples.median(shares),
        deviation=deviation,
        skewness=samples.skewness(shares),
        kurtosis=samples.kurtosis(shares),
        passed=passed,
        reached=reached,
        pass_rate=passed / n,
        pass_interval=wilson(passed / n, n),
        consistency=coefficient,
        consistency_interval=(
            consistency_interval(rows) if coefficient is not None and n >= ENOUGH else None
        ),
        error_ratio=ratio,
        standard_error=error,
        luck=luck_of_the_draw(marks),
        near_pass=None if error is None else sum(abs(s - pass_share) <= error for s in shares),
    )


def _clipped(interval: Interval) -> Interval:
    return Interval(max(0.0, interval.low), min(1.0, interval.high))
