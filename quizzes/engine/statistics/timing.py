"""Time on a question: the middle half, and whether who is right is quicker. 0 means unknown."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from quizzes.engine.statistics.items import ENOUGH
from quizzes.engine.statistics.samples import median, quantile


@dataclass(frozen=True)
class TimeNumbers:
    """Seconds. `right` and `wrong` are medians of `rights` and of `wrongs` answers, None below
    `ENOUGH` of them: the time of one person is no number of a question.
    """

    n: int
    lower: float
    median: float
    upper: float
    right: float | None
    wrong: float | None
    rights: int
    wrongs: int

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH


@dataclass
class Timing:
    _right: array[int] = field(default_factory=lambda: array("L"))
    _wrong: array[int] = field(default_factory=lambda: array("L"))

    def add(self, seconds: int, *, is_right: bool) -> None:
        if seconds > 0:
            (self._right if is_right else self._wrong).append(seconds)

    def numbers(self) -> TimeNumbers | None:
        """None where no time is known."""
        ordered = sorted([*self._right, *self._wrong])
        if not ordered:
            return None
        return TimeNumbers(
            len(ordered),
            quantile(ordered, 0.25),
            quantile(ordered, 0.5),
            quantile(ordered, 0.75),
            median(self._right) if len(self._right) >= ENOUGH else None,
            median(self._wrong) if len(self._wrong) >= ENOUGH else None,
            len(self._right),
            len(self._wrong),
        )
