"""An instructor brings a picture, changes a lesson and a question; a reviewer decides; trainees see
what they should see.

Alice is in the middle of the course and Toni has not begun.
"""

import re

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, expect

from courseware.courses.models import Edition
from courseware.enrolments.actions import open_activity
from tests.authoring.drafts_made import loaded
from tests.cast import Cast
from tests.certificates.completed import work_off
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import follow, press, put_on
from tests.lessons.pictures_made import with_places

NEWS = "A sentence that only the new edition has."
PICTURE = "A kettle with a red lid"
QUESTION = "What does hot water do to the leaves?"
LESSON = "/courses/level-two/lessons/making-tea/"


@pytest.fixture
def base(cast: Cast, settings: LazySettings, _own_files: None) -> Edition:
    settings.SECOND_FACTOR_REQUIRED = False
    edition = loaded()
    open_activity(
        enrolment=put_on(cast.alice, edition), activity_key="making-tea", now=timezone.now()
    )
    put_on(cast.toni, edition)
    return edition


def test_from_draft_to_edition(base: Edition, cast: Cast, browser_page: OpenPage) -> None:
    author, reviewer = browser_page(cast.ingrid), browser_page(cast.rafael)
    _write(author)
    _send(author)
    _return(reviewer)
    expect(author.locator(".draft-line")).to_contain_text("In review")
    author.reload()
    expect(author.locator(".draft-line")).to_contain_text("Returned")
    expect(author.get_by_text("Why only one sentence?")).to_be_visible()
    _send(author)
    _approve(reviewer)
    _read(browser_page(cast.alice), has_news=False)
    _read(browser_page(cast.toni), has_news=True)


def _write(page: Page) -> None:
    page.goto("/admin/courses/course/")
    page.locator("table a").first.click()
    press(page, "Start a draft")
    expect(page.locator(".draft-line")).to_contain_text("Draft 2, based on edition 1")
    figure = _bring_a_picture(page)
    follow(page, "Draft 2")
    page.get_by_role("link", name=re.compile(r"^English\s?:")).first.click()
    area = page.locator("#id_markdown")
    area.fill(f"{area.input_value()}\n{NEWS}\n\n{figure}\n")
    press(page, "Save")
    expect(page.locator("#status")).to_contain_text("Saved")
    follow(page, "Draft 2")
    _ask_differently(page)
    follow(page, "Draft 2")
    page.get_by_role("link", name="Title and words").click()
    page.get_by_label("What changed").fill("Tea is explained better.")
    press(page, "Save")


def _bring_a_picture(page: Page) -> str:
    """The lines that show it in a lesson, once the worker has written it anew."""
    follow(page, "Look at them and add more")
    page.set_input_files(
        "#id_file", {"name": "Kettle.jpg", "mimeType": "image/jpeg", "buffer": with_places()}
    )
    page.get_by_label("What it shows").fill(PICTURE)
    press(page, "Upload the picture")
    expect(page.get_by_text("Being prepared", exact=True)).to_be_visible()
    work_off()
    return page.locator("pre").filter(has_text="kettle.webp").inner_text()


def _ask_differently(page: Page) -> None:
    follow(page, "Questions")
    page.locator(".question-table th a").first.click()
    page.get_by_label("Question", exact=True).fill(QUESTION)
    page.locator(".ed-bar").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("is saved.")).to_be_visible()


def _send(page: Page) -> None:
    follow(page, "Send for review")
    press(page, "Send for review")
    expect(page.get_by_text("The draft waits for a reviewer.")).to_be_visible()


def _return(page: Page) -> None:
    page.goto("/admin/courses/course/")
    follow(page, "Draft 2")
    follow(page, "Review this draft")
    for words in (NEWS, PICTURE, "water"):
        expect(page.locator("ins", has_text=words).first).to_be_visible()
    expect(page.get_by_text("1 person in progress stays on edition 1")).to_be_visible()
    page.get_by_label("What has to change").fill("Why only one sentence?")
    press(page, "Return the draft")


def _approve(page: Page) -> None:
    page.goto("/admin/courses/course/")
    follow(page, "Draft 2")
    follow(page, "Review this draft")
    press(page, "Approve and publish")
    expect(page.get_by_text("Edition 2 is published.")).to_be_visible()


def _read(page: Page, *, has_news: bool) -> None:
    page.goto(LESSON)
    expect(page.locator(".lesson-text")).to_be_visible()
    expect(page.get_by_text(NEWS)).to_have_count(1 if has_news else 0)
    picture = page.get_by_role("img", name=PICTURE)
    expect(picture).to_have_count(1 if has_news else 0)
    if has_news:
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("naturalWidth", 40)
