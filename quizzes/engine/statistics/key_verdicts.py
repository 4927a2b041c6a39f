"""Whether the strong agree with the key: of every list, part, line and sequence of a question.

A finding rests on the strongest third. It needs ten of them, a quarter that chooses something
wrong, and an interval of that share which begins above chance.

Must not: judge a question as a whole (verdicts), or see answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from quizzes.engine.choices import OTHER
from quizzes.engine.messages import gettext_noop
from quizzes.engine.statistics.findings import Level, Verdict, percent
from quizzes.engine.statistics.intervals import Interval, difference, wilson
from quizzes.engine.statistics.offered import Place, Shape, letter, placed
from quizzes.engine.statistics.options import GroupCount, OptionCount, OptionCounts
from quizzes.engine.statistics.thirds import STRONG, WEAK

DRAWS_STRONG = 0.25
DRAWS_MANY = 0.4
CHANCE_OF_STRONG = 0.10
MOST = 0.5
FEW = 10  # of a third

_MORE_THAN_THE_KEY = gettext_noop(
    "%(share)s %% of the strongest third choose option %(option)s, more than choose the right one."
)
_AS_MANY_AS_THE_KEY = gettext_noop(
    "%(share)s %% of the strongest third choose option %(option)s, as many as choose the right one."
)


@dataclass(frozen=True)
class _Group:
    """A group and the two thirds that are compared."""

    place: Place
    counted: GroupCount
    strong: int
    weak: int

    def share(self, option: OptionCount) -> float:
        return option.counts[STRONG] / self.strong

    def share_of_weak(self, option: OptionCount) -> float:
        return option.counts[WEAK] / self.weak

    def interval(self, option: OptionCount) -> Interval:
        return wilson(self.share(option), self.strong)

    def apart(self, option: OptionCount) -> Interval:
        """How much more of the strong than of the weak choose it."""
        return difference(self.share(option), self.strong, self.share_of_weak(option), self.weak)

    @property
    def key_share(self) -> float:
        """How many of the strong choose what is right: the most chosen of it."""
        return max((self.share(o) for o in self.counted.options if o.is_right), default=0.0)

    @property
    def drawn_to(self) -> list[tuple[int, OptionCount]]:
        """What is wrong and draws the strong beyond chance, with its place among the options."""
        return [
            (place, option)
            for place, option in enumerate(self.counted.options)
            if not option.is_right
            and self.share(option) >= DRAWS_STRONG
            and self.interval(option).low >= CHANCE_OF_STRONG
        ]

    def says(self, code: str, level: Level, finding: str, advice: str, **params: object) -> Verdict:
        known = {**params, **self.place.params}
        return Verdict(code, level, finding, advice, known, self.place.words)


def key_verdicts(counts: OptionCounts) -> Iterator[Verdict]:
    """What the strong say of the key, group by group; of a sequence once."""
    strong, weak = counts.people[STRONG], counts.people[WEAK]
    if strong < FEW or not weak:
        return
    groups = [_Group(place, group, strong, weak) for place, group in placed(counts.groups)]
    for (shape, _part), together in groupby(groups, lambda g: (g.place.shape, g.place.part)):
        if shape is Shape.STEP:
            yield from _of_sequence(list(together))
        else:
            for group in together:
                yield from _JUDGES[shape](group)


# ------------------------------------------------------------------ options and pairs
def _of_list(group: _Group) -> Iterator[Verdict]:
    several = group.counted.takes_several
    for place, option in group.drawn_to:
        is_liked = group.share(option) > group.share_of_weak(option)
        if group.share(option) >= group.key_share and not several:
            yield _against_the_key(group, option, place)
        elif is_liked or (several and group.interval(option).low > MOST):
            yield _draws(group, option, place)
    if several:
        yield from _left_alone(group)


def _of_line(group: _Group) -> Iterator[Verdict]:
    """Lines are many comparisons: that the strong take a side more than the weak do must be more
    than chance.
    """
    for place, option in group.drawn_to:
        if group.share(option) >= group.key_share:
            yield _against_the_key(group, option, place)
        elif group.apart(option).low > 0:
            yield _draws(group, option, place)


def _against_the_key(group: _Group, option: OptionCount, place: int) -> Verdict:
    return group.says(
        "key",
        Level.ACT,
        _MORE_THAN_THE_KEY if group.share(option) > group.key_share else _AS_MANY_AS_THE_KEY,
        gettext_noop("Check the key first. If it is right, the wording misleads."),
        share=percent(group.share(option)),
        option=letter(place),
    )


def _draws(group: _Group, option: OptionCount, place: int) -> Verdict:
    return group.says(
        "draws_strong",
        Level.ACT if group.share(option) >= DRAWS_MANY else Level.LOOK,
        gettext_noop(
            "%(share)s %% of the strongest third choose option %(option)s, of the weakest "
            "third %(weak)s %%."
        ),
        gettext_noop("Check the key, and whether this option can be right in some reading."),
        share=percent(group.share(option)),
        weak=percent(group.share_of_weak(option)),
        option=letter(place),
    )


def _left_alone(group: _Group) -> Iterator[Verdict]:
    """What counts as right of several, and the strong do not choose: one right option too many."""
    for place, option in enumerate(group.counted.options):
        if not option.is_right:
            continue
        high = group.interval(option).high
        is_liked = group.share(option) > group.share_of_weak(option)
        if high < DRAWS_STRONG or (high < MOST and not is_liked):
            yield group.says(
                "left_alone",
                Level.ACT if high < DRAWS_STRONG and not is_liked else Level.LOOK,
                gettext_noop(
                    "Only %(share)s %% of the strongest third choose option %(option)s, which "
                    "counts as right; of the weakest third %(weak)s %%."
                ),
                gettext_noop("Check whether this option is right."),
                share=percent(group.share(option)),
                weak=percent(group.share_of_weak(option)),
                option=letter(place),
            )


# ------------------------------------------------------------------ sequences and written answers
def _of_sequence(steps: list[_Group]) -> Iterator[Verdict]:
    """One step in another place moves all between: it is said once, of the step that the strong
    move farthest. A sequence is many comparisons, so the place must beat the step's own beyond
    chance among those who chose one of the two, ten or more.
    """
    moved = [
        (step, option)
        for step in steps
        for _place, option in step.drawn_to
        if _beats_its_place(step, option)
    ]
    if not moved:
        return
    step, option = max(moved, key=lambda m: (_distance(*m), m[0].share(m[1])))
    yield step.says(
        "key",
        Level.ACT,
        gettext_noop(
            "%(share)s %% of the strongest third put it at place %(place)s, more than at its own."
        ),
        gettext_noop("Check the order. One step in another place moves all that lie between."),
        share=percent(step.share(option)),
        place=int(option.key),
    )


def _beats_its_place(step: _Group, option: OptionCount) -> bool:
    own = sum(o.counts[STRONG] for o in step.counted.options if o.is_right)
    other = option.counts[STRONG]
    both = own + other
    return both >= FEW and wilson(other / both, both).low > MOST


def _distance(step: _Group, option: OptionCount) -> int:
    return abs(int(option.key) - (step.place.line or 0))


def _of_written(group: _Group) -> Iterator[Verdict]:
    """Strong people do make the slips that an author foresaw: only more of them than right ones
    speak against the key.
    """
    for place, option in group.drawn_to:
        if group.share(option) < group.key_share:
            continue
        if option.key == OTHER:
            yield _unforeseen(group, option)
        else:
            yield group.says(
                "key",
                Level.ACT,
                gettext_noop(
                    "%(share)s %% of the strongest third make the known mistake %(option)s; "
                    "%(right)s %% are right."
                ),
                gettext_noop("Check the key first. If it is right, the wording misleads."),
                share=percent(group.share(option)),
                right=percent(group.key_share),
                option=letter(place),
            )


def _unforeseen(group: _Group, option: OptionCount) -> Verdict:
    right = group.key_share
    return group.says(
        "unforeseen",
        Level.ACT if wilson(right, group.strong).high < DRAWS_STRONG else Level.LOOK,
        gettext_noop(
            "%(share)s %% of the strongest third give an answer that nobody foresaw, %(right)s %% "
            "the right one."
        ),
        gettext_noop("Check the key, and whether an answer is missing that is right too."),
        share=percent(group.share(option)),
        right=percent(right),
    )


_JUDGES: Mapping[Shape, Callable[[_Group], Iterator[Verdict]]] = {
    Shape.LIST: _of_list,
    Shape.LINE: _of_line,
    Shape.WRITTEN: _of_written,
}
