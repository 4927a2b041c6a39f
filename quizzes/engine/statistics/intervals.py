"""How far a number from few people can be trusted: 95 % intervals.

Owns: Wilson's for a share, Newcombe's for how far two are apart, Fisher's for a correlation, a
seeded bootstrap for what has no formula. The same numbers always give the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import atanh, sqrt, tanh
from random import Random
from typing import NamedTuple

from quizzes.engine.statistics.samples import quantile

Z = 1.959963984540054  # 97.5 % of a bell curve lie below it
_SEED = 20_260_501
_WORK = 1_000_000  # rows drawn in all: a bootstrap over many people needs fewer rounds
_MOST, _LEAST = 400, 100


class Interval(NamedTuple):
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


def wilson(share: float, n: int) -> Interval:
    """Of a share of `n`; nothing is known of none.

    For marks between 0 and 1 the share is their mean. They vary less than marks of 0 or 1 with
    the same mean, so the interval is rather too wide than too narrow.
    """
    if n <= 0:
        return Interval(0.0, 1.0)
    square = Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def fisher(correlation: float, n: int) -> Interval:
    """Of a correlation of `n` pairs; below four pairs it can be anything."""
    if n < 4:
        return Interval(-1.0, 1.0)
    if abs(correlation) >= 1.0:
        return Interval(correlation, correlation)
    middle, half = atanh(correlation), Z / sqrt(n - 3)
    return Interval(tanh(middle - half), tanh(middle + half))


def difference(one: float, n: int, other: float, m: int) -> Interval:
    """Of how much a share of `n` lies above another of `m`: Newcombe's, from Wilson's two."""
    first, second, apart = wilson(one, n), wilson(other, m), one - other
    below = sqrt((one - first.low) ** 2 + (second.high - other) ** 2)
    above = sqrt((first.high - one) ** 2 + (other - second.low) ** 2)
    return Interval(apart - below, apart + above)


def of_mean(mean: float, deviation: float, n: int) -> Interval:
    """Of a mean of `n` scores, from twenty on."""
    half = Z * deviation / sqrt(n)
    return Interval(mean - half, mean + half)


def bootstrap[Row](
    rows: Sequence[Row], statistic: Callable[[Sequence[Row]], float | None]
) -> Interval | None:
    """From drawing as many rows with replacement, again and again.

    None where the statistic can hardly ever be said of such a draw.
    """
    n = len(rows)
    if n < 2:
        return None
    rng = Random(_SEED)
    rounds = max(_LEAST, min(_MOST, _WORK // n))
    found = [statistic(rng.choices(rows, k=n)) for _ in range(rounds)]
    said = sorted(value for value in found if value is not None)
    if len(said) < rounds * 0.9:
        return None
    return Interval(quantile(said, 0.025), quantile(said, 0.975))
