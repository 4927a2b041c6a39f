"""Every type of question, answered in a real browser: with the pointer, and by keyboard alone."""

import re

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from quizzes.contents import content_of, kind_of
from quizzes.models import Attempt
from tests.cast import Cast
from tests.e2e.answering import answer, expect_saved, right_plan
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import TYPES, begin, eight_types, position_of, put_on, stored


def _assert_right(attempt: Attempt, position: int) -> None:
    given = stored(attempt, position)
    assert kind_of(given).grade(content_of(given), given.response) == 1


def test_every_type_is_answered_right_and_saved(browser_page: OpenPage, cast: Cast) -> None:
    attempt = begin(put_on(cast.alice, eight_types()))
    plan = right_plan(attempt)
    page = browser_page(cast.alice)
    page.goto(f"/attempts/{attempt.pk}/1/")
    for position in range(1, len(TYPES) + 1):
        answer(page, plan[position])
        _assert_right(attempt, position)
        if position < len(TYPES):
            page.get_by_role("button", name="Save and go on").last.click()
            expect(page.get_by_text(f"Question {position + 1} of 8", exact=True)).to_be_visible()
    page.goto(f"/attempts/{attempt.pk}/summary/")
    expect(page.get_by_text("8 of 8 questions are answered.")).to_be_visible()


def test_all_questions_on_one_page_are_saved_as_they_are_given(
    browser_page: OpenPage, cast: Cast
) -> None:
    attempt = begin(put_on(cast.alice, eight_types()))
    plan = right_plan(attempt)
    page = browser_page(cast.alice, width=390)
    page.goto(f"/attempts/{attempt.pk}/all/")
    for position, entry in plan.items():
        if entry["type"] in {"scenario", "ordering"}:
            continue
        answer(page, entry)
        _assert_right(attempt, position)
    page.get_by_role("button", name="Save all and see the summary").click()
    expect(page.get_by_text("6 of 8 questions are answered.")).to_be_visible()


def test_keyboard_alone_answers_every_type(browser_page: OpenPage, cast: Cast) -> None:
    """Tab, arrows, space and letters only. Right or wrong does not matter; saved does."""
    attempt = begin(put_on(cast.alice, eight_types()))
    page = browser_page(cast.alice)
    for kind in TYPES:
        position = position_of(attempt, kind)
        page.goto(f"/attempts/{attempt.pk}/{position}/")
        fieldset = page.locator(".question")
        _tab_into(page, fieldset.locator("input:not([type=hidden]), select").first)
        _press_an_answer(page, kind)
        expect_saved(page)
        assert stored(attempt, position).response, kind


def _press_an_answer(page: Page, kind: str) -> None:
    if kind in {"numeric", "short"}:
        page.keyboard.type("47")
    elif kind in {"ordering", "matching"}:
        page.keyboard.press("ArrowDown")
    else:  # a choice, the first part of a case too
        page.keyboard.press("Space")


def _tab_into(page: Page, target: Locator, limit: int = 60) -> None:
    """Press Tab from the top until the focus is there."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the keyboard does not reach it")


def test_the_time_is_told_quietly(browser_page: OpenPage, cast: Cast) -> None:
    """A visible clock, and a spoken word at ten, five and one minute only."""
    attempt = begin(put_on(cast.alice, eight_types(time_limit_minutes=30)))
    page = browser_page(cast.alice)
    page.clock.install(time=timezone.now())
    page.goto(f"/attempts/{attempt.pk}/1/")
    timer, voice = page.locator("#timer"), page.locator("#timer-voice")
    expect(timer).to_have_text(re.compile(r"(30:00|29:5\d) left"))
    expect(voice).to_be_empty()
    page.clock.run_for(19 * 60_000)
    expect(voice).to_be_empty()
    page.clock.run_for(70_000)
    expect(voice).to_have_text("10 minutes left")
    page.clock.run_for(5 * 60_000)
    expect(voice).to_have_text("5 minutes left")
