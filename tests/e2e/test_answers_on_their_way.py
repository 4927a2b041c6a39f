"""A button pressed while an answer is still on its way, feedback before the end, and the time that
runs out in front of the page: nothing is lost, nobody meets oneself as another window."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from quizzes.actions import start_attempt
from quizzes.models import Attempt
from tests.cast import Cast
from tests.courses_made import TEST_KEY, make_course
from tests.e2e.answering import expect_saved
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import begin, eight_types, position_of, put_on, stored
from tests.faults.harness import wait_for

LEARN: dict[str, Any] = {"review": "learn", "asks_confidence": True}
ON_ITS_WAY = 1_500


def _slowly(page: Page) -> None:
    """What the script sends takes its time; what a form sends does not."""

    def delay(route: Route) -> None:
        page.wait_for_timeout(ON_ITS_WAY)
        route.continue_()

    page.route(
        re.compile(r"/save$"),
        lambda route: delay(route) if route.request.resource_type == "fetch" else route.continue_(),
    )


@pytest.mark.parametrize("has_script", [True, False])
def test_a_checked_answer_with_how_sure_one_was(
    browser_page: OpenPage, cast: Cast, has_script: bool
) -> None:
    attempt = begin(put_on(cast.alice, make_course(lessons=0, rules=LEARN)))
    page = browser_page(cast.alice, java_script_enabled=has_script)
    page.goto(f"/attempts/{attempt.pk}/1/")
    page.locator("label.option").nth(1).click()
    page.locator("[name=q1-confidence][value='2']").check()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.get_by_role("heading", name="Feedback")).to_be_visible()
    row = stored(attempt, 1)
    assert (row.confidence, bool(row.response), row.checked_at is None) == (2, True, False)
    # Whatever the page does from now on with its inputs switched off wipes nothing.
    for input in page.locator(".question .option input, [name=q1-confidence]").all():
        expect(input).to_be_disabled()
    page.locator("[name=q1-flag]").check()
    if has_script:
        expect_saved(page)
        page.reload()
        assert page.evaluate("Object.keys(localStorage).filter(k => /^attempt:/.test(k))") == []
    page.get_by_role("button", name="Save and go on").last.click()
    page.goto(f"/attempts/{attempt.pk}/1/")
    expect(page.get_by_role("heading", name="Feedback")).to_be_visible()
    expect(page.locator("[name=q1-flag]")).to_be_checked()
    expect(page.locator("[name=q1-confidence][value='2']")).to_be_checked()
    kept = stored(attempt, 1)
    assert (kept.response, kept.sequence, kept.is_flagged) == (row.response, row.sequence, True)


def test_a_button_waits_for_the_answer_on_its_way(browser_page: OpenPage, cast: Cast) -> None:
    """What is typed after the save has left is no answer of another window."""
    attempt = begin(put_on(cast.alice, eight_types(rules=LEARN)))
    position = position_of(attempt, "short")
    page = browser_page(cast.alice)
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    _slowly(page)
    field = page.locator(".question input[type=text]")
    with page.expect_request(re.compile("/save$")):
        field.fill("the first half")
    field.fill("the first half and the second")
    page.get_by_role("button", name="Check my answer").click()
    expect(page.get_by_role("heading", name="Feedback")).to_be_visible()
    expect(page.get_by_text("Two answers to the same question")).to_have_count(0)
    # What is still on its way must not end in the next test.
    page.unroute_all(behavior="ignoreErrors")
    assert stored(attempt, position).response["text"] == "the first half and the second"
    assert stored(attempt, position).checked_at is not None


def test_checking_without_network_stays_on_the_page(browser_page: OpenPage, cast: Cast) -> None:
    attempt = begin(put_on(cast.alice, eight_types(rules=LEARN)))
    position = position_of(attempt, "short")
    page = browser_page(cast.alice)
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    page.context.set_offline(True)
    page.locator(".question input[type=text]").fill("typed in the tunnel")
    page.locator(f"[name=q{position}-confidence][value='3']").check()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.locator("#saved")).to_contain_text("Not saved.")
    expect(page.locator(".question input[type=text]")).to_have_value("typed in the tunnel")
    page.context.set_offline(False)
    expect_saved(page)
    row = stored(attempt, position)
    assert (row.response["text"], row.confidence, row.checked_at) == (
        "typed in the tunnel",
        3,
        None,
    )


def test_handing_in_takes_along_what_the_browser_kept(browser_page: OpenPage, cast: Cast) -> None:
    attempt = begin(put_on(cast.alice, eight_types()))
    position = position_of(attempt, "short")
    page = browser_page(cast.alice)
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    page.context.set_offline(True)
    page.locator(".question input[type=text]").fill("typed in the tunnel")
    expect(page.locator("#saved")).to_contain_text("Not saved.")
    page.close()
    again = page.context.new_page()
    page.context.set_offline(False)
    _slowly(again)
    again.goto(f"/attempts/{attempt.pk}/summary/")
    again.locator("#hand-in").click()
    again.wait_for_url(re.compile("/result/$"))
    assert stored(attempt, position).response["text"] == "typed in the tunnel"


def test_when_the_time_runs_out_the_page_leads_to_handing_in_and_stays(
    browser_page: OpenPage, cast: Cast
) -> None:
    """A test with a time of grace: the sentence is on the summary, which is not loaded again and
    again while somebody reads it."""
    rules = {"time_out": "grace", "grace_minutes": 30}
    enrolment = put_on(cast.alice, make_course(lessons=0, time_limit_minutes=30, rules=rules))
    # The time is over, and a packet on its way is still taken: so the page opens.
    begun = timezone.now() - timedelta(minutes=30, seconds=1)
    attempt = start_attempt(enrolment=enrolment, activity_key=TEST_KEY, language="en", now=begun)
    page = browser_page(cast.alice)
    page.clock.install()
    page.goto(f"/attempts/{attempt.pk}/1/")
    expect(page.locator("#timer")).to_contain_text("0:00")
    page.wait_for_url(re.compile("/summary/$"), timeout=30_000)
    expect(page.get_by_role("alert")).to_contain_text("The time is over")
    page.evaluate("document.body.dataset.same = 'yes'")
    expect(page.locator("#timer")).to_contain_text("29:")
    page.clock.fast_forward("01:00")
    page.clock.fast_forward("01:00")
    expect(page.locator("body[data-same=yes]")).to_be_attached()
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url(re.compile("/result/$"))
    wait_for(lambda: Attempt.objects.get(pk=attempt.pk).finished_by == "late", "it is handed in")
