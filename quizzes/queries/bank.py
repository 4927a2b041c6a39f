"""What a quiz holds: its hash, its languages, the pool of a draw.

Must not: decide anything about attempts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count

from courseware.courses.actions import sha256_of
from quizzes.engine import registry
from quizzes.engine.blueprint import Blueprint, Candidate
from quizzes.engine.content import Content
from quizzes.engine.contract import QuestionType
from quizzes.engine.draw import Draws
from quizzes.engine.testrules import LATER_RULES
from quizzes.engine.types.multiple import MultipleContent
from quizzes.engine.types.scenario import ScenarioContent
from quizzes.frozen import published_questions, published_quiz
from quizzes.models import Answer, Attempt, Question, QuestionText, Quiz


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
            **_beyond_the_first(quiz),
        }
    )


def _beyond_the_first(quiz: Quiz) -> dict[str, Any]:
    """Rules that came after the first release, where they differ from what a test had before them:
    the hash of a test without them stays what it was.
    """
    plain = Quiz()
    values = {name: getattr(quiz, name) for name in LATER_RULES}
    return {name: value for name, value in values.items() if value != getattr(plain, name)}


def frozen_hash(quiz: Quiz, language: str) -> str:
    """`content_hash` of a published quiz, which never changes: read once in a process."""
    return _frozen_hash(quiz.activity.edition_id, quiz.pk, language)


@lru_cache(maxsize=512)
def _frozen_hash(_edition_id: UUID, activity_id: int, language: str) -> str:
    return content_hash(activity_id, language)


@dataclass(frozen=True)
class Drawable:
    """A question of a published quiz in one language, ready to be drawn and arranged."""

    question_id: int
    candidate: Candidate
    kind: QuestionType[Any]
    content: Content
    content_hash: str


@dataclass(frozen=True)
class FrozenQuiz:
    """A published test with all its questions. It never changes: read once in a process."""

    quiz: Quiz
    blueprint: Blueprint
    languages: tuple[str, ...]
    pools: Mapping[str, Mapping[str, Drawable]]  # language → key → question

    def draws(self, language: str) -> Draws:
        found = self._draws.get(language)
        if found is None:
            candidates = [question.candidate for question in self.pools[language].values()]
            found = self._draws[language] = Draws(candidates, self.blueprint)
        return found

    @cached_property
    def _draws(self) -> dict[str, Draws]:
        return {}

    @cached_property
    def credits(self) -> tuple[str, ...]:
        """The rules by which questions with several right options are marked, parts included."""
        contents = [question.content for pool in self.pools.values() for question in pool.values()]
        contents += [
            part.content for c in contents if isinstance(c, ScenarioContent) for part in c.parts
        ]
        return tuple(sorted({c.credit for c in contents if isinstance(c, MultipleContent)}))


def frozen_quiz(edition_id: UUID, activity_key: str) -> FrozenQuiz | None:
    """The test of a published edition; None if it has none of this key."""
    return _frozen_quiz(edition_id, activity_key)


def complete(answers: list[Answer], attempt: Attempt) -> list[Answer]:
    """Answers of an attempt that came without it and without their questions, with both."""
    activity = attempt.quiz.activity
    questions = published_questions(activity.edition_id, activity.key)
    for answer in answers:
        answer.attempt = attempt
        answer.question = questions[answer.question_id]
    return answers


@lru_cache(maxsize=64)
def _frozen_quiz(edition_id: UUID, activity_key: str) -> FrozenQuiz | None:
    try:
        quiz = published_quiz(edition_id, activity_key)
    except Quiz.DoesNotExist:
        return None
    languages = whole_languages(quiz.pk)
    pools: dict[str, dict[str, Drawable]] = {language: {} for language in languages}
    for text in QuestionText.objects.filter(
        question__quiz=quiz, language__in=languages
    ).select_related("question"):
        kind = registry.get(text.question.type)
        pools[text.language][text.question.key] = Drawable(
            question_id=text.question_id,
            candidate=candidate_of(text.question),
            kind=kind,
            content=kind.validate(text.content),
            content_hash=text.content_hash,
        )
    questions = published_questions(edition_id, activity_key)
    named = {question.must_pass for question in questions.values()}
    return FrozenQuiz(quiz, blueprint_of(quiz, named), tuple(languages), pools)


def candidate_of(question: Question) -> Candidate:
    return Candidate(
        key=question.key,
        type=question.type,
        objective=question.objective,
        must_pass=question.must_pass or None,
        negative_stem=question.negative_stem,
        tags=frozenset(question.tags),
    )


def blueprint_of(quiz: Quiz, named: set[str]) -> Blueprint:
    """A course may have two tests: each reserves the points that its own questions name."""
    return Blueprint(
        draw=quiz.draw_count,
        quotas=quiz.quotas,
        must_pass=[p for p in sorted(quiz.activity.edition.must_pass_points) if p in named],
        cap_truefalse=quiz.caps.get("truefalse"),
        cap_negative_stem=quiz.caps.get("negative_stem"),
        tag_quotas=quiz.tag_quotas,
        pool_tags=frozenset(quiz.pool_tags),
        withheld_tags=frozenset(quiz.withheld_tags),
    )


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
