"""The progress ledger, from the first activity met to the completion.

Lessons and quizzes report here; the rules decide; a completion is written in the transaction of
the last step, together with its audit event and the job that issues its certificate.
"""

import zoneinfo
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache

from django.conf import settings
from django.db import transaction
from django.db.models import (
    BigAutoField,
    CharField,
    F,
    Max,
    PositiveSmallIntegerField,
    QuerySet,
    UUIDField,
)

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.core.prepared import PreparedInsert, PreparedUpdate, Slot, prepared, slots
from courseware.courses.queries import current_edition, outline
from courseware.enrolments import rules
from courseware.enrolments.actions.enrolling import note_date
from courseware.enrolments.models import (
    ActivityProgress,
    Completion,
    Enrolment,
    ReadingPosition,
)
from courseware.enrolments.queries import steps_of
from courseware.jobs.actions import ask
from courseware.jobs.registry import expect

#: The job that turns a completion into a certificate; its handler belongs to certificates.
ISSUE_CERTIFICATE = expect("certificates.issue")
_PROGRESS = ActivityProgress.State


@transaction.atomic(savepoint=False)
def open_activity(*, enrolment: Enrolment, activity_key: str, now: datetime) -> ActivityProgress:
    """The person met the activity for the first time; the first one starts the enrolment.

    What has just been made comes without its database id.
    """
    if enrolment.started_at is None:
        _start(enrolment, now=now)
    found = _progress(enrolment=enrolment.pk, key=activity_key)
    if not found:
        if _insert_progress([(enrolment.pk, activity_key, now)]):
            return ActivityProgress(
                enrolment=enrolment, activity_key=activity_key, first_opened_at=now
            )
        found = _progress(enrolment=enrolment.pk, key=activity_key)  # another one came first
    return found[0]


_insert_progress = PreparedInsert(
    ActivityProgress, "enrolment", "activity_key", "first_opened_at", or_ignore=True
)


@prepared
def _progress() -> QuerySet[ActivityProgress]:
    return ActivityProgress.objects.filter(
        enrolment=Slot("enrolment", UUIDField()), activity_key=Slot("key", CharField())
    )


@prepared
def _held_progress() -> QuerySet[ActivityProgress]:
    """With its enrolment, whose row is locked."""
    return (
        ActivityProgress.objects.filter(
            enrolment=Slot("enrolment", UUIDField()), activity_key=Slot("key", CharField())
        )
        .select_related("enrolment")
        .select_for_update(of=("enrolment",), no_key=True)
    )


def _hold(enrolment: Enrolment, activity_key: str, *, now: datetime) -> ActivityProgress:
    """As `open_activity`, with the enrolment's row locked until the transaction ends.

    Of two last steps that finish at the same moment neither would see the other done, and nobody
    would write the completion; the lock lets the second one wait and look again.
    """
    if enrolment.started_at is None:
        _start(enrolment, now=now)
    found = _held_progress(enrolment=enrolment.pk, key=activity_key)
    if not found:  # there is no row to lock the enrolment by
        _insert_progress([(enrolment.pk, activity_key, now)])
        found = _held_progress(enrolment=enrolment.pk, key=activity_key)
    enrolment.edition_id = found[0].enrolment.edition_id  # the person may just have been moved
    return found[0]


def _start(enrolment: Enrolment, *, now: datetime) -> None:
    """Whoever has not begun takes the newest edition; from here on it stays."""
    edition = current_edition(enrolment.course) or enrolment.edition
    changed = Enrolment.objects.filter(pk=enrolment.pk, started_at__isnull=True).update(
        started_at=now, edition=edition
    )
    if changed:
        record(
            verb="enrolment.started",
            subject=("enrolment", enrolment.pk),
            by=enrolment.person_id,
            now=now,
            details={"edition": str(edition.pk)},
        )
    enrolment.refresh_from_db(fields=["started_at", "edition"])


@transaction.atomic
def finish_lesson(
    *, enrolment: Enrolment, activity_key: str, content_hash: str, language: str, now: datetime
) -> Completion | None:
    """A lesson is complete by its one button. Doing it again changes nothing."""
    progress = _hold(enrolment, activity_key, now=now)
    ActivityProgress.objects.filter(pk=progress.pk).exclude(state=_PROGRESS.DONE).update(
        state=_PROGRESS.DONE, done_at=now, content_hash=content_hash
    )
    return _complete_if_done(enrolment, language=language, now=now)


