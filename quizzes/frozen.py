"""Rows of published tests, which the database keeps from changing: read once in a process.

Must not: hold a row of a draft.
"""

from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from quizzes.models import Question, Quiz


@lru_cache(maxsize=256)
def published_quiz(edition_id: UUID, activity_key: str) -> Quiz:
    """With its activity and edition. Raises Quiz.DoesNotExist, asked again the next time."""
    return Quiz.objects.select_related("activity__edition").get(
        activity__edition=edition_id,
        activity__edition__published_at__isnull=False,
        activity__key=activity_key,
    )


@lru_cache(maxsize=64)
def published_questions(edition_id: UUID, activity_key: str) -> Mapping[int, Question]:
    """All questions of the test, by id. Raises as above."""
    quiz = published_quiz(edition_id, activity_key)
    return {question.pk: question for question in quiz.questions.all()}
