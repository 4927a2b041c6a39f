"""Handing in what a browser still keeps: it is sent first, and where that fails nothing is handed
in before its person has said so. A page whose session was renewed elsewhere mends itself.
"""

import re

from playwright.sync_api import Locator, Page, Route, expect

from courseware.accounts.models import User
from quizzes.models import Attempt
from tests.cast import Cast
from tests.e2e.answering import expect_saved
from tests.e2e.conftest import OpenPage, session_cookie
from tests.e2e.stage import position_of, stored
from tests.e2e.test_every_page import look

KEPT = "Object.keys(localStorage).filter(key => /^attempt:/.test(key)).length"
KEEP = """([attempt, answers]) => {
  for (const [position, words] of answers) {
    const entries = [[`q${position}`, words], [`q${position}-sequence`, "0"]];
    const kept = JSON.stringify({entries, at: Date.now()});
    localStorage.setItem(`attempt:${attempt}:${position}`, kept);
  }
}"""
SENDING = re.compile(r"/save$")
WORDS = "typed in the tunnel"
SIGNED_OUT = "You are signed out. Your answer is kept"


def _away(route: Route) -> None:
    route.fulfill(status=503, headers={"Retry-After": "60"}, body="{}")


def _summary(page: Page, attempt: Attempt, kept: list[tuple[int, str]]) -> Page:
    """The summary in a browser that keeps these answers while the server takes none."""
    page.route(SENDING, _away)
    page.goto(f"/attempts/{attempt.pk}/summary/")
    page.evaluate(KEEP, [str(attempt.pk), kept])
    with page.expect_response(SENDING):
        page.reload()
    expect(page.locator("#saved")).to_contain_text("Not saved.")
    return page


def _panel(page: Page) -> Locator:
    return page.get_by_role("alert").filter(has_text="Nothing is handed in yet.")


def _is_open(attempt: Attempt) -> bool:
    return Attempt.objects.get(pk=attempt.pk).state == Attempt.State.OPEN


def test_handing_in_stays_until_what_is_kept_was_sent(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _summary(browser_page(cast.alice, bypass_csp=True), attempt, [(position, WORDS)])
    button = page.locator("#hand-in")
    button.focus()
    page.keyboard.press("Enter")
    expect(_panel(page)).to_be_focused()
    expect(button).to_be_hidden()
    expect(_panel(page).get_by_role("link")).to_have_text(f"Question {position}")
    assert look(page, "summary with what was not sent") == []
    # However often it is pressed, and by the keyboard alone.
    for _turn in range(2):
        _panel(page).get_by_role("link").focus()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Try again")).to_be_focused()
        with page.expect_response(SENDING):
            page.keyboard.press("Enter")
        expect(_panel(page)).to_be_focused()
    assert _is_open(attempt)
    assert page.evaluate(KEPT) == 1

    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url(re.compile("/result/$"))
    assert stored(attempt, position).response["text"] == WORDS
    assert page.evaluate(KEPT) == 0


def test_without_what_is_kept_only_whoever_says_so(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    numeric = position_of(attempt, "numeric")
    page = browser_page(cast.alice)
    _summary(page, attempt, [(position, WORDS), (numeric, "17")])
    page.locator("#hand-in").click()
    expect(_panel(page).get_by_role("listitem")).to_have_count(2)
    without = page.get_by_role("button", name="Hand in without these 2 answers")
    page.context.set_offline(True)  # nowhere to hand in: the page stays
    without.click()
    expect(_panel(page)).to_be_focused()
    expect(page.locator("#saved")).to_contain_text("No network.")
    page.context.set_offline(False)
    assert _is_open(attempt)
    without.click()
    page.wait_for_url(re.compile("/result/$"))
    assert stored(attempt, position).response == {}
    # What did not count is still there to read.
    page.unroute_all()
    page.reload()
    expect(page.get_by_role("alert").filter(has_text=WORDS)).to_be_visible()


def test_what_is_sent_meanwhile_leaves_the_list(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _summary(browser_page(cast.alice), attempt, [(position, WORDS)])
    page.locator("#hand-in").click()
    expect(page.get_by_role("button", name="Hand in without this answer")).to_be_visible()
    page.unroute_all()
    page.context.set_offline(True)
    page.context.set_offline(False)  # a network that is back sends by itself
    expect(_panel(page)).to_have_count(0)
    expect(page.locator("#hand-in")).to_be_focused()
    expect_saved(page)
    assert _is_open(attempt)
    assert stored(attempt, position).response["text"] == WORDS


def test_an_answer_that_cannot_be_stored_says_why(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _summary(browser_page(cast.alice), attempt, [(position, "x" * 5_000)])
    page.unroute_all()
    page.locator("#hand-in").click()
    row = _panel(page).get_by_role("listitem")
    expect(row).to_have_text(re.compile(rf"^Question {position}: \w+.*"))
    assert _is_open(attempt)
    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile(rf"/{position}/$"))


# ------------------------------------------------------------------ signed in again elsewhere
def _sign_in(page: Page, person: User) -> None:
    """As in another tab: a new session, whose token the page does not have."""
    page.context.add_cookies([session_cookie(person, page.url.split("/attempts")[0])])


def _signed_out(page: Page, attempt: Attempt, position: int) -> Page:
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    page.context.clear_cookies()
    page.locator(".question input[type=text]").fill(WORDS)
    expect(page.locator("#saved")).to_contain_text(SIGNED_OUT)
    return page


def test_signed_in_again_in_another_tab_the_page_sends_and_says_so(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _signed_out(browser_page(cast.alice), attempt, position)
    _sign_in(page, cast.alice)
    page.context.new_page().goto("/")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect_saved(page)
    assert stored(attempt, position).response["text"] == WORDS
    page.locator(".question input[type=text]").fill("and went on")
    expect_saved(page)
    page.get_by_role("button", name=re.compile("^Save and")).last.click()
    page.wait_for_url(re.compile(rf"/(?:{position + 1}|summary)/$"))
    assert stored(attempt, position).response["text"] == "and went on"


def test_sent_by_the_other_tab_a_page_no_longer_asks_to_sign_in(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _signed_out(browser_page(cast.alice), attempt, position)
    elsewhere = page.context.new_page()  # of another question, and as signed out as the first
    elsewhere.route(SENDING, lambda route: route.fulfill(status=403, body=""))
    _sign_in(page, cast.alice)
    elsewhere.goto(f"/attempts/{attempt.pk}/{position % 8 + 1}/")
    expect(elsewhere.locator("#saved")).to_contain_text("You are signed out.")
    page.context.new_page().goto(f"/attempts/{attempt.pk}/summary/")
    expect_saved(page)
    expect(elsewhere.locator("#saved")).to_have_text("Nothing is left to be sent.")
    for tab in (page, elsewhere):
        expect(tab.get_by_role("link", name="Sign in again")).to_have_count(0)
    assert stored(attempt, position).response["text"] == WORDS


def test_signed_in_as_somebody_else_nothing_is_sent(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _signed_out(browser_page(cast.alice), attempt, position)
    _sign_in(page, cast.toni)
    with page.expect_response(SENDING) as answered:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert answered.value.status in (403, 404)
    expect(page.locator("#saved")).to_have_class("saved is-failed")
    assert stored(attempt, position).response == {}
    assert page.evaluate(KEPT) == 1
