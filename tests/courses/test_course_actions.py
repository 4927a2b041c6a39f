"""Opening, publishing, confirming and retiring editions."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from courseware.audit.models import AuditDetail, AuditEvent
from courseware.courses import actions, queries
from courseware.courses.actions import EditionError
from courseware.courses.models import Course, Edition, EditionLanguage, Prerequisite
from courseware.enrolments.actions import EnrolmentError, enrol
from lessons.models import LessonText
from tests.cast import Cast
from tests.courses_made import PUBLISHED, make_course

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def events(verb: str) -> int:
    return AuditEvent.objects.filter(verb=verb).count()


def publish(edition: Edition) -> Edition:
    return actions.publish_edition(edition=edition, by=None, now=NOW)


def words_of(edition: Edition, language: str = "en") -> EditionLanguage:
    return edition.languages.get(language=language)


# ------------------------------------------------------------------ publishing
def test_publishing_stores_the_hash_and_freezes_everything() -> None:
    edition = make_course()
    words = words_of(edition)
    assert words.published_at == PUBLISHED
    assert words.content_hash == actions.language_hash(edition=edition, words=words)
    [detail] = AuditDetail.objects.filter(event__verb="edition.published")
    assert detail.data["hashes"] == {"en": words.content_hash}
    rows: list[tuple[Any, dict[str, Any]]] = [
        (Edition.objects, {"validity_months": 1}),
        (EditionLanguage.objects, {"title": "Other"}),
        (edition.activities, {"minutes": 1}),
        (edition.objectives, {"bloom": "create"}),
        (LessonText.objects, {"markdown": "Other"}),
    ]
    for manager, changes in rows:
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            manager.update(**changes)


def test_the_hash_changes_with_the_words_and_with_the_order() -> None:
    edition = make_course(is_published=False)
    words = words_of(edition)
    first = actions.language_hash(edition=edition, words=words)
    words.title = "Other"
    assert actions.language_hash(edition=edition, words=words) != first
    words = words_of(edition)
    LessonText.objects.filter(lesson__activity__key="lesson-1").update(content_hash="other")
    assert actions.language_hash(edition=edition, words=words) != first


def test_a_published_edition_is_not_published_again_and_not_discarded() -> None:
    edition = make_course()
    with pytest.raises(EditionError, match="already"):
        publish(edition)
    with pytest.raises(EditionError, match="stays"):
        actions.discard_draft(edition=edition, by=None, now=NOW)
    assert events("edition.published") == 1


def test_an_edition_without_words_or_steps_is_not_published() -> None:
    course = make_course().course
    empty = actions.open_edition(course=course, origin="force", by=None, now=NOW)
    with pytest.raises(EditionError, match="language"):
        publish(empty)
    actions.add_words(
        edition=empty,
        language="en",
        title="T",
        purpose="P",
        audience="A",
        change_note="C",
        activity_titles={},
        objective_texts={},
        terms=[],
    )
    with pytest.raises(EditionError, match="required activity"):
        publish(empty)


def test_an_edition_is_not_published_in_a_language_in_which_a_lesson_has_no_words() -> None:
    edition = make_course(languages=("en", "es"), is_published=False)
    LessonText.objects.filter(language="es").earliest("pk").delete()
    with pytest.raises(EditionError, match="lesson has no words in es"):
        publish(edition)
    edition.refresh_from_db()
    assert edition.published_at is None
    assert events("edition.published") == 0


def test_a_course_has_one_draft() -> None:
    course = make_course().course
    draft = actions.open_edition(course=course, origin="force", by=None, now=NOW)
    assert draft.number == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.open_edition(course=course, origin="force", by=None, now=NOW)
    actions.discard_draft(edition=draft, by=None, now=NOW)
    assert course.editions.count() == 1
    assert events("edition.discarded") == 1


def test_who_wrote_it_does_not_approve_it(cast: Cast) -> None:
    edition = make_course(is_published=False)
    words = words_of(edition)
    words.origin = Edition.Origin.FORCE
    words.author = words.approver = cast.ingrid
    words.published_at = NOW
    with pytest.raises(IntegrityError, match="author_is_not_approver"), transaction.atomic():
        words.save()
    words.approver = None
    with pytest.raises(IntegrityError, match="author_is_not_approver"), transaction.atomic():
        words.save()
    words.approver = cast.rafael
    words.save()


def test_no_edition_and_no_activity_of_level_three() -> None:
    edition = make_course(is_published=False)
    for manager in (Edition.objects, edition.activities):
        with pytest.raises(IntegrityError, match="without_level_3"), transaction.atomic():
            manager.update(sensitivity=3)


# ------------------------------------------------------------------ confirming and retiring
def test_words_are_confirmed_once(cast: Cast) -> None:
    edition = make_course()
    words = words_of(edition)
    standing = queries.standing(edition.pk, "en")
    assert (standing.is_confirmed, standing.confirmed_by) == (False, "")
    assert actions.confirm_language(words=words, by=cast.rafael, now=NOW)
    assert not actions.confirm_language(words=words, by=cast.ingrid, now=NOW)
    standing = queries.standing(edition.pk, "en")
    assert standing.is_confirmed
    assert (standing.confirmed_by, standing.confirmed_on) == ("Rafael Example", NOW.date())
    assert events("edition.confirmed") == 1


def test_a_draft_is_not_confirmed(cast: Cast) -> None:
    words = words_of(make_course(is_published=False))
    assert not actions.confirm_language(words=words, by=cast.rafael, now=NOW)


def test_a_course_is_retired_once_and_takes_nobody_new(cast: Cast) -> None:
    course = make_course().course
    enrolled = enrol(person=cast.alice, course=course, by=None, now=NOW)
    assert actions.retire(course=course, by=cast.ingrid, now=NOW)
    assert not actions.retire(course=course, by=cast.ingrid, now=NOW)
    assert events("course.retired") == 1
    course.refresh_from_db()
    with pytest.raises(EnrolmentError):
        enrol(person=cast.toni, course=course, by=None, now=NOW)
    assert enrol(person=cast.alice, course=course, by=None, now=NOW) == enrolled


# ------------------------------------------------------------------ courses beside each other
def test_key_and_slug_belong_to_one_course() -> None:
    course = make_course().course
    category = course.category
    for key, slug in ((course.key, "other"), ("OTHER", course.slug)):
        with pytest.raises(EditionError, match="another course"):
            actions.put_course(key=key, slug=slug, category=category, position=1)
    same = actions.put_course(key=course.key, slug=course.slug, category=category, position=5)
    assert (same.pk, same.position) == (course.pk, 5)


def test_prerequisites_are_replaced_known_and_never_a_circle() -> None:
    a, b, c = (make_course(slug=slug).course for slug in ("aa", "bb", "cc"))
    actions.put_prerequisites(course=b, slugs=["aa"])
    actions.put_prerequisites(course=c, slugs=["bb"])
    with pytest.raises(EditionError, match="each other"):
        actions.put_prerequisites(course=a, slugs=["cc"])
    with pytest.raises(EditionError, match="nowhere"):
        actions.put_prerequisites(course=a, slugs=["nowhere"])
    with pytest.raises(EditionError, match="each other"):
        actions.put_prerequisites(course=a, slugs=["aa"])
    assert Prerequisite.objects.count() == 2
    actions.put_prerequisites(course=c, slugs=["aa"])
    assert [row.requires for row in c.prerequisites.all()] == [a]


def test_a_course_does_not_require_itself_or_another_twice() -> None:
    a, b = (make_course(slug=slug).course for slug in ("aa", "bb"))
    Prerequisite.objects.create(course=b, requires=a)
    for course, required in ((a, a), (b, a)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Prerequisite.objects.create(course=course, requires=required)


def test_an_unknown_kind_of_activity_is_refused() -> None:
    with pytest.raises(KeyError):
        actions.add_activity(
            edition=make_course(is_published=False), key="x", kind="film", position=9, minutes=1
        )
    assert Course.objects.count() == 1
