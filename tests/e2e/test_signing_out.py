"""Signing out of a computer that others use too: nothing this browser kept is lost without a word,
and nothing of it stays for the next person. A session that merely ended costs nothing.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from quizzes.models import Attempt
from tests.cast import Cast
from tests.e2e.conftest import OpenPage, session_cookie
from tests.e2e.stage import begin, eight_types, put_on, stored
from tests.e2e.test_every_page import look

KEPT = "Object.keys(localStorage).filter(key => /^attempt:/.test(key)).length"
ALL = "JSON.stringify(localStorage)"
SENDING = re.compile(r"/save$")
WORDS = "typed in the tunnel"


def _away(route: Route) -> None:
    route.fulfill(status=503, headers={"Retry-After": "60"}, body="{}")


def _kept(page: Page, attempt: Attempt, position: int) -> Page:
    """A page whose answer the server does not take."""
    page.route(SENDING, _away)
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    page.locator(".question input[type=text]").fill(WORDS)
    expect(page.locator("#saved")).to_contain_text("Not saved.")
    return page


def _sign_out(page: Page) -> None:
    page.locator(".site-tools summary", has_text="Account").click()
    page.locator(".site-tools").get_by_role("button", name="Sign out").click()


def _is_signed_out(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="You have signed out.")).to_be_visible()


def _dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_what_can_be_sent_is_sent_before_signing_out(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _kept(browser_page(cast.alice), attempt, position)
    page.goto("/")  # from any page, not only from one of the test
    page.unroute_all()
    _sign_out(page)
    _is_signed_out(page)
    assert stored(attempt, position).response["text"] == WORDS
    assert page.evaluate(KEPT) == 0


def test_what_cannot_be_sent_is_deleted_only_when_its_person_says_so(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _kept(browser_page(cast.alice, bypass_csp=True), attempt, position)
    _sign_out(page)
    expect(_dialog(page)).to_contain_text(
        "1 answer is not saved. Signing out deletes it from this browser."
    )
    assert look(page, "asked before signing out") == []
    page.get_by_role("button", name="Stay signed in").click()
    expect(_dialog(page)).to_have_count(0)
    assert page.evaluate(KEPT) == 1
    assert page.context.cookies()

    other = page.context.new_page()
    other.route(SENDING, _away)
    other.goto(f"/attempts/{attempt.pk}/{position}/")
    expect(other.locator(".question input[type=text]")).to_have_value(WORDS)
    _sign_out(page)
    page.get_by_role("button", name="Sign out and delete").click()
    # Not by the sentence, which is said once: the other tab may be the one that says it.
    expect(page.locator(".site-tools").get_by_role("link", name="Sign in")).to_be_visible()
    # No other tab goes on showing it.
    expect(other.get_by_label("Password")).to_be_visible()
    assert WORDS not in page.evaluate(ALL)
    assert stored(attempt, position).response == {}


def test_without_a_server_nobody_is_signed_out_and_nothing_is_deleted(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _kept(browser_page(cast.alice), attempt, position)
    page.context.set_offline(True)
    _sign_out(page)
    page.get_by_role("button", name="Sign out and delete").click()
    expect(_dialog(page)).to_contain_text("you are still signed in, and nothing is deleted")
    assert page.evaluate(KEPT) == 1
    page.context.set_offline(False)
    page.get_by_role("button", name="Sign out and delete").click()
    _is_signed_out(page)
    assert page.evaluate(KEPT) == 0


def test_a_conflict_is_not_settled_by_signing_out(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _kept(browser_page(cast.alice), attempt, position)
    device = browser_page(cast.alice)
    device.goto(f"/attempts/{attempt.pk}/{position}/")
    with device.expect_response(SENDING):
        device.locator(".question input[type=text]").fill("typed on the other device")
    page.unroute_all()
    page.goto("/")
    _sign_out(page)
    expect(_dialog(page)).to_contain_text("1 answer is not saved.")
    page.get_by_role("button", name="Stay signed in").click()
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    expect(page.locator(".question").get_by_role("alert")).to_contain_text(WORDS)


@pytest.mark.parametrize("place", ["/accounts/logout/", "/accounts/sessions/"])
def test_it_is_asked_wherever_one_signs_out(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int, place: str
) -> None:
    page = _kept(browser_page(cast.alice), attempt, position)
    page.goto(place)
    page.locator("main").get_by_role("button", name="Sign out", exact=True).click()
    expect(_dialog(page)).to_contain_text("1 answer is not saved.")


def test_another_person_sees_nothing_of_it_and_its_own_person_loses_nothing(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    """Her session ended, she did not sign out; somebody else signs in, answers and signs out."""
    page = _kept(browser_page(cast.alice), attempt, position)
    page.unroute_all()
    house = page.url.split("/attempts")[0]
    page.context.clear_cookies()
    page.context.add_cookies([session_cookie(cast.toni, house)])
    theirs = begin(put_on(cast.toni, eight_types()))
    sent: list[str] = []

    def note(request: Request) -> None:
        if SENDING.search(request.url):
            sent.append(request.url)

    page.on("request", note)
    for place in ("1", "all", "summary"):
        page.goto(f"/attempts/{theirs.pk}/{place}/")
        expect(page.locator("#saved")).to_have_text("Nothing to save yet")
        assert WORDS not in page.content()
    _sign_out(page)
    _is_signed_out(page)
    assert sent == []

    page.context.clear_cookies()
    page.context.add_cookies([session_cookie(cast.alice, house)])
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    expect(page.locator(".question input[type=text]")).to_have_value(WORDS)
    expect(page.locator("#saved")).to_have_class("saved is-saved")
    assert stored(attempt, position).response["text"] == WORDS
