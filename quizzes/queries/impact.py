"""A dry run: whom an erratum would change, and how.

    Effect   what it would make of one attempt
    Person   what it would make of somebody at the test, all attempts of the period together
    Impact   all of them, counted: people by whether they have passed, attempts by their scores

Must not: write anything, or decide who may see it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet

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
    step,
)
from quizzes.queries.standing import Editions, marked_at, passing


@dataclass(frozen=True)
class Effect:
    """What an erratum would make of one attempt, if results may fall. What an earlier decision
    keeps is kept on, unless this erratum itself takes something."""

    attempt: Attempt
    before: Result
    after: Result
    counts: bool
    """For the edition that the person is on (queries.standing)."""

    @property
    def is_turned(self) -> bool:
        """Passed by it, or no longer."""
        return self.before.passed != self.after.passed

    @property
    def is_changed(self) -> bool:
        return self.is_turned or self.before.share != self.after.share


@dataclass(frozen=True)
class Person:
    """What becomes of somebody in one period. `effects` are of all attempts that are reached."""

    enrolment: Enrolment
    effects: Sequence[Effect]
    passes_otherwise: bool
    """By an attempt that is not reached."""
    is_certified: bool
    """A certificate of this completion counts: neither revoked, nor expired, nor annulled."""

    @property
    def is_complete(self) -> bool:
        """The course was completed."""
        return self.enrolment.completed_on is not None

    @property
    def had_passed(self) -> bool:
        return self.passes_otherwise or any(e.counts and e.before.passed for e in self.effects)

    @property
    def has_passed(self) -> bool:
        return self.passes_otherwise or any(e.counts and e.after.passed for e in self.effects)

    @property
    def is_won(self) -> bool:
        return self.has_passed and not self.had_passed

    @property
    def is_lost(self) -> bool:
        return self.had_passed and not self.has_passed

    @property
    def deciding(self) -> Effect:
        """Of somebody who is won or lost: the best attempt that would be, or was, passed."""
        if self.is_won:
            passed = [e for e in self.effects if e.counts and e.after.passed]
            return max(passed, key=lambda effect: effect.after.share)
        passed = [e for e in self.effects if e.counts and e.before.passed]
        return max(passed, key=lambda effect: effect.before.share)

    @property
    def aside(self) -> list[Effect]:
        """Attempts that turn while nothing becomes of it for the person."""
        if self.is_won or self.is_lost:
            return []
        return [effect for effect in self.effects if effect.is_turned]


@dataclass(frozen=True)
class Impact:
    """Whom an erratum would change, each with what holds now and what would."""

    people: Sequence[Person]

    @property
    def effects(self) -> list[Effect]:
        return [effect for person in self.people for effect in person.effects]

    @cached_property
    def counts(self) -> dict[str, int]:
        """What is shown before the decision, and kept with it: of people, then of attempts."""
        effects = self.effects
        rises = [e.after.share - e.before.share for e in effects]
        return {
            "won": _heads(self.won),
            "lost": _heads(self.lost),
            "lost_complete": _heads(p for p in self.lost if p.is_complete),
            "lost_certified": _heads(p for p in self.lost if p.is_certified),
            "reached": len(effects),
            "aside": sum(len(person.aside) for person in self.people),
            "up": sum(rise > 0 for rise in rises),
            "down": sum(rise < 0 for rise in rises),
            "unchanged": sum(not effect.is_changed for effect in effects),
        }

    @property
    def won(self) -> list[Person]:
        return [person for person in self.people if person.is_won]

    @property
    def lost(self) -> list[Person]:
        """Those first who have most to lose: a list may be cut short."""
        lost = [person for person in self.people if person.is_lost]
        return sorted(lost, key=lambda person: (not person.is_certified, not person.is_complete))


def _heads(people: Iterable[Person]) -> int:
    """Somebody is one, in however many periods."""
    return len({person.enrolment.person_id for person in people})


def certified_of(erratum: Erratum) -> frozenset[UUID]:
    """Enrolments with an attempt that it reaches whose certificate counts today. One query."""
    reached = Enrolment.objects.filter(pk__in=reached_by(erratum).values("enrolment"))
    return frozenset(certified(reached, today()).values_list("pk", flat=True))


def others_of(erratum: Erratum) -> QuerySet[Attempt]:
    """All marked attempts at the test in the periods in which it reaches one."""
    return marked_at(erratum.course_id, erratum.activity_key).filter(
        enrolment__in=reached_by(erratum).values("enrolment")
    )


def impact(erratum: Erratum, progress: Progress = lambda _done, _total: True) -> Impact:
    """What would happen if it were decided now. A fixed number of queries for every few hundred
    attempts. Raises Stopped."""
    editions = Editions(erratum.course_id, erratum.activity_key)
    holders, passed = certified_of(erratum), passing(others_of(erratum), editions)
    effects: dict[UUID, list[Effect]] = {}
    for effect in _effects(erratum, editions, progress):
        effects.setdefault(effect.attempt.enrolment_id, []).append(effect)
    return Impact(
        [
            Person(
                own[0].attempt.enrolment,
                own,
                passes_otherwise=bool(passed.get(pk, set()) - {e.attempt.pk for e in own}),
                is_certified=pk in holders,
            )
            for pk, own in effects.items()
        ]
    )


def _effects(erratum: Erratum, editions: Editions, progress: Progress) -> Iterator[Effect]:
    others = [own for own in errata_of(erratum.course_id, erratum.activity_key) if own != erratum]
    corrections = corrections_of([*others, erratum])
    answered = {key for own in (*others, erratum) for key in own.accepted}
    waiting = attempts_waiting(erratum)
    for place, paper in enumerate(papers_of(waiting, answered)):
        if not place % AT_ONCE and not progress(place, len(waiting)):
            raise Stopped
        attempt, own = paper.attempt, step(paper, corrections, str(erratum.pk))
        yield Effect(
            attempt,
            before=own.before,
            after=own.after,
            counts=editions.counts(
                sat_in=attempt.quiz.activity.edition_id,
                on=attempt.enrolment.edition_id,
                language=attempt.language,
            ),
        )
    progress(len(waiting), len(waiting))
