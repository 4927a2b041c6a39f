"""The names of the Celery tasks, and the one thing that beat does.

Everything periodic is a job keyed by (kind, slot), see `registry.register_periodic`; beat only
says "look" every two seconds. An old "look" is worthless, so it expires.

Owns: names that beat, workers and checks agree on. Must not: import Celery.
"""

from typing import Any

TICK = "jobs.tick"
RUN_JOB = "jobs.run_job"
TICK_SECONDS = 2.0
TICK_EXPIRES = 10

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "tick": {"task": TICK, "schedule": TICK_SECONDS, "options": {"expires": TICK_EXPIRES}},
}

#: Where a test may end a process, see core.failpoints. In the order a mail passes them.
FAILPOINTS = (
    "job.claimed",  # the lease is committed, nobody was told
    "job.published",  # the message is with the broker
    "job.before_handler",  # the try is counted
    "mail.before_send",  # the mail is built, the server was not asked
    "mail.after_send",  # the server took it, the row does not say so yet
    "mail.marked",  # the row says so
    "job.after_handler",  # the work is done, the job does not say so yet
    "job.finished",  # the job says so, the message is not acknowledged yet
)
