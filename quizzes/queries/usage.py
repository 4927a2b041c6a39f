"""How a question of the bank has been used, and what the numbers say of it.

Exposure counts by key across the editions of a course: whoever was asked one wording has seen the
question. A verdict belongs to the words that a row holds. Holds no answers. Each with a fixed
number of queries.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, OuterRef, Subquery

from courseware.courses.models import Edition
from quizzes.engine.statistics.findings import Level
from quizzes.engine.statistics.stored import Wording, read_question, read_test
from quizzes.engine.statistics.verdicts import verdicts_of
from quizzes.models import Answer, ItemStatistics, Question, QuestionText, StatisticsRun
from quizzes.queries.counting import FIRST

type Place = tuple[UUID, str]
"""A course and a question's key."""


@dataclass(frozen=True)
class EditionUsage:
    """How often an edition asked the question, and when first and last."""

    number: int
    is_published: bool
    asked: int
    first: datetime | None
    last: datetime | None


def exposures(questions: Iterable[Question]) -> dict[Place, int]:
    """How often each was drawn, in all editions of its course. One query."""
    places = {place_of(question) for question in questions}
    rows = (
        Answer.objects.filter(
            question__key__in={key for _course, key in places},
            question__quiz__activity__edition__course__in={course for course, _key in places},
        )
        .values_list("question__quiz__activity__edition__course", "question__key")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found = dict.fromkeys(places, 0)
    found.update({(course, key): n for course, key, n in rows})
    return found


def place_of(question: Question) -> Place:
    """Of a question that was loaded with its edition."""
    return question.quiz.activity.edition.course_id, question.key


def usage_of(question: Question) -> list[EditionUsage]:
    """Edition by edition, the newest first. Two queries."""
    course, key = place_of(question)
    asked: dict[int, Any] = {
        row["question"]: row
        for row in Answer.objects.filter(
            question__key=key, question__quiz__activity__edition__course=course
        )
        .values("question")
        .annotate(n=Count("pk"), first=Min("attempt__started_at"), last=Max("attempt__started_at"))
        .order_by()
    }
    found = []
    for row in Question.objects.filter(
        key=key, quiz__activity__edition__course=course
    ).select_related("quiz__activity__edition"):
        own = asked.get(row.pk, {})
        edition = row.quiz.activity.edition
        found.append(
            EditionUsage(
                number=edition.number,
                is_published=edition.published_at is not None,
                asked=own.get("n", 0),
                first=own.get("first"),
                last=own.get("last"),
            )
        )
    return sorted(found, key=lambda usage: -usage.number)


def levels(questions: Iterable[Question]) -> dict[int, Level]:
    """The most urgent verdict on what a question says as it stands there, in any language, from
    the newest finished runs over first attempts. By question; none for words that nobody has
    counted yet: of a question that was mended, the numbers of its old words say nothing. Three
    queries.
    """
    courses = {question.pk: place_of(question)[0] for question in questions}
    words = QuestionText.objects.filter(question__in=courses).values_list(
        "question", "question__key", "language", "content_hash"
    )
    known = _levels_by_wording(set(courses.values()))
    found: dict[int, Level] = {}
    for question, *wording in words:
        level = known.get((courses[question], Wording(*wording)))
        if level is not None:
            found[question] = max(level, found.get(question, level))
    return found


def levels_in(edition: Edition) -> dict[str, Level]:
    """The same of all questions of an edition, by key. Four queries."""
    questions = list(
        Question.objects.filter(quiz__activity__edition=edition).select_related(
            "quiz__activity__edition"
        )
    )
    found = levels(questions)
    return {question.key: found[question.pk] for question in questions if question.pk in found}


def _levels_by_wording(courses: Collection[UUID]) -> dict[tuple[UUID, Wording], Level]:
    newest = (
        StatisticsRun.objects.filter(
            course=OuterRef("course"),
            activity_key=OuterRef("activity_key"),
            state=StatisticsRun.State.DONE,
            basis__which=FIRST,
        )
        .order_by("-asked_at")
        .values("pk")[:1]
    )
    runs = {
        run.pk: (run.course_id, numbers.usual_seconds)
        for run in StatisticsRun.objects.filter(course__in=courses, pk=Subquery(newest))
        if (numbers := read_test(run.numbers)) is not None
    }
    found: dict[tuple[UUID, Wording], Level] = {}
    for row in ItemStatistics.objects.filter(run__in=runs):
        course, usual = runs[row.run_id]
        if (own := read_question(row.numbers)) is not None:
            wording = Wording(row.question_key, row.language, row.content_hash)
            level = verdicts_of(own, usual)[0].level
            found[course, wording] = max(level, found.get((course, wording), level))
    return found
