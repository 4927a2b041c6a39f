"""Sure and wrong: how often people who said they were sure were not right.

A wrong answer somebody doubts is a gap; one they are sure of is what they will act on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from quizzes.engine.statistics.intervals import Interval, wilson
from quizzes.engine.statistics.items import ENOUGH

LEVELS = (1, 2, 3)
SURE = 3


@dataclass(frozen=True)
class ConfidenceNumbers:
    """Answers that came with a confidence, by level: how many, and how many of them right."""

    asked: tuple[int, int, int]
    right: tuple[int, int, int]

    @property
    def n(self) -> int:
        return sum(self.asked)

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH

    @property
    def sure_and_wrong(self) -> int:
        return self.asked[SURE - 1] - self.right[SURE - 1]

    @property
    def share(self) -> float:
        """Sure and wrong, of everybody who said how sure they were."""
        return self.sure_and_wrong / self.n if self.n else 0.0

    @property
    def interval(self) -> Interval:
        return wilson(self.share, self.n)


@dataclass
class Confidence:
    _asked: list[int] = field(default_factory=lambda: [0, 0, 0])
    _right: list[int] = field(default_factory=lambda: [0, 0, 0])

    def add(self, level: int | None, *, is_right: bool) -> None:
        """None: it was not asked for, or not said."""
        if level in LEVELS:
            self._asked[level - 1] += 1
            self._right[level - 1] += is_right

    def numbers(self) -> ConfidenceNumbers | None:
        """None where nobody said how sure they were."""
        if not sum(self._asked):
            return None
        first, second, third = self._asked
        right = (self._right[0], self._right[1], self._right[2])
        return ConfidenceNumbers((first, second, third), right)
