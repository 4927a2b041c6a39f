"""What others ask about work that is under way. Must not: write."""

from courseware.jobs.models import Job


def has_stopped(*, kind: str, key: str) -> bool:
    """Whether nobody will finish it any more: it is parked, cancelled or gone."""
    job = Job.objects.filter(kind=kind, key=key).first()
    return job is None or job.state in Job.STOPPED
