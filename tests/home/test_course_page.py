"""The course page from inside and from outside; editions; accessibility."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courseware.courses.actions import confirm_language, put_prerequisites, retire
from courseware.courses.models import EditionLanguage, Source
from courseware.enrolments.actions import enrol, withdraw
from courseware.enrolments.models import Enrolment
from tests.asking import signed_in
from tests.cast import Cast
from tests.certificates.completed import body_of, complete
from tests.courses_made import make_course
from tests.lessons.readers import EASY, HARD, SLUG, queries_of, reading, words

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_media_and_time(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    with time_machine.travel(NOW, tick=False):
        yield


def address(slug: str = SLUG) -> str:
    return reverse("course", args=[slug])


def test_everything_a_trainee_asks_about_a_course(cast: Cast) -> None:
    reader = reading(cast.alice)
    page = words(reader.client.get(address()))
    for said in (
        "Course T2",
        "Tea in the station: a course for tests",
        "Afterwards you can make tea",
        "2 lessons, 18 min, and a final test",
        "Make a pot of tea.",
        "Hard topic; text-light version available",
        "4 questions",
        "75 %.",
        "2 attempts. A test closes 7 days after it is begun.",
        "sources of this edition",
        "Warming the pot",
        "valid for 24 months",
        "Edition 1, January 2026.",
        "not yet confirmed by your force",
        "Ingrid Example",
        "mailto:ingrid@example.org",
        "0 of 3 steps done",
        "Start the course",
    ):
        assert said in page, said
    assert f'href="{reader.address(EASY)}"' in page
    assert "Opens when 2 more steps are finished. Next:" in page


def test_what_an_edition_rests_on(cast: Cast) -> None:
    reader = reading(cast.alice)
    page = words(reader.client.get(address()))
    for source in Source.objects.all():
        assert f"{source.title}</cite>, {source.publisher}, {source.year}" in page
        assert f'certainty-mark">{source.certainty}<' in page


def test_only_a_demonstration_says_that_it_is_dated_back(
    cast: Cast, settings: LazySettings
) -> None:
    with time_machine.travel(NOW, tick=False):
        reader = reading(cast.alice)  # published in January, written in March
    pages = (address(), reverse("editions"))
    assert not any("dated back" in words(reader.client.get(url)) for url in pages)
    settings.DEMO = True
    assert all("dated back" in words(reader.client.get(url)) for url in pages)


def test_it_goes_on_where_one_was(cast: Cast) -> None:
    reader = reading(cast.alice)
    reader.finish(EASY)
    page = words(reader.client.get(address()))
    assert "1 of 3 steps done" in page
    assert "Continue where you were" in page
    assert "Opens when 1 more step is finished. Next:" in page
    assert page.count(f'href="{reader.address(HARD)}"') >= 2


def test_a_completed_course_says_when_and_until_when(cast: Cast) -> None:
    complete(cast.alice, make_course(), now=NOW)
    page = words(signed_in(cast.alice).get(address("made-course")))
    assert "You completed this course on Monday 2 March." in page
    assert "It is valid until Thursday 2 March 2028." in page
    assert reverse("certificates") in page


def test_a_locked_course_names_the_other(cast: Cast) -> None:
    basics = make_course(slug="basics").course
    course = make_course().course
    put_prerequisites(course=course, slugs=["basics"])
    enrol(person=cast.alice, course=course, by=None, now=NOW)
    page = words(signed_in(cast.alice).get(address("made-course")))
    assert "This course is still locked." in page
    assert f'<a href="{address("basics")}">{basics.key}</a>' in page
    assert reverse("lesson", args=["made-course", "lesson-1"]) not in page


def test_who_confirmed_the_words(cast: Cast) -> None:
    reader = reading(cast.alice)
    confirm_language(words=EditionLanguage.objects.get(), by=cast.rafael, now=NOW)
    page = words(reader.client.get(address()))
    assert "Confirmed by Rafael Example on 2 March 2026." in page


# ------------------------------------------------------------------ from outside
def test_who_is_not_on_the_course_sees_what_it_covers_and_no_way_in(cast: Cast) -> None:
    reader = reading(cast.alice)
    page = words(signed_in(cast.toni).get(address()))
    assert "You are not on this course." in page
    assert "Spilt tea" in page
    assert "Make a pot of tea." in page
    assert reader.address(EASY) not in page
    withdraw(enrolment=Enrolment.objects.get(), reason="left", by=cast.carol, now=timezone.now())
    assert "You are not on this course." in words(reader.client.get(address()))


def test_a_course_that_is_not_open_is_like_none(cast: Cast) -> None:
    make_course(slug="draft", is_published=False)
    retire(course=make_course(slug="retired").course, by=cast.ingrid, now=NOW)
    client = signed_in(cast.alice)
    pages = [client.get(address(slug)) for slug in ("draft", "retired", "nothing")]
    assert {page.status_code for page in pages} == {404}
    assert len({body_of(page) for page in pages}) == 1


def test_a_retired_course_stays_with_who_is_on_it(cast: Cast) -> None:
    reader = reading(cast.alice)
    retire(course=reader.enrolment.course, by=cast.ingrid, now=NOW)
    assert reader.client.get(address()).status_code == 200


def test_signed_out_one_signs_in_first() -> None:
    make_course()
    response = Client().get(address("made-course"))
    assert response["Location"].startswith(reverse("account_login"))


# ------------------------------------------------------------------ editions and accessibility
def test_what_changed_from_edition_to_edition() -> None:
    make_course()
    make_course()
    make_course(slug="other")
    page = words(Client().get(reverse("editions")))
    assert page.count("Edition 1,") == 2
    assert page.count("Edition 2,") == 1
    assert page.index("Edition 2,") < page.index("Edition 1,", page.index("Edition 2,"))
    assert 'id="made-course"' in page


def test_without_an_edition_it_says_so() -> None:
    assert "No edition is published yet" in words(Client().get(reverse("editions")))


def test_what_works_for_whom() -> None:
    page = words(Client().get(reverse("accessibility")))
    assert "WCAG 2.2" in page
    for promise in ("can give you more time", "counts the same"):
        assert promise not in page


# ------------------------------------------------------------------ what it costs
@pytest.mark.parametrize(("lessons", "instructors"), [(1, 1), (9, 1)])
def test_queries_of_a_course_page(cast: Cast, lessons: int, instructors: int) -> None:
    reader = reading(cast.alice, make_course(lessons=lessons).course)
    reader.finish("lesson-1")
    # Session, person, enrolment, progress, open tests, sources, who confirmed it, instructors.
    assert queries_of(reader.client, address("made-course")) == 8
    # Session, person, no enrolment, course, edition, sources, who confirmed it, instructors.
    assert queries_of(signed_in(cast.toni), address("made-course")) == 8
