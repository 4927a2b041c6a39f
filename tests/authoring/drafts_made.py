"""Drafts for tests of authoring.

edition = loaded(tmp_path)      the small whole course of tests/fixtures, published
draft = drafted(edition, by=cast.ingrid)
"""

from datetime import UTC, datetime
from pathlib import Path

from courseware.accounts.models import User
from courseware.authoring.actions import open_draft
from courseware.bundles.actions import load_folder
from courseware.courses.actions import sha256_of
from courseware.courses.models import Edition
from lessons.models import LessonText
from quizzes.models import QuestionText
from tests.bundles.folders import copy_of
from tests.courses_made import PUBLISHED

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def loaded(tmp_path: Path) -> Edition:
    """Figures, sources, terms, a light text, a must-pass point and every type of question."""
    return load_folder(copy_of(tmp_path), now=PUBLISHED).edition


def drafted(edition: Edition, *, by: User) -> Edition:
    return open_draft(course=edition.course, by=by, now=NOW)


def ready(draft: Edition) -> Edition:
    """With a note of what changed, so that it can be sent for review."""
    draft.languages.update(change_note="A clearer first lesson.")
    return draft


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
