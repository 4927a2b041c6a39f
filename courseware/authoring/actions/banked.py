"""Questions that were chosen in the bank are tagged or copied in the draft of their course.

What is published never changes, so the bank itself changes nothing. Where there is no draft one is
opened, in the same transaction: a tag that is none leaves no draft behind, nor do questions of
which none can be copied.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from courseware.accounts.models import User
from courseware.authoring.actions.drafts import open_draft
from courseware.authoring.actions.questions import (
    copy_question,
    duplicate_question,
    tag_questions,
)
from courseware.courses.models import Course, Edition
from quizzes.engine.content import ContentError, Fault
from quizzes.models import Question


@dataclass(frozen=True)
class InDraft:
    """How many questions were changed or copied; the keys that the draft does not have, and what
    could not be copied, by key, with why."""

    draft: Edition
    done: int
    missing: tuple[str, ...] = ()
    refused: tuple[tuple[str, tuple[Fault, ...]], ...] = ()


@transaction.atomic
def tag_from_bank(
    *, course: Course, questions: Sequence[int], tag: str, is_on: bool, by: User, now: datetime
) -> InDraft:
    """The draft's questions of the same keys. Raises EditionError, DraftClosed, and ContentError
    for what is no tag."""
    draft = open_draft(course=course, by=by, now=now)
    keys = list(dict.fromkeys(question.key for question in _chosen(course, questions)))
    found = Question.objects.filter(quiz__activity__edition=draft, key__in=keys)
    there = set(found.values_list("key", flat=True))
    known = [key for key in keys if key in there]
    done = tag_questions(edition=draft, keys=known, tag=tag, is_on=is_on, by=by, now=now)
    return InDraft(draft, done, missing=tuple(key for key in keys if key not in there))


@transaction.atomic
def duplicate_from_bank(
    *, course: Course, questions: Sequence[int], by: User, now: datetime
) -> InDraft:
    """The words that were ticked, whatever the draft says by now; each copy stands right after the
    draft's own question, or at the end of its test. Raises EditionError and DraftClosed, and
    ContentError where none can be copied."""
    draft = open_draft(course=course, by=by, now=now)
    done, refused = 0, []
    for question in _chosen(course, questions):
        try:
            if question.quiz.activity.edition_id == draft.pk:
                duplicate_question(question=question, by=by, now=now)
            else:
                copy_question(question=question, edition=draft, by=by, now=now)
            done += 1
        except ContentError as error:
            refused.append((question.key, tuple(error.faults)))
    if refused and not done:
        raise ContentError([fault for _key, faults in refused for fault in faults])
    return InDraft(draft, done, refused=tuple(refused))


def _chosen(course: Course, questions: Sequence[int]) -> list[Question]:
    return list(
        Question.objects.filter(quiz__activity__edition__course=course, pk__in=questions)
        .select_related("quiz__activity__edition__course")
        .prefetch_related("texts")
        .order_by("quiz__activity__edition__number", "quiz__activity__position", "position")
    )
