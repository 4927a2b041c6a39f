"""A dry run: whom an erratum would change, and how.

Must not: write anything, or decide who may see it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from courseware.accounts.access import today
from courseware.enrolments.certified import certified
from courseware.enrolments.models import Enrolment
from quizzes.engine.marking import Result
from quizzes.models import Attempt, Erratum
from quizzes.queries.counting import Progress, Stopped
from quizzes.queries.regrading import (
    AT_ONCE,
    attempts_waiting,
    corrections_of,
    errata_of,
    papers_of,
    reached_by,
    result_now,
)


@dataclass(frozen=True)
class Effect:
    """What an erratum would make of one attempt, if results may fall."""

    attempt: Attempt
    before: Result
    after: Result
    is_certified: bool
    """A certificate of this completion counts: neither revoked, nor expired, nor annulled."""

    @property
    def is_complete(self) -> bool:
        """The course was completed."""
        return self.attempt.enrolment.completed_on is not None

    @property
    def is_won(self) -> bool:
        return self.after.passed and not self.before.passed

    @property
    def is_lost(self) -> bool:
        return self.before.passed and not self.after.passed

    @property
    def is_changed(self) -> bool:
        return self.is_won or self.is_lost or self.before.share != self.after.share


@dataclass(frozen=True)
class Impact:
    """Whom an erratum would change, each with what holds now and what would."""

    effects: Sequence[Effect]

    @cached_property
    def counts(self) -> dict[str, int]:
        """What is shown before the decision, and kept with it."""
        found: Counter[str] = Counter(
            reached=0,
            won=0,
            lost=0,
            lost_complete=0,
            lost_certified=0,
            up=0,
            down=0,
            unchanged=0,
        )
        for effect in self.effects:
            found["reached"] += 1
            found["won"] += effect.is_won
            found["lost"] += effect.is_lost
            found["lost_complete"] += effect.is_lost and effect.is_complete
            found["lost_certified"] += effect.is_lost and effect.is_certified
            found["up"] += effect.after.share > effect.before.share
            found["down"] += effect.after.share < effect.before.share
            found["unchanged"] += not effect.is_changed
        return dict(found)

    @property
    def won(self) -> list[Effect]:
        return [effect for effect in self.effects if effect.is_won]

    @property
    def lost(self) -> list[Effect]:
        return [effect for effect in self.effects if effect.is_lost]


def certified_of(erratum: Erratum) -> frozenset[UUID]:
    """Enrolments with an attempt that it reaches whose certificate counts today. One query."""
    reached = Enrolment.objects.filter(pk__in=reached_by(erratum).values("enrolment"))
    return frozenset(certified(reached, today()).values_list("pk", flat=True))


def impact(erratum: Erratum, progress: Progress = lambda _done, _total: True) -> Impact:
    """What would happen if it were decided now. A fixed number of queries for every few hundred
    attempts. Raises Stopped."""
    others = [own for own in errata_of(erratum.course_id, erratum.activity_key) if own != erratum]
    corrections = corrections_of([*others, erratum])
    answered = {key for own in (*others, erratum) for key in own.accepted}
    effects: list[Effect] = []
    waiting, holders = attempts_waiting(erratum), certified_of(erratum)
    for paper in papers_of(waiting, answered):
        if not len(effects) % AT_ONCE and not progress(len(effects), len(waiting)):
            raise Stopped
        before = result_now(paper, corrections)
        after = paper.earns(corrections, paper.errata | {str(erratum.pk)})
        effects.append(Effect(paper.attempt, before, after, paper.attempt.enrolment_id in holders))
    progress(len(waiting), len(waiting))
    return Impact(effects)
