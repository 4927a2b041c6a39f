"""What browser tests set up before the curtain rises: people on small courses, now.

    enrolment = put_on(cast.alice, make_course(lessons=1))
    attempt = begin(enrolment)                     the test of the made course, started
    eight = eight_types()                          a course that asks one question of every type
    away_from_the_browser(lambda: issued(…))       what signs, in a thread without its event loop

And what everybody does in a page: press(page, "Save"), follow(page, "Export"),
staff_page(page, "Completions"), confirm_who_one_is(page).

Owns: enrolling and starting with the clock on the wall, because the server runs by it. Must not:
open a browser.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page

from courseware.accounts.models import User
from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol
from courseware.enrolments.models import Enrolment
from quizzes.actions import start_attempt
from quizzes.contents import with_content
from quizzes.models import Answer, Attempt
from tests.cast import PASSWORD
from tests.courses_made import TEST_KEY, make_course

TYPES = (
    "single",
    "multiple",
    "truefalse",
    "ordering",
    "matching",
    "numeric",
    "short",
    "scenario",
)


def put_on(person: User, edition: Edition) -> Enrolment:
    return enrol(person=person, course=edition.course, by=None, now=timezone.now())


def begin(enrolment: Enrolment) -> Attempt:
    return start_attempt(
        enrolment=enrolment, activity_key=TEST_KEY, language="en", now=timezone.now()
    )


def eight_types(**course: Any) -> Edition:
    """No lessons; the test asks all of its eight questions, one of every type."""
    return make_course(
        **{
            "lessons": 0,
            "objectives": 1,
            "per_objective": len(TYPES),
            "quota": len(TYPES),
            "types": TYPES,
            **course,
        }
    )


def position_of(attempt: Attempt, kind: str) -> int:
    """Where the attempt asks its question of that type."""
    return Answer.objects.get(attempt=attempt, question__type=kind).position


def stored(attempt: Attempt, position: int) -> Answer:
    """The answer as the database has it at this moment."""
    return with_content(Answer.objects.all()).get(attempt=attempt, position=position)


def away_from_the_browser[Made](act: Callable[[], Made]) -> Made:
    """The browser keeps an event loop in its thread, and signing a PDF wants one of its own."""

    def done() -> Made:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor() as elsewhere:
        return elsewhere.submit(done).result()


# ------------------------------------------------------------------ in a page
def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()  # a click waits for the first bytes of the next page only


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_load_state()


def staff_page(page: Page, name: str) -> None:
    """By the menu, as a person does."""
    page.goto("/")
    page.locator(".site-nav summary", has_text="Staff").click()
    with page.expect_navigation():  # what is read next may have no patience of its own
        follow(page, name)


def confirm_who_one_is(page: Page) -> None:
    """The password once more, where it is asked for because none is set up that is stronger."""
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        press(page, "Confirm")
