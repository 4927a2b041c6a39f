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
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courseware.accounts.models import Unit, User
from courseware.audit.actions import record
from courseware.courses.models import Course
from courseware.enrolments.actions import reopen_activity, report_void
from courseware.enrolments.models import ActivityProgress, Enrolment
from quizzes import queries
from quizzes.access import may_grant_attempt
from quizzes.actions.settings import MAX_ATTEMPTS, MAX_DAYS, MAX_MINUTES
from quizzes.engine.content import ContentError, Fault
from quizzes.engine.messages import gettext_noop
from quizzes.models import ExtraAttempt, Override, Quiz

_WAITING = ActivityProgress.State.EXHAUSTED
_BETWEEN = gettext_noop("Must be a whole number from %(least)s to %(most)s.")
_SHORTER = gettext_noop("The test itself gives %(own)s: an exception does not give less.")
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


def _shorter(exempted: Exempted, quiz: Quiz | None) -> Iterator[Fault]:
    """An exception gives time; what would take some away was typed by mistake."""
    if quiz is None:
        return
    own, limit, window = quiz.time_limit_minutes, exempted.time_limit_minutes, exempted.window_days
    if limit and own is None:
        yield Fault("time_limit_minutes", gettext_noop("The test has no time limit."))
    elif limit and own and limit < own:
        yield Fault("time_limit_minutes", _SHORTER, {"own": own})
    if window and window < quiz.window_days:
        yield Fault("window_days", _SHORTER, {"own": quiz.window_days})


def _quiz_of(course: Course, activity_key: str, target: Enrolment | Unit) -> Quiz | None:
    """The test as the person has it; for a unit, as it is newest."""
    tests = Quiz.objects.filter(
        activity__edition__course=course,
        activity__edition__published_at__isnull=False,
        activity__key=activity_key,
    )
    if isinstance(target, Enrolment) and (
        own := tests.filter(activity__edition=target.edition_id).first()
    ):
        return own
    return tests.order_by("-activity__edition__number").first()


def faults_of_override(
    *,
    course: Course,
    activity_key: str,
    target: Enrolment | Unit,
    exempted: Exempted,
    reason: str,
    ends_on: date,
    by: User,
    now: datetime,
) -> list[Fault]:
    """Everything that must be put right before an exception can be decided. Writes nothing."""
    faults = [*exempted.faults(now=now)]
    faults += _shorter(exempted, _quiz_of(course, activity_key, target))
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
    faults = faults_of_override(
        course=course,
        activity_key=activity_key,
        target=target,
        exempted=exempted,
        reason=reason,
        ends_on=ends_on,
        by=by,
        now=now,
    )
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
        _let_go_on(override, by=by, now=now)
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


def go_on_if_left(*, enrolment: Enrolment, progress: ActivityProgress, now: datetime) -> bool:
    """Whoever waits for a talk and has attempts by now, having been posted to the unit of an
    exception or moved to an edition that allows more, goes on. False for anybody else.
    """
    if progress.state != _WAITING:
        return False
    progress.enrolment = enrolment
    terms = queries.terms_now(progress, now=now)
    if terms is None or not terms.left(progress.attempts_used, now=now):
        return False
    if reopen_activity(enrolment=enrolment, activity_key=progress.activity_key):
        pays = terms.pays if terms.needs_exception(progress.attempts_used) else None
        _note(progress, pays, by=None, now=now)
    return True


def go_on_where_left(*, enrolment: Enrolment, now: datetime) -> None:
    """As `go_on_if_left`, at every test at which the person waits for a talk."""
    for progress in enrolment.progress.filter(state=_WAITING):
        go_on_if_left(enrolment=enrolment, progress=progress, now=now)


def follow_units(*, now: datetime) -> None:
    """Exceptions for a unit hold for whoever serves there now: who came goes on, and who left
    without an attempt waits for a talk again. Each exception in its own transaction.
    """
    standing = Override.objects.filter(
        unit__isnull=False, extra_attempts__gt=0, taken_back_at__isnull=True, at__lte=now
    )
    for override in standing.filter(ends_on__gte=now.date() - timedelta(days=1)).select_related(
        "course", "unit", "by"
    ):
        with transaction.atomic():
            _let_go_on(override, by=None, now=now)
            for progress in _outside(override, now=now):
                _wait_if_none_left(progress, now=now)


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
            if progress.attempts_used:
                _wait_if_none_left(progress, now=now)
    return True


def _wait_if_none_left(progress: ActivityProgress, *, now: datetime) -> None:
    """Whoever is sitting the test is left alone: the end of that attempt decides."""

    def has_left(held: ActivityProgress) -> bool:
        if queries.is_sitting(held.enrolment_id, held.activity_key):
            return True
        terms = queries.terms_now(held, now=now)
        return terms is not None and terms.attempts > held.attempts_used

    report_void(
        enrolment=progress.enrolment,
        activity_key=progress.activity_key,
        has_attempts_left=has_left,
        now=now,
    )


def _let_go_on(override: Override, *, by: User | None, now: datetime) -> None:
    """Those it gives an attempt who wait for a talk. Who has used it up is not looked at."""
    begun = ExtraAttempt.objects.filter(
        override=override, attempt__enrolment=OuterRef("enrolment")
    ).values("override")
    used = Coalesce(Subquery(begun.annotate(n=Count("pk")).values("n")), 0)
    waiting = _reached(override, state=_WAITING, now=now).alias(used=used)
    for progress in waiting.filter(used__lt=override.extra_attempts):
        terms = queries.terms_now(progress, now=now)
        if terms is None or not terms.left(progress.attempts_used, now=now):
            continue
        if reopen_activity(enrolment=progress.enrolment, activity_key=progress.activity_key):
            _note(progress, override, by=by, now=now)


def _rows(override: Override, *, state: str) -> QuerySet[ActivityProgress]:
    return ActivityProgress.objects.filter(
        activity_key=override.activity_key,
        state=state,
        enrolment__course=override.course_id,
        enrolment__withdrawn_at__isnull=True,
    ).select_related("enrolment__person", "enrolment__course")


def _reached(override: Override, *, state: str, now: datetime) -> QuerySet[ActivityProgress]:
    """Where the people of an exception stand at its test, those in one state."""
    rows = _rows(override, state=state)
    if override.enrolment_id is not None:
        return rows.filter(enrolment=override.enrolment_id)
    return rows.filter(enrolment__person__in=queries.serving_under(override, now=now))


def _outside(override: Override, *, now: datetime) -> QuerySet[ActivityProgress]:
    """People elsewhere who have used what the test and talks give, and sit nothing now: an
    exception let them go on, maybe this one, before they left.
    """
    allowed = Quiz.objects.filter(
        activity__edition=OuterRef("enrolment__edition"), activity__key=OuterRef("activity_key")
    ).values("attempts_allowed")
    sitting = queries.undecided().filter(
        enrolment=OuterRef("enrolment"), quiz__activity__key=OuterRef("activity_key")
    )
    return (
        _rows(override, state=ActivityProgress.State.IN_PROGRESS)
        .exclude(enrolment__person__in=queries.serving_under(override, now=now))
        .filter(~Exists(sitting), attempts_used__gte=F("attempts_granted") + Subquery(allowed))
    )


def _note(
    progress: ActivityProgress, override: Override | None, *, by: User | None, now: datetime
) -> None:
    """`override`: the exception that gives the attempt, if it is one."""
    given = {"exception": str(override.pk)} if override else {}
    record(
        verb="attempt.reopened",
        subject=("enrolment", progress.enrolment_id),
        by=by.pk if by else None,
        now=now,
        details={"activity": progress.activity_key, **given},
    )
