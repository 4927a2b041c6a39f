"""A person is put on a course, by when it is due, and taken off it again.

Owns: the enrolment and its dated rows. Must not: know of progress (ledger).
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.courses.models import Course
from courseware.courses.queries import current_edition
from courseware.enrolments.models import DateChange, Enrolment


class EnrolmentError(Exception):
    """The enrolment cannot be made; the message says why."""


@transaction.atomic
def enrol(
    *,
    person: User,
    course: Course,
    by: User | None,
    now: datetime,
    due_on: date | None = None,
) -> Enrolment:
    """Put a person on a course. Asking twice returns the open enrolment."""
    open_ones = Enrolment.objects.filter(
        person=person, course=course, completed_on__isnull=True, withdrawn_at__isnull=True
    )
    existing = open_ones.first()
    if existing is not None:
        return existing
    edition = current_edition(course)
    if edition is None or course.retired_at is not None:
        raise EnrolmentError(f"{course.slug} has no edition that can be taken.")
    last = Enrolment.objects.filter(person=person, course=course).aggregate(Max("period"))
    try:
        with transaction.atomic():
            enrolment = Enrolment.objects.create(
                person=person,
                course=course,
                edition=edition,
                period=(last["period__max"] or 0) + 1,
                assigned_at=now,
                assigned_by=by,
            )
    except IntegrityError:  # somebody else did it at the same moment
        return open_ones.get()
    record(
        verb="enrolment.created",
        subject=("enrolment", enrolment.pk),
        by=by.pk if by else None,
        now=now,
        details={"course": course.slug, "person": str(person.pk), "period": enrolment.period},
    )
    if due_on is not None:
        set_due(enrolment=enrolment, due_on=due_on, reason="assigned", by=by, now=now)
    return enrolment


@transaction.atomic
def set_due(
    *, enrolment: Enrolment, due_on: date | None, reason: str, by: User | None, now: datetime
) -> None:
    """Move the due date; the change is a dated row."""
    if enrolment.due_on == due_on:
        return
    Enrolment.objects.filter(pk=enrolment.pk).update(due_on=due_on)
    note_date(enrolment, "due_on", due_on, reason=reason, by=by, now=now)
    record(
        verb="enrolment.due_changed",
        subject=("enrolment", enrolment.pk),
        by=by.pk if by else None,
        now=now,
        details={"due_on": due_on.isoformat() if due_on else None},
    )


@transaction.atomic
def withdraw(*, enrolment: Enrolment, reason: str, by: User, now: datetime) -> bool:
    """End an enrolment without completion. False if it had ended."""
    changed = Enrolment.objects.filter(
        pk=enrolment.pk, completed_on__isnull=True, withdrawn_at__isnull=True
    ).update(withdrawn_at=now)
    if changed:
        record(
            verb="enrolment.withdrawn",
            subject=("enrolment", enrolment.pk),
            by=by.pk,
            now=now,
            details={"reason": reason},
        )
    return bool(changed)


def note_date(
    enrolment: Enrolment,
    field: str,
    new: date | None,
    *,
    reason: str,
    by: User | None,
    now: datetime,
) -> None:
    """The dated row that goes with every change of due_on and expires_on."""
    DateChange.objects.create(
        enrolment=enrolment,
        field=field,
        old=getattr(enrolment, field),
        new=new,
        reason=reason,
        at=now,
        by=by,
    )
    setattr(enrolment, field, new)
