"""Which questions an attempt gets: drawn by objective, with must-pass points and caps.

The draw counts the draws that keep every rule and picks one of them, each as likely as any other.
So it never needs to repair a bad start, it finds a draw whenever there is one, and every question
that may appear has its fair chance. Counting is quick because questions that the rules cannot
tell apart are counted together.

It must not know what a question says; it sees keys and what the rules ask about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import comb
from random import Random

from quizzes.engine.content import Fault
from quizzes.engine.messages import gettext_noop
from quizzes.engine.tokens import generator

NO_QUESTION = gettext_noop("must-pass point %(point)s has no question")


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn. `must_pass` names its point, or is None."""

    key: str
    type: str
    objective: str
    must_pass: str | None = None
    negative_stem: bool = False
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Blueprint:
    """How many questions, how many of them per objective, and what else must hold.

    One question of each point in `must_pass` is drawn, inside its objective's quota; a question
    of a point that is not listed is drawn like any other. A cap of None is no cap. `tag_quotas`
    say how many of the draw carry a tag at least. Only questions with one of `pool_tags` (none
    given: all of them) and without any of `withheld_tags` are drawn.
    """

    draw: int
    quotas: Mapping[str, int]
    must_pass: Sequence[str] = ()
    cap_truefalse: int | None = None
    cap_negative_stem: int | None = None
    tag_quotas: Mapping[str, int] = field(default_factory=dict)
    pool_tags: frozenset[str] = frozenset()
    withheld_tags: frozenset[str] = frozenset()

    def admits(self, candidate: Candidate) -> bool:
        """Say whether the question belongs to the pool at all."""
        is_inside = not self.pool_tags or bool(candidate.tags & self.pool_tags)
        return is_inside and not candidate.tags & self.withheld_tags


class DrawError(ValueError):
    """No draw keeps every rule; `problems` says which cannot be met."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def draw(
    pool: Sequence[Candidate], blueprint: Blueprint, seed: int, *, avoid: Collection[str] = ()
) -> list[str]:
    """One draw of `Draws(pool, blueprint)`."""
    return Draws(pool, blueprint).draw(seed, avoid=avoid)


class Draws:
    """Every draw that a pool and a blueprint allow. They are counted once; a draw is then quick."""

    def __init__(self, pool: Sequence[Candidate], blueprint: Blueprint) -> None:
        admitted = [candidate for candidate in pool if blueprint.admits(candidate)]
        self._pool = sorted(admitted, key=lambda candidate: candidate.key)
        self._blueprint = blueprint
        self._problems = feasible(pool, blueprint)
        self._without_repeats = _Count(self._pool, blueprint, repeats=0)

    def draw(self, seed: int, *, avoid: Collection[str] = ()) -> list[str]:
        """Return the keys of one attempt's questions in the order they are asked.

        The same pool (in any order), blueprint and seed give the same draw. Keys in `avoid` are
        drawn only as far as the rules leave no other way. Raises DrawError.
        """
        if self._problems:
            raise DrawError(self._problems)
        rng = generator(seed, "draw")
        for count in self._counts(frozenset(avoid)):
            if count.total:
                keys = count.pick(rng)
                rng.shuffle(keys)
                return keys
        raise AssertionError("a feasible blueprint has a draw")  # pragma: no cover

    def _counts(self, avoid: frozenset[str]) -> Iterator[_Count]:
        """Of draws with no repeat, with one, with two …"""
        most = sum(candidate.key in avoid for candidate in self._pool)
        if not most:
            yield self._without_repeats
            return
        for repeats in range(most + 1):
            yield _Count(self._pool, self._blueprint, avoid, repeats)


def feasible(pool: Sequence[Candidate], blueprint: Blueprint) -> list[str]:
    """Return what in the blueprint the pool cannot meet; empty when a draw exists."""
    return [str(problem) for problem in problems_of(pool, blueprint)]


def problems_of(pool: Sequence[Candidate], blueprint: Blueprint) -> list[Fault]:
    """The same as sentences with places, for a page in the reader's language."""
    pool = [candidate for candidate in pool if blueprint.admits(candidate)]
    problems = [*_plain_problems(pool, blueprint)]
    if problems or _Count(pool, blueprint).total:
        return problems
    return [*_cap_problems(pool, blueprint)]


