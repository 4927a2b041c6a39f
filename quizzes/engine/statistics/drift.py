"""Whether a question becomes easier or harder with time: month by month, and an alarm.

People differ from month to month too. So a mark is measured against the rest of the same attempt
(x - r): a question that leaks becomes easier while the others stay as they were.

The alarm looks at every border between two months with `ENOUGH` answers on both sides and takes
the clearest. It goes off at a change of at least `LEAST` that is `CLEAR` standard errors away
from none; with two years of months, that happens by chance to fewer than one question in a hundred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from quizzes.engine.statistics.intervals import Interval, wilson
from quizzes.engine.statistics.items import ENOUGH

LEAST = 0.10
CLEAR = 3.5


@dataclass(frozen=True)
class MonthNumbers:
    """`month` is "2026-05"; `rest` what the same people earned in the rest of their attempts."""

    month: str
    n: int
    facility: float
    interval: Interval
    rest: float


@dataclass(frozen=True)
class SpanNumbers:
    """Months one after another, as few as hold enough answers together."""

    first: str
    last: str
    n: int
    facility: float
    interval: Interval
    rest: float


def spans(months: Sequence[MonthNumbers]) -> list[SpanNumbers]:
    """The months, joined where single ones hold fewer than `ENOUGH` answers: a facility of two
    people says nothing. What is left at the end joins the span before it; nothing is said of fewer
    answers in all.
    """
    groups: list[list[MonthNumbers]] = []
    for month in months:
        if groups and sum(own.n for own in groups[-1]) < ENOUGH:
            groups[-1].append(month)
        else:
            groups.append([month])
    if len(groups) > 1 and sum(own.n for own in groups[-1]) < ENOUGH:
        left = groups.pop()
        groups[-1] += left
    return [span for span in map(_span, groups) if span.n >= ENOUGH]


def _span(months: Sequence[MonthNumbers]) -> SpanNumbers:
    n = sum(month.n for month in months)
    facility = sum(month.facility * month.n for month in months) / n
    return SpanNumbers(
        months[0].month,
        months[-1].month,
        n,
        facility,
        wilson(min(1.0, facility), n),
        sum(month.rest * month.n for month in months) / n,
    )


@dataclass(frozen=True)
class Change:
    """From `month` on: by how much the question is easier (above 0) than before, 0…1."""

    month: str
    before: int
    after: int
    rise: float
    clearness: float

    @property
    def is_alarm(self) -> bool:
        return abs(self.rise) >= LEAST and abs(self.clearness) >= CLEAR


@dataclass
class _Sums:
    n: int = 0
    marks: float = 0.0
    rests: float = 0.0
    away: float = 0.0
    squares: float = 0.0

    def __add__(self, other: _Sums) -> _Sums:
        return _Sums(
            self.n + other.n,
            self.marks + other.marks,
            self.rests + other.rests,
            self.away + other.away,
            self.squares + other.squares,
        )


@dataclass
class Drift:
    """Counts answer by answer; memory by months, not by answers."""

    _months: dict[str, _Sums] = field(default_factory=dict)

    def add(self, month: str, mark: float, rest: float) -> None:
        own = self._months.setdefault(month, _Sums())
        away = mark - rest
        own.n += 1
        own.marks += mark
        own.rests += rest
        own.away += away
        own.squares += away * away

    def months(self) -> list[MonthNumbers]:
        """In order; a month without answers is not there."""
        return [
            MonthNumbers(
                month, own.n, own.marks / own.n, wilson(own.marks / own.n, own.n), own.rests / own.n
            )
            for month, own in sorted(self._months.items())
        ]

    def change(self) -> Change | None:
        """The clearest change; None where no border has enough answers on both sides."""
        return clearest(self._months)


def clearest(months: Mapping[str, _Sums]) -> Change | None:
    ordered = sorted(months.items())
    found: list[Change] = []
    for place in range(1, len(ordered)):
        before = sum((own for _, own in ordered[:place]), _Sums())
        after = sum((own for _, own in ordered[place:]), _Sums())
        if min(before.n, after.n) >= ENOUGH:
            rise = after.away / after.n - before.away / before.n
            error = _error(before, after)
            clearness = rise / error if error else 0.0
            found.append(Change(ordered[place][0], before.n, after.n, rise, clearness))
    return max(found, key=lambda change: abs(change.clearness), default=None)


def _error(before: _Sums, after: _Sums) -> float:
    """The standard error of a difference that is none: one variance for both sides, because
    twenty people who happen to be all right show hardly any of their own.
    """
    both = before + after
    middle = both.away / both.n
    spread = max(0.0, both.squares / both.n - middle * middle)
    return sqrt(spread / before.n + spread / after.n)
