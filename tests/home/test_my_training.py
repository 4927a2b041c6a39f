"""The start page: what is due, what is next, what waits, what is done; and what it costs."""

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from courseware.accounts.models import User
from courseware.courses.actions import put_prerequisites, retire
from courseware.courses.models import Course
from courseware.enrolments.actions import enrol, finish_lesson, report_attempt, set_due
from courseware.enrolments.models import Enrolment
from courseware.enrolments.queries import my_training
from courseware.home.queries import sorted_training
from quizzes.actions import finish_attempt
from tests.asking import signed_in
from tests.cast import Cast, person
from tests.certificates.completed import complete
from tests.courses_made import TEST_KEY, make_course
from tests.lessons.readers import queries_of, words
from tests.quizzes.sitting import Sitting, begin, sit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def at_the_time() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def alice() -> User:
    return person("Alice")


def on(
    alice: User, slug: str, *, due: int | None = None, started: bool = False, **course: Any
) -> Enrolment:
    """Alice on a course that is due in `due` days."""
    enrolment = enrol(
        person=alice,
        course=make_course(slug=slug, **course).course,
        by=None,
        now=NOW,
        due_on=TODAY + timedelta(due) if due is not None else None,
    )
    if started:
        finish_lesson(
            enrolment=enrolment,
            activity_key="lesson-1",
            content_hash="h",
            language="en",
            now=NOW,
        )
    return enrolment


def has_failed(enrolment: Enrolment) -> None:
    report_attempt(
        enrolment=enrolment,
        activity_key=TEST_KEY,
        score=Fraction(0),
        is_passed=False,
        has_attempts_left=lambda _progress: False,
        content_hash="h",
        language="en",
        now=NOW,
    )


def sit_too(slug: str) -> Sitting:
    """Alice of `sit` on one more course that is only a test."""
    alice = User.objects.get(email="alice@example.org")
    edition = make_course(slug=slug, lessons=0)
    enrolment = enrol(person=alice, course=edition.course, by=None, now=NOW)
    return Sitting(alice, edition, enrolment)


def page(somebody: User) -> str:
    return words(signed_in(somebody).get("/"))


def section(text: str, anchor: str) -> str:
    """The part of the page under a heading; empty if it is not there."""
    found = re.search(rf'aria-labelledby="{anchor}">.*?</section>', text)
    return found[0] if found else ""


# ------------------------------------------------------------------ signed out
def test_signed_out_it_says_what_this_is_and_lists_the_courses(cast: Cast) -> None:
    make_course(slug="shown")
    make_course(slug="draft", is_published=False)
    retire(course=make_course(slug="retired").course, by=cast.ingrid, now=NOW)
    text = words(Client().get("/"))
    assert "Technology has changed crime." in text
    assert "Course shown (en)" in text
    assert "2 lessons" in text
    assert "Course draft" not in text
    assert "Course retired" not in text
    assert f'href="{reverse("account_login")}"' in text


def test_without_a_course_it_says_so() -> None:
    assert "No course yet" in words(Client().get("/"))


# ------------------------------------------------------------------ signed in
def test_who_is_on_no_course_learns_how_one_gets_there(alice: User) -> None:
    make_course()
    text = page(alice)
    assert "You are not on a course yet" in text
    assert "Course made-course" not in text


def test_every_state_stands_in_its_place(alice: User) -> None:
    on(alice, "overdue", due=-1)
    on(alice, "soon", due=14)
    on(alice, "begun", started=True)
    on(alice, "new")
    has_failed(on(alice, "failed", due=-30))
    complete(alice, make_course(slug="finished"), now=NOW)
    complete(alice, make_course(slug="ending", validity_months=2), now=NOW)
    complete(alice, make_course(slug="ended", validity_months=1), now=NOW - timedelta(days=60))
    locked = on(alice, "locked")
    put_prerequisites(course=locked.course, slugs=["new"])
    text = page(alice)
    expected = {
        "next-up": ["overdue"],
        "due": ["soon"],
        "open": ["begun", "new"],
        "waiting": ["failed", "locked"],
        "expiring": ["ended", "ending"],
        "done": ["finished"],
    }
    for anchor, slugs in expected.items():
        found = re.findall(r"Course ([a-z]+) \(en\)</a>", section(text, anchor))
        assert sorted(found) == slugs, anchor
    assert "It was due on" in section(text, "next-up")
    assert "Opens when this is complete:" in section(text, "waiting")
    assert "An instructor will talk with you" in section(text, "waiting")
    assert "Ask your HR office to put you on the course again." in section(text, "expiring")
    assert "Nothing is due" not in text


def test_every_journey_stands_once(alice: User) -> None:
    test_every_state_stands_in_its_place(alice)
    journeys = my_training(alice, language="en", today=TODAY)
    training = sorted_training(journeys)
    shown = [
        *([training.next_up] if training.next_up else []),
        *training.due,
        *training.in_progress,
        *training.waiting,
        *training.expiring,
        *training.done,
    ]
    assert len(shown) == len(journeys) == 9
    assert {id(journey) for journey in shown} == {id(journey) for journey in journeys}


