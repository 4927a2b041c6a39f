"""What staff may do about work and mail, each act with its event in the same transaction.

Owns: the audit events of these acts. Must not: change a row itself; `jobs.actions` does.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from courseware.audit.actions import record
from courseware.jobs import actions as jobs


@transaction.atomic
def retry_job(*, job_id: UUID, by: UUID, now: datetime) -> bool:
    """Try a waiting, parked or cancelled job at once. False if it is in another state."""
    done = jobs.retry_now(job_id=job_id, now=now)
    return _recorded(done, verb="job.retried", subject=("job", job_id), by=by, now=now)


@transaction.atomic
def give_up_job(*, job_id: UUID, by: UUID, now: datetime) -> bool:
    """Give up a waiting or parked job. False if it is in another state."""
    done = jobs.cancel(job_id=job_id, now=now)
    return _recorded(done, verb="job.cancelled", subject=("job", job_id), by=by, now=now)


@transaction.atomic
def send_message_again(*, message_id: UUID, by: UUID, now: datetime) -> bool:
    """Send a mail again that failed for good. False if it did not fail."""
    done = jobs.send_again(message_id=message_id, now=now)
    return _recorded(
        done, verb="message.sent_again", subject=("message", message_id), by=by, now=now
    )


def _recorded(done: bool, *, verb: str, subject: tuple[str, UUID], by: UUID, now: datetime) -> bool:
    """An act that changed nothing leaves no event."""
    if done:
        record(verb=verb, subject=subject, by=by, now=now)
    return done
