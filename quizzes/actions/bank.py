"""Writes of the question bank.

Owns: how a quiz and a question come into a draft edition, and what their wording's hash covers.
Must not: know attempts; an edition that is published is frozen by the database.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from courseware.courses.actions import sha256_of
from courseware.courses.models import Activity, Edition
from quizzes.engine import registry
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.engine.pictures import missing_in
from quizzes.engine.searching import search_words
from quizzes.models import Question, QuestionText, Quiz
from quizzes.queries import pictured


@transaction.atomic
def add_quiz(
    *,
    activity: Activity,
    draw_count: int,
    pass_percent: int,
    attempts_allowed: int,
    window_days: int = 7,
    time_limit_minutes: int | None = None,
    quotas: Mapping[str, int],
    caps: Mapping[str, int] | None = None,
    **rules: Any,
) -> Quiz:
    """How the test of an activity is drawn, timed and marked. `rules`: further columns of Quiz."""
    return Quiz.objects.create(
        activity=activity,
        draw_count=draw_count,
        pass_percent=pass_percent,
        attempts_allowed=attempts_allowed,
        window_days=window_days,
        time_limit_minutes=time_limit_minutes,
        quotas=dict(quotas),
        caps=dict(caps or {}),
        **rules,
    )


@transaction.atomic
def add_question(
    *,
    quiz: Quiz,
    envelope: QuestionEnvelope,
    position: int,
    wordings: Mapping[str, Mapping[str, Any]],
    translated_from: Mapping[str, str] | None = None,
) -> Question:
    """A question with its content per language, and the marks of what translations were made from.

    Raises ContentError for a content that breaks the format of its type.
    """
    question = Question.objects.create(
        quiz=quiz,
        key=envelope.key,
        type=envelope.type,
        position=position,
        **_columns(envelope),
    )
    for language, written in wordings.items():
        content = pictured(quiz.activity.edition_id, language, stored_content(written))
        registry.get(envelope.type).validate(content)
        QuestionText.objects.create(
            question=question,
            language=language,
            **written_columns(envelope.type, content),
            translated_from=(translated_from or {}).get(language, ""),
        )
    return question


def written_columns(type_name: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that is written with the words of a question, by column."""
    return {
        "content": content,
        "content_hash": sha256_of(content),
        "words": search_words(type_name, content),
    }


def _columns(envelope: QuestionEnvelope) -> dict[str, Any]:
    """Where a question belongs, by column. Its key and its type never change."""
    return {
        "objective": envelope.objective,
        "lesson_key": envelope.lesson,
        "seed": list(envelope.seed),
        "bloom": envelope.bloom,
        "difficulty": envelope.difficulty,
        "must_pass": envelope.must_pass or "",
        "negative_stem": envelope.negative_stem,
        "tags": list(envelope.tags),
    }


def put_envelope(*, question: Question, envelope: QuestionEnvelope) -> bool:
    """Move a question of a draft to another place. False when it stands there already."""
    columns = _columns(envelope)
    before = {name: getattr(question, name) for name in columns}
    if before == columns:
        return False
    for name, value in columns.items():
        setattr(question, name, value)
    question.save(update_fields=list(columns))
    return True


def stored_content(value: Mapping[str, Any]) -> dict[str, Any]:
    """The content as JSON that every database gives back unchanged.

    Numbers with a point are kept as text: a database may write 1e-7 another way, and the hash of
    the content would no longer fit.
    """
    stored: dict[str, Any] = _stored(value)
    return stored


def _stored(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _stored(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_stored(entry) for entry in value]
    if isinstance(value, float | Decimal):
        return str(value)
    return value


@transaction.atomic
def mark_question_text(*, edition: Edition, language: str, key: str, mark: str) -> bool:
    """A translation of a draft fits the words with this mark. False where nothing changes."""
    rows = QuestionText.objects.filter(
        question__quiz__activity__edition=edition, question__key=key, language=language
    )
    return bool(rows.exclude(translated_from=mark).update(translated_from=mark))


def show_pictures(edition_id: UUID) -> None:
    """A picture has come into the draft: the texts that name it show it from now on.

    The caller holds the draft.
    """
    texts = QuestionText.objects.filter(question__quiz__activity__edition=edition_id)
    for text in texts.select_related("question"):
        if not missing_in(text.content):
            continue
        content = pictured(edition_id, text.language, text.content)
        if content != text.content:
            # Whoever saved it meanwhile has looked for the picture anew.
            QuestionText.objects.filter(pk=text.pk, content_hash=text.content_hash).update(
                **written_columns(text.question.type, content)
            )
