"""Is it well? Every answer with a detail that staff can act on, and no name of anybody.

Owns: what "ready" means. Must not: wait; each answer is one or two cheap queries.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from courseware.health import freezing
from courseware.jobs.models import Heartbeat, Job

#: A worker shows life every 15 seconds, unless all of them sit in long jobs (at most 270 s).
WORKER_SILENCE = timedelta(seconds=290)
BEAT_SILENCE = timedelta(seconds=90)
OLDEST_DUE = timedelta(minutes=10)


@dataclass(frozen=True)
class Finding:
    """One answer: is it well, and what staff should know."""

    ok: bool
    detail: str


# Once nothing is pending, nothing will be until this process is replaced by a newer release.
_migrated: set[str] = set()


def readiness(*, now: datetime) -> dict[str, Finding]:
    """Each check by name. Without a database the rest is not asked."""
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return {
            "database": Finding(True, connection.vendor),
            "migrations": _migrations(),
            "freezing": _freezing(),
            "worker": _alive("worker", WORKER_SILENCE, now),
            "beat": _alive("beat", BEAT_SILENCE, now),
            "work": _work(now),
        }
    except DatabaseError as error:
        return {"database": Finding(False, f"no answer ({type(error).__name__})")}


def _migrations() -> Finding:
    if DEFAULT_DB_ALIAS not in _migrated:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            return Finding(False, f"{len(plan)} pending: run manage.py migrate")
        _migrated.add(DEFAULT_DB_ALIAS)
    return Finding(True, "none pending")


def _freezing() -> Finding:
    lost = freezing.missing()
    if lost:
        return Finding(False, f"not guarded: {', '.join(lost)}; run manage.py migrate")
    return Finding(True, f"{len(freezing.wanted(connection.vendor))} triggers")


def _alive(name: str, silence: timedelta, now: datetime) -> Finding:
    at = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    if at is None:
        return Finding(False, "never seen")
    seconds = max(0, int((now - at).total_seconds()))
    return Finding(now - at <= silence, f"seen {seconds} s ago")


def _work(now: datetime) -> Finding:
    """Due work that nobody takes. Work put off until later, as mail may be, is not due."""
    oldest = (
        Job.objects.filter(state=Job.State.WAITING, next_try_at__lte=now)
        .order_by("next_try_at")
        .values_list("next_try_at", flat=True)
        .first()
    )
    parked = Job.objects.filter(state=Job.State.PARKED).count()
    seconds = int((now - oldest).total_seconds()) if oldest else 0
    return Finding(
        oldest is None or now - oldest <= OLDEST_DUE,
        f"oldest due for {seconds} s; {parked} parked",
    )
