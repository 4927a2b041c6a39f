"""How a question of the bank has been used, and what the numbers say of it.

Exposure counts by key across the editions of a course: whoever was asked one wording has seen the
question. Holds no answers. Each with a fixed number of queries.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, OuterRef, Subquery

from quizzes.engine.statistics.stored import read_test
from quizzes.engine.statistics.verdicts import Level
from quizzes.models import Answer, Question, StatisticsRun
from quizzes.queries.statistics import item_rows

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


def levels(courses: Collection[UUID]) -> dict[Place, Level]:
    """The most urgent verdict on any wording of a question, from the newest finished runs.

    Two queries for each test that has one; nothing for a question nobody has counted yet.
    """
    newest = (
        StatisticsRun.objects.filter(
            course=OuterRef("course"),
            activity_key=OuterRef("activity_key"),
            state=StatisticsRun.State.DONE,
        )
        .order_by("-asked_at")
        .values("pk")[:1]
    )
    found: dict[Place, list[Level]] = defaultdict(list)
    for run in StatisticsRun.objects.filter(course__in=courses, pk=Subquery(newest)):
        numbers = read_test(run.numbers)
        for item in (item_rows(run, numbers) if numbers else None) or ():
            found[run.course_id, item.question].append(item.level)
    return {place: max(own) for place, own in found.items()}
