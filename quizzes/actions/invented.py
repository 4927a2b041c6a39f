"""Answers of people who do not exist: a whole attempt at once, by a function.

For demo mode and for tests of statistics. A person's answers come through `save_answer` only.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from quizzes.contents import content_of, with_content
from quizzes.engine.content import Content
from quizzes.engine.responses import Response
from quizzes.models import Answer, Attempt

#: (type name, content, difficulty) → response as the engine stores it.
Choose = Callable[[str, Content, int], Response]


@transaction.atomic
def invent_answers(
    *, attempt: Attempt, choose: Choose, began: datetime, ended: datetime
) -> list[Answer]:
    """Answer every question, evenly spread between `began` and `ended`. One UPDATE for all."""
    answers = list(with_content(Answer.objects.filter(attempt=attempt.pk)).order_by("position"))
    for answer in answers:
        response = choose(answer.question.type, content_of(answer), answer.question.difficulty)
        answer.response = response
        answer.sequence = 1 if response else 0
        answer.saved_at = began + (ended - began) * answer.position / (len(answers) + 1)
    Answer.objects.bulk_update(answers, ["response", "sequence", "saved_at"])
    return answers
