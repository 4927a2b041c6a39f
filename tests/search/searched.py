"""Courses to be searched, made through the actions.

edition = taught("alpha", Page("one", "Title", "Text\n\n## Heading\n\nMore"))
finder = finding(cast.alice, edition)           enrolled, signed in, index filled
finder.search("word")                           the page of results
finder.titles("word")                           titles of its findings, in their order
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courseware.accounts.models import User
from courseware.courses.actions import (
    add_activity,
    add_structure,
    add_words,
    open_edition,
    publish_edition,
    put_category,
    put_course,
)
from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol
from courseware.search.actions import fill
from lessons.actions import add_lesson, add_lesson_text
from tests.asking import signed_in
from tests.courses_made import PUBLISHED
from tests.lessons.readers import words

Terms = Sequence[tuple[str, str, str]]
_HIT = re.compile(r'<h3 class="hit-title"[^>]*>(?:<a [^>]*>)?(.*?)(?:</a>)?</h3>')


@dataclass(frozen=True)
class Page:
    """A lesson; its text and title are the same in every language unless `spoken` says more."""

    key: str
    title: str
    text: str
    sensitivity: int = 0
    topic: str = ""
    waits: bool = False
    spoken: tuple[tuple[str, str], ...] = ()  # (language, text)


def taught(
    slug: str,
    *pages: Page,
    terms: Terms = (),
    languages: Sequence[str] = ("en",),
    position: int = 0,
    is_published: bool = True,
) -> Edition:
    """The next edition of a course. Terms are (key, term, definition)."""
    course = put_course(
        key=slug.upper()[:8],
        slug=slug,
        category=put_category(key="foundations", name="Foundations", position=0),
        position=position,
    )
    edition = open_edition(
        course=course, origin=Edition.Origin.DISTRIBUTION, by=None, now=PUBLISHED
    )
    add_structure(edition=edition, objectives=[("O1", "apply")], sources=[])
    for language in languages:
        add_words(
            edition=edition,
            language=language,
            title=f"Course {slug} ({language})",
            purpose="To be searched.",
            audience="Tests.",
            change_note="First.",
            activity_titles={page.key: page.title for page in pages},
            objective_texts={"O1": "Search"},
            terms=terms,
        )
    for place, page in enumerate(pages, start=1):
        _add_page(edition, page, place, languages)
    if is_published:
        publish_edition(edition=edition, by=None, now=PUBLISHED)
    return edition


def _add_page(edition: Edition, page: Page, place: int, languages: Sequence[str]) -> None:
    activity = add_activity(
        edition=edition,
        key=page.key,
        kind="lesson",
        position=place,
        minutes=10,
        sensitivity=page.sensitivity,
        needs_all_before=page.waits,
    )
    lesson = add_lesson(
        activity=activity, objectives=["O1"], sources=[], seed=[], review_by=PUBLISHED.date()
    )
    for language in languages:
        add_lesson_text(
            lesson=lesson,
            language=language,
            topic=page.topic,
            markdown=dict(page.spoken).get(language, page.text),
            light_markdown="",
            figures={},
        )


def filled(*editions: Edition) -> None:
    for edition in editions:
        for one in edition.languages.all():
            fill(edition_id=edition.pk, language=one.language, now=timezone.now())


@dataclass(frozen=True)
class Finder:
    person: User
    client: Client

    def response(self, query: str, **more: str) -> Any:
        return self.client.get(reverse("search"), {"q": query, **more})

    def search(self, query: str, **more: str) -> str:
        response = self.response(query, **more)
        assert response.status_code == 200
        return words(response)

    def raw(self, query: str, **more: str) -> str:
        """The page as it was sent, with what is escaped in it."""
        text: str = self.response(query, **more).content.decode()
        return text

    def titles(self, query: str, **more: str) -> list[str]:
        return [unescape(title) for title in _HIT.findall(self.raw(query, **more))]


def finding(person: User, *editions: Edition) -> Finder:
    for edition in editions:
        enrol(person=person, course=edition.course, by=None, now=timezone.now())
    filled(*editions)
    return Finder(person, signed_in(person))
