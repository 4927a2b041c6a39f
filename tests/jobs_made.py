"""What a handler is given when its job runs, without a job."""

from uuid import uuid4

from django.utils import timezone

from courseware.jobs.registry import Work


def work_of(kind: str, **args: str) -> Work:
    return Work(job_id=uuid4(), kind=kind, key="k", args=args, attempt=1, now=timezone.now())
