"""The frozen wording of drawn questions: loaded with the answer, checked by its hash, read once.

Owns: the way from an answer row to its question's content. Must not: decide who may see it; a
content holds the key and is shown to a learner only through the engine's `public` or, after
release, `explain`.
"""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from courseware.courses.actions import sha256_of
from quizzes.engine import registry
from quizzes.engine.content import Content
from quizzes.engine.contract import QuestionType
from quizzes.models import Answer, QuestionText

# Contents by what they are made of. The same question is shown to everybody, and reading its
# JSON into a schema costs more than fetching it.
_parsed: dict[tuple[str, str], Content] = {}
_KEPT = 4_096


class ContentMissing(Exception):
    """The wording an attempt was started with is gone or no longer the same."""


def with_content(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """The answers, each with its question and `content`: the wording frozen at the start."""
    wording = QuestionText.objects.filter(
        question=OuterRef("question"),
        language=OuterRef("attempt__language"),
        content_hash=OuterRef("content_hash"),
    ).values("content")[:1]
    return answers.select_related("question").annotate(content=Subquery(wording))


def kind_of(answer: Answer) -> QuestionType[Any]:
    return registry.get(answer.question.type)


def content_of(answer: Answer) -> Content:
    """The content of an answer that came through `with_content`. Raises ContentMissing."""
    raw = raw_content(answer)
    key = (answer.question.type, answer.content_hash)
    content = _parsed.get(key)
    if content is None:
        if sha256_of(raw) != answer.content_hash:
            raise ContentMissing(f"Attempt {answer.attempt_id}, question {answer.position}.")
        content = kind_of(answer).validate(raw)
        if len(_parsed) >= _KEPT:
            _parsed.clear()
        _parsed[key] = content
    return content


def raw_content(answer: Answer) -> dict[str, Any]:
    """The stored JSON. Raises ContentMissing."""
    raw: dict[str, Any] | None = getattr(answer, "content", None)
    if raw is None:
        raise ContentMissing(f"Attempt {answer.attempt_id}, question {answer.position}.")
    return raw
