"""The training record of one person: where they served, every period on every course, its dates,
its outcome and its certificate.

Never an answer, a note, a choice of reading or where somebody is in a lesson: outcomes only.
Must not: decide who may read it; `accounts.access.person_record` does, and records it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Prefetch, Sum

from courseware.accounts.models import Posting, User
from courseware.certificates.queries import Mark, marks_of
from courseware.courses.queries import Outline, outline
from courseware.enrolments.models import CompletionAnnulment, DateChange, Enrolment
from courseware.enrolments.queries import dates_of
from courseware.enrolments.rules import State, state


@dataclass(frozen=True)
class Period:
    """One certification period."""

    enrolment_id: UUID
    number: int
    state: State
    assigned_at: datetime
    assigned_by: User | None
    due_on: date | None
    started_at: datetime | None
    completed_on: date | None
    expires_on: date | None
    withdrawn_at: datetime | None
    edition: int | None  # None until the first step pins it
    score: Decimal | None  # in percent, as the completion has it
    attempts_used: int
    attempts_granted: int  # beyond those of the test
    certificate: Mark | None
    annulment: CompletionAnnulment | None
    changes: Sequence[DateChange]  # of due and expiry dates, in order of time

    @property
    def is_open(self) -> bool:
        """Somebody is on the course in it: it can be taken back."""
        return self.completed_on is None and self.withdrawn_at is None


@dataclass(frozen=True)
class CourseRecord:
    outline: Outline
    periods: Sequence[Period]  # the newest first


@dataclass(frozen=True)
class TrainingRecord:
    serving: Posting | None  # where they serve today
    postings: Sequence[Posting]  # the newest first
    courses: Sequence[CourseRecord]


def training_record(person: User, *, language: str, today: date) -> TrainingRecord:
    """Five queries, whatever there is (four without a completion)."""
    changes = DateChange.objects.select_related("by").order_by("at", "pk")
    enrolments = list(
        Enrolment.objects.filter(person=person)
        .select_related("course", "assigned_by", "edition", "completion", "completion__annulment")
        .prefetch_related(Prefetch("date_changes", changes))
        .annotate(used=Sum("progress__attempts_used"), granted=Sum("progress__attempts_granted"))
        .order_by("course__position", "course__key", "-period")
    )
    completions = [one.completion.pk for one in enrolments if hasattr(one, "completion")]
    marks = marks_of(completions, today) if completions else {}
    by_course: dict[object, list[Period]] = {}
    outlines: dict[object, Outline] = {}
    for one in enrolments:
        completion = getattr(one, "completion", None)
        mark = marks.get(completion.pk) if completion else None
        by_course.setdefault(one.course_id, []).append(_period(one, mark, today))
        outlines.setdefault(one.course_id, outline(one.edition_id, language))
    postings = list(person.postings.select_related("unit").order_by("-from_on", "-pk"))
    return TrainingRecord(
        serving=next(
            (one for one in postings if one.from_on <= today <= (one.to_on or today)), None
        ),
        postings=postings,
        courses=[CourseRecord(outlines[key], periods) for key, periods in by_course.items()],
    )


def _period(enrolment: Enrolment, mark: Mark | None, today: date) -> Period:
    completion = getattr(enrolment, "completion", None)
    return Period(
        enrolment_id=enrolment.pk,
        number=enrolment.period,
        state=state(dates_of(enrolment), today),
        assigned_at=enrolment.assigned_at,
        assigned_by=enrolment.assigned_by,
        due_on=enrolment.due_on,
        started_at=enrolment.started_at,
        completed_on=enrolment.completed_on,
        expires_on=enrolment.expires_on,
        withdrawn_at=enrolment.withdrawn_at,
        edition=enrolment.edition.number if enrolment.started_at else None,
        score=completion.score if completion else None,
        attempts_used=enrolment.used or 0,  # type: ignore[attr-defined]  # annotated
        attempts_granted=enrolment.granted or 0,  # type: ignore[attr-defined]  # annotated
        certificate=mark,
        annulment=getattr(completion, "annulment", None),
        changes=list(enrolment.date_changes.all()),
    )
