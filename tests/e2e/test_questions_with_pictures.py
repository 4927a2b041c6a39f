"""A trainee meets questions that show pictures: on a phone, in the dark, to the result."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from courseware.courses.actions import publish_edition
from courseware.courses.models import Edition
from quizzes.actions import finish_attempt
from quizzes.models import Attempt, Question
from tests.cast import Cast
from tests.courses_made import PUBLISHED, make_course
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import away_from_the_browser, begin, press, put_on
from tests.e2e.test_every_page import look
from tests.quizzes.pictured import ALT, SHOWN, change, pictured_course, put_picture

pytestmark = pytest.mark.usefixtures("_own_files")
LOADED = "image => image.complete && image.naturalWidth > 0"
WIDE = 1_500


def wide_course() -> Edition:
    """One question of each kind of place, with a picture wider than any phone."""
    kinds = ("single", "ordering", "matching", "scenario")
    edition = make_course(
        lessons=0, objectives=1, per_objective=4, quota=4, types=kinds, is_published=False
    )
    put_picture(edition, width=WIDE)
    for question in Question.objects.filter(quiz__activity__edition=edition):
        content = question.texts.get(language="en").content
        more: dict[str, Any] = {}
        if question.type == "matching":
            more["pairs"] = [
                {**pair, "left": f"{SHOWN} {pair['left']}"} for pair in content["pairs"]
            ]
        elif question.type == "ordering":
            more["sequence"] = [f"{SHOWN} {step}" for step in content["sequence"]]
        elif question.type == "scenario":
            more["parts"] = [
                {**part, "stem": f"{SHOWN} {part['stem']}"} for part in content["parts"]
            ]
        change(question, stem=f"{SHOWN} {content['stem']}", **more)
    publish_edition(edition=edition, by=None, now=PUBLISHED)
    return edition


def all_are_seen(page: Page, least: int) -> None:
    images = page.locator("main").get_by_role("img", name=ALT)
    expect(images.first).to_be_visible()
    assert images.count() >= least
    assert page.viewport_size is not None
    for image in images.all():
        assert image.evaluate(LOADED)
        box = image.bounding_box()
        assert box is not None
        assert box["width"] <= page.viewport_size["width"]


def test_pictures_fit_a_phone_and_speak(cast: Cast, browser_page: OpenPage) -> None:
    attempt = away_from_the_browser(lambda: begin(put_on(cast.alice, wide_course())))
    page = browser_page(cast.alice, width=390)
    for position in range(1, 5):
        page.goto(f"/attempts/{attempt.pk}/{position}/")
        all_are_seen(page, 1)
        assert look(page, f"question {position}") == []
        page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/attempts/{attempt.pk}/all/")
    all_are_seen(page, 8)


def test_pictures_stand_from_the_first_question_to_the_result(
    cast: Cast, browser_page: OpenPage
) -> None:
    attempt = away_from_the_browser(
        lambda: begin(put_on(cast.alice, pictured_course(is_published=True)))
    )
    page = browser_page(cast.alice, width=390, java_script_enabled=False)
    page.goto(f"/attempts/{attempt.pk}/1/")
    all_are_seen(page, 5)
    page.locator(".option").first.click()  # a picture is part of what is pressed
    expect(page.get_by_role("radio").first).to_be_checked()
    page.goto(f"/attempts/{attempt.pk}/summary/")
    press(page, "Hand in")
    page.goto(f"/attempts/{attempt.pk}/result/")
    all_are_seen(page, 8)
    page = browser_page(cast.alice)
    page.goto(f"/attempts/{attempt.pk}/result/")
    assert look(page, "result") == []


#: What is left of A4 inside the margins of the style sheet, in CSS pixels.
PAPER = ViewportSize(width=672, height=986)
CARDS = ".answer, .option, .order-list > li, .match-row"
ON_PAPER = """(cards) => [...document.querySelectorAll(cards)].map((card) => {
  const style = getComputedStyle(card);
  return [style.breakInside, card.getBoundingClientRect().height];
})"""


def test_on_paper_no_picture_is_cut_from_its_answer(
    cast: Cast, browser_page: OpenPage, settings: LazySettings
) -> None:
    """An answer is not divided between two pages, and with its pictures is shorter than one."""

    settings.SECOND_FACTOR_REQUIRED = False

    def tested() -> tuple[Attempt, Question]:
        edition = pictured_course(is_published=True, width=600, height=1_800)
        attempt = begin(put_on(cast.alice, edition))
        finish_attempt(attempt=attempt, now=timezone.now())
        return attempt, Question.objects.filter(quiz__activity__edition=edition)[0]

    attempt, question = away_from_the_browser(tested)
    trainee, author = browser_page(cast.alice), browser_page(cast.ingrid)
    trainee.goto(f"/attempts/{attempt.pk}/result/")
    author.goto(f"/admin/quizzes/question/{question.pk}/preview/")
    for page in (trainee, author):
        page.set_viewport_size(PAPER)
        page.emulate_media(media="print")
        cards = page.evaluate(ON_PAPER, CARDS)
        assert len(cards) >= 4
        assert {how for how, _height in cards} == {"avoid"}
        assert 100 < max(height for _how, height in cards) < PAPER["height"] / 2
        all_are_seen(page, least=5)
