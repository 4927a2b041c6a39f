"""The marks of many attempts in compact columns: some ten bytes an answer.

Attempts of one test are asked different questions, so a row holds only what was asked. From here
come, per question, the marks with the rest of each attempt in per cent of what that rest could
have earned: a sum would say more about the draw than about the person.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from math import fsum


@dataclass
class Paired:
    """One question: the mark of everybody who was asked it, beside the rest and the whole.

    `rest` and `whole` are shares of 0…1 of the same attempt, without and with the question.
    """

    marks: array[float] = field(default_factory=lambda: array("d"))
    rest: array[float] = field(default_factory=lambda: array("d"))
    whole: array[float] = field(default_factory=lambda: array("d"))

    def __len__(self) -> int:
        return len(self.marks)


class Marks[Key: Hashable]:
    """Rows are attempts, in the order they were added."""

    def __init__(self) -> None:
        self._numbers: dict[Key, int] = {}
        self._asked = array("L")
        self._earned = array("d")
        self._ends = array("L", [0])

    def add(self, row: Sequence[tuple[Key, float]]) -> None:
        """An attempt: what was asked and what it earned, each 0…1. An empty one is no attempt."""
        if not row:
            return
        for key, mark in row:
            self._asked.append(self._numbers.setdefault(key, len(self._numbers)))
            self._earned.append(mark)
        self._ends.append(len(self._asked))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @property
    def answers(self) -> int:
        return len(self._asked)

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every question that was asked; its place is its number in `rows`."""
        return tuple(self._numbers)

    def rows(self) -> Iterator[tuple[array[int], array[float]]]:
        """The numbers of the questions and the marks of each attempt."""
        for start, end in zip(self._ends, self._ends[1:], strict=False):
            yield self._asked[start:end], self._earned[start:end]

    def shares(self) -> array[float]:
        """What each attempt earned of what it could have earned, 0…1."""
        return array("d", (fsum(earned) / len(earned) for _, earned in self.rows()))

    def means(self) -> list[float]:
        """The mean mark of each question."""
        sums = [0.0] * len(self._numbers)
        times = [0] * len(self._numbers)
        for number, mark in zip(self._asked, self._earned, strict=True):
            sums[number] += mark
            times[number] += 1
        return [total / n for total, n in zip(sums, times, strict=True)]

    def paired(self) -> dict[Key, Paired]:
        """Each question's marks beside the rest. An attempt of one question has no rest."""
        columns = [Paired() for _ in self._numbers]
        for asked, earned in self.rows():
            total, count = fsum(earned), len(earned)
            for number, mark in zip(asked, earned, strict=True):
                column = columns[number]
                column.marks.append(mark)
                column.whole.append(total / count)
                column.rest.append((total - mark) / (count - 1) if count > 1 else 0.0)
        return dict(zip(self._numbers, columns, strict=True))