def count_attempt(*, enrolment: Enrolment, progress: ActivityProgress, granting: int = 0) -> bool:
    """A sitting of the enrolment's edition began: one attempt more is used.

    `granting`: how many beyond the test's own an exception lets begin with it. False if meanwhile
    another one was counted, the test was passed or the person was moved to another edition.
    """
    if not _pinned(pk=enrolment.pk, edition=enrolment.edition_id):
        enrolment.refresh_from_db(fields=["edition"])
        return False
    changed = _count_one(
        enrolment=enrolment.pk,
        key=progress.activity_key,
        seen=progress.attempts_used,
        granting=granting,
    )
    return bool(changed)


@prepared
def _pinned() -> QuerySet[Enrolment]:
    """The enrolment with its row locked, if it is still of this edition."""
    mine = Enrolment.objects.filter(
        pk=Slot("pk", UUIDField()), edition=Slot("edition", UUIDField())
    )
    return mine.select_for_update(no_key=True).only("pk")


_count_one = PreparedUpdate(
    lambda: ActivityProgress.objects.filter(
        enrolment=Slot("enrolment", UUIDField()),
        activity_key=Slot("key", CharField()),
        attempts_used=Slot("seen", PositiveSmallIntegerField()),
    ).exclude(state=_PROGRESS.DONE),
    attempts_used=F("attempts_used") + 1,
    attempts_granted=F("attempts_granted") + Slot("granting", PositiveSmallIntegerField()),
)


@transaction.atomic(savepoint=False)
def report_attempt(
    *,
    enrolment: Enrolment,
    activity_key: str,
    score: Fraction,
    is_passed: bool,
    has_attempts_left: Callable[[ActivityProgress], bool],
    content_hash: str,
    language: str,
    now: datetime,
) -> Completion | None:
    """A sitting was marked. Passing completes the activity; the last failure asks for a talk.

    `has_attempts_left` is asked about the progress, which nobody else changes meanwhile.
    """
    progress = _hold(enrolment, activity_key, now=now)
    best = max(percent_of(score), progress.best_score or Decimal(0))
    fields: dict[str, object] = {"best_score": best}
    if is_passed and progress.state != _PROGRESS.DONE:
        fields |= {"state": _PROGRESS.DONE, "done_at": now, "content_hash": content_hash}
    elif progress.state != _PROGRESS.DONE and not has_attempts_left(progress):
        fields |= {"state": _PROGRESS.EXHAUSTED}
        ask_for_talk(enrolment, activity_key=activity_key, now=now)
    _update_progress(frozenset(fields))(pk=progress.pk, **fields)
    if not is_passed:
        return None
    if progress.state == _PROGRESS.EXHAUSTED:  # passed after all, by a mark given anew
        _talk_is_over(enrolment)
    return _complete_if_done(enrolment, language=language, now=now, score=best)


@cache
def _update_progress(names: frozenset[str]) -> PreparedUpdate:
    return PreparedUpdate(
        lambda: ActivityProgress.objects.filter(pk=Slot("pk", BigAutoField())),
        **slots(ActivityProgress, sorted(names)),
    )


def percent_of(score: Fraction) -> Decimal:
    """A share of the whole as the ledger keeps it."""
    return round(Decimal(score.numerator * 100) / Decimal(score.denominator), 4)


@transaction.atomic
def report_void(
    *,
    enrolment: Enrolment,
    activity_key: str,
    has_attempts_left: Callable[[ActivityProgress], bool],
    now: datetime,
) -> None:
    """A sitting does not count but is used up. The last one asks for a talk."""
    progress = _hold(enrolment, activity_key, now=now)
    if progress.state == _PROGRESS.DONE or has_attempts_left(progress):
        return
    ActivityProgress.objects.filter(pk=progress.pk).update(state=_PROGRESS.EXHAUSTED)
    ask_for_talk(enrolment, activity_key=activity_key, now=now)


