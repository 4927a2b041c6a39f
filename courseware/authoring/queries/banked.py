"""Questions that were chosen in the bank, as the page that leads to the draft shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from courseware.courses.models import Course, Edition
from quizzes.engine.pictures import in_words
from quizzes.models import QuestionText


@dataclass(frozen=True)
class ChosenQuestion:
    """Its newest words in the language it was written in."""

    key: str
    stem: str
    language: str


@dataclass(frozen=True)
class ChosenInBank:
    """`draft` is the one there is; None where one would be opened."""

    questions: tuple[ChosenQuestion, ...]
    draft: Edition | None


def chosen_in_bank(course: Course, keys: Sequence[str]) -> ChosenInBank:
    """Keys that the course never had are left out. Two queries."""
    texts = QuestionText.objects.filter(
        question__quiz__activity__edition__course=course,
        question__key__in=keys,
        translated_from="",
    ).order_by("question__quiz__activity__edition__number", "-pk")
    found = {
        key: ChosenQuestion(key, in_words(str(stem or "")), language)
        for key, stem, language in texts.values_list("question__key", "content__stem", "language")
    }
    draft = course.editions.filter(published_at__isnull=True).first()
    return ChosenInBank(tuple(found[key] for key in keys if key in found), draft)
