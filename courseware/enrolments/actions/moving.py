"""A period in progress goes on in a newer edition.

Owns: what stays done and what is open again. Must not: touch what is complete.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.courses.models import Edition
from courseware.courses.queries import outline
from courseware.enrolments import rules
from courseware.enrolments.models import ActivityProgress, Enrolment, ReadingPosition
from courseware.enrolments.queries import steps_of

_PROGRESS = ActivityProgress.State


@transaction.atomic
def move(
    *,
    enrolment: Enrolment,
    edition: Edition,
    hashes: Mapping[str, Collection[str]],
    extra_attempts: Mapping[str, int],
    by: User | None,
    now: datetime,
) -> bool:
    """Pin a period in progress to a newer edition. False if it is not in progress or would be
    complete by the move alone: then nothing changes.

    What was done stays done where the activity is in the new edition with the same words: `hashes`
    are those of each activity in any language. Anything else is open again, a test with all its
    attempts; the event keeps what was done. `extra_attempts`: so many fewer does the new edition
    allow; nobody loses one. The caller sees to it that no test is open.
    """
    progress = list(enrolment.progress.select_for_update())
    done = [row for row in progress if row.state == _PROGRESS.DONE and row.activity_key in hashes]
    reopened = [row for row in done if row.content_hash not in hashes[row.activity_key]]
    kept = {row.activity_key for row in done} - {row.activity_key for row in reopened}
    if rules.is_complete(rules.required_keys(steps_of(outline(edition.pk, "en"))), kept):
        return False
    changed = Enrolment.objects.filter(
        ~Q(edition=edition),
        pk=enrolment.pk,
        started_at__isnull=False,
        completed_on__isnull=True,
        withdrawn_at__isnull=True,
    ).update(edition=edition)
    if not changed:
        return False
    ActivityProgress.objects.filter(pk__in=[row.pk for row in reopened]).update(
        state=_PROGRESS.IN_PROGRESS,
        done_at=None,
        content_hash="",
        attempts_granted=Greatest("attempts_granted", "attempts_used"),
    )
    for key, extra in extra_attempts.items():
        enrolment.progress.filter(activity_key=key).exclude(
            pk__in=[row.pk for row in reopened]
        ).update(attempts_granted=F("attempts_granted") + extra)
    _forget_what_is_gone(enrolment, hashes)
    record(
        verb="enrolment.moved",
        subject=("enrolment", enrolment.pk),
        by=by.pk if by else None,
        now=now,
        details={
            "from": str(enrolment.edition_id),
            "to": str(edition.pk),
            "reopened": {row.activity_key: _as_it_was_done(row) for row in reopened},
        },
    )
    enrolment.edition = edition
    return True


def _as_it_was_done(row: ActivityProgress) -> dict[str, str]:
    assert row.done_at is not None
    return {"done_at": row.done_at.isoformat(), "content_hash": row.content_hash}


def _forget_what_is_gone(enrolment: Enrolment, keys: Collection[str]) -> None:
    """An activity that the new edition lacks asks for no talk and is nowhere to go on reading."""
    enrolment.progress.filter(state=_PROGRESS.EXHAUSTED).exclude(activity_key__in=keys).update(
        state=_PROGRESS.IN_PROGRESS
    )
    if not enrolment.progress.filter(state=_PROGRESS.EXHAUSTED).exists():
        Enrolment.objects.filter(pk=enrolment.pk).update(needs_talk_since=None)
    ReadingPosition.objects.filter(enrolment=enrolment).exclude(activity_key__in=keys).delete()
