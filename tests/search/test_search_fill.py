"""How the index is filled: by the job, by the first search, anew for a newer version."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courseware.enrolments.actions import enrol
from courseware.jobs import registry
from courseware.jobs.registry import Work
from courseware.search import actions, handlers, queries
from courseware.search.models import Filled, SearchEntry
from lessons.models import Rendering
from tests.asking import signed_in
from tests.cast import Cast
from tests.search.searched import Finder, Page, filled, taught

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ONE = Page("one", "Title", "Intro with a [[pot]].\n\n## Heading\n\nText.")
TERMS = [("pot", "pot", "A vessel."), ("cup", "cup", "Smaller.")]


def _job(heartbeat: bool = True) -> None:
    handlers.fill(Work(uuid4(), handlers.FILL, "slot", {}, 1, NOW, heartbeat=lambda *_: heartbeat))


def test_what_stands_in_the_index() -> None:
    filled(taught("alpha", ONE, terms=TERMS))
    rows = SearchEntry.objects.values_list("kind", "key", "anchor", "title", "used_in")
    assert list(rows) == [
        ("lesson", "one", "", "Title", []),
        ("section", "one", "s-heading", "Heading", []),
        ("term", "cup", "", "cup", []),
        ("term", "pot", "", "pot", ["one"]),
    ]


def test_the_job_fills_what_is_published_and_then_has_nothing_to_do() -> None:
    assert registry.get(handlers.FILL) is not None
    assert registry.periodic()[handlers.FILL].total_seconds() == 300
    taught("alpha", ONE, languages=("en", "es"))
    taught("beta", ONE)
    taught("draft", ONE, is_published=False)
    _job()
    marked = Filled.objects.order_by("edition__course__slug", "language")
    assert list(marked.values_list("edition__course__slug", "language")) == [
        ("alpha", "en"),
        ("alpha", "es"),
        ("beta", "en"),
    ]
    with CaptureQueriesContext(connection) as captured:
        _job()
    assert len(captured) == 1


def test_a_job_given_to_somebody_else_stops() -> None:
    taught("alpha", ONE)
    taught("beta", ONE)
    _job(heartbeat=False)
    assert Filled.objects.count() == 1


def test_filling_twice_changes_nothing() -> None:
    edition = taught("alpha", ONE, terms=TERMS)
    assert actions.fill(edition_id=edition.pk, language="en", now=NOW)
    before = list(SearchEntry.objects.values())
    assert not actions.fill(edition_id=edition.pk, language="en", now=NOW)
    assert list(SearchEntry.objects.values()) == before


def test_neither_a_draft_nor_a_language_that_is_not_there_is_filled() -> None:
    draft = taught("alpha", ONE, is_published=False)
    assert not actions.fill(edition_id=draft.pk, language="en", now=NOW)
    edition = taught("beta", ONE)
    assert not actions.fill(edition_id=edition.pk, language="fr", now=NOW)
    assert not actions.fill(edition_id=uuid4(), language="en", now=NOW)
    assert not Filled.objects.exists()


def test_a_newer_version_is_filled_in_place_of_the_old(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = taught("alpha", ONE, terms=TERMS)
    filled(edition)
    count = SearchEntry.objects.count()
    SearchEntry.objects.update(text="of yesterday")
    monkeypatch.setattr(actions, "VERSION", "2-9")
    monkeypatch.setattr(queries, "VERSION", "2-9")
    assert queries.missing([queries.Words(edition.pk, "en")]) == []  # still found until then
    _job()
    assert SearchEntry.objects.count() == count
    assert not SearchEntry.objects.filter(text="of yesterday").exists()
    assert Filled.objects.get().version == "2-9"


def test_the_first_search_fills_a_few_and_says_when_more_is_missing(cast: Cast) -> None:
    for number in range(actions.AT_ONCE + 1):
        edition = taught(f"course-{number}", ONE)
        enrol(person=cast.alice, course=edition.course, by=None, now=timezone.now())
    finder = Finder(cast.alice, signed_in(cast.alice))
    assert "still being prepared" in finder.search("intro")
    assert Filled.objects.count() == actions.AT_ONCE
    page = finder.search("intro")
    assert "still being prepared" not in page
    assert "4 results" in page


def test_html_that_is_stored_is_read_and_what_is_missing_is_made_once() -> None:
    edition = taught("alpha", ONE)
    filled(edition)
    made = Rendering.objects.get()
    Rendering.objects.update(html="<p>What is stored.</p>")
    SearchEntry.objects.all().delete()
    Filled.objects.all().delete()
    filled(edition)
    assert SearchEntry.objects.get(kind="lesson").text == "What is stored."
    assert Rendering.objects.get().pk == made.pk


def test_an_index_that_was_emptied_fills_again(cast: Cast) -> None:
    edition = taught("alpha", ONE)
    enrol(person=cast.alice, course=edition.course, by=None, now=timezone.now())
    finder = Finder(cast.alice, signed_in(cast.alice))
    assert finder.titles("intro") == ["Title"]
    SearchEntry.objects.all().delete()
    Filled.objects.all().delete()
    assert finder.titles("intro") == ["Title"]
