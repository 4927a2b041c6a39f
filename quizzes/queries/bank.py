"""What a quiz holds: its hash, its languages, the pool of a draw.

Must not: know attempts.
"""

from functools import lru_cache
from uuid import UUID

from django.db.models import Count

from courseware.courses.actions import sha256_of
from quizzes.models import Question, QuestionText, Quiz


def content_hash(activity_id: int, language: str) -> str:
    """SHA-256 over the rules of a quiz and every question of it in one language."""
    quiz = Quiz.objects.get(pk=activity_id)
    texts = dict(
        QuestionText.objects.filter(question__quiz=quiz, language=language).values_list(
            "question_id", "content_hash"
        )
    )
    questions = [
        {
            "key": question.key,
            "type": question.type,
            "objective": question.objective,
            "must_pass": question.must_pass,
            "negative_stem": question.negative_stem,
            "hash": texts.get(question.pk, ""),
        }
        for question in Question.objects.filter(quiz=quiz).order_by("key")
    ]
    return sha256_of(
        {
            "draw": quiz.draw_count,
            "pass_percent": quiz.pass_percent,
            "attempts": quiz.attempts_allowed,
            "window_days": quiz.window_days,
            "time_limit": quiz.time_limit_minutes,
            "quotas": quiz.quotas,
            "caps": quiz.caps,
            "questions": questions,
        }
    )


def frozen_hash(quiz: Quiz, language: str) -> str:
    """`content_hash` of a published quiz, which never changes: read once in a process."""
    return _frozen_hash(quiz.activity.edition_id, quiz.pk, language)


@lru_cache(maxsize=512)
def _frozen_hash(_edition_id: UUID, activity_id: int, language: str) -> str:
    return content_hash(activity_id, language)


def whole_languages(quiz_id: int) -> list[str]:
    """Languages in which every question of the quiz has its words, in alphabetical order."""
    total = Question.objects.filter(quiz=quiz_id).count()
    counts = (
        QuestionText.objects.filter(question__quiz=quiz_id)
        .values("language")
        .annotate(n=Count("pk"))
        .order_by("language")
    )
    return [row["language"] for row in counts if row["n"] == total]