def _plain_problems(pool: Sequence[Candidate], blueprint: Blueprint) -> Iterator[Fault]:
    """Yield what can be seen without counting draws."""
    quotas = blueprint.quotas
    if sum(quotas.values()) != blueprint.draw:
        message = gettext_noop("the quotas add up to %(sum)s, but %(draw)s are drawn")
        yield Fault("", message, {"sum": sum(quotas.values()), "draw": blueprint.draw})
    for key, times in Counter(candidate.key for candidate in pool).items():
        if times > 1:
            message = gettext_noop("%(key)s is in the pool %(times)s times")
            yield Fault("", message, {"key": key, "times": times})
    reserved = set(blueprint.must_pass)
    for point in dict.fromkeys(blueprint.must_pass):
        variants = [c for c in pool if c.must_pass == point]
        if not variants:
            yield Fault("", NO_QUESTION, {"point": point})
        elif not any(quotas.get(c.objective, 0) for c in variants):
            message = gettext_noop(
                "must-pass point %(point)s has no question of an objective with a quota"
            )
            yield Fault("", message, {"point": point})
    for objective, quota in quotas.items():
        if quota < 0:
            message = gettext_noop("the quota of %(objective)s is below 0")
            yield Fault("", message, {"objective": objective})
        own = [candidate for candidate in pool if candidate.objective == objective]
        points = {c.must_pass for c in own if c.must_pass in reserved}
        available = sum(c.must_pass not in reserved for c in own) + len(points)
        if available < quota:
            message = gettext_noop(
                "%(objective)s has %(count)s questions that one draw may hold, "
                "but its quota is %(quota)s"
            )
            yield Fault("", message, {"objective": objective, "count": available, "quota": quota})
    for tag, least in blueprint.tag_quotas.items():
        tagged = sum(tag in c.tags and bool(quotas.get(c.objective, 0)) for c in pool)
        if tagged < least:
            message = gettext_noop(
                "%(count)s questions that may be drawn carry the tag %(tag)s, "
                "but at least %(least)s are asked for"
            )
            yield Fault("", message, {"count": tagged, "tag": tag, "least": least})


def _cap_problems(pool: Sequence[Candidate], blueprint: Blueprint) -> Iterator[Fault]:
    """Name the rules that stand in the way when each of them alone could be met."""
    truefalse, negative = blueprint.cap_truefalse, blueprint.cap_negative_stem
    message = gettext_noop("the cap of %(cap)s true/false questions cannot be held")
    of_truefalse = Fault("", message, {"cap": truefalse})
    message = gettext_noop("the cap of %(cap)s negative stems cannot be held")
    of_negative = Fault("", message, {"cap": negative})
    if blueprint.tag_quotas and _Count(pool, replace(blueprint, tag_quotas={})).total:
        message = gettext_noop("the numbers by tag cannot be held together with the other rules")
        yield Fault("", message)
    elif _Count(pool, replace(blueprint, cap_truefalse=None)).total:
        yield of_truefalse
    elif _Count(pool, replace(blueprint, cap_negative_stem=None)).total:
        yield of_negative
    elif _Count(pool, replace(blueprint, cap_truefalse=None, cap_negative_stem=None)).total:
        yield from (of_truefalse, of_negative)
    else:
        message = gettext_noop("the must-pass points and the quotas cannot be met together")
        yield Fault("", message)


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


@dataclass
class _Count:
    """The number of draws that keep every rule, and one of them at random."""

    pool: Sequence[Candidate]
    blueprint: Blueprint
    avoid: frozenset[str] = frozenset()
    repeats: int | None = None
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

    def pick(self, rng: Random) -> list[str]:
        """Return the keys of one draw, each draw as likely as any other."""
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
