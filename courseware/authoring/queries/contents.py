"""Everything an edition holds, read at once: what a comparison and a check need.

A fixed number of queries, whatever the size of the course. Must not: be shown to a trainee; it
holds keys.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from courseware.courses.models import (
    Activity,
    Edition,
    EditionLanguage,
    GlossaryTerm,
    Objective,
    Source,
)
from lessons.dialect import MappingResolver
from lessons.models import Lesson, LessonText, Picture
from lessons.queries import edition_texts
from quizzes.engine.pictures import hashes_in
from quizzes.models import Question, QuestionText, Quiz

type QuestionPlace = tuple[str, str]
"""The key of the test's activity and of the question."""


@dataclass(frozen=True)
class Contents:
    """An edition by its keys."""

    edition: Edition
    words: dict[str, EditionLanguage]
    activities: dict[str, Activity]
    objectives: dict[str, Objective]
    sources: dict[str, Source]
    terms: dict[tuple[str, str], GlossaryTerm]  # language, key
    lessons: dict[str, Lesson]
    lesson_texts: dict[tuple[str, str], LessonText]  # activity key, language
    resolvers: dict[tuple[str, str], MappingResolver]
    pictures: dict[tuple[str, str], str]  # language, name: hash of the file
    quizzes: dict[str, Quiz]
    questions: dict[QuestionPlace, Question]
    question_texts: dict[QuestionPlace, dict[str, QuestionText]] = field(default_factory=dict)

    @property
    def languages(self) -> list[str]:
        """English first, then by code."""
        return sorted(self.words, key=lambda language: (language != "en", language))

    @property
    def main(self) -> EditionLanguage | None:
        """The words by which things are named to staff."""
        return self.words[self.languages[0]] if self.words else None

    @property
    def shown(self) -> frozenset[tuple[str, str]]:
        """The pictures in its lessons and questions, by name and hash."""
        figures = [text.figures for text in self.lesson_texts.values()]
        figures += [
            hashes_in(text.content)
            for texts in self.question_texts.values()
            for text in texts.values()
        ]
        return frozenset(chain.from_iterable(shown.items() for shown in figures))

    def title(self, activity_key: str) -> str:
        titles = self.main.activity_titles if self.main else {}
        return str(titles.get(activity_key) or activity_key)


def contents(edition: Edition) -> Contents:
    """Twelve queries."""
    activities = {activity.key: activity for activity in edition.activities.order_by("position")}
    keys = {activity.pk: key for key, activity in activities.items()}
    texts = edition_texts(edition.pk)
    quizzes = {keys[quiz.pk]: quiz for quiz in Quiz.objects.filter(activity__edition=edition)}
    questions = {
        (keys[question.quiz_id], question.key): question
        for question in Question.objects.filter(quiz__activity__edition=edition)
    }
    places = {question.pk: place for place, question in questions.items()}
    wordings: dict[QuestionPlace, dict[str, Any]] = defaultdict(dict)
    for wording in QuestionText.objects.filter(question__quiz__activity__edition=edition):
        wordings[places[wording.question_id]][wording.language] = wording
    return Contents(
        edition=edition,
        words={words.language: words for words in edition.languages.all()},
        activities=activities,
        objectives={objective.key: objective for objective in edition.objectives.all()},
        sources={source.key: source for source in edition.sources.all()},
        terms={(term.language, term.key): term for term in edition.terms.all()},
        lessons={
            keys[lesson.pk]: lesson for lesson in Lesson.objects.filter(activity__edition=edition)
        },
        lesson_texts={(keys[text.lesson_id], text.language): text for text, _known in texts},
        resolvers={(keys[text.lesson_id], text.language): known for text, known in texts},
        pictures={
            (picture.language, picture.name): picture.media_id
            for picture in Picture.objects.filter(edition=edition)
        },
        quizzes=quizzes,
        questions=questions,
        question_texts=dict(wordings),
    )
