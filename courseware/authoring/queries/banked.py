"""Questions that were chosen in the bank, as the page that leads to the draft shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from courseware.courses.models import Course, Edition
from quizzes.engine.pictures import in_words
from quizzes.models import QuestionText


@dataclass(frozen=True)
class ChosenQuestion:
    """The row that was ticked, with its words in the language it was written in."""

    number: int
    key: str
    stem: str
    language: str
    edition: int


@dataclass(frozen=True)
class ChosenInBank:
    """`draft` is the one there is; None where one would be opened."""

    questions: tuple[ChosenQuestion, ...]
    draft: Edition | None


def chosen_in_bank(course: Course, numbers: Sequence[int]) -> ChosenInBank:
    """Questions of other courses are left out. Two queries."""
    texts = QuestionText.objects.filter(
        question__quiz__activity__edition__course=course,
        question__in=numbers,
        translated_from="",
    ).order_by("-pk")
    fields = ("question_id", "question__key", "content__stem", "language")
    found = {
        number: ChosenQuestion(number, key, in_words(str(stem or "")), language, edition)
        for number, key, stem, language, edition in texts.values_list(
            *fields, "question__quiz__activity__edition__number"
        )
    }
    draft = course.editions.filter(published_at__isnull=True).first()
    return ChosenInBank(tuple(found[number] for number in numbers if number in found), draft)
