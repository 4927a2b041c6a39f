"""Which attempts at a test count for a person as they stand: marked, passed, and of words that the
edition asks which the person is on.

What was sat before a move to a newer edition counts there where the test has the same words; else
it is history, whatever becomes of its result. Must not: write anything.
"""

from collections import defaultdict
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from quizzes.models import Attempt, Quiz, Regrade
from quizzes.queries.bank import frozen_hash


class Editions:
    """A test in all editions of its course. One query."""

    def __init__(self, course_id: UUID, activity_key: str) -> None:
        quizzes = Quiz.objects.filter(
            activity__edition__course=course_id, activity__key=activity_key
        ).select_related("activity")
        self._quizzes = {quiz.activity.edition_id: quiz for quiz in quizzes}

    def counts(self, *, sat_in: UUID, on: UUID, language: str) -> bool:
        """Whether a sitting in one edition counts for somebody who is on another."""
        if sat_in == on:
            return True
        there = self._quizzes.get(on)
        if there is None:
            return False
        return frozen_hash(there, language) == frozen_hash(self._quizzes[sat_in], language)


def marked_at(course_id: UUID, activity_key: str) -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        state=Attempt.State.GRADED,
        enrolment__course=course_id,
        quiz__activity__key=activity_key,
    )


def passing(attempts: QuerySet[Attempt], editions: Editions) -> dict[UUID, set[UUID]]:
    """By enrolment, those of marked attempts that count and are passed by now. One query."""
    anew = Regrade.objects.filter(attempt=OuterRef("pk")).order_by("-pk").values("is_passed")[:1]
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for pk, enrolment, on, sat_in, language in (
        attempts.alias(now=Coalesce(Subquery(anew), F("is_passed")))
        .filter(Q(now=True))
        .values_list("pk", "enrolment", "enrolment__edition", "quiz__activity__edition", "language")
    ):
        if editions.counts(sat_in=sat_in, on=on, language=language):
            found[enrolment].add(pk)
    return found
