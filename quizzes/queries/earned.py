"""What attempts earned by the marks as they were given, before any erratum.

The score of an attempt holds the errata that were decided by the time it was marked. Statistics
ask how questions worked as they were worded, so they add up the marks again. Must not: decide
which attempts count.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast

from courseware.courses.models import Course
from quizzes.models import Answer, Regrade

_PLACES = 9  # equal sums of thirds may differ by the dust of adding floats
_MISSED = ~Q(question__must_pass="") & Q(mark_numerator__lt=F("mark_denominator"))


@dataclass(frozen=True)
class Earned:
    """`share` of the full mark, 0…1; whether a must-pass point lacks its full mark."""

    share: float
    has_missed_a_point: bool

    def reaches(self, percent: int) -> bool:
        return round(self.share * 100, _PLACES - 2) >= percent


NOTHING = Earned(0.0, False)


def earned(course: Course, activity_key: str) -> dict[UUID, Earned]:
    """By attempt at the test, of what is marked."""
    mark = Cast("mark_numerator", FloatField()) / Cast("mark_denominator", FloatField())
    rows = (
        Answer.objects.filter(
            attempt__quiz__activity__key=activity_key,
            attempt__quiz__activity__edition__course=course,
            mark_denominator__gt=0,
        )
        .order_by()
        .values_list("attempt")
        .annotate(asked=Count("pk"), total=Sum(mark), missed=Count("pk", filter=_MISSED))
    )
    return {
        attempt: Earned(round(total / asked, _PLACES), missed > 0)
        for attempt, asked, total, missed in rows
    }


def regraded(course: Course, activity_key: str) -> set[UUID]:
    """The attempts at the test that were marked again after an erratum."""
    return set(
        Regrade.objects.filter(
            attempt__quiz__activity__key=activity_key,
            attempt__quiz__activity__edition__course=course,
        ).values_list("attempt", flat=True)
    )
