"""An instructor at the question editor in a browser: with the script and without it."""

import re
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Dialog, Page, expect

from courseware.courses.models import Edition
from quizzes.models import QuestionText
from tests.authoring.question_editing import Desk, at_the_desk, client_of
from tests.cast import Cast, person
from tests.e2e.conftest import OpenPage
from tests.e2e.test_every_page import look
from tests.e2e.test_hostile_content import CARRIERS, CORPUS, TOUCH, WATCH

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(cast: Cast, settings: LazySettings) -> Desk:
    settings.SECOND_FACTOR_REQUIRED = False
    return at_the_desk(cast.ingrid, languages=("en",))


def kept(draft: Edition, key: str) -> dict[str, Any]:
    text = QuestionText.objects.get(
        question__quiz__activity__edition=draft, question__key=key, language="en"
    )
    content: dict[str, Any] = text.content
    return content


def texts(draft: Edition, key: str) -> list[str]:
    options = kept(draft, key)["options"]
    assert isinstance(options, list)
    return [option["text"][-1] for option in options]


def test_the_preview_follows_what_is_typed(desk: Desk, cast: Cast, browser_page: OpenPage) -> None:
    page = browser_page(cast.ingrid)
    page.goto(desk.address("T-Q1"))
    beside = page.locator("#beside")
    page.get_by_label("Question", exact=True).fill("What is **not** lawful?")
    expect(beside.locator(".question-stem strong")).to_have_text("not")
    expect(page.get_by_role("status")).to_contain_text("not saved yet")
    beside.get_by_label("Option 1 B").check()
    page.get_by_role("button", name="Show the result").click()
    expect(beside.get_by_text("Your answer")).to_be_visible()
    expect(beside.locator(".pill")).to_have_text("Not right")
    page.get_by_label("Feedback").nth(1).fill("Because it is not.")
    expect(beside.get_by_text("Because it is not.")).to_be_visible()
    expect(beside.get_by_label("Option 1 B")).to_be_checked()  # what was tried stays
    page.get_by_label("Question", exact=True).fill("")
    expect(beside.get_by_text("Before it can be saved")).to_be_visible()
    beside.get_by_role("link", name="Question").click()
    expect(page).to_have_url(re.compile("#id_stem$"))
    assert kept(desk.draft, "T-Q1")["stem"] == "Question 1 (en)?"


def test_rows_are_added_moved_and_taken_out_by_keyboard(
    desk: Desk, cast: Cast, browser_page: OpenPage
) -> None:
    page = browser_page(cast.ingrid)
    page.goto(desk.address("T-Q1"))
    page.get_by_role("button", name="Add an option").press("Enter")
    expect(page.locator("#id_options-4-text")).to_be_focused()
    page.keyboard.type("A fifth option E")
    page.keyboard.press("Tab")
    page.keyboard.type("Wrong as well.")
    page.get_by_role("button", name="Move Option 4 up").press("Enter")
    page.get_by_role("button", name="Move Option 4 up").press("Enter")
    page.locator("#id_options-0-DELETE").press("Space")
    page.locator("#id_options-1-correct").press("Space")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("T-Q1 is saved.")).to_be_visible()
    assert texts(desk.draft, "T-Q1") == ["D", "B", "C", "E"]


def test_leaving_asks_when_something_is_not_saved(
    desk: Desk, cast: Cast, browser_page: OpenPage
) -> None:
    page = browser_page(cast.ingrid)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(desk.address("T-Q1"))
    page.get_by_label("Question", exact=True).press_sequentially("More?")
    page.get_by_role("link", name="Questions", exact=True).first.click()
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    expect(page).to_have_url(re.compile("/T-Q1/en/$"))


def test_every_step_works_without_a_script(desk: Desk, cast: Cast, browser_page: OpenPage) -> None:
    page = browser_page(cast.ingrid, java_script_enabled=False, width=390)
    page.goto(desk.address("T-Q8"))
    page.get_by_label("Another part:").select_option("numeric")
    page.get_by_role("button", name="Add a part").click()
    page.locator("#id_parts-2-stem").fill("How many?")
    page.locator("#id_parts-2-answer").fill("3")
    page.locator("#id_parts-2-feedback").fill("Three.")
    page.get_by_role("button", name="Show the result").click()
    expect(page.locator("#beside").get_by_text("How many?").first).to_be_visible()
    assert len(kept(desk.draft, "T-Q8")["parts"]) == 2
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("T-Q8 is saved.")).to_be_visible()
    assert len(kept(desk.draft, "T-Q8")["parts"]) == 3


def test_two_people_see_both_versions(desk: Desk, cast: Cast, browser_page: OpenPage) -> None:
    page = browser_page(cast.ingrid, bypass_csp=True)
    page.goto(desk.address("T-Q1"))
    other = Desk(desk.draft, client_of(person("Otto", role="instructor")))
    other.send("T-Q1", other.open("T-Q1") | {"stem": "What Otto asks?"})
    page.get_by_label("Question", exact=True).fill("What Ingrid asks?")
    _save(page)
    conflict = page.get_by_role("alert")
    expect(conflict).to_be_focused()
    expect(conflict.get_by_text("What Otto asks?")).to_be_visible()
    expect(conflict.get_by_text("What Ingrid asks?")).to_be_visible()
    assert look(page, "two versions") == []
    conflict.get_by_role("button", name="Save mine in its place").click()
    expect(page.get_by_text("T-Q1 is saved.")).to_be_visible()
    assert kept(desk.draft, "T-Q1")["stem"] == "What Ingrid asks?"


def test_what_is_wrong_is_said_first_and_leads_to_its_field(
    desk: Desk, cast: Cast, browser_page: OpenPage
) -> None:
    page = browser_page(cast.ingrid, bypass_csp=True)
    page.goto(desk.address("T-Q1"))
    page.locator("#id_options-2-feedback").fill("")
    _save(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert look(page, "with errors") == []
    summary.get_by_role("link", name="Option 3, Feedback").click()
    field = page.locator("#id_options-2-feedback")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")


def test_no_hostile_words_run_in_the_preview(
    desk: Desk, cast: Cast, browser_page: OpenPage
) -> None:
    """With the browser's own protection off."""
    page = browser_page(cast.ingrid, bypass_csp=True)
    page.add_init_script(WATCH)
    page.goto(desk.address("T-Q1"))
    page.get_by_role("button", name="Show the result").click()
    for start in range(0, len(CORPUS), len(HOLDERS)):
        some = [text[:1_500] for text in (CORPUS * 2)[start : start + len(HOLDERS)]]
        for name, text in zip(HOLDERS, some, strict=True):
            page.locator(f"#id_{name}").fill(text)
        page.locator("#id_feedback").fill(f"Round {start}.")
        beside = page.locator("#beside")
        # What cannot be shown is said; a preview of the rest comes with the next round.
        expect(
            beside.get_by_text(f"Round {start}.").or_(beside.get_by_text(_REFUSED)).first
        ).to_be_visible()
        assert page.evaluate(TOUCH) == "", some
        assert page.evaluate(CARRIERS) == [], some


_REFUSED = "Before it can be saved"
HOLDERS = (
    "stem",
    "options-0-text",
    "options-1-text",
    "options-0-feedback",
    "options-1-feedback",
)


def _save(page: Page) -> None:
    page.locator(".ed-bar").get_by_role("button", name="Save", exact=True).click()
