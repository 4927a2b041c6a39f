"""Start-up check: everything that is scheduled or asked for is carried out by somebody.

Owns: that answer. Must not: need a database or a broker.
"""

from collections.abc import Sequence
from typing import Any

from django.core import checks

from courseware.jobs import registry
from courseware.jobs.schedule import BEAT_SCHEDULE


def unknown_names() -> list[str]:
    """One sentence for each task or job kind that is named somewhere and does not exist."""
    from courseware.jobs import tasks  # here: web processes do without Celery in memory

    known = {tasks.tick.name, tasks.run_job.name}
    unknown = sorted({entry["task"] for entry in BEAT_SCHEDULE.values()} - known)
    return [f"Beat schedules the task {name}, which does not exist." for name in unknown] + [
        f"The job kind {name} is asked for, and no app carries it out."
        for name in registry.missing()
    ]


def check_names(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(
            sentence,
            hint="Register it in the ready() of the app that owns it.",
            id="courseware.E101",
        )
        for sentence in unknown_names()
    ]


def register() -> None:
    checks.register(check_names)
