"""Questions that were chosen in the bank are tagged or copied in the draft of their course.

What is published never changes, so the bank itself changes nothing. Where there is no draft one is
opened, in the same transaction: a tag that is none leaves no draft behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from courseware.accounts.models import User
from courseware.authoring.actions.drafts import open_draft
from courseware.authoring.actions.questions import duplicate_question, tag_questions
from courseware.courses.models import Course, Edition
from quizzes.models import Question


@dataclass(frozen=True)
class InDraft:
    """How many questions were changed or copied, and the keys that the draft does not have."""

    draft: Edition
    done: int
    missing: tuple[str, ...]


@transaction.atomic
def tag_from_bank(
    *, course: Course, keys: Sequence[str], tag: str, is_on: bool, by: User, now: datetime
) -> InDraft:
    """Raises EditionError, DraftClosed, and ContentError for what is no tag."""
    draft = open_draft(course=course, by=by, now=now)
    found = _in(draft, keys)
    done = tag_questions(
        edition=draft, keys=[q.key for q in found], tag=tag, is_on=is_on, by=by, now=now
    )
    return _told(draft, keys, found, done)


@transaction.atomic
def duplicate_from_bank(*, course: Course, keys: Sequence[str], by: User, now: datetime) -> InDraft:
    """Each copy stands right after its original. Raises EditionError and DraftClosed."""
    draft = open_draft(course=course, by=by, now=now)
    found = _in(draft, keys)
    for question in found:
        duplicate_question(question=question, by=by, now=now)
    return _told(draft, keys, found, len(found))


def _in(draft: Edition, keys: Sequence[str]) -> list[Question]:
    return list(
        Question.objects.filter(quiz__activity__edition=draft, key__in=keys)
        .select_related("quiz__activity__edition__course")
        .order_by("quiz__activity__position", "position")
    )


def _told(draft: Edition, keys: Sequence[str], found: Sequence[Question], done: int) -> InDraft:
    known = {question.key for question in found}
    return InDraft(draft, done, tuple(key for key in keys if key not in known))
