"""Plain descriptions of a list of numbers: middle, spread, shape, and how two lists go together.

Variances and covariances are those of a sample (divided by n - 1). What cannot be said is None:
never a zero that looks like a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt

#: A variance below this is no variance but the dust of adding floats.
DUST = 1e-12


def mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def covariance(first: Sequence[float], second: Sequence[float]) -> float | None:
    """None for fewer than two pairs."""
    n = len(first)
    if n < 2:
        return None
    one, two = mean(first), mean(second)
    return fsum((a - one) * (b - two) for a, b in zip(first, second, strict=True)) / (n - 1)


def variance(values: Sequence[float]) -> float | None:
    found = covariance(values, values)
    return None if found is None else (found if found > DUST else 0.0)


def deviation(values: Sequence[float]) -> float | None:
    """The standard deviation."""
    found = variance(values)
    return None if found is None else sqrt(found)


def correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Pearson's; None where one of the lists does not vary."""
    both = covariance(first, second)
    spread = (variance(first) or 0.0) * (variance(second) or 0.0)
    if both is None or not spread:
        return None
    return max(-1.0, min(1.0, both / sqrt(spread)))


def quantile(ordered: Sequence[float], share: float) -> float:
    """Of a sorted list that is not empty, straight between its neighbours."""
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median(values: Sequence[float]) -> float:
    return quantile(sorted(values), 0.5)


def skewness(values: Sequence[float]) -> float | None:
    """Below 0: a tail of low scores. The sample's (adjusted) third moment; from three values."""
    n = len(values)
    second = variance(values)
    if n < 3 or not second:
        return None
    middle = mean(values)
    third = fsum((value - middle) ** 3 for value in values)
    return n * third / ((n - 1) * (n - 2)) / sqrt(second) ** 3


def kurtosis(values: Sequence[float]) -> float | None:
    """Above 0: heavier tails than a bell curve's. The sample's, less a bell curve's; from four."""
    n = len(values)
    second = variance(values)
    if n < 4 or not second:
        return None
    middle = mean(values)
    fourth = fsum((value - middle) ** 4 for value in values) / second**2
    scale = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3))
    return scale * fourth - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))
