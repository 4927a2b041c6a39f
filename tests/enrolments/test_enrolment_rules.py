"""The pure rules: states, locks, what is complete, when it expires."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseware.enrolments.rules import (
    ActivityState,
    Dates,
    State,
    Step,
    expiry,
    is_complete,
    next_step,
    percent,
    required_keys,
    standings,
    state,
)

TODAY = date(2026, 3, 2)
KEYS = ["a", "b", "c", "d", "e"]
steps_of_any_course = st.lists(st.sampled_from(KEYS), unique=True, max_size=5).flatmap(
    lambda keys: st.tuples(
        *(st.builds(Step, st.just(key), st.booleans(), st.booleans()) for key in keys)
    )
)
any_progress = st.dictionaries(
    st.sampled_from([*KEYS, "gone"]), st.sampled_from(["in_progress", "done", "exhausted"])
)


def day(offset: int) -> date:
    return TODAY + timedelta(offset)


# ------------------------------------------------------------------ states
@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (Dates(), State.NOT_STARTED),
        (Dates(is_started=True), State.IN_PROGRESS),
        (Dates(due_on=day(15)), State.NOT_STARTED),
        (Dates(is_started=True, due_on=day(15)), State.IN_PROGRESS),
        (Dates(due_on=day(14)), State.DUE_SOON),
        (Dates(due_on=day(0)), State.DUE_SOON),
        (Dates(due_on=day(-1)), State.OVERDUE),
        (Dates(due_on=day(-1), needs_talk=True), State.NEEDS_TALK),
        (Dates(due_on=day(-1), completed_on=day(-2)), State.DONE),
        (Dates(completed_on=day(-2), expires_on=day(91)), State.DONE),
        (Dates(completed_on=day(-2), expires_on=day(90)), State.EXPIRING),
        (Dates(completed_on=day(-2), expires_on=day(0)), State.EXPIRING),
        (Dates(completed_on=day(-2), expires_on=day(-1)), State.EXPIRED),
        (Dates(completed_on=day(-2), needs_talk=True), State.DONE),
        (Dates(is_withdrawn=True, due_on=day(-1), needs_talk=True), State.WITHDRAWN),
    ],
)
def test_the_state_of_a_day(dates: Dates, expected: State) -> None:
    assert state(dates, TODAY) is expected


# ------------------------------------------------------------------ expiry
@pytest.mark.parametrize(
    ("completed", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-03-02", 24, "2028-03-02"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-12-01", 1, "2027-01-01"),
    ],
)
def test_expiry_is_the_same_day_or_the_last_of_the_month(
    completed: str, months: int, expected: str
) -> None:
    assert expiry(date.fromisoformat(completed), months) == date.fromisoformat(expected)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 120))
def test_expiry_never_leaves_its_month(completed: date, months: int) -> None:
    found = expiry(completed, months)
    assert (found.year * 12 + found.month) - (completed.year * 12 + completed.month) == months
    assert found.day == completed.day or (found + timedelta(1)).day == 1


# ------------------------------------------------------------------ progress
@given(st.sets(st.sampled_from(KEYS)), st.sets(st.sampled_from([*KEYS, "gone"])))
def test_a_hundred_percent_means_complete(required: set[str], done: set[str]) -> None:
    assert 0 <= percent(required, done) <= 100
    assert (percent(required, done) == 100) == is_complete(required, done)


def test_percent_is_rounded_down() -> None:
    required = [str(n) for n in range(300)]
    assert percent(required, required[:-1]) == 99
    assert percent(required, required[:1]) == 0


def test_a_course_without_required_steps_is_never_complete() -> None:
    assert not is_complete([], ["a"])
    assert percent([], ["a"]) == 0


@given(steps_of_any_course, any_progress, st.booleans())
def test_a_lock_always_names_what_it_waits_for(
    steps: tuple[Step, ...], progress: dict[str, str], is_locked: bool
) -> None:
    places = {step.key: place for place, step in enumerate(steps)}
    required = required_keys(steps)
    for standing in standings(steps, progress, is_course_locked=is_locked):
        if standing.state is ActivityState.LOCKED:
            assert standing.waits_for or is_locked
        for key in standing.waits_for:
            assert key in required
            assert progress.get(key) != "done"
            assert places[key] < places[standing.key]


@given(steps_of_any_course, any_progress, st.booleans())
def test_what_is_done_stays_open_and_what_is_next_can_be_opened(
    steps: tuple[Step, ...], progress: dict[str, str], is_locked: bool
) -> None:
    found = standings(steps, progress, is_course_locked=is_locked)
    assert [standing.key for standing in found] == [step.key for step in steps]
    for standing in found:
        assert (standing.state is ActivityState.DONE) == (progress.get(standing.key) == "done")
    upcoming = next_step(found)
    open_states = {ActivityState.IN_PROGRESS, ActivityState.NOT_STARTED}
    if upcoming is None:
        assert not any(standing.state in open_states for standing in found)
    else:
        assert upcoming.state in open_states


def test_what_is_begun_comes_before_what_is_new() -> None:
    steps = [Step("a", True, False), Step("b", True, False)]
    upcoming = next_step(standings(steps, {"b": "in_progress"}))
    assert upcoming is not None
    assert upcoming.key == "b"


def test_the_last_step_waits_for_every_required_one_before_it() -> None:
    steps = [Step("a", True, False), Step("extra", False, False), Step("test", True, True)]
    assert standings(steps, {})[-1].waits_for == ("a",)
    assert standings(steps, {"a": "done"})[-1].state is ActivityState.NOT_STARTED
    assert standings(steps, {"test": "exhausted"})[-1].state is ActivityState.NEEDS_TALK