def test_what_is_next_is_the_most_urgent(alice: User) -> None:
    def next_slug() -> str:
        training = sorted_training(my_training(alice, language="en", today=TODAY))
        assert training.next_up is not None
        return training.next_up.outline.course_slug

    on(alice, "new")
    assert next_slug() == "new"
    on(alice, "begun", started=True)
    assert next_slug() == "begun"
    on(alice, "soon", due=9)
    assert next_slug() == "soon"
    on(alice, "sooner", due=3)
    assert next_slug() == "sooner"
    late = on(alice, "late", due=-1)
    assert next_slug() == "late"
    set_due(enrolment=late, due_on=TODAY + timedelta(200), reason="ill", by=None, now=NOW)
    assert next_slug() == "sooner"


def test_nothing_due_is_said(alice: User) -> None:
    complete(alice, make_course(), now=NOW)
    text = page(alice)
    assert "Nothing is due." in text
    assert "Completed Monday 2 March." in section(text, "done")


def test_whoever_must_be_talked_to_learns_by_whom(cast: Cast) -> None:
    has_failed(on(cast.alice, "failed"))
    assert "An instructor will talk with you: Ingrid Example." in section(
        page(cast.alice), "waiting"
    )


def test_an_open_test_says_its_deadline_until_it_is_handed_in() -> None:
    first, second = sit(), sit_too("second")
    attempt = begin(first, now=NOW)
    begin(second, now=NOW - timedelta(days=2))
    at = "Test begun: hand in by"
    text = page(first.person)
    assert f"{at} Saturday 7 March, 10:00" in text
    assert f"{at} Monday 9 March, 10:00" in text
    course = words(signed_in(first.person).get(reverse("course", args=["made-course"])))
    assert f"{at} Monday 9 March, 10:00" in course
    assert "Saturday 7 March" not in course
    first.person.time_zone = "Asia/Tokyo"
    first.person.save()
    assert f"{at} Monday 9 March, 18:00 (Asia/Tokyo)" in page(first.person)
    finish_attempt(attempt=attempt, now=NOW)
    assert "9 March" not in page(first.person)


def test_the_button_leads_to_the_next_step(alice: User) -> None:
    enrolment = on(alice, "made-course")
    text = section(page(alice), "next-up")
    assert "Start the course" in text
    assert "3 steps, about" in text
    assert reverse("lesson", args=["made-course", "lesson-1"]) in text
    finish_lesson(
        enrolment=enrolment, activity_key="lesson-1", content_hash="h", language="en", now=NOW
    )
    text = section(page(alice), "next-up")
    assert "Continue: The lesson-2" in text
    assert "2 steps left" in text
    assert "1 of 3 steps done" in text


def test_who_has_not_begun_sees_the_newest_edition(alice: User) -> None:
    on(alice, "made-course", lessons=2)
    make_course(lessons=1)
    assert "2 steps, about" in section(page(alice), "next-up")
    response = signed_in(alice).get(reverse("course", args=["made-course"]))
    assert "Edition 2" in words(response)
    assert (
        signed_in(alice).get(reverse("lesson", args=["made-course", "lesson-2"])).status_code == 404
    )
    assert Enrolment.objects.get().started_at is None


def test_nobody_sees_the_training_of_others(cast: Cast) -> None:
    on(cast.alice, "made-course", due=3)
    assert "You are not on a course yet" in page(cast.toni)


# ------------------------------------------------------------------ what it costs
@pytest.mark.parametrize("courses", [1, 3])
def test_queries_of_my_training(alice: User, courses: int) -> None:
    for number in range(courses):
        on(alice, f"course-{number}", started=number > 0)
    # Session, person, enrolments, progress, open tests; prerequisites of what has not begun.
    assert queries_of(signed_in(alice), "/") == 6


@pytest.mark.parametrize("talks", [1, 3])
def test_queries_of_my_training_with_a_talk(cast: Cast, talks: int) -> None:
    for number in range(talks):
        has_failed(on(cast.alice, f"course-{number}", started=True))
    # Session, person, enrolments, progress, open tests, instructors.
    assert queries_of(signed_in(cast.alice), "/") == 6


@pytest.mark.parametrize("courses", [1, 3])
def test_queries_of_the_welcome_page(courses: int) -> None:
    for number in range(courses):
        make_course(slug=f"course-{number}")
    assert queries_of(Client(), "/") == 1
    assert Course.objects.count() == courses


# ------------------------------------------------------------------ in a role
@pytest.fixture
def _no_second_step(settings: LazySettings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.mark.usefixtures("_no_second_step")
def test_whoever_answers_for_people_is_led_to_them(cast: Cast) -> None:
    for reader in (cast.sam, cast.carol, cast.audrey):
        page = words(signed_in(reader).get("/"))
        assert "You are on no course yourself. Your role leads here:" in page
        assert "Who has completed what in the units you answer for" in page
    assert "Who has completed what" not in words(signed_in(cast.adam).get("/"))
    assert "Your role" not in words(signed_in(cast.alice).get("/"))


@pytest.mark.usefixtures("_no_second_step")
def test_own_training_stands_before_the_role(cast: Cast) -> None:
    enrol(person=cast.carol, course=make_course().course, by=None, now=NOW)
    page = words(signed_in(cast.carol).get("/"))
    assert 0 < page.index("Next up") < page.index("In your role")
