"""Answers of people who do not exist: a whole attempt at once, by a function.

For demo mode and for tests of statistics. A person's answers come through `save_answer` only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from quizzes.contents import content_of, with_content
from quizzes.engine.content import Content
from quizzes.engine.responses import Response
from quizzes.models import Answer, Attempt, Question


@dataclass(frozen=True)
class Invented:
    """A response as the engine stores it, how sure its giver was, and how long they took."""

    response: Response
    confidence: int | None = None
    seconds: int = 0


Choose = Callable[[Question, Content], Invented]


@transaction.atomic
def invent_answers(
    *, attempt: Attempt, choose: Choose, began: datetime, ended: datetime
) -> list[Answer]:
    """Answer every question, evenly spread between `began` and `ended`. One UPDATE for all."""
    answers = list(with_content(Answer.objects.filter(attempt=attempt.pk)).order_by("position"))
    for answer in answers:
        invented = choose(answer.question, content_of(answer))
        answer.response = invented.response
        answer.confidence, answer.seconds = invented.confidence, invented.seconds
        answer.sequence = 1 if invented.response else 0
        answer.saved_at = began + (ended - began) * answer.position / (len(answers) + 1)
    Answer.objects.bulk_update(
        answers, ["response", "confidence", "seconds", "sequence", "saved_at"]
    )
    return answers
