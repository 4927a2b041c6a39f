"""Celery carries out what rows record. Settings as measured under kill -9 (docs/reference/jobs.md).

Owns: how workers behave. Must not: hold a due time; those live in rows, never in ETA or countdown.
"""

import logging
import os
import sys
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courseware.settings")

from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

from courseware.jobs import embedded
from courseware.jobs.schedule import BEAT_SCHEDULE

SOFT_LIMIT, HARD_LIMIT = 240, 270  # seconds; both under the lease
_SCHEME = urlsplit(settings.CELERY_BROKER_URL).scheme.partition("+")[0]

# kombu's own filesystem transport can hand an empty file to a worker, which then ends.
TRANSPORT_ALIASES["filesystem"] = "courseware.jobs.embedded:Transport"


def _transport_options() -> dict[str, Any]:
    if _SCHEME == "filesystem":
        return embedded.options(settings.BROKER_DIR)
    if _SCHEME in {"redis", "rediss"}:
        return {
            # Above the longest task, or Redis hands a running task to a second worker.
            "visibility_timeout": 4 * HARD_LIMIT,
            "socket_timeout": 2,
            "socket_connect_timeout": 2,
            "retry_on_timeout": False,
        }
    if _SCHEME in {"amqp", "amqps", "pyamqp"}:
        return {"connect_timeout": 2, "write_timeout": 2}
    return {}


# One line for every "look" would be 40,000 lines a day; failures are still logged.
for _name in ("celery.worker.strategy", "celery.app.trace", "celery.beat"):
    logging.getLogger(_name).setLevel(logging.WARNING)

app = Celery("courseware", set_as_current=True)
app.conf.update(
    # kombu warns about an address without a host at each connection.
    broker_url="filesystem://localhost" if _SCHEME == "filesystem" else settings.CELERY_BROKER_URL,
    broker_transport_options=_transport_options(),
    broker_connection_timeout=2,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a broker may be down for a weekend
    broker_heartbeat=10,
    broker_pool_limit=2,
    imports=["courseware.jobs.tasks"],
    # Messages: JSON, ids only, no results.
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_default_queue=settings.CELERY_QUEUE,
    # Quorum queues lost nothing in 200 tasks under kill -9.
    task_default_queue_type="quorum" if _SCHEME in {"amqp", "amqps", "pyamqp"} else "classic",
    task_publish_retry=False,
    # A lost worker: the message comes back, a few times; the row's lease decides what happens.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_retry_on_worker_lost=True,
    task_soft_time_limit=SOFT_LIMIT,
    task_time_limit=HARD_LIMIT,
    # Workers.
    worker_concurrency=settings.WORKERS,
    worker_prefetch_multiplier=1,
    worker_max_memory_per_child=300_000,  # kB
    worker_soft_shutdown_timeout=20,
    worker_cancel_long_running_tasks_on_connection_loss=False,  # the lease guards them
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    # Celery's crontab in a local zone skips the repeated hour in autumn: UTC and intervals.
    enable_utc=True,
    timezone="UTC",
    beat_schedule=BEAT_SCHEDULE,
    beat_schedule_filename=str(settings.HOME / "beat-schedule"),
    beat_scheduler="courseware.jobs.beat:Scheduler",
)


@worker_init.connect
def _refuse_unknown_names(**_: Any) -> None:
    """A worker that would leave named work undone does not start."""
    from courseware.jobs.checks import unknown_names  # needs the apps to be loaded

    sentences = unknown_names()
    if sentences:
        sys.exit("\n".join(sentences))


@worker_init.connect
def _fetch_what_signs(**_: Any) -> None:
    """Before the worker forks: its children share it, and none of them takes time to load it."""
    import_module("courseware.certificates.signing.sign")
