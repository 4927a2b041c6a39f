"""The outline of an edition: built once, in the reader's language where there is one."""

import pytest

from courseware.courses import actions, queries
from courseware.courses.models import Edition
from tests.asking import queries_of
from tests.courses_made import PUBLISHED, TEST_KEY, make_course

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("lessons", [1, 3])
def test_the_outline_costs_no_query_the_second_time(lessons: int) -> None:
    edition = make_course(lessons=lessons)
    first = queries.outline(edition.pk, "en")
    assert queries_of(lambda: queries.outline(edition.pk, "en")) == 0
    assert queries.outline(edition.pk, "en") is first
    assert first.lesson_count == lessons
    assert first.minutes == 10 * lessons + 30


def test_an_outline_knows_its_neighbours() -> None:
    outline = queries.outline(make_course(lessons=2).pk, "en")
    before, after = outline.neighbours("lesson-1")
    assert before is None
    assert after is not None
    assert after.key == "lesson-2"
    before, after = outline.neighbours(TEST_KEY)
    assert before == outline.item("lesson-2")
    assert after is None
    assert outline.item("nothing") is None


@pytest.mark.parametrize(
    ("languages", "asked", "read"),
    [
        (("en", "es"), "es", "es"),
        (("en", "es"), "fr", "en"),
        (("es", "fr"), "en", "es"),
        (("es", "fr"), "fr", "fr"),
    ],
)
def test_the_readers_language_else_english_else_any(
    languages: tuple[str, ...], asked: str, read: str
) -> None:
    edition = make_course(languages=languages, must_pass=1)
    outline = queries.outline(edition.pk, asked)
    assert outline.language == read
    assert outline.title == f"Course made-course ({read})"
    assert outline.must_pass == ("Point 1",)
    assert queries.spoken_language(list(languages), asked) == read


def test_a_draft_has_no_outline() -> None:
    edition = make_course(is_published=False)
    with pytest.raises(Edition.DoesNotExist):
        queries.outline(edition.pk, "en")
    assert queries.current_edition(edition.course) is None
    actions.publish_edition(edition=edition, by=None, now=PUBLISHED)
    assert queries.outline(edition.pk, "en").number == 1


def test_the_newest_published_edition_is_current() -> None:
    make_course(slug="other")
    first, second = make_course(), make_course()
    actions.open_edition(course=first.course, origin="force", by=None, now=PUBLISHED)
    assert queries.current_edition(first.course) == second
    assert queries.current_editions().filter(course=first.course).get() == second
    assert queries.current_editions().count() == 2
