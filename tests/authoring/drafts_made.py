"""Drafts for tests of authoring.

edition = loaded()                       the small whole course of tests/fixtures, published
draft = drafted(edition, by=cast.ingrid)
draft = small_draft(cast.ingrid)         both at once
"""

from datetime import UTC, datetime
from typing import Any

from courseware.accounts.models import User
from courseware.authoring.actions import open_draft
from courseware.authoring.queries.translations import StaleTranslation, stale_translations
from courseware.bundles.actions import load_folder
from courseware.courses.actions import mark_term, mark_words, sha256_of
from courseware.courses.models import Edition
from lessons.actions import mark_lesson_text
from lessons.models import LessonText
from quizzes.actions import mark_question_text
from quizzes.models import QuestionText
from tests.bundles.folders import FIXTURE
from tests.courses_made import PUBLISHED
from tests.remembered import remembered

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def loaded() -> Edition:
    """Figures, sources, terms, a light text, a must-pass point and every type of question."""
    return remembered(_loaded)


def _loaded() -> Edition:
    return load_folder(FIXTURE, now=PUBLISHED).edition


def drafted(edition: Edition, *, by: User) -> Edition:
    return open_draft(course=edition.course, by=by, now=NOW)


def small_draft(by: User) -> Edition:
    return remembered(_small_draft, by)


def _small_draft(by: User) -> Edition:
    return drafted(_loaded(), by=by)


def ready(draft: Edition) -> Edition:
    """With a note of what changed and every translation read again, so that it can be sent."""
    draft.languages.update(change_note="A clearer first lesson.")
    for stale in stale_translations(draft):
        mark_as_read(draft, stale)
    return draft


def mark_as_read(draft: Edition, stale: StaleTranslation) -> None:
    """Without an action, so that nobody becomes an author by it."""
    words: dict[str, Any] = {"edition": draft, "language": stale.language, "mark": stale.original}
    if stale.kind == "course":
        mark_words(**words)
    elif stale.kind == "term":
        mark_term(**words, key=stale.key)
    elif stale.kind == "lesson":
        mark_lesson_text(**words, key=stale.key)
    else:
        mark_question_text(**words, key=stale.key)


def changed(draft: Edition, what: str = "markdown") -> None:
    """Other words in the draft, without an action."""
    if what == "markdown":
        text = LessonText.objects.filter(lesson__activity__edition=draft).earliest("pk")
        text.markdown += "\nOne sentence more.\n"
        text.content_hash = sha256_of(text.markdown)
        text.save()
    elif what == "question":
        wording = QuestionText.objects.filter(question__quiz__activity__edition=draft).earliest(
            "pk"
        )
        wording.content["stem"] += " Really?"
        wording.content_hash = sha256_of(wording.content)
        wording.save()
    elif what == "term":
        draft.terms.update(definition="Something else.")
    elif what == "objective_texts":
        draft.languages.update(objective_texts={"O1": "Other"})
    else:
        draft.languages.update(**{what: "Other words."})
