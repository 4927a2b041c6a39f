"""An assignment: looked at, confirmed, carried out in pieces, told by mail, and forgotten.

    draft_assignment → confirm_assignment → carry_out_some … → tell_some …

A small one is carried out while its maker waits; a job does whatever is left, so that a killed
process costs nothing. Each piece is one transaction with what became of its rows. The maker's
scope is read again for every piece.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from courseware.accounts.access import people_in_scope
from courseware.accounts.models import Unit, User
from courseware.audit.actions import record
from courseware.courses.models import Course
from courseware.enrolments import mails
from courseware.enrolments.access import ASSIGN
from courseware.enrolments.actions.assigning import Placed, assign
from courseware.enrolments.actions.enrolling import EnrolmentError
from courseware.enrolments.models import AssignmentBatch, AssignmentRow
from courseware.enrolments.queries.assigning import CAN_BE_DONE, JOB, Candidate
from courseware.jobs.actions import ask
from courseware.jobs.models import Message

Outcome = AssignmentRow.Outcome
#: So many people are carried out in one transaction.
SOME = 100
#: Up to here the maker waits for it; a larger one is left to the worker.
AT_ONCE = 200
KEEP_DRAFT, KEEP_DONE = timedelta(days=1), timedelta(days=90)


@transaction.atomic
def draft_assignment(
    *,
    course: Course,
    source: AssignmentBatch.Source,
    candidates: Iterable[Candidate],
    due_on: date | None,
    by: User,
    now: datetime,
    unit: Unit | None = None,
) -> AssignmentBatch:
    """Write down what would be done, to be looked at. Nobody is put on anything."""
    batch = AssignmentBatch.objects.create(
        course=course, source=source, unit=unit, due_on=due_on, made_by=by, made_at=now
    )
    AssignmentRow.objects.bulk_create(
        [
            AssignmentRow(
                batch=batch,
                line=candidate.line,
                given=candidate.given,
                person_id=candidate.person_id,
                due_on=candidate.due_on,
                finding=candidate.finding,
                enrolment_id=candidate.enrolment_id,
            )
            for candidate in candidates
        ],
        batch_size=1_000,
    )
    return batch


@transaction.atomic
def confirm_assignment(*, batch: AssignmentBatch, moves_due: bool, by: User, now: datetime) -> bool:
    """Have it done. False if it was confirmed before: then nothing changes."""
    changed = AssignmentBatch.objects.filter(pk=batch.pk, confirmed_at__isnull=True).update(
        confirmed_at=now, moves_due=moves_due
    )
    if not changed:
        return False
    record(
        verb="assignment.confirmed",
        subject=("assignment", batch.pk),
        by=by.pk,
        now=now,
        details={
            "course": batch.course.slug,
            "source": batch.source,
            "unit": batch.unit_id,
            "due_on": batch.due_on.isoformat() if batch.due_on else None,
            "moves_due": moves_due,
            "people": batch.rows.filter(finding__in=CAN_BE_DONE).count(),
        },
    )
    ask(kind=JOB, key=str(batch.pk), args={"batch_id": str(batch.pk)}, now=now)
    return True


@transaction.atomic
def carry_out_some(*, batch_id: UUID, now: datetime, today: date) -> int:
    """Put the next SOME people on the course; returns how many rows came to their end. 0: all of
    them have, or it was never confirmed."""
    batch = (
        AssignmentBatch.objects.select_for_update(of=("self",))
        .select_related("course", "made_by")
        .get(pk=batch_id)
    )
    if batch.confirmed_at is None:
        return 0
    rows = list(
        batch.rows.filter(finding__in=CAN_BE_DONE, outcome=Outcome.TO_DO).order_by("line")[:SOME]
    )
    if not rows:
        AssignmentBatch.objects.filter(pk=batch.pk, finished_at__isnull=True).update(
            finished_at=now
        )
        return 0
    placed = _placed(batch, rows, now=now, today=today)
    for row in rows:
        person = row.person_id
        became = (placed.get(person) if person else None) or Placed(Outcome.OUT_OF_REACH)
        row.outcome = became.outcome
        row.enrolment_id = became.enrolment_id
    AssignmentRow.objects.bulk_update(rows, ["outcome", "enrolment"])
    return len(rows)


def _placed(
    batch: AssignmentBatch, rows: Iterable[AssignmentRow], *, now: datetime, today: date
) -> dict[UUID, Placed]:
    """By person; who is missing is no longer among those that the maker can assign."""
    due = {row.person_id: row.due_on for row in rows if row.person_id is not None}
    reach = people_in_scope(batch.made_by, ASSIGN).filter(is_active=True, pk__in=due)
    theirs = set(reach.values_list("pk", flat=True))
    try:
        return assign(
            due={person: day for person, day in due.items() if person in theirs},
            course=batch.course,
            moves_due=batch.moves_due,
            by=batch.made_by,
            now=now,
            today=today,
        )
    except EnrolmentError:
        return dict.fromkeys(theirs, Placed(Outcome.NO_COURSE))


@transaction.atomic
def tell_some(*, batch_id: UUID, after: int, now: datetime) -> int | None:
    """Write the mails of the next SOME who were put on the course, from the line after `after`;
    returns the last line, None at the end. One mail a period: nobody is told again."""
    put = AssignmentRow.objects.filter(
        batch=batch_id,
        outcome=Outcome.PUT,
        line__gt=after,
        enrolment__withdrawn_at__isnull=True,
        person__is_active=True,
    )
    rows = list(
        put.select_related("enrolment__person", "enrolment__course").order_by("line")[:SOME]
    )
    enrolments = [row.enrolment for row in rows if row.enrolment is not None]
    keys = [str(enrolment.pk) for enrolment in enrolments]
    told = set(
        Message.objects.filter(kind=mails.ASSIGNED, key__in=keys).values_list("key", flat=True)
    )
    for enrolment in enrolments:
        if str(enrolment.pk) not in told:
            mails.post_assigned(enrolment=enrolment, now=now)
    return rows[-1].line if rows else None


@transaction.atomic
def note_rows_taken_away(*, batch: AssignmentBatch, by: User, now: datetime) -> None:
    """Somebody downloads the rows with their names."""
    record(
        verb="assignment.exported",
        subject=("assignment", batch.pk),
        by=by.pk,
        now=now,
        details={"rows": batch.rows.count()},
    )


@transaction.atomic
def forget_assignments(*, now: datetime) -> int:
    """Delete what was never confirmed after a day, and the rest after ninety."""
    old = AssignmentBatch.objects.filter(
        Q(confirmed_at__isnull=True, made_at__lt=now - KEEP_DRAFT)
        | Q(finished_at__isnull=False, made_at__lt=now - KEEP_DONE)
    )
    number = old.count()
    AssignmentRow.objects.filter(batch__in=old.values("pk")).delete()
    old.delete()
    return number
