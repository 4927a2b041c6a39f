"""What is said and offered once something has ended: a moment, an attempt, a pass."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from courseware.enrolments.actions import enrol
from courseware.enrolments.models import ActivityProgress
from quizzes import actions, queries
from quizzes.actions import Exempted
from quizzes.models import Attempt, Override
from tests.asking import queries_of, signed_in
from tests.cast import Cast, person
from tests.courses_made import TEST_KEY
from tests.quizzes.pages import address, body, browser
from tests.quizzes.sitting import NOW, Sitting, answer_all, begin, sit
from tests.quizzes.wrong_question import applied, decided, four, proposed, sit_again

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STATE = ActivityProgress.State
OVER = "The time in which you may sit this test is over."


def fail(sitting: Sitting, now: Any = NOW) -> Attempt:
    attempt = begin(sitting, now=now)
    actions.finish_attempt(attempt=attempt, now=now)
    return attempt


def closing(cast: Cast, sitting: Sitting, **more: Any) -> Override:
    """An exception under which the test closes in two hours."""
    return actions.decide_override(
        course=sitting.edition.course,
        activity_key=TEST_KEY,
        target=sitting.enrolment,
        exempted=Exempted(closes_at=NOW + 2 * HOUR, **more),
        reason="Leaves the station.",
        ends_on=(NOW + 30 * DAY).date(),
        by=cast.ingrid,
        now=NOW,
    )


def start_url(sitting: Sitting) -> str:
    return reverse("quizzes:start", args=[sitting.edition.course.slug, TEST_KEY])


def shown(sitting: Sitting, url: str, now: Any) -> str:
    with time_machine.travel(now, tick=False):
        return body(browser(sitting).get(url))


# ------------------------------------------------------------------ an exception has closed it
def test_after_its_closing_moment_no_attempt_is_left(cast: Cast) -> None:
    sitting = sit("Nora", attempts=3)
    closing(cast, sitting)
    failed = fail(sitting)
    before = shown(sitting, address(failed, "result"), NOW + HOUR)
    assert "You have 2 attempts left." in before
    page = shown(sitting, address(failed, "result"), NOW + DAY)
    assert OVER in page
    assert "attempts left" not in page
    assert "To the next attempt" not in page
    page = shown(sitting, start_url(sitting), NOW + DAY)
    assert "Attempts left</dt><dd>0" in page
    assert OVER in page
    with pytest.raises(actions.NotAllowed, match="closed"):
        begin(sitting, now=NOW + DAY)
    # Nothing was used up: where it opens again, the attempts are there.
    assert ActivityProgress.objects.get().state == STATE.IN_PROGRESS
    actions.take_back_override(override=Override.objects.get(), by=cast.ingrid, now=NOW + DAY)
    assert begin(sitting, now=NOW + DAY).number == 2


def test_an_exam_shows_its_questions_once_it_is_closed_for_good(cast: Cast) -> None:
    sitting = sit("Nora", attempts=3, rules={"review": "exam"})
    closing(cast, sitting)
    failed = fail(sitting)
    hidden = "shown when you have passed or your last attempt is over"
    assert hidden in shown(sitting, address(failed, "result"), NOW + HOUR)
    assert hidden not in shown(sitting, address(failed, "result"), NOW + DAY)


def test_who_waits_for_a_talk_goes_on_waiting_where_more_attempts_come_to_a_closed_test(
    cast: Cast,
) -> None:
    sitting = sit("Nora", attempts=1)
    override = closing(cast, sitting)
    fail(sitting)
    # The test closes before anybody gives more: what a unit gets does not open it.
    Override.objects.create(
        course=sitting.edition.course,
        activity_key=TEST_KEY,
        enrolment=sitting.enrolment,
        extra_attempts=1,
        reason="R",
        ends_on=override.ends_on,
        by=cast.ingrid,
        at=NOW - HOUR,
    )
    page = shown(sitting, start_url(sitting), NOW + DAY)
    assert "What happens next" in page
    with pytest.raises(actions.NotAllowed, match="no_attempts"):
        begin(sitting, now=NOW + DAY)


def talk(cast: Cast, now: Any) -> str:
    data = {
        "progress": ActivityProgress.objects.get().pk,
        "reason": "We spoke.",
        "is_granted": "on",
    }
    with time_machine.travel(now, tick=False):
        return body(signed_in(cast.ingrid).post("/admin/quizzes/talk/add/", data, follow=True))


@pytest.mark.parametrize("is_closed", [True, False])
def test_who_allows_one_more_is_told_that_the_test_is_closed(cast: Cast, is_closed: bool) -> None:
    sitting = sit("Nora", attempts=1)
    closing(cast, sitting)
    fail(sitting)
    page = talk(cast, NOW + (DAY if is_closed else HOUR))
    assert "Nora Example may sit the test once more." in page
    said = "the test is closed for them since Monday 2 February, 12:00"
    assert (said in page) == is_closed


def decided_by_form(cast: Cast, sitting: Sitting, now: Any, **fields: str) -> str:
    names = ("unit", "extra_attempts", "time_limit_minutes", "window_days")
    moments = ("opens_at_0", "opens_at_1", "closes_at_0", "closes_at_1")
    data = {
        **dict.fromkeys((*names, *moments), ""),
        "person": "nora@example.org",
        "test": f"{sitting.edition.course.slug} {TEST_KEY}",
        "reason": "R",
        "ends_on": "2099-01-01",
        **fields,
    }
    with time_machine.travel(now, tick=False):
        url = "/admin/quizzes/override/add/"
        return body(signed_in(cast.ingrid).post(url, data, follow=True))


def test_who_decides_more_attempts_is_told_that_the_test_is_closed(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    closing(cast, sitting)
    fail(sitting)
    page = decided_by_form(cast, sitting, NOW + DAY, extra_attempts="1")
    assert "closed for them since Monday 2 February, 12:00. Decide one with a later moment" in page
    assert "counts from now on" not in page


# ------------------------------------------------------------------ the moment of the next one
def test_a_result_names_the_moment_from_which_the_next_attempt_may_begin() -> None:
    sitting = sit("Nora", attempts=3, rules={"cooldown_hours": 24})
    first = fail(sitting)
    page = shown(sitting, address(first, "result"), NOW + HOUR)
    assert "You can begin on Tuesday 3 February, 10:00." in page
    assert "To the next attempt" not in page
    assert "To the next attempt" in shown(sitting, address(first, "result"), NOW + DAY)
    fail(sitting, NOW + DAY)
    # The older result counts from the end of the last one, too.
    page = shown(sitting, address(first, "result"), NOW + DAY + HOUR)
    assert "You can begin on Wednesday 4 February, 10:00." in page


# ------------------------------------------------------------------ time for who sits it now
@pytest.mark.parametrize(
    ("fields", "keeps"), [({"time_limit_minutes": "90"}, True), ({"extra_attempts": "1"}, False)]
)
def test_who_gives_time_to_somebody_who_sits_is_told_what_it_does_not_do(
    cast: Cast, fields: dict[str, str], keeps: bool
) -> None:
    sitting = sit("Nora", attempts=2, time_limit_minutes=45)
    begin(sitting)
    page = decided_by_form(cast, sitting, NOW, **fields)
    assert "Nora Example may begin" in page
    assert ("The attempt that is open keeps its time." in page) == keeps


# ------------------------------------------------------------------ the last one is void
@pytest.mark.parametrize("attempts", [1, 2])
def test_a_void_attempt_says_who_will_talk_where_it_was_the_last(cast: Cast, attempts: int) -> None:
    rules = {"time_out": "void"}
    sitting = sit("Nora", attempts=attempts, time_limit_minutes=45, rules=rules)
    attempt = begin(sitting)
    page = shown(sitting, address(attempt, "result"), NOW + HOUR)
    assert "This attempt does not count" in page
    assert ("What happens next" in page) == (attempts == 1)
    assert ("Your instructors for this course:" in page) == (attempts == 1)
    assert ("Ingrid Example" in page) == (attempts == 1)


def test_a_void_attempt_after_which_an_exception_gives_one_more_asks_for_no_talk(
    cast: Cast,
) -> None:
    rules = {"time_out": "void"}
    sitting = sit("Nora", attempts=1, time_limit_minutes=45, rules=rules)
    attempt = begin(sitting)
    shown(sitting, address(attempt, "result"), NOW + HOUR)
    closing(cast, sitting, extra_attempts=1)
    ActivityProgress.objects.update(state=STATE.EXHAUSTED)  # as it is before anybody has looked
    assert "What happens next" not in shown(sitting, address(attempt, "result"), NOW + HOUR)


def test_what_the_page_of_a_last_void_attempt_costs(cast: Cast) -> None:
    rules = {"time_out": "void"}
    sitting = sit("Nora", attempts=1, time_limit_minutes=45, rules=rules)
    attempt = begin(sitting)
    shown(sitting, address(attempt, "result"), NOW + HOUR)
    with time_machine.travel(NOW + HOUR, tick=False):
        client = browser(sitting)
        client.get(address(attempt, "result"))
        assert queries_of(lambda: client.get(address(attempt, "result"))) == 6


# ------------------------------------------------------------------ passed while one is open
@pytest.mark.parametrize("review", ["check", "exam"])
def test_who_is_passed_by_an_erratum_while_sitting_finds_the_way_to_the_open_attempt(
    cast: Cast, review: str
) -> None:
    edition = four(attempts=3, rules={"review": review})
    ann = person("Ann")
    sitting = Sitting(ann, edition, enrol(person=ann, course=edition.course, by=None, now=NOW))
    first = sit_again(sitting.enrolment, wrong=("T-Q1", "T-Q2"))
    second = begin(sitting, now=NOW + DAY)
    erratum = proposed(cast, edition, "T-Q1", "credit", now=NOW + DAY)
    applied(decided(cast, erratum, now=NOW + DAY), now=NOW + DAY)
    assert ActivityProgress.objects.get().state == STATE.DONE
    now = NOW + DAY + HOUR
    page = shown(sitting, start_url(sitting), now)
    assert "You have passed this test." in page
    assert "Whatever it earns, the test stays passed." in page
    assert "Continue the test" in page
    result = shown(sitting, address(first, "result"), now)
    assert "These questions and their answers are shown again once it is handed in." in result
    assert start_url(sitting) in result.split("shown again once it is handed in.")[1]
    with time_machine.travel(now, tick=False):
        response = browser(sitting).post(start_url(sitting))
        assert response["Location"] == address(second, "question", 1)
        browser(sitting).post(address(second, "submit"))
    assert ActivityProgress.objects.get().state == STATE.DONE
    page = shown(sitting, start_url(sitting), now)
    assert "Continue the test" not in page
    assert "Start the test" not in page
    assert "are shown" not in shown(sitting, address(first, "result"), now)
    assert list(queries.findings(now)) == []


def test_the_result_of_an_older_attempt_leads_to_the_open_one() -> None:
    sitting = sit("Nora", attempts=3)
    first = fail(sitting)
    second = begin(sitting)
    page = shown(sitting, address(first, "result"), NOW + HOUR)
    assert "To the attempt that is open" in page
    assert "To the next attempt" not in page
    answer_all(second)
    actions.finish_attempt(attempt=second, now=NOW + HOUR)
    assert "To the attempt that is open" not in shown(sitting, address(first, "result"), NOW + HOUR)
