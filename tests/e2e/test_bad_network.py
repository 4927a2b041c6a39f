"""No network, no database, two tabs: nothing that was typed is lost, nothing is shown as saved
that is not."""

import re

import pytest
from django.db import OperationalError
from django.utils import timezone
from playwright.sync_api import Page, expect

from quizzes import actions
from quizzes.models import Attempt
from tests.cast import Cast
from tests.e2e.answering import expect_saved
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import position_of, stored
from tests.faults.harness import wait_for

NOT_SAVED = "Not saved. Your answer is kept in this browser and will be sent again."


def _open(page: Page, attempt: Attempt, position: int) -> Page:
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    return page


def _type(page: Page, words: str) -> None:
    page.locator(".question input[type=text]").fill(words)


def _said(attempt: Attempt, position: int) -> str:
    return str(stored(attempt, position).response)


def test_an_answer_given_without_network_is_sent_when_it_is_back(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _open(browser_page(cast.alice), attempt, position)
    page.context.set_offline(True)
    _type(page, "typed in the tunnel")
    expect(page.locator("#saved")).to_have_text(NOT_SAVED)
    page.get_by_role("button", name=re.compile("^Save and")).last.click()  # stays where it is
    expect(page.locator(".question input[type=text]")).to_have_value("typed in the tunnel")
    assert stored(attempt, position).sequence == 0
    page.context.set_offline(False)
    expect_saved(page)
    assert "typed in the tunnel" in _said(attempt, position)


def test_closing_the_page_offline_loses_nothing(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _open(browser_page(cast.alice), attempt, position)
    page.context.set_offline(True)
    _type(page, "typed before the lid closed")
    expect(page.locator("#saved")).to_have_text(NOT_SAVED)
    page.close()
    again = page.context.new_page()
    page.context.set_offline(False)
    _open(again, attempt, position)
    expect(again.locator(".question input[type=text]")).to_have_value("typed before the lid closed")
    expect_saved(again)
    assert "typed before the lid closed" in _said(attempt, position)


def test_an_answer_of_another_question_is_sent_from_the_summary(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _open(browser_page(cast.alice), attempt, position)
    page.context.set_offline(True)
    _type(page, "on the way to the summary")
    expect(page.locator("#saved")).to_have_text(NOT_SAVED)
    page.close()
    again = page.context.new_page()
    page.context.set_offline(False)
    again.goto(f"/attempts/{attempt.pk}/summary/")
    wait_for(
        lambda: "on the way to the summary" in _said(attempt, position), "the answer is sent", 10
    )


def test_a_database_that_is_away_costs_no_answer(
    browser_page: OpenPage,
    cast: Cast,
    attempt: Attempt,
    position: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = _open(browser_page(cast.alice), attempt, position)
    with monkeypatch.context() as away:

        def refuse(**_given: object) -> None:
            raise OperationalError("the database is away")

        away.setattr(actions, "save_answer", refuse)
        with page.expect_response(re.compile("/save$")) as answered:
            _type(page, "while the database restarts")
        assert answered.value.status == 503
        assert int(answered.value.headers["retry-after"]) <= 60
        expect(page.locator("#saved")).to_have_text(NOT_SAVED)
    expect(page.locator("#saved")).to_have_class("saved is-saved", timeout=15_000)
    assert "while the database restarts" in _said(attempt, position)


def test_signed_out_in_another_tab_the_answer_is_kept(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    page = _open(browser_page(cast.alice), attempt, position)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    _type(page, "typed after the session ended")
    expect(page.locator("#saved")).to_contain_text("You are signed out. Your answer is kept")
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # as they came
    page.reload()
    expect_saved(page)
    assert "typed after the session ended" in _said(attempt, position)


@pytest.mark.parametrize("is_reloaded", [False, True])
def test_an_old_tab_with_another_answer_to_a_final_part_is_shown_both(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, is_reloaded: bool
) -> None:
    """Online, or from what the browser kept while it had no network."""
    position = position_of(attempt, "scenario")
    address = f"/attempts/{attempt.pk}/{position}/"
    old = browser_page(cast.alice)
    old.goto(address)
    new = old.context.new_page()
    new.goto(address)
    texts = [row.inner_text().strip() for row in old.locator("label.option").all()[:2]]
    if is_reloaded:
        # Not by set_offline, which ends for a page that is left, a moment too early.
        old.context.route("**/save", lambda route: route.abort())
        old.locator("label.option").nth(1).click()
        expect(old.locator("#saved")).to_have_class("saved is-failed")
        old.goto("about:blank")
        name = new.locator("label.option input").first.get_attribute("value")
        new.close()  # an open tab would send what the other one kept
        # Another device: it knows nothing of what this browser keeps.
        raw = {f"q{position}-open": "a", f"q{position}-final": "a"}
        deck = stored(attempt, position).arrangement["parts"]["a"]["options"]
        assert name in {token for token, _index in deck}
        actions.save_answer(
            attempt=attempt,
            position=position,
            raw=raw | {f"q{position}-a": name},
            seen_sequence=0,
            now=timezone.now(),
        )
        old.context.unroute("**/save")
        old.goto(address)
    else:
        new.locator("label.option").first.click()
        expect_saved(new)
        new.get_by_role("button", name="This part is final").click()
        expect(new.get_by_text("Part 2 of 2")).to_be_visible()
        old.locator("label.option").nth(1).click()
    panel = old.locator(".question").get_by_role("alert")
    expect(panel).to_contain_text("This part was made final in another window")
    expect(panel).to_contain_text(f"Saved in the other window: {texts[0]}")
    expect(panel).to_contain_text(f"Your answer here: {texts[1]}")
    expect(panel.get_by_role("button", name="Use my answer here")).to_have_count(0)
    before = stored(attempt, position).response
    panel.get_by_role("button", name="I have read it").click()
    expect(old.get_by_text("Part 2 of 2")).to_be_visible()
    expect(old.locator(".question").get_by_role("alert")).to_have_count(0)
    assert stored(attempt, position).response == before
    old.locator("label.option").last.click()
    expect_saved(old)
    assert stored(attempt, position).response["parts"].keys() == {"a", "b"}


@pytest.mark.parametrize("keeps", ["mine", "stored"])
def test_the_older_of_two_tabs_is_shown_both(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int, keeps: str
) -> None:
    old = _open(browser_page(cast.alice), attempt, position)
    new = _open(old.context.new_page(), attempt, position)
    _type(new, "from the new tab")
    expect_saved(new)
    _type(old, "from the old tab")
    panel = old.locator(".question").get_by_role("alert")
    expect(panel).to_contain_text("Nothing was overwritten")
    expect(panel).to_contain_text("Saved in the other window: from the new tab")
    expect(panel).to_contain_text("Your answer here: from the old tab")
    assert "from the new tab" in _said(attempt, position)
    if keeps == "mine":
        panel.get_by_role("button", name="Use my answer here").click()
        expect_saved(old)
        assert "from the old tab" in _said(attempt, position)
    else:
        panel.get_by_role("button", name="Keep the saved answer").click()
        expect(old.locator(".question input[type=text]")).to_have_value("from the new tab")
        assert "from the new tab" in _said(attempt, position)
