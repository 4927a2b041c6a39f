"""What a browser kept and could not send is said in words, and nothing goes on over it: a conflict
met on another page, an answer that came too late, a connection that hangs, no network at all.
"""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from quizzes.actions import start_attempt
from quizzes.models import Attempt
from tests.cast import Cast
from tests.courses_made import TEST_KEY
from tests.e2e.answering import expect_saved
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import eight_types, position_of, put_on, stored
from tests.e2e.test_every_page import look

KEPT = "Object.keys(localStorage).filter(key => /^attempt:/.test(key)).length"
NOT_SAVED = "Not saved."
HERE, THERE = "typed in the tunnel", "typed on the other device"


def _type(page: Page, words: str) -> None:
    page.locator(".question input[type=text]").fill(words)


def _kept_offline(page: Page, attempt: Attempt, position: int) -> Page:
    """A browser without network that holds an answer; another page of it, with network again."""
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    page.context.set_offline(True)
    _type(page, HERE)
    expect(page.locator("#saved")).to_contain_text(NOT_SAVED)
    page.close()
    again = page.context.new_page()
    page.context.set_offline(False)
    return again


def test_a_conflict_met_on_the_summary_is_settled_before_handing_in(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    first = browser_page(cast.alice)
    first.goto(f"/attempts/{attempt.pk}/{position}/")
    first.context.set_offline(True)
    _type(first, HERE)
    expect(first.locator("#saved")).to_contain_text(NOT_SAVED)
    other = browser_page(cast.alice)
    other.goto(f"/attempts/{attempt.pk}/{position}/")
    _type(other, THERE)
    expect_saved(other)

    first.close()
    page = first.context.new_page()
    first.context.set_offline(False)
    page.goto(f"/attempts/{attempt.pk}/summary/")
    panel = page.get_by_role("alert").filter(has_text="Nothing was overwritten")
    expect(panel).to_contain_text(f"Question {position}")
    for _turn in range(2):  # however often it is pressed
        page.locator("#hand-in").click()
        expect(panel).to_be_focused()
    assert Attempt.objects.get(pk=attempt.pk).state == Attempt.State.OPEN

    panel.get_by_role("link", name="See both answers and choose").click()
    both = page.locator(".question").get_by_role("alert")
    expect(both).to_contain_text(f"Saved in the other window: {THERE}")
    expect(both).to_contain_text(f"Your answer here: {HERE}")
    both.get_by_role("button", name="Use my answer here").click()
    expect_saved(page)
    page.goto(f"/attempts/{attempt.pk}/summary/")
    page.locator("#hand-in").click()
    page.wait_for_url(re.compile("/result/$"))
    assert stored(attempt, position).response["text"] == HERE
    assert page.evaluate(KEPT) == 0


def test_a_hand_in_that_is_pressed_twice_waits_for_the_same_answer(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _kept_offline(browser_page(cast.alice), attempt, position)

    def slowly(route: Route) -> None:
        page.wait_for_timeout(1_500)
        route.continue_()

    page.route(re.compile(r"/save$"), slowly)
    page.goto(f"/attempts/{attempt.pk}/summary/")
    page.locator("#hand-in").dblclick()
    page.wait_for_url(re.compile("/result/$"))
    page.unroute_all(behavior="ignoreErrors")
    assert stored(attempt, position).response["text"] == HERE


def _in_its_last_moments(cast: Cast, settings: LazySettings) -> Attempt:
    """Past its deadline, and taken as long as the network has its grace."""
    settings.ANSWER_GRACE_SECONDS = 3_600
    enrolment = put_on(cast.alice, eight_types(window_days=7))
    begun = timezone.now() - timedelta(days=7, minutes=1)
    return start_attempt(enrolment=enrolment, activity_key=TEST_KEY, language="en", now=begun)


@pytest.mark.parametrize("where", ["on its page", "on the result"])
def test_an_answer_that_came_too_late_is_shown_until_it_was_read(
    browser_page: OpenPage, cast: Cast, settings: LazySettings, where: str
) -> None:
    attempt = _in_its_last_moments(cast, settings)
    position = position_of(attempt, "short")
    page = browser_page(cast.alice)
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    page.context.set_offline(True)
    _type(page, HERE)
    expect(page.locator("#saved")).to_contain_text(NOT_SAVED)
    settings.ANSWER_GRACE_SECONDS = 0
    if where == "on the result":
        page.close()
        page = page.context.new_page()
        page.context.set_offline(False)
        page.goto(f"/attempts/{attempt.pk}/{position}/")
        expect(page).to_have_url(re.compile("/result/$"))
    page.context.set_offline(False)
    panel = page.get_by_role("alert").filter(has_text="does not count")
    expect(panel).to_contain_text("The deadline has passed")
    expect(panel).to_contain_text(f"Question {position}")
    expect(panel).to_contain_text(HERE)
    assert page.evaluate(KEPT) == 1
    page.reload()
    expect(page.get_by_role("alert").filter(has_text=HERE)).to_be_visible()
    page.get_by_role("button", name="I have read it").click()
    expect(page.get_by_text(HERE)).to_have_count(0)
    expect(page).to_have_url(re.compile("/result/$"))
    assert page.evaluate(KEPT) == 0
    assert stored(attempt, position).response == {}


def test_without_the_script_it_is_shown_on_a_page_and_both_look_right(
    browser_page: OpenPage, cast: Cast, settings: LazySettings
) -> None:
    attempt = _in_its_last_moments(cast, settings)
    position = position_of(attempt, "short")
    page = browser_page(cast.alice, bypass_csp=True)
    page.route(re.compile(r"/attempt[^/]*\.js"), lambda route: route.abort())
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    _type(page, HERE)
    settings.ANSWER_GRACE_SECONDS = 0
    page.get_by_role("button", name=re.compile("^Save and")).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This came too late")
    expect(page.get_by_text(HERE)).to_be_visible()
    assert look(page, "refused") == []
    page.unroute_all()
    kept = [[f"q{position}", HERE], [f"q{position}-sequence", "0"]]
    page.evaluate(
        "([key, entries]) => localStorage.setItem(key, JSON.stringify({entries, at: Date.now()}))",
        [f"attempt:{attempt.pk}:{position}", kept],
    )
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("alert").filter(has_text=HERE)).to_be_visible()
    assert look(page, "result with what came too late") == []


def test_a_connection_that_hangs_is_no_network_and_a_button_goes_on(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = browser_page(cast.alice)
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    hangs = re.compile(r"/save$")
    page.route(
        hangs,
        lambda route: None if route.request.resource_type == "fetch" else route.continue_(),
    )
    _type(page, "into the void")
    expect(page.locator("#saved")).to_have_text("Saving…")
    expect(page.locator("#saved")).to_contain_text(NOT_SAVED, timeout=25_000)
    page.get_by_role("button", name=re.compile("^Save and")).last.click()
    page.wait_for_url(re.compile(rf"/(?:{position + 1}|summary)/$"), timeout=25_000)
    assert stored(attempt, position).response["text"] == "into the void"
    page.unroute_all(behavior="ignoreErrors")


def test_a_page_at_rest_says_that_the_network_is_gone_and_back(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = browser_page(cast.alice)
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    expect(page.locator("#saved")).to_have_text("Nothing to save yet")
    page.context.set_offline(True)
    expect(page.locator("#saved")).to_contain_text("No network. Go on answering")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text("The network is back.")
