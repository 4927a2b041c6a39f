"""Which kinds of work exist, and what a handler may say about its outcome.

    def issue_pending(work: Work) -> None: ...

    # in AppConfig.ready of the app that carries it out
    registry.register(JobKind("certificates.issue", issue_pending))
    registry.register(JobKind("quizzes.sweep", sweep), every=timedelta(minutes=1))

    # in a module that only asks for it, when another app carries it out
    ISSUE = registry.expect("certificates.issue")

A handler is idempotent by natural keys: it may run twice, and half of it may have run before.
It returns when the work is done, raises `Retry` to be tried again later and `Park` when only a
person can help. Anything else it raises counts as a retry.

Owns: the list. Must not: touch the database or the clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID


class Retry(Exception):
    """Not now. `reason` is shown to staff: it holds no personal data."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class Park(Exception):
    """Never without a person. `reason` is shown to staff: it holds no personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _no_heartbeat(done: int | None = None, total: int | None = None) -> bool:
    return True


@dataclass(frozen=True)
class Work:
    """One run of a job, as its handler sees it.

    `now` is when the run began. `heartbeat(done, total)` renews the lease and shows progress;
    it answers False when the job has been given to somebody else: stop then.
    """

    job_id: UUID
    kind: str
    key: str
    args: Mapping[str, Any]
    attempt: int
    now: datetime
    heartbeat: Callable[[int | None, int | None], bool] = _no_heartbeat


Handler = Callable[[Work], None]


@dataclass(frozen=True)
class JobKind:
    """`lease`: how long a worker may be silent; None takes JOB_LEASE_SECONDS."""

    name: str
    handler: Handler
    lease: timedelta | None = None
    max_attempts: int = 12
    description: str = ""


_kinds: dict[str, JobKind] = {}
_periods: dict[str, timedelta] = {}
_expected: set[str] = set()


def register(kind: JobKind, *, every: timedelta | None = None) -> None:
    """Make `kind` known; with `every`, also carry it out once in each such span of time."""
    known = _kinds.get(kind.name)
    if known is not None and known != kind:
        raise ValueError(f"Job kind {kind.name} is registered twice.")
    _kinds[kind.name] = kind
    if every is not None:
        register_periodic(kind.name, every=every)


def register_periodic(kind: str, *, every: timedelta) -> None:
    """Carry `kind` out once in each span of `every`, counted in UTC from 1970."""
    if every < timedelta(seconds=1):
        raise ValueError(f"Periodic kind {kind} would run more than once a second.")
    _periods[kind] = every


def expect(name: str) -> str:
    """Say that somebody enqueues `name`; a start-up check fails when nobody carries it out."""
    _expected.add(name)
    return name


def get(name: str) -> JobKind | None:
    return _kinds.get(name)


def kinds() -> dict[str, JobKind]:
    """Every known kind by name."""
    return dict(_kinds)


def periodic() -> dict[str, timedelta]:
    """The span of every periodic kind."""
    return dict(_periods)


def missing() -> list[str]:
    """Kinds that are scheduled or enqueued somewhere and that nobody carries out."""
    return sorted((_expected | set(_periods)) - set(_kinds))


def slot(now: datetime, every: timedelta) -> str:
    """The key of the span of `every` that `now` lies in. Equal on all machines and in all zones."""
    seconds = int(every.total_seconds())
    start = int(now.timestamp()) // seconds * seconds
    return f"{start}"
