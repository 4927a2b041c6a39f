"""Somebody spoke with the trainee after the last failed attempt, and may allow one more."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.enrolments import actions as enrolments
from courseware.enrolments.models import ActivityProgress, Enrolment
from quizzes.access import may_grant_attempt
from quizzes.models import Talk


class NotNeeded(Exception):
    """The trainee has attempts left, or has passed."""


@transaction.atomic
def grant_attempt(
    *,
    enrolment: Enrolment,
    activity_key: str,
    by: User,
    reason: str,
    now: datetime,
    is_granted: bool = True,
) -> Talk:
    """Note the talk and allow one more, unless `is_granted` says not yet. Allowing twice in a row
    is once: the second raises NotNeeded.

    Raises PermissionDenied unless `by` is an instructor of the course or an administrator, and
    ValueError without a reason.
    """
    if not may_grant_attempt(by, enrolment.course.slug):
        raise PermissionDenied
    if not reason.strip():
        raise ValueError("A granted attempt needs a reason.")
    waits = ActivityProgress.objects.select_for_update().filter(
        enrolment=enrolment, activity_key=activity_key, state=ActivityProgress.State.EXHAUSTED
    )
    if not waits:
        raise NotNeeded
    talk = Talk.objects.create(
        enrolment=enrolment,
        activity_key=activity_key,
        by=by,
        at=now,
        reason=reason.strip(),
        is_granted=is_granted,
    )
    if not is_granted:
        record(
            verb="talk.noted",
            subject=("enrolment", enrolment.pk),
            by=by.pk,
            now=now,
            details={"activity": activity_key, "talk": str(talk.pk)},
        )
        return talk
    enrolments.grant_attempt(enrolment=enrolment, activity_key=activity_key, now=now)
    record(
        verb="attempt.granted",
        subject=("enrolment", enrolment.pk),
        by=by.pk,
        now=now,
        details={"activity": activity_key, "talk": str(talk.pk)},
    )
    return talk
