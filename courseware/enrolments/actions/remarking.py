"""A test that was marked is marked anew: the best score follows, and a pass may be taken back.

That a pass is won is reported as any other (ledger.report_attempt). Must not: touch a completion;
what was completed stays so, with the score it was written with, until a person annuls it.
"""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from django.db import transaction

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.enrolments.actions.ledger import ask_for_talk, percent_of
from courseware.enrolments.models import ActivityProgress, Enrolment

_PROGRESS = ActivityProgress.State


@transaction.atomic
def follow_score(*, enrolment: Enrolment, activity_key: str, best: Fraction) -> None:
    """`best` is what the best of the person's sittings earns by now, more or less than before.

    Nothing else changes. The caller holds the enrolment's row and records why.
    """
    ActivityProgress.objects.filter(enrolment=enrolment, activity_key=activity_key).update(
        best_score=percent_of(best)
    )


@transaction.atomic
def take_back_pass(
    *,
    enrolment: Enrolment,
    activity_key: str,
    has_attempts_left: bool,
    by: User | None,
    details: Mapping[str, str],
    now: datetime,
) -> bool:
    """A test that was done is open again. False if the course is complete or it was not done.

    Without an attempt left a talk is asked for, as after the last failure.
    """
    held = Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
    if held.completed_on is not None:
        return False
    state = _PROGRESS.IN_PROGRESS if has_attempts_left else _PROGRESS.EXHAUSTED
    progress = ActivityProgress.objects.filter(
        enrolment=enrolment, activity_key=activity_key, state=_PROGRESS.DONE
    ).first()
    if progress is None or progress.done_at is None:
        return False
    was_done_at = progress.done_at
    ActivityProgress.objects.filter(pk=progress.pk).update(
        state=state, done_at=None, content_hash=""
    )
    record(
        verb="enrolment.pass_taken_back",
        subject=("enrolment", enrolment.pk),
        by=by.pk if by else None,
        now=now,
        details={"activity": activity_key, "done_at": was_done_at.isoformat(), **details},
    )
    if not has_attempts_left and held.withdrawn_at is None:
        ask_for_talk(enrolment, activity_key=activity_key, now=now)
    return True
