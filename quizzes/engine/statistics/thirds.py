"""Strong, middle and weak: attempts by their score.

Equal scores are never torn apart, so the thirds are of about the same size only.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

WEAK, MIDDLE, STRONG = 0, 1, 2


class Thirds:
    """Where a score stands among all of them."""

    def __init__(self, scores: Iterable[float]) -> None:
        self._ordered = sorted(scores)

    def third_of(self, score: float) -> int:
        """0 is the weakest. The middle of all equal scores decides."""
        below = bisect_left(self._ordered, score)
        upto = bisect_right(self._ordered, score)
        # (below + upto) / 2 of n, compared without leaving whole numbers.
        place = 3 * (below + upto)
        whole = 2 * len(self._ordered)
        return WEAK if place < whole else MIDDLE if place <= 2 * whole else STRONG
