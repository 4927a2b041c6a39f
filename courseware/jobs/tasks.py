"""The two Celery tasks. Thin edges: `runner` does the work, rows hold the truth.

Keyword-only with a trailing **_, so that a worker of the last release survives a message of the
next. Ids only in arguments.

Owns: crossing from Celery to `runner`. Must not: be called from a request.
"""

from typing import Any
from uuid import UUID

from celery import shared_task

from courseware.jobs import runner
from courseware.jobs.actions import longest_lease
from courseware.jobs.schedule import RUN_JOB, TICK


# Short limits: a broker that swallows a connection must not keep a worker from its work.
@shared_task(name=TICK, ignore_result=True, soft_time_limit=15, time_limit=20, max_retries=0)
def tick(**_: Any) -> None:
    """Look for due work and tell the workers."""
    runner.tick(publish=_publish)


@shared_task(name=RUN_JOB, ignore_result=True, max_retries=3)
def run_job(*, job_id: str, token: str, **_: Any) -> None:
    """Carry out one claimed job."""
    runner.run_job(job_id=UUID(job_id), token=UUID(token))


def _publish(job_id: UUID, token: UUID) -> None:
    run_job.apply_async(
        kwargs={"job_id": str(job_id), "token": str(token)},
        # After its lease the claim is void, so the message is too: none pile up without workers.
        expires=longest_lease().total_seconds(),
        retry=False,
    )
