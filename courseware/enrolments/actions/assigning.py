"""People are put on a course, many at once: the one rule that a page, a list and a command share.

Whoever is on the course stays on it; whoever holds a completion that is not about to run out is
left alone; everybody else begins a period. Doing it again changes nothing.

Must not: decide whom somebody may assign; callers bring people within reach.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from courseware.accounts.models import User
from courseware.audit.actions import record_many
from courseware.courses.models import Course, Edition
from courseware.courses.queries import current_edition
from courseware.enrolments.actions.enrolling import EnrolmentError
from courseware.enrolments.models import AssignmentRow, DateChange, Enrolment
from courseware.enrolments.queries.assigning import Stand, stands
from courseware.enrolments.rules import Placing

Outcome = AssignmentRow.Outcome
_REASON = "assigned"


@dataclass(frozen=True)
class Placed:
    """What became of one person; `enrolment_id` is the open one, where there is one."""

    outcome: AssignmentRow.Outcome
    enrolment_id: UUID | None = None


@transaction.atomic
def assign(
    *,
    due: Mapping[UUID, date | None],
    course: Course,
    moves_due: bool,
    by: User | None,
    now: datetime,
    today: date,
) -> dict[UUID, Placed]:
    """Put the people of `due`, by id with their dates, on the course. The same number of
    statements for one and for hundreds.

    `moves_due`: whoever is on the course already gets the date too. Raises EnrolmentError if the
    course cannot be taken.
    """
    edition = current_edition(course)
    if edition is None or course.retired_at is not None:
        raise EnrolmentError(f"{course.slug} has no edition that can be taken.")
    found = stands(due, course, today)
    new = {person: stand for person, stand in found.items() if stand.placing is Placing.NEW}
    made = _enrol(new, due, edition=edition, by=by, now=now)
    overtaken = new.keys() - made.keys()  # somebody else put them on it at this moment
    found |= stands(overtaken, course, today)
    open_ones = {
        person: stand.enrolment
        for person, stand in found.items()
        if person not in made and stand.enrolment is not None
    }
    moved = _move_due(open_ones, due, by=by, now=now) if moves_due else set()
    placed = {person: Placed(Outcome.PUT, enrolment.pk) for person, enrolment in made.items()}
    for person, stand in found.items():
        if person in made:
            continue
        if stand.enrolment is None:
            placed[person] = Placed(Outcome.HOLDS)
        else:
            outcome = Outcome.MOVED if person in moved else Outcome.ON_IT
            placed[person] = Placed(outcome, stand.enrolment.pk)
    return placed


def _enrol(
    new: Mapping[UUID, Stand],
    due: Mapping[UUID, date | None],
    *,
    edition: Edition,
    by: User | None,
    now: datetime,
) -> dict[UUID, Enrolment]:
    """The periods that were begun here, by person. In one order, so that two who do this at the
    same moment wait for each other and do not lock each other out."""
    rows = [
        Enrolment(
            person_id=person,
            course_id=edition.course_id,
            edition=edition,
            period=new[person].last_period + 1,
            assigned_at=now,
            assigned_by=by,
            due_on=due[person],
        )
        for person in sorted(new)
    ]
    Enrolment.objects.bulk_create(rows, ignore_conflicts=True)
    ids = [row.pk for row in rows]
    there = set(Enrolment.objects.filter(pk__in=ids).values_list("pk", flat=True))
    made = [row for row in rows if row.pk in there]
    record_many(
        verb="enrolment.created",
        about=[
            (
                ("enrolment", row.pk),
                {
                    "course": edition.course.slug,
                    "person": str(row.person_id),
                    "period": row.period,
                },
            )
            for row in made
        ],
        by=by.pk if by else None,
        now=now,
    )
    _note_due([(row, None) for row in made if row.due_on], by=by, now=now)
    return {row.person_id: row for row in made}


def _move_due(
    open_ones: Mapping[UUID, Enrolment],
    due: Mapping[UUID, date | None],
    *,
    by: User | None,
    now: datetime,
) -> set[UUID]:
    """Who got another date. Read again under a lock: the date may just have been moved."""
    ids = [enrolment.pk for enrolment in open_ones.values()]
    held = list(
        Enrolment.objects.select_for_update()
        .filter(pk__in=ids, completed_on__isnull=True, withdrawn_at__isnull=True)
        .order_by("pk")
    )
    changes: list[tuple[Enrolment, date | None]] = []
    for enrolment in held:
        new = due[enrolment.person_id]
        if new is not None and new != enrolment.due_on:
            changes.append((enrolment, enrolment.due_on))
            enrolment.due_on = new
    Enrolment.objects.bulk_update([enrolment for enrolment, _old in changes], ["due_on"])
    _note_due(changes, by=by, now=now)
    return {enrolment.person_id for enrolment, _old in changes}


def _note_due(
    changes: Sequence[tuple[Enrolment, date | None]], *, by: User | None, now: datetime
) -> None:
    """The dated row and the event that go with every change; each enrolment with its old date."""
    DateChange.objects.bulk_create(
        [
            DateChange(
                enrolment=enrolment,
                field="due_on",
                old=old,
                new=enrolment.due_on,
                reason=_REASON,
                at=now,
                by=by,
            )
            for enrolment, old in changes
        ]
    )
    record_many(
        verb="enrolment.due_changed",
        about=[
            (
                ("enrolment", enrolment.pk),
                {"due_on": enrolment.due_on.isoformat() if enrolment.due_on else None},
            )
            for enrolment, _old in changes
        ],
        by=by.pk if by else None,
        now=now,
    )
