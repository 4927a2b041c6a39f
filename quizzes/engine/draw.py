"""Which questions an attempt gets: drawn by objective, with must-pass points and caps.

The draw counts the draws that keep every rule and picks one of them, each as likely as any other.
So it never needs to repair a bad start, it finds a draw whenever there is one, and every question
that may appear has its fair chance.

Each number by tag multiplies the cases that have to be told apart. Where they become many, draws
are picked without those numbers until one keeps them too, which gives each of those the same
chance; only where hardly any does, all cases are counted, up to a bound.

It must not know what a question says; it sees keys and what the rules ask about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from random import Random

from quizzes.engine.blueprint import Blueprint, Candidate
from quizzes.engine.content import Fault
from quizzes.engine.messages import gettext_noop
from quizzes.engine.tokens import generator
from quizzes.engine.ways import TooMany, Ways

NO_QUESTION = gettext_noop("must-pass point %(point)s has no question")
#: Cases counted at once; picks that are tried beyond them; cases counted when all of those failed:
#: once in the life of a test, and at each step of looking for a draw with fewer repeats.
#: On one core 0.02, 0.1, 1 and 0.1 seconds.
_FEW_CASES, _TRIES, _MOST_CASES, _CASES_A_STEP = 2_000, 500, 100_000, 10_000


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
        self._all = _Draws(self._pool, blueprint)

    def draw(self, seed: int, *, avoid: Collection[str] = ()) -> list[str]:
        """Return the keys of one attempt's questions in the order they are asked.

        The same pool (in any order), blueprint and seed give the same draw. Keys in `avoid` are
        drawn only as far as the rules leave no other way. Raises DrawError.
        """
        if self._problems:
            raise DrawError(self._problems)
        rng = generator(seed, "draw")
        keys = self._avoiding(frozenset(avoid), rng) if avoid else None
        if keys is None:
            keys = self._all.surely(rng)
        rng.shuffle(keys)
        return keys

    def _avoiding(self, avoid: frozenset[str], rng: Random) -> list[str] | None:
        """With no repeat, or with one, or with two …; None where only all of them will do."""
        repeats, step = 0, 1
        while repeats < sum(candidate.key in avoid for candidate in self._pool):
            try:
                draws = _Draws(self._pool, self._blueprint, avoid, repeats, _CASES_A_STEP)
                keys, step = draws.pick(rng, tries=_TRIES), 1
            except TooMany:  # nobody waits until it is known whether so few repeats would do
                keys, step = None, 2 * step
            if keys is not None:
                return keys
            repeats += step
        return None


class _Draws:
    """The draws with at most so many questions out of `avoid`."""

    def __init__(
        self,
        pool: Sequence[Candidate],
        blueprint: Blueprint,
        avoid: frozenset[str] = frozenset(),
        repeats: int | None = None,
        most_cases: int = _MOST_CASES,
    ) -> None:
        self._pool, self._blueprint = pool, blueprint
        self._avoid, self._repeats, self._most_cases = avoid, repeats, most_cases

    def pick(self, rng: Random, *, tries: int) -> list[str] | None:
        """One of them, each as likely as any other; None where there is none. Raises TooMany."""
        if not self._blueprint.tag_quotas:
            return self._by_the_rest.pick(rng)
        try:
            return self._few.pick(rng)
        except TooMany:
            return self._tried(rng, tries) or self._many.pick(rng)

    def surely(self, rng: Random) -> list[str]:
        """One of them, where it is known that there are some."""
        while True:
            try:
                keys = self.pick(rng, tries=_TRIES)
            except TooMany:  # not found by these tries; it does not take many more
                continue
            assert keys is not None, "a feasible blueprint has a draw"
            return keys

    def _tried(self, rng: Random, tries: int) -> list[str] | None:
        """One that keeps the numbers by tag, if one of the first picks without them does."""
        picks = (self._by_the_rest.pick(rng) for _ in range(tries))
        return next((keys for keys in picks if keys and self._has_tags(keys)), None)

    @cached_property
    def _by_the_rest(self) -> Ways:
        """Counted by every rule but the numbers by tag."""
        return Ways(self._pool, _without_tags(self._blueprint), self._avoid, self._repeats)

    @cached_property
    def _few(self) -> Ways:
        return self._counted(_FEW_CASES)

    @cached_property
    def _many(self) -> Ways:
        return self._counted(self._most_cases)

    def _counted(self, most_cases: int) -> Ways:
        return Ways(self._pool, self._blueprint, self._avoid, self._repeats, most_cases=most_cases)

    @cached_property
    def _tags(self) -> dict[str, frozenset[str]]:
        return {candidate.key: candidate.tags for candidate in self._pool}

    def _has_tags(self, keys: Collection[str]) -> bool:
        return all(
            sum(tag in self._tags[key] for key in keys) >= least
            for tag, least in self._blueprint.tag_quotas.items()
        )


def _without_tags(blueprint: Blueprint) -> Blueprint:
    return replace(blueprint, tag_quotas={})


def feasible(pool: Sequence[Candidate], blueprint: Blueprint) -> list[str]:
    """Return what in the blueprint the pool cannot meet; empty when a draw exists."""
    return [str(problem) for problem in problems_of(pool, blueprint)]


def problems_of(pool: Sequence[Candidate], blueprint: Blueprint) -> list[Fault]:
    """The same as sentences with places, for a page in the reader's language."""
    pool = [candidate for candidate in pool if blueprint.admits(candidate)]
    if problems := [*_plain_problems(pool, blueprint)]:
        return problems
    if not Ways(pool, _without_tags(blueprint)).total:
        return [*_cap_problems(pool, _without_tags(blueprint))]
    if not blueprint.tag_quotas:
        return []
    return [*_tag_problems(pool, blueprint)]


def _tag_problems(pool: Sequence[Candidate], blueprint: Blueprint) -> Iterator[Fault]:
    """Yield what stands in the way where all but the numbers by tag can be held."""
    message = gettext_noop("the numbers by tag cannot be held together with the other rules")
    try:
        # With fewer tries than a draw has: what is found here by luck is not rare there.
        keys = _Draws(pool, blueprint).pick(generator(0, "feasible"), tries=_TRIES // 5)
    except TooMany:
        message = gettext_noop(
            "hardly any draw holds all numbers by tag, and it takes too long to look for one: "
            "ask for fewer tags, or for smaller numbers"
        )
        keys = None
    if keys is None:
        yield Fault("", message)


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
    if Ways(pool, replace(blueprint, cap_truefalse=None)).total:
        yield of_truefalse
    elif Ways(pool, replace(blueprint, cap_negative_stem=None)).total:
        yield of_negative
    elif Ways(pool, replace(blueprint, cap_truefalse=None, cap_negative_stem=None)).total:
        yield from (of_truefalse, of_negative)
    else:
        message = gettext_noop("the must-pass points and the quotas cannot be met together")
        yield Fault("", message)
