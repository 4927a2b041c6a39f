"""Whether a question becomes easier or harder with time: month by month, and an alarm.

People differ from month to month too. So only people of one score are compared with each other:
at every border between two months, each score of the whole test is a layer; within it, what was
earned after is compared with what was earned before; and the layers are joined as Mantel and
Haenszel join them. The question itself stays in the score, because that is what makes stronger and
weaker cohorts comparable however easy or hard the question is. For marks between 0 and 1 the test
is that of Mantel (1963), "Chi-square tests with one degree of freedom", Journal of the American
Statistical Association 58; its use on questions, with the question in the score, is described by
Dorans and Holland (1992), "DIF detection and description", ETS RR-92-10.

The alarm takes the clearest border of those with `ENOUGH` answers on both sides. It goes off where
the change among people of one score is at least `LEAST` and `CLEAR` standard errors away from
none, and the facility itself moved as far in the same direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import sqrt

from quizzes.engine.statistics.intervals import Interval, wilson
from quizzes.engine.statistics.items import ENOUGH
from quizzes.engine.statistics.samples import DUST

LEAST = 0.10
CLEAR = 3.5
LAYERS = 40  # a layer is two and a half points of the whole score: half a mark of twenty


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
    """From `month` on, `after` answers beside the `before` until then; all shares are 0…1.

    `rise` is by how much more (above 0) people of one score earn; `was` and `now` are the
    facilities of both sides, whoever answered.
    """

    month: str
    before: int
    after: int
    rise: float
    clearness: float
    was: float
    now: float

    @property
    def is_alarm(self) -> bool:
        moved = self.now - self.was if self.rise > 0 else self.was - self.now
        return min(abs(self.rise), moved) >= LEAST and abs(self.clearness) >= CLEAR


@dataclass
class _Sums:
    n: int = 0
    marks: float = 0.0
    squares: float = 0.0

    def __add__(self, other: _Sums) -> _Sums:
        return _Sums(self.n + other.n, self.marks + other.marks, self.squares + other.squares)

    def add(self, mark: float) -> None:
        self.n += 1
        self.marks += mark
        self.squares += mark * mark

    @property
    def mean(self) -> float:
        return self.marks / self.n


type _Layers = Mapping[int, _Sums]


@dataclass
class _Month:
    """What the answers of a month earned, by layers of the score of the whole test."""

    rests: float = 0.0
    layers: dict[int, _Sums] = field(default_factory=dict)

    def add(self, mark: float, rest: float, score: float) -> None:
        self.rests += rest
        self.layers.setdefault(round(score * LAYERS), _Sums()).add(mark)

    def numbers(self, month: str) -> MonthNumbers:
        own = _joined(self.layers.values())
        facility = own.mean
        return MonthNumbers(
            month, own.n, facility, wilson(min(1.0, facility), own.n), self.rests / own.n
        )


@dataclass
class Drift:
    """Counts answer by answer; memory by months and layers, not by answers."""

    _months: dict[str, _Month] = field(default_factory=dict)

    def add(self, month: str, mark: float, rest: float, score: float) -> None:
        """An answer: its mark, and what the attempt earned without it and in all, each 0…1."""
        self._months.setdefault(month, _Month()).add(mark, rest, score)

    def months(self) -> list[MonthNumbers]:
        """In order; a month without answers is not there."""
        return [own.numbers(month) for month, own in sorted(self._months.items())]

    def change(self) -> Change | None:
        """The clearest change; None where no border has enough answers on both sides."""
        names = sorted(self._months)
        layers = [self._months[name].layers for name in names]
        upto = list(accumulate(layers, _together))
        since = list(accumulate(reversed(layers), _together))[::-1]
        borders = (_change(*one) for one in zip(names[1:], upto, since[1:], strict=False))
        return max(
            (own for own in borders if min(own.before, own.after) >= ENOUGH),
            key=lambda own: abs(own.clearness),
            default=None,
        )


def _joined(sums: Iterable[_Sums]) -> _Sums:
    return sum(sums, _Sums())


def _together(one: _Layers, other: _Layers) -> _Layers:
    return {
        layer: _joined(own[layer] for own in (one, other) if layer in own)
        for layer in one.keys() | other.keys()
    }


def _change(month: str, before: _Layers, after: _Layers) -> Change:
    """A layer with people on one side only compares nobody; one where all earned the same, at
    either time, adds to what the change is measured in and nothing to how clear it is.
    """
    weights = rises = spread = 0.0
    for layer in before.keys() & after.keys():
        was, now = before[layer], after[layer]
        both = was + now
        weight = was.n * now.n / both.n
        weights += weight
        rises += weight * (now.mean - was.mean)
        # The variance of `weight` x difference, were it chance who of the layer came when.
        spread += weight * (both.squares - both.n * both.mean**2) / (both.n - 1)
    one, two = _joined(before.values()), _joined(after.values())
    return Change(
        month,
        one.n,
        two.n,
        rises / weights if weights else 0.0,
        rises / sqrt(spread) if spread > DUST else 0.0,
        one.mean,
        two.mean,
    )
