"""People in progress go on in the edition that was just published, each in a transaction of their
own.

Owns: who may be moved and what the new edition asks of them. Must not: move anybody who sits a
test or waits for its marks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from courseware.accounts.models import User
from courseware.authoring.queries.impact import UNFINISHED, hashes_of, in_progress
from courseware.courses.models import Edition
from courseware.enrolments.actions import move
from quizzes.actions import go_on_where_left
from quizzes.models import Attempt, Quiz

type Allowed = Mapping[tuple[UUID, str], int]
"""Attempts by edition and activity key."""


@dataclass(frozen=True)
class Plan:
    """All that is the same for everybody who is moved to `edition`."""

    edition: Edition
    hashes: Mapping[str, frozenset[str]]
    allowed: Allowed

    def fewer_attempts(self, old_edition: UUID) -> dict[str, int]:
        """By test, how many attempts the new edition takes away."""
        return {
            key: count - now
            for (edition, key), count in self.allowed.items()
            if edition == old_edition
            and (now := self.allowed.get((self.edition.pk, key), count)) < count
        }


def plan_for(edition: Edition) -> Plan:
    allowed = Quiz.objects.filter(activity__edition__course=edition.course_id).values_list(
        "activity__edition", "activity__key", "attempts_allowed"
    )
    return Plan(edition, hashes_of(edition), {(row[0], row[1]): row[2] for row in allowed})


@transaction.atomic
def move_person(*, plan: Plan, enrolment_id: UUID, by: User | None, now: datetime) -> bool:
    """False if there was nothing to move, or the person stays; asking again changes nothing.

    The enrolment's row is locked first: a test that begins at the same moment waits for the move,
    and then begins in the new edition.
    """
    enrolment = (
        in_progress(plan.edition)
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=enrolment_id)
        .first()
    )
    if enrolment is None:
        return False
    if Attempt.objects.filter(enrolment=enrolment, state__in=UNFINISHED).exists():
        return False
    is_moved = move(
        enrolment=enrolment,
        edition=plan.edition,
        hashes=plan.hashes,
        extra_attempts=plan.fewer_attempts(enrolment.edition_id),
        by=by,
        now=now,
    )
    if is_moved:
        go_on_where_left(enrolment=enrolment, now=now)
    return is_moved


def waiting_to_move(edition: Edition) -> list[UUID]:
    return list(in_progress(edition).order_by("pk").values_list("pk", flat=True))
