"""Pure rules: in which state is an enrolment, which activity is open and why not, what is complete.

Plain values in, plain values out: no Django, clock or database. `queries.with_state` says the
same in SQL; a property test holds the two together.
"""

import calendar
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DUE_SOON_DAYS = 14
EXPIRING_DAYS = 90


class State(StrEnum):
    """Of an enrolment on a day. The words and signs for them are in core.ui."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    DUE_SOON = "due-soon"
    OVERDUE = "overdue"
    NEEDS_TALK = "needs-talk"
    DONE = "done"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ActivityState(StrEnum):
    LOCKED = "locked"
    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    DONE = "done"
    NEEDS_TALK = "needs-talk"


@dataclass(frozen=True)
class Dates:
    """What the state of an enrolment depends on."""

    is_started: bool = False
    is_withdrawn: bool = False
    needs_talk: bool = False
    due_on: date | None = None
    completed_on: date | None = None
    expires_on: date | None = None


def state(dates: Dates, today: date) -> State:
    """The one state of an enrolment on `today`. First match wins."""
    if dates.is_withdrawn:
        return State.WITHDRAWN
    if dates.completed_on is not None:
        if dates.expires_on is not None and today > dates.expires_on:
            return State.EXPIRED
        if dates.expires_on is not None and today >= dates.expires_on - timedelta(EXPIRING_DAYS):
            return State.EXPIRING
        return State.DONE
    if dates.needs_talk:
        return State.NEEDS_TALK
    if dates.due_on is not None and today > dates.due_on:
        return State.OVERDUE
    if dates.due_on is not None and today >= dates.due_on - timedelta(DUE_SOON_DAYS):
        return State.DUE_SOON
    return State.IN_PROGRESS if dates.is_started else State.NOT_STARTED


class Placing(StrEnum):
    """What putting somebody on a course would meet."""

    NEW = "new"
    ON_IT = "on-it"
    HOLDS = "holds"


def placing(periods: Iterable[Dates], today: date) -> Placing:
    """`periods` are those of one person on one course, oldest first.

    Whoever holds a completion is left alone until it begins to run out: then a new period begins.
    """
    standing = [period for period in periods if not period.is_withdrawn]
    if any(period.completed_on is None for period in standing):
        return Placing.ON_IT
    if standing and state(standing[-1], today) is State.DONE:
        return Placing.HOLDS
    return Placing.NEW


def expiry(completed_on: date, validity_months: int) -> date:
    """The last day of validity: the same day of the month, or the month's last."""
    month = completed_on.month - 1 + validity_months
    year, month = completed_on.year + month // 12, month % 12 + 1
    return date(year, month, min(completed_on.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True)
class Step:
    """An activity, as far as the rules care."""

    key: str
    required: bool
    needs_all_before: bool


@dataclass(frozen=True)
class Standing:
    """Where one activity stands, and what it waits for."""

    key: str
    state: ActivityState
    waits_for: tuple[str, ...] = ()  # keys of required activities still to be done


def standings(
    steps: Iterable[Step],
    progress: Mapping[str, str],
    *,
    is_course_locked: bool = False,
) -> list[Standing]:
    """The state of every activity. `progress` maps keys to in_progress, done or exhausted.

    What was once done stays open for reading, whatever locks the rest.
    """
    found: list[Standing] = []
    open_before: list[str] = []
    for step in steps:
        recorded = progress.get(step.key)
        waits_for = tuple(open_before) if step.needs_all_before else ()
        if recorded == "done":
            found.append(Standing(step.key, ActivityState.DONE))
        elif recorded == "exhausted":
            found.append(Standing(step.key, ActivityState.NEEDS_TALK))
        elif waits_for or is_course_locked:
            found.append(Standing(step.key, ActivityState.LOCKED, waits_for))
        elif recorded is not None:
            found.append(Standing(step.key, ActivityState.IN_PROGRESS))
        else:
            found.append(Standing(step.key, ActivityState.NOT_STARTED))
        if step.required and recorded != "done":
            open_before.append(step.key)
    return found


def required_keys(steps: Iterable[Step]) -> frozenset[str]:
    return frozenset(step.key for step in steps if step.required)


def is_complete(required: Collection[str], done: Collection[str]) -> bool:
    """A course without required activities is never complete."""
    return bool(required) and set(required) <= set(done)


def percent(required: Collection[str], done: Collection[str]) -> int:
    """0…100, and 100 exactly when complete: rounded down, so that 99.6 is not "all"."""
    if not required:
        return 0
    return 100 * len(set(required) & set(done)) // len(set(required))


def next_step(found: Iterable[Standing]) -> Standing | None:
    """What to open next: something begun, else the first open one."""
    open_steps = [
        standing
        for standing in found
        if standing.state in {ActivityState.IN_PROGRESS, ActivityState.NOT_STARTED}
    ]
    begun = [s for s in open_steps if s.state is ActivityState.IN_PROGRESS]
    return next(iter(begun or open_steps), None)
