"""An instructor pastes questions, looks at each, says what the file does not, and has them in the
draft; and takes the draft's questions away as a file.
"""

from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import expect

from quizzes.models import Question
from tests.authoring.question_editing import Desk, at_the_desk
from tests.cast import Cast
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import away_from_the_browser

PASTED = """\
// [id:T-Q1]
What is new here? {=This#Yes. ~That#No.}

What comes first? {=The scene ~The press}

Write about it. {}
"""


@pytest.fixture
def desk(cast: Cast, settings: LazySettings, _own_files: None) -> Desk:
    settings.SECOND_FACTOR_REQUIRED = False
    return away_from_the_browser(lambda: at_the_desk(cast.ingrid))


def test_questions_come_in_after_a_look(desk: Desk, cast: Cast, browser_page: OpenPage) -> None:
    page = browser_page(cast.ingrid, width=390)
    page.goto(f"/admin/courses/edition/{desk.draft.pk}/questions/")
    page.get_by_role("link", name="Bring in").click()
    page.get_by_label("Or paste the questions").fill(PASTED)
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at what comes in")
    expect(page.get_by_text("1 new question, 1 changed")).to_be_visible()
    expect(page.get_by_text("An essay cannot be marked by itself")).to_be_visible()
    expect(page.locator(".import-question")).to_have_count(2)
    page.get_by_text("Right answer and feedback").first.click()
    expect(page.get_by_text("Yes.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Bring in 2 questions").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("Objective").select_option("O1")
    page.get_by_label("Lesson to read again").select_option(index=1)
    page.get_by_role("button", name="Bring in 2 questions").click()
    expect(page.get_by_text("Brought in: 1 new question, 1 changed.")).to_be_visible()
    found = away_from_the_browser(
        lambda: set(
            Question.objects.filter(quiz__activity__edition=desk.draft).values_list(
                "key", flat=True
            )
        )
    )
    assert "T-Q09" in found


def test_questions_go_out_as_a_file(desk: Desk, cast: Cast, browser_page: OpenPage) -> None:
    page = browser_page(cast.ingrid)
    page.goto(f"/admin/courses/edition/{desk.draft.pk}/questions/")
    page.get_by_role("link", name="Take away").click()
    page.get_by_label("Format").select_option("gift")
    page.get_by_role("button", name="See what it can hold").click()
    expect(page.get_by_text("6 of 8 questions can be in the file.")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Take the file: GIFT").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert "// [id:T-Q1] [tag:objective:O1]" in text
