"""One look at what is due, and one run of one job. Tasks and `manage.py work` are edges of this.

Owns: the order claim → tell a worker → begin → handler → finish. Must not: know what a handler
does or which broker carries messages.
"""

import logging
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from courseware.core import failpoints
from courseware.jobs import actions, registry
from courseware.jobs.models import Job
from courseware.jobs.registry import Park, Retry, Work

logger = logging.getLogger(__name__)

#: Told about a claim: (job id, token). Raises when nobody could be told.
Publish = Callable[[UUID, UUID], None]

# A broker that is down costs each attempt its time-out: stop trying after this many seconds.
_PUBLISH_SECONDS = 5.0
_BEAT_SECONDS = 15.0
_last_beat: dict[str, float] = {}


def show_life(name: str) -> None:
    """Note that this process lives, at most every 15 seconds."""
    if time.monotonic() - _last_beat.get(name, -_BEAT_SECONDS) >= _BEAT_SECONDS:
        actions.beat(name=name, now=timezone.now())
        _last_beat[name] = time.monotonic()


def tick(*, publish: Publish) -> int:
    """Make due periodic jobs, claim what is due and publish it; returns how many were published.

    Never more than JOBS_IN_FLIGHT leases at once: a lease must not run out in a queue.
    """
    now = timezone.now()
    show_life("worker")
    actions.enqueue_periodic(now=now)
    in_flight = Job.objects.filter(state=Job.State.LEASED, lease_until__gt=now).count()
    claims = actions.claim(limit=max(0, settings.JOBS_IN_FLIGHT - in_flight), now=now)
    if claims:
        failpoints.hit("job.claimed")
    return _publish_all(claims, publish)


def _publish_all(claims: list[tuple[UUID, UUID]], publish: Publish) -> int:
    stop_at = time.monotonic() + _PUBLISH_SECONDS
    for done, (job_id, token) in enumerate(claims):
        try:
            if time.monotonic() > stop_at:
                raise TimeoutError
            publish(job_id, token)
        except Exception as error:
            # Whatever the broker's client raises: the rows stay, and the next tick tries again.
            left = claims[done:]
            logger.warning("broker unavailable (%s), %d jobs wait", type(error).__name__, len(left))
            for waiting_id, waiting_token in left:
                actions.release(job_id=waiting_id, token=waiting_token, now=timezone.now())
            return done
        failpoints.hit("job.published")
    return len(claims)


def run_job(*, job_id: UUID, token: UUID) -> bool:
    """Carry out one claimed job. False: the token is not the job's any more, nothing was done."""
    now = timezone.now()
    show_life("worker")
    job = actions.begin(job_id=job_id, token=token, now=now)
    if job is None or job.lease_token is None:
        return False
    run_token = job.lease_token
    kind = registry.get(job.kind)
    if kind is None:
        # Claimed by a newer release and handed to an older one: leave it to the newer.
        actions.release(job_id=job_id, token=run_token, now=now)
        return False
    try:
        failpoints.hit("job.before_handler")
        kind.handler(_work(job, run_token))
        failpoints.hit("job.after_handler")
    except Park as verdict:
        actions.park(job_id=job_id, token=run_token, reason=verdict.reason, now=timezone.now())
    except Retry as verdict:
        actions.fail(
            job_id=job_id,
            token=run_token,
            reason=verdict.reason,
            after=verdict.after,
            now=timezone.now(),
        )
    except Exception as error:
        reason = _place_of(error)
        # Type and place only: the words of an exception may quote a name or an answer.
        logger.warning("job %s (%s) failed: %s", job_id, job.kind, reason)
        actions.fail(job_id=job_id, token=run_token, reason=reason, now=timezone.now())
    else:
        actions.finish(job_id=job_id, token=run_token, now=timezone.now())
        failpoints.hit("job.finished")
    return True


def _work(job: Job, token: UUID) -> Work:
    def heartbeat(done: int | None = None, total: int | None = None) -> bool:
        return actions.heartbeat(
            job_id=job.pk, token=token, now=timezone.now(), done=done, total=total
        )

    return Work(
        job_id=job.pk,
        kind=job.kind,
        key=job.key,
        args=job.args,
        attempt=job.attempts,
        now=timezone.now(),
        heartbeat=heartbeat,
    )


def _place_of(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__module__}.{type(error).__qualname__}{where}"