@transaction.atomic
def reopen_activity(*, enrolment: Enrolment, activity_key: str) -> bool:
    """An exception lets somebody go on whose attempts were used. The caller records why.

    False where the activity does not wait for a talk.
    """
    changed = ActivityProgress.objects.filter(
        enrolment=enrolment, activity_key=activity_key, state=_PROGRESS.EXHAUSTED
    ).update(state=_PROGRESS.IN_PROGRESS)
    if changed:
        _talk_is_over(enrolment)
    return bool(changed)


def _talk_is_over(enrolment: Enrolment) -> None:
    still_exhausted = ActivityProgress.objects.filter(
        enrolment=enrolment, state=_PROGRESS.EXHAUSTED
    ).exists()
    if not still_exhausted:
        Enrolment.objects.filter(pk=enrolment.pk).update(needs_talk_since=None)
    enrolment.refresh_from_db(fields=["needs_talk_since"])


def ask_for_talk(enrolment: Enrolment, *, activity_key: str, now: datetime) -> None:
    """Noted once, until a talk ends it. In the caller's transaction."""
    changed = Enrolment.objects.filter(pk=enrolment.pk, needs_talk_since__isnull=True).update(
        needs_talk_since=now
    )
    if changed:
        record(
            verb="enrolment.needs_talk",
            subject=("enrolment", enrolment.pk),
            by=None,
            now=now,
            details={"activity": activity_key},
        )
    enrolment.refresh_from_db(fields=["needs_talk_since"])


@transaction.atomic
def grant_attempt(*, enrolment: Enrolment, activity_key: str, now: datetime) -> None:
    """One attempt more. The caller records who allowed it and why. What is done stays done."""
    ActivityProgress.objects.filter(enrolment=enrolment, activity_key=activity_key).exclude(
        state=_PROGRESS.DONE
    ).update(attempts_granted=F("attempts_granted") + 1, state=_PROGRESS.IN_PROGRESS)
    _talk_is_over(enrolment)


@transaction.atomic
def remember_position(
    *, enrolment: Enrolment, activity_key: str, anchor: str, now: datetime
) -> None:
    """Where reading goes on after a closed browser."""
    ReadingPosition.objects.update_or_create(
        enrolment=enrolment, defaults={"activity_key": activity_key, "anchor": anchor, "at": now}
    )


def _complete_if_done(
    enrolment: Enrolment, *, language: str, now: datetime, score: Decimal | None = None
) -> Completion | None:
    """Write the completion if the last required activity is done. At most one per enrolment."""
    course_outline = outline(enrolment.edition_id, language)
    required = rules.required_keys(steps_of(course_outline))
    done = dict(
        ActivityProgress.objects.filter(enrolment=enrolment, state=_PROGRESS.DONE).values_list(
            "activity_key", "content_hash"
        )
    )
    if not rules.is_complete(required, done):
        return None
    completed_on = now.astimezone(_zone_of(enrolment.person)).date()
    expires_on = rules.expiry(completed_on, course_outline.validity_months)
    # Whoever gets this UPDATE through writes the completion; a second one finds nothing to do.
    # Whoever was withdrawn in the middle of a test keeps the marks and completes nothing.
    changed = Enrolment.objects.filter(
        pk=enrolment.pk, completed_on__isnull=True, withdrawn_at__isnull=True
    ).update(completed_on=completed_on, expires_on=expires_on, needs_talk_since=None)
    if not changed:
        return None
    enrolment.completed_on, enrolment.needs_talk_since = completed_on, None
    if score is None:
        score = enrolment.progress.aggregate(best=Max("best_score"))["best"]
    completion = Completion.objects.create(
        enrolment=enrolment,
        edition_id=enrolment.edition_id,
        completed_at=now,
        score=score,
        language=language,
        evidence={key: done[key] for key in sorted(required)},
    )
    note_date(enrolment, "expires_on", expires_on, reason="completed", by=None, now=now)
    record(
        verb="completion.recorded",
        subject=("completion", completion.pk),
        by=enrolment.person_id,
        now=now,
        details={"enrolment": str(enrolment.pk), "edition": str(enrolment.edition_id)},
    )
    ask(
        kind=ISSUE_CERTIFICATE,
        key=str(completion.pk),
        args={"completion_id": str(completion.pk)},
        now=now,
    )
    return completion


def _zone_of(person: User) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(person.time_zone or settings.DEFAULT_USER_TIME_ZONE)
