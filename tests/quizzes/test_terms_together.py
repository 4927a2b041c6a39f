"""Where several rules meet: void attempts, several exceptions, what was granted, another course."""

from datetime import timedelta
from typing import Any

import pytest

from courseware.accounts.actions import post_person
from courseware.enrolments.models import ActivityProgress
from quizzes import actions
from quizzes.models import Attempt, ExtraAttempt
from tests.cast import SINCE, Cast
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import NOW, Sitting, begin, sit
from tests.quizzes.test_attempt_terms import (
    DAY,
    HOUR,
    LATER,
    decide,
    fail,
    refused,
    standing,
    start_page,
)

pytestmark = pytest.mark.django_db
STATE = ActivityProgress.State
VOID: dict[str, Any] = {"time_limit_minutes": 45, "rules": {"time_out": "void"}}


def let_run_out(sitting: Sitting) -> Attempt:
    """Begun and never handed in: it does not count, and is used up."""
    attempt = begin(sitting)
    assert actions.close_if_over(attempt=attempt, now=LATER)
    assert attempt.state == Attempt.State.VOID
    return attempt


def test_the_hours_between_two_attempts_count_after_one_that_does_not_count_too() -> None:
    sitting = sit("Nora", time_limit_minutes=45, rules={"time_out": "void", "cooldown_hours": 24})
    ended = let_run_out(sitting).deadline_at
    assert refused(sitting, ended + DAY - timedelta(seconds=1)) == "too_early"
    assert "You can begin on" in start_page(sitting, LATER + HOUR)
    assert begin(sitting, now=ended + DAY).number == 2


def test_an_attempt_that_does_not_count_asks_for_no_talk_while_an_exception_gives_more(
    cast: Cast,
) -> None:
    sitting = sit("Nora", attempts=1, **VOID)
    decide(cast, sitting, extra_attempts=2)
    for _own_and_first_of_the_exception in range(2):
        let_run_out(sitting)
        assert standing() == STATE.IN_PROGRESS
        sitting.enrolment.refresh_from_db()
        assert sitting.enrolment.needs_talk_since is None
    let_run_out(sitting)
    assert standing() == STATE.EXHAUSTED


def test_an_attempt_granted_in_a_talk_that_does_not_count_leaves_the_exception_s(
    cast: Cast,
) -> None:
    sitting = sit("Nora", attempts=1, **VOID)
    let_run_out(sitting)
    actions.grant_attempt(
        enrolment=sitting.enrolment, activity_key=TEST_KEY, by=cast.ingrid, reason="R", now=LATER
    )
    decide(cast, sitting, extra_attempts=1)
    let_run_out(sitting)
    assert standing() == STATE.IN_PROGRESS
    assert begin(sitting, now=LATER).number == 3


def test_of_two_exceptions_the_one_that_ends_first_pays_whichever_was_decided_first(
    cast: Cast,
) -> None:
    sitting = sit("Nora", attempts=1)
    post_person(person=sitting.person, unit=cast.unit_a, from_on=SINCE, by=None, now=NOW)
    fail(sitting)
    lasting = decide(cast, sitting, extra_attempts=1, ends_on=(NOW + 20 * DAY).date())
    ending = decide(cast, sitting, cast.unit_a, extra_attempts=1, now=NOW + HOUR)
    assert lasting.ends_on > ending.ends_on
    assert lasting.at < ending.at
    for _turn in range(2):
        fail(sitting)
    paid = ExtraAttempt.objects.order_by("pk").values_list("override", flat=True)
    assert list(paid) == [ending.pk, lasting.pk]


def test_the_waiting_is_taken_away_by_any_exception_that_reaches_the_person(cast: Cast) -> None:
    sitting = sit("Nora", rules={"cooldown_hours": 24})
    post_person(person=sitting.person, unit=cast.unit_a, from_on=SINCE, by=None, now=NOW)
    fail(sitting)
    decide(cast, sitting, window_days=14)  # her own goes first, and says nothing of the waiting
    assert refused(sitting) == "too_early"
    decide(cast, sitting, cast.unit_a, skips_cooldown=True)
    assert begin(sitting).number == 2
