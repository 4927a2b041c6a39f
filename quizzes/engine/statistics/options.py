"""Who chooses what: for every option, how many of the weak, middle and strong third chose it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quizzes.engine.choices import ChoiceGroup

type PerThird = list[int]


@dataclass(frozen=True)
class OptionCount:
    """An option and the people of each third, weak first, who chose it."""

    key: str
    is_right: bool
    counts: tuple[int, int, int]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class GroupCount:
    """What was offered together; `empty` are the people of each third who chose nothing."""

    key: str
    takes_several: bool
    options: tuple[OptionCount, ...]
    empty: tuple[int, int, int]


@dataclass(frozen=True)
class OptionCounts:
    """`people` are all who were asked, by third."""

    people: tuple[int, int, int]
    groups: tuple[GroupCount, ...]

    def share(self, option: OptionCount, third: int) -> float | None:
        """None where nobody of that third was asked."""
        return option.counts[third] / self.people[third] if self.people[third] else None


@dataclass
class OptionTally:
    """Counts answer by answer; what is not offered any more is not counted."""

    groups: Sequence[ChoiceGroup]
    _people: PerThird = field(default_factory=lambda: [0, 0, 0])
    _chosen: dict[tuple[str, str], PerThird] = field(default_factory=dict)
    _empty: dict[str, PerThird] = field(default_factory=dict)

    def add(self, third: int, chosen: Mapping[str, Sequence[str]]) -> None:
        """An answer: per group the keys of what was chosen."""
        self._people[third] += 1
        for group in self.groups:
            keys = chosen.get(group.key, ())
            if not keys:
                self._empty.setdefault(group.key, [0, 0, 0])[third] += 1
            for key in keys:
                self._chosen.setdefault((group.key, key), [0, 0, 0])[third] += 1

    def counts(self) -> OptionCounts:
        return OptionCounts(
            _three(self._people),
            tuple(
                GroupCount(
                    group.key,
                    group.takes_several,
                    tuple(
                        OptionCount(
                            choice.key,
                            choice.is_right,
                            _three(self._chosen.get((group.key, choice.key), [0, 0, 0])),
                        )
                        for choice in group.choices
                    ),
                    _three(self._empty.get(group.key, [0, 0, 0])),
                )
                for group in self.groups
            ),
        )


def _three(values: Sequence[int]) -> tuple[int, int, int]:
    weak, middle, strong = values
    return weak, middle, strong
