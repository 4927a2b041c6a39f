"""The frozen wording of drawn questions: loaded with the answer, checked by its hash, read once.

Owns: the way from an answer row to its question's content. Must not: decide who may see it; a
content holds the key and is shown to a learner only through the engine's `public` or, after
release, `explain`.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from courseware.courses.actions import sha256_of
from quizzes.engine import registry
from quizzes.engine.content import Content
from quizzes.engine.contract import QuestionType
from quizzes.models import Answer, QuestionText


@dataclass(frozen=True)
class _Read:
    """A wording as the database spells it, found to be what its hash says, and what it means."""

    text: str
    content: Content


# Contents by what they are made of. The same question is shown to everybody, and reading and
# hashing its JSON costs more than fetching it; what is fetched is compared every time.
_read: dict[tuple[str, str], _Read] = {}
_KEPT = 4_096


class ContentMissing(Exception):
    """The wording an attempt was started with is gone or no longer the same."""


def with_wording(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """The answers, each with `wording`: the JSON frozen at the start."""
    wording = QuestionText.objects.filter(
        question=OuterRef("question"),
        language=OuterRef("attempt__language"),
        content_hash=OuterRef("content_hash"),
    ).values(text=Cast("content", TextField()))[:1]
    return answers.annotate(wording=Subquery(wording))


def with_content(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """The same, and the question of each."""
    return with_wording(answers).select_related("question")


def kind_of(answer: Answer) -> QuestionType[Any]:
    return registry.get(answer.question.type)


def content_of(answer: Answer) -> Content:
    """The content of an answer that came through `with_wording`. Raises ContentMissing if what
    stands there is not what was asked.
    """
    text: str | None = getattr(answer, "wording", None)
    key = (answer.question.type, answer.content_hash)
    known = _read.get(key)
    if known is not None and known.text == text:
        return known.content
    if text is None or sha256_of(raw := json.loads(text)) != answer.content_hash:
        raise ContentMissing(f"Attempt {answer.attempt_id}, question {answer.position}.")
    content: Content = kind_of(answer).validate(raw)
    if len(_read) >= _KEPT:
        _read.clear()
    _read[key] = _Read(text, content)
    return content
