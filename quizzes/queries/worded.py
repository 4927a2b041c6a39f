"""The wordings that a test's published editions have had: what each says, and whether it is asked
now. Must not: know a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from quizzes.engine.statistics.stored import Wording
from quizzes.models import QuestionText, StatisticsRun


@dataclass(frozen=True)
class Worded:
    """`stems` and the newest edition of each wording; `current` is the newest edition of all."""

    stems: Mapping[Wording, str]
    editions: Mapping[Wording, int]
    current: int

    def stem(self, wording: Wording) -> str:
        return self.stems.get(wording, wording.question)

    def last_of_older(self, wording: Wording) -> int | None:
        """The last edition with these words; None while the current one has them, or where no
        edition is known to have them.
        """
        last = self.editions.get(wording, self.current)
        return None if last == self.current else last


def worded(run: StatisticsRun, question: str | None = None) -> Worded:
    """Of all questions of the test, or of one. Two queries."""
    texts = texts_of(run)
    current = (
        texts.order_by("-question__quiz__activity__edition__number")
        .values_list("question__quiz__activity__edition__number", flat=True)
        .first()
    )
    stems: dict[Wording, str] = {}
    editions: dict[Wording, int] = {}
    own = texts if question is None else texts.filter(question__key=question)
    for key, language, content_hash, stem, number in own.order_by(
        "question__quiz__activity__edition__number"
    ).values_list(
        "question__key",
        "language",
        "content_hash",
        "content__stem",
        "question__quiz__activity__edition__number",
    ):
        wording = Wording(key, language, content_hash)
        stems[wording], editions[wording] = str(stem), number
    return Worded(stems, editions, current or 0)


def texts_of(run: StatisticsRun) -> QuerySet[QuestionText]:
    """Everything that was ever published of a test."""
    return QuestionText.objects.filter(
        question__quiz__activity__key=run.activity_key,
        question__quiz__activity__edition__course=run.course_id,
        question__quiz__activity__edition__published_at__isnull=False,
    )
