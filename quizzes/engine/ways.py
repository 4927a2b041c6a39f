"""How many draws keep every rule, and one of them with the same chance as any other.

Counting is quick because questions that the rules cannot tell apart are counted together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import comb
from random import Random

from quizzes.engine.blueprint import Blueprint, Candidate

type _Room = tuple[int, int, int]
"""How many more true/false questions, negative stems and repeats may come."""


@dataclass(frozen=True)
class _State:
    """What is still to be drawn by objective and by tag, and the room that is left."""

    quotas: tuple[int, ...]
    room: _Room
    needs: tuple[int, ...]  # by tag of the blueprint, never below 0

    def after(self, group: _Group, number: int) -> _State | None:
        """The state once `number` of the group are drawn; None where a rule forbids it."""
        quotas = tuple(
            quota - number if i == group.objective else quota for i, quota in enumerate(self.quotas)
        )
        first, second, third = (
            r - number * f for r, f in zip(self.room, group.features, strict=True)
        )
        if min(first, second, third, quotas[group.objective]) < 0:
            return None
        needs = tuple(
            max(0, need - number * carried)
            for need, carried in zip(self.needs, group.tags, strict=True)
        )
        return _State(quotas, (first, second, third), needs)


@dataclass(frozen=True)
class _Group:
    """Questions that no rule tells apart: one objective and the same features."""

    objective: int
    features: _Room
    tags: tuple[int, ...]  # 1 for each tag of the blueprint that they carry
    keys: tuple[str, ...]


@dataclass(frozen=True)
class _Stage:
    """A decision: one question out of all groups (a point), or any number out of one group."""

    groups: tuple[_Group, ...]
    is_point: bool


@dataclass(frozen=True)
class _Choice:
    """One way to decide a stage: `number` questions of `group`, which `ways` draws share."""

    group: _Group
    number: int
    state: _State
    ways: int


class TooMany(Exception):
    """More cases would have to be told apart than anybody should wait for."""


@dataclass
class Ways:
    """The number of draws that keep every rule, and one of them at random.

    `repeats`: at most so many keys of `avoid`; None is no limit. `most_cases` bounds the work:
    beyond it `total` and `pick` raise TooMany. Each number by tag multiplies the cases.
    """

    pool: Sequence[Candidate]
    blueprint: Blueprint
    avoid: frozenset[str] = frozenset()
    repeats: int | None = None
    most_cases: int | None = None
    _known: dict[tuple[int, _State], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Sorted, so that the order in which a file or a database lists them changes no draw.
        quotas = sorted(self.blueprint.quotas.items())
        self._objectives = {name: index for index, (name, _) in enumerate(quotas)}
        self._tags = sorted(self.blueprint.tag_quotas)
        most = self.blueprint.draw
        caps = (self.blueprint.cap_truefalse, self.blueprint.cap_negative_stem, self.repeats)
        first, second, third = (most if cap is None else min(cap, most) for cap in caps)
        self._start = _State(
            tuple(quota for _, quota in quotas),
            (first, second, third),
            tuple(self.blueprint.tag_quotas[tag] for tag in self._tags),
        )
        self._stages = self._decisions()

    @property
    def total(self) -> int:
        """The number of draws."""
        return self._ways(0, self._start)

    def pick(self, rng: Random) -> list[str] | None:
        """Return the keys of one draw, each draw as likely as any other; None if there is none."""
        if not self.total:
            return None
        keys: list[str] = []
        state = self._start
        for index in range(len(self._stages)):
            rest = rng.randrange(self._ways(index, state))
            for choice in self._choices(index, state):
                if rest < choice.ways:
                    keys += rng.sample(choice.group.keys, choice.number)
                    state = choice.state
                    break
                rest -= choice.ways
        return keys

    def _decisions(self) -> list[_Stage]:
        points = dict.fromkeys(self.blueprint.must_pass)
        stages = [
            _Stage(self._groups(c for c in self.pool if c.must_pass == point), is_point=True)
            for point in points
        ]
        ordinary = self._groups(c for c in self.pool if c.must_pass not in points)
        return stages + [_Stage((group,), is_point=False) for group in ordinary]

    def _groups(self, candidates: Iterator[Candidate]) -> tuple[_Group, ...]:
        members: dict[tuple[int, _Room, tuple[int, ...]], list[str]] = {}
        for own in candidates:
            if own.objective in self._objectives:
                features = (
                    int(own.type == "truefalse"),
                    int(own.negative_stem),
                    int(own.key in self.avoid),
                )
                tags = tuple(int(tag in own.tags) for tag in self._tags)
                place = (self._objectives[own.objective], features, tags)
                members.setdefault(place, []).append(own.key)
        return tuple(_Group(*place, tuple(keys)) for place, keys in sorted(members.items()))

    def _ways(self, index: int, state: _State) -> int:
        if index == len(self._stages):
            return int(not any(state.quotas) and not any(state.needs))
        if (index, state) not in self._known:
            if self.most_cases is not None and len(self._known) >= self.most_cases:
                raise TooMany
            self._known[index, state] = sum(c.ways for c in self._choices(index, state))
        return self._known[index, state]

    def _choices(self, index: int, state: _State) -> Iterator[_Choice]:
        """Yield the ways to decide a stage that lead to at least one draw."""
        stage = self._stages[index]
        for group in stage.groups:
            most = min(len(group.keys), state.quotas[group.objective])
            for number in (1,) if stage.is_point else range(most + 1):
                left = state.after(group, number)
                if left is None or self._is_short(index + 1, left.quotas):
                    continue
                ways = comb(len(group.keys), number) * self._ways(index + 1, left)
                if ways:
                    yield _Choice(group, number, left, ways)

    def _is_short(self, index: int, quotas: tuple[int, ...]) -> bool:
        """Say whether an objective cannot be filled by what is still to be decided.

        Ordinary groups come sorted by objective, so only a finished objective is looked at; this
        keeps the number of states small.
        """
        if index == len(self._stages) or self._stages[index].is_point:
            return False
        current = self._stages[index].groups[0].objective
        return any(quotas[:current])
