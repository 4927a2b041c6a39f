"""Questions and tests of a draft are changed by an instructor.

Each act makes its actor an author of the edition (`contribute`, with the audit event) and then
lets quizzes write. An act that changes nothing leaves no trace.

Must not: know what a question is made of.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from courseware.accounts.models import User
from courseware.authoring.actions.drafts import contribute
from courseware.courses.models import Edition
from quizzes import actions as quizzes
from quizzes.actions import QuizSettings
from quizzes.engine.carrying import Origins
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.models import Question, Quiz


@transaction.atomic
def save_question(
    *,
    question: Question,
    language: str,
    content: Mapping[str, Any],
    seen: str,
    envelope: QuestionEnvelope | None,
    origins: Origins | None,
    by: User,
    now: datetime,
) -> bool:
    """False when nothing differs. Raises DraftClosed, quizzes.Stale and ContentError."""
    edition = question.quiz.activity.edition
    _contribute(edition, by, now, question.key, "changed", language=language)
    changed = quizzes.change_question(
        question=question,
        language=language,
        content=content,
        seen=seen,
        envelope=envelope,
        origins=origins,
    )
    if not changed:
        transaction.set_rollback(True)
    return changed


@transaction.atomic
def add_question(
    *,
    quiz: Quiz,
    language: str,
    content: Mapping[str, Any],
    envelope: QuestionEnvelope,
    by: User,
    now: datetime,
) -> Question:
    """Raises DraftClosed and ContentError."""
    _contribute(quiz.activity.edition, by, now, envelope.key, "added")
    return quizzes.create_question(quiz=quiz, language=language, content=content, envelope=envelope)


@transaction.atomic
def duplicate_question(*, question: Question, by: User, now: datetime) -> Question:
    """Raises DraftClosed."""
    edition = question.quiz.activity.edition
    _contribute(edition, by, now, question.key, "duplicated")
    return quizzes.duplicate_question(question=question)


@transaction.atomic
def copy_question(*, question: Question, edition: Edition, by: User, now: datetime) -> Question:
    """From another edition of its course. Raises DraftClosed and ContentError."""
    number = str(question.quiz.activity.edition.number)
    _contribute(edition, by, now, question.key, "duplicated", from_edition=number)
    return quizzes.copy_question(question=question, edition=edition)


@transaction.atomic
def remove_question(
    *, question: Question, seen: str, language: str, by: User, now: datetime
) -> None:
    """Raises DraftClosed and quizzes.Stale."""
    edition = question.quiz.activity.edition
    _contribute(edition, by, now, question.key, "removed")
    quizzes.remove_question(question=question, seen=seen, language=language)


@transaction.atomic
def tag_questions(
    *, edition: Edition, keys: Sequence[str], tag: str, is_on: bool, by: User, now: datetime
) -> int:
    """How many changed. Raises DraftClosed, and ContentError for what is no tag."""
    contribute(
        edition=edition,
        by=by,
        now=now,
        what="question",
        details={"question": ", ".join(keys), "act": "tagged" if is_on else "untagged", "tag": tag},
    )
    changed = quizzes.tag_questions(edition=edition, keys=keys, tag=tag, is_on=is_on)
    if not changed:
        transaction.set_rollback(True)
    return changed


@transaction.atomic
def save_quiz(*, quiz: Quiz, settings: QuizSettings, seen: str, by: User, now: datetime) -> bool:
    """False when nothing differs. Raises DraftClosed, quizzes.Stale and ContentError."""
    edition = quiz.activity.edition
    contribute(
        edition=edition, by=by, now=now, what="test", details={"activity": quiz.activity.key}
    )
    changed = quizzes.change_quiz(quiz=quiz, settings=settings, seen=seen)
    if not changed:
        transaction.set_rollback(True)
    return changed


def _contribute(
    edition: Edition, by: User, now: datetime, key: str, act: str, **details: str
) -> None:
    contribute(
        edition=edition,
        by=by,
        now=now,
        what="question",
        details={"question": key, "act": act, **details},
    )
