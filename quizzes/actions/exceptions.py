"""Exceptions from the rules of a test, for a person or a unit: decided, taken back, over.

Owns: what may be decided, and that whoever has used up all attempts can go on while an exception
lets them, and waits for a talk again once it is over. Must not: change an attempt that has begun.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from courseware.accounts.models import Unit, User
from courseware.accounts.queries import serving_on
from courseware.audit.actions import record
from courseware.courses.models import Course
from courseware.enrolments.actions import reopen_activity, report_void
from courseware.enrolments.models import ActivityProgress, Enrolment
from quizzes import queries
from quizzes.access import may_grant_attempt
from quizzes.actions.settings import MAX_ATTEMPTS, MAX_DAYS, MAX_MINUTES
from quizzes.engine.content import ContentError, Fault
from quizzes.engine.messages import gettext_noop
from quizzes.models import Override, Quiz

_WAITING = ActivityProgress.State.EXHAUSTED
_BETWEEN = gettext_noop("Must be a whole number from %(least)s to %(most)s.")
SETTLE_LIMIT = 50


@dataclass(frozen=True)
class Exempted:
    """What differs from the rules of the test. None, 0 and False leave a rule as it is."""

    extra_attempts: int = 0
    time_limit_minutes: int | None = None
    window_days: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    skips_cooldown: bool = False

    def faults(self, *, now: datetime) -> Iterator[Fault]:
        if not any(asdict(self).values()):
            yield Fault("", gettext_noop("Say what differs: attempts, time or dates."))
        for name, most in (
            ("extra_attempts", MAX_ATTEMPTS),
            ("time_limit_minutes", MAX_MINUTES),
            ("window_days", MAX_DAYS),
        ):
            value = getattr(self, name)
            least = 0 if name == "extra_attempts" else 1
            if value is not None and not least <= value <= most:
                yield Fault(name, _BETWEEN, {"least": least, "most": most})
        if self.closes_at is not None and self.closes_at <= now:
            yield Fault("closes_at", gettext_noop("This moment has passed."))
        if self.opens_at and self.closes_at and self.opens_at >= self.closes_at:
            yield Fault("opens_at", gettext_noop("It must open before it closes."))


def faults_of_override(
    *, exempted: Exempted, reason: str, ends_on: date, by: User, now: datetime
) -> list[Fault]:
    """Everything that must be put right before an exception can be decided. Writes nothing."""
    faults = [*exempted.faults(now=now)]
    if not reason.strip():
        faults.append(Fault("reason", gettext_noop("An exception needs a reason.")))
    if ends_on < queries.day_of(by, now):
        faults.append(Fault("ends_on", gettext_noop("This day has passed.")))
    return faults


@transaction.atomic
def decide_override(
    *,
    course: Course,
    activity_key: str,
    target: Enrolment | Unit,
    exempted: Exempted,
    reason: str,
    ends_on: date,
    by: User,
    now: datetime,
) -> Override:
    """Let other rules count for a person or a unit and all below it, until `ends_on`.

    Whoever waits for a talk and has attempts again goes on at once. Raises PermissionDenied unless
    `by` may grant attempts on the course, and ContentError naming every fault.
    """
    if not may_grant_attempt(by, course.slug):
        raise PermissionDenied
    faults = faults_of_override(exempted=exempted, reason=reason, ends_on=ends_on, by=by, now=now)
    if faults:
        raise ContentError(faults)
    whom = {"enrolment": target} if isinstance(target, Enrolment) else {"unit": target}
    fields: dict[str, Any] = {**asdict(exempted), **whom}
    override = Override.objects.create(
        course=course,
        activity_key=activity_key,
        reason=reason.strip(),
        ends_on=ends_on,
        by=by,
        at=now,
        **fields,
    )
    record(
        verb="exception.decided",
        subject=("exception", override.pk),
        by=by.pk,
        now=now,
        details={
            "course": course.slug,
            "activity": activity_key,
            **{name: str(value) for name, value in asdict(exempted).items() if value},
            **{name: str(entry.pk) for name, entry in whom.items()},
            "ends_on": ends_on.isoformat(),
            "reason": reason.strip(),
        },
    )
    if exempted.extra_attempts:
        for progress in _reached(override, state=_WAITING, now=now):
            if _has_left(progress, override, now=now) and reopen_activity(
                enrolment=progress.enrolment, activity_key=activity_key
            ):
                _note(progress, override, by=by, now=now)
    return override


@transaction.atomic
def take_back_override(*, override: Override, by: User, now: datetime) -> bool:
    """It no longer counts. False if it was taken back before. Attempts that have begun go on."""
    if not may_grant_attempt(by, override.course.slug):
        raise PermissionDenied
    changed = Override.objects.filter(pk=override.pk, taken_back_at__isnull=True).update(
        taken_back_at=now, taken_back_by=by
    )
    if not changed:
        return False
    override.taken_back_at, override.taken_back_by = now, by
    record(verb="exception.taken_back", subject=("exception", override.pk), by=by.pk, now=now)
    _settle(override, now=now)
    return True


def settle_overrides(*, now: datetime) -> int:
    """Exceptions whose last day is over: whoever has no attempt left waits for a talk again.

    Each in its own transaction; returns how many.
    """
    over = Override.objects.filter(settled_at__isnull=True).filter(
        # Once the day is over in the last time zone on earth, too.
        Q(taken_back_at__isnull=False) | Q(ends_on__lt=now.date() - timedelta(days=1))
    )
    settled = 0
    for override in over.select_related("course", "unit").order_by("at")[:SETTLE_LIMIT]:
        with transaction.atomic():
            settled += _settle(override, now=now)
    return settled


def _settle(override: Override, *, now: datetime) -> bool:
    changed = Override.objects.filter(pk=override.pk, settled_at__isnull=True).update(
        settled_at=now
    )
    if not changed:
        return False
    if override.extra_attempts:
        for progress in _reached(override, state=ActivityProgress.State.IN_PROGRESS, now=now):
            if progress.attempts_used and not queries.is_sitting(
                progress.enrolment_id, progress.activity_key
            ):
                report_void(
                    enrolment=progress.enrolment,
                    activity_key=progress.activity_key,
                    has_attempts_left=lambda held: _has_left(held, override, now=now),
                    now=now,
                )
    return True


def _reached(override: Override, *, state: str, now: datetime) -> list[ActivityProgress]:
    """Where the people of an exception stand at its test, those in one state."""
    rows = ActivityProgress.objects.filter(
        activity_key=override.activity_key, state=state, enrolment__course=override.course_id
    ).filter(enrolment__withdrawn_at__isnull=True)
    if override.enrolment_id is not None:
        rows = rows.filter(enrolment=override.enrolment_id)
    else:
        assert override.unit is not None
        day = queries.day_of(override.by, now)
        inside = serving_on(day).filter(unit__path__startswith=override.unit.path)
        rows = rows.filter(enrolment__person__in=inside.values("person"))
    return list(rows.select_related("enrolment__person", "enrolment__course"))


def _has_left(progress: ActivityProgress, override: Override, *, now: datetime) -> bool:
    """With everything that counts now."""
    enrolment = progress.enrolment
    quiz = (
        Quiz.objects.filter(
            activity__edition=enrolment.edition_id, activity__key=override.activity_key
        )
        .select_related("activity")
        .first()
    )
    return quiz is not None and queries.attempts_left(enrolment, quiz, progress, now=now) > 0


def _note(progress: ActivityProgress, override: Override, *, by: User, now: datetime) -> None:
    record(
        verb="attempt.reopened",
        subject=("enrolment", progress.enrolment_id),
        by=by.pk,
        now=now,
        details={"activity": progress.activity_key, "exception": str(override.pk)},
    )
