"""Reads about enrolments: states in SQL, and what one person has to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, UUIDField, Value, When
from django.db.models.lookups import IsNull

from courseware.accounts.models import User
from courseware.core.prepared import Slot, prepared
from courseware.courses.models import Course, Prerequisite
from courseware.courses.queries import Outline, OutlineItem, outline
from courseware.enrolments.access import as_read, current_enrolments
from courseware.enrolments.models import ActivityProgress, Enrolment
from courseware.enrolments.rules import (
    DUE_SOON_DAYS,
    EXPIRING_DAYS,
    ActivityState,
    Dates,
    Standing,
    State,
    Step,
    next_step,
    percent,
    required_keys,
    standings,
    state,
)

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _State(TypedDict):
        state_on_day: str


def with_state(
    enrolments: QuerySet[Enrolment], today: date
) -> "QuerySet[WithAnnotations[Enrolment, _State]]":
    """Annotates `state_on_day`. The pure rule `rules.state` is its oracle in a property test."""
    done = Q(completed_on__isnull=False)
    return enrolments.annotate(
        state_on_day=Case(
            When(withdrawn_at__isnull=False, then=Value(State.WITHDRAWN.value)),
            When(done & Q(expires_on__lt=today), then=Value(State.EXPIRED.value)),
            When(
                done & Q(expires_on__lte=today + timedelta(EXPIRING_DAYS)),
                then=Value(State.EXPIRING.value),
            ),
            When(done, then=Value(State.DONE.value)),
            When(needs_talk_since__isnull=False, then=Value(State.NEEDS_TALK.value)),
            When(due_on__lt=today, then=Value(State.OVERDUE.value)),
            When(due_on__lte=today + timedelta(DUE_SOON_DAYS), then=Value(State.DUE_SOON.value)),
            When(started_at__isnull=False, then=Value(State.IN_PROGRESS.value)),
            default=Value(State.NOT_STARTED.value),
        )
    )


def current_periods() -> QuerySet[Enrolment]:
    """One row for each person and course: the newest period that was not withdrawn, else the
    newest. So a renewal that was taken back leaves the completion it was to renew."""
    newer, stands = Q(period__gt=OuterRef("period")), Q(withdrawn_at__isnull=True)
    is_withdrawn = Q(IsNull(OuterRef("withdrawn_at"), False))
    # One EXISTS: PostgreSQL joins it; two of them in an OR it would ask for every row.
    better = Enrolment.objects.filter(
        newer & (stands | is_withdrawn) | stands & is_withdrawn,
        person=OuterRef("person"),
        course=OuterRef("course"),
    )
    return Enrolment.objects.filter(~Exists(better))


def dates_of(enrolment: Enrolment) -> Dates:
    return Dates(
        is_started=enrolment.started_at is not None,
        is_withdrawn=enrolment.withdrawn_at is not None,
        needs_talk=enrolment.needs_talk_since is not None,
        due_on=enrolment.due_on,
        completed_on=enrolment.completed_on,
        expires_on=enrolment.expires_on,
    )


def steps_of(course_outline: Outline) -> list[Step]:
    return [
        Step(item.key, item.required, item.needs_all_before) for item in course_outline.activities
    ]


@dataclass(frozen=True)
class Row:
    """An activity of the outline with its state for one person."""

    item: OutlineItem
    standing: Standing
    waits_for: tuple[OutlineItem, ...]

    @property
    def is_open(self) -> bool:
        return self.standing.state is not ActivityState.LOCKED


@dataclass(frozen=True)
class Journey:
    """One enrolment as its person sees it: state, outline, how far, what next."""

    enrolment: Enrolment
    outline: Outline
    state: State
    rows: tuple[Row, ...]
    percent: int
    done_count: int
    required_count: int
    missing_courses: tuple[Course, ...]  # prerequisites that are not complete
    next: Row | None

    def row(self, key: str) -> Row | None:
        return next((row for row in self.rows if row.item.key == key), None)

    @property
    def left_count(self) -> int:
        return self.required_count - self.done_count

    @property
    def minutes_left(self) -> int:
        return sum(
            row.item.minutes
            for row in self.rows
            if row.item.required and row.standing.state is not ActivityState.DONE
        )


def journey(
    enrolment: Enrolment,
    *,
    language: str,
    today: date,
    progress: Mapping[str, str] | None = None,
    missing_courses: tuple[Course, ...] | None = None,
) -> Journey:
    """Needs `enrolment.course` loaded. Reads progress and prerequisites unless given."""
    course_outline = outline(as_read(enrolment).edition_id, language)
    if progress is None:
        progress = {key: row.state for key, row in progress_of(enrolment).items()}
    if missing_courses is None:
        missing_courses = missing_prerequisites(enrolment, today)
    steps = steps_of(course_outline)
    found = standings(steps, progress, is_course_locked=bool(missing_courses))
    by_key = {item.key: item for item in course_outline.activities}
    rows = tuple(Row(by_key[s.key], s, tuple(by_key[key] for key in s.waits_for)) for s in found)
    done = {key for key, recorded in progress.items() if recorded == "done"}
    required = required_keys(steps)
    upcoming = next_step(found)
    return Journey(
        enrolment=enrolment,
        outline=course_outline,
        state=state(dates_of(enrolment), today),
        rows=rows,
        percent=percent(required, done),
        done_count=len(required & done),
        required_count=len(required),
        missing_courses=missing_courses,
        next=next((row for row in rows if upcoming and row.item.key == upcoming.key), None),
    )


def progress_of(enrolment: Enrolment) -> dict[str, ActivityProgress]:
    """Everything there is of the enrolment, by activity key. One query."""
    return {row.activity_key: row for row in _progress(enrolment=enrolment.pk)}


@prepared
def _progress() -> QuerySet[ActivityProgress]:
    return ActivityProgress.objects.filter(enrolment=Slot("enrolment", UUIDField()))


def missing_prerequisites(enrolment: Enrolment, today: date) -> tuple[Course, ...]:
    """Courses that must be complete and valid first. None once the enrolment is started."""
    if enrolment.started_at is not None:
        return ()
    return _missing({enrolment.course_id}, enrolment.person_id, today).get(enrolment.course_id, ())


def _missing(course_ids: set[UUID], person_id: UUID, today: date) -> dict[UUID, tuple[Course, ...]]:
    holds = Enrolment.objects.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gte=today),
        person=person_id,
        course=OuterRef("requires"),
        completed_on__isnull=False,
        withdrawn_at__isnull=True,
    )
    missing: dict[UUID, tuple[Course, ...]] = {}
    for prerequisite in (
        Prerequisite.objects.filter(~Exists(holds), course__in=course_ids)
        .select_related("requires")
        .order_by("requires__position")
    ):
        missing[prerequisite.course_id] = (
            *missing.get(prerequisite.course_id, ()),
            prerequisite.requires,
        )
    return missing


def my_training(person: User, *, language: str, today: date) -> list[Journey]:
    """Everything a person is enrolled on. Three queries, whatever the number of courses."""
    enrolments = list(current_enrolments(person))
    progress: dict[object, dict[str, str]] = {enrolment.pk: {} for enrolment in enrolments}
    for row in ActivityProgress.objects.filter(enrolment__in=enrolments):
        progress[row.enrolment_id][row.activity_key] = row.state
    unstarted = {e.course_id for e in enrolments if e.started_at is None}
    missing = _missing(set(unstarted), person.pk, today) if unstarted else {}
    return [
        journey(
            enrolment,
            language=language,
            today=today,
            progress=progress[enrolment.pk],
            missing_courses=missing.get(enrolment.course_id, ())
            if enrolment.started_at is None
            else (),
        )
        for enrolment in enrolments
    ]
