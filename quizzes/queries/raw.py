"""What was answered at a test, row by row and without names, for who answers for its questions.

An attempt is called by a word that is made from its number with the installation's secret: rows of
one sitting belong together, and no list of ours leads from them to a person. Must not: write.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.utils.crypto import salted_hmac

from quizzes.models import Answer, Attempt

AT_ONCE = 1_000
_LETTERS = 16


@dataclass(frozen=True)
class RawAnswer:
    """One answer of a marked attempt. `mark`: the share of its point."""

    attempt: str
    number: int
    edition: int
    language: str
    position: int
    question: str
    type: str
    content_hash: str
    response: str
    mark: Decimal | None
    seconds: int | None
    confidence: int | None


def raw_answers(course_id: UUID, activity_key: str) -> Iterator[list[RawAnswer]]:
    """In steps of a thousand, each one query, in the order in which attempts were begun."""
    rows = (
        Answer.objects.filter(
            attempt__state=Attempt.State.GRADED,
            attempt__quiz__activity__key=activity_key,
            attempt__quiz__activity__edition__course=course_id,
        )
        .select_related("attempt__quiz__activity__edition", "question")
        .order_by("pk")
    )
    last = 0
    while step := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        last = step[-1].pk
        yield [_raw(answer) for answer in step]


def _raw(answer: Answer) -> RawAnswer:
    attempt = answer.attempt
    return RawAnswer(
        attempt=pseudonym(attempt.pk),
        number=attempt.number,
        edition=attempt.quiz.activity.edition.number,
        language=attempt.language,
        position=answer.position,
        question=answer.question.key,
        type=answer.question.type,
        content_hash=answer.content_hash,
        response=json.dumps(answer.response, ensure_ascii=False, sort_keys=True),
        mark=_decimal(answer.mark),
        seconds=answer.seconds or None,
        confidence=answer.confidence,
    )


def _decimal(mark: Fraction | None) -> Decimal | None:
    """For reading and sorting; two thirds would be a date to a spreadsheet."""
    return None if mark is None else round(Decimal(mark.numerator) / mark.denominator, 6)


def pseudonym(attempt_id: UUID) -> str:
    """With a letter in front: nothing takes it for a number."""
    return (
        "a" + salted_hmac("quizzes.raw", str(attempt_id), algorithm="sha256").hexdigest()[:_LETTERS]
    )
