"""What an exception does for those it is for, once it is decided. Must not: write."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from courseware.accounts.queries import serving_on
from courseware.enrolments.models import ActivityProgress, Enrolment
from quizzes.models import Override, Quiz
from quizzes.queries.sittings import open_attempt
from quizzes.queries.terms import attempts_left, day_of


@dataclass(frozen=True)
class Reach:
    """`people` have the test still to pass. The rest is of an exception for one person: whether an
    attempt is open, and how many may follow it.
    """

    people: int
    is_sitting: bool = False
    attempts_left: int = 0


def reach_of(override: Override, *, now: datetime) -> Reach:
    """Of those who are on the course now."""
    passed = ActivityProgress.objects.filter(
        enrolment=OuterRef("pk"),
        activity_key=override.activity_key,
        state=ActivityProgress.State.DONE,
    )
    reached = Enrolment.objects.filter(
        ~Exists(passed), course=override.course_id, withdrawn_at=None, completed_on=None
    )
    if override.unit is not None:
        day = day_of(override.by, now)
        inside = serving_on(day).filter(unit__path__startswith=override.unit.path)
        return Reach(reached.filter(person__in=inside.values("person")).count())
    enrolment = reached.filter(overrides=override).select_related("person").first()
    if enrolment is None:
        return Reach(0)
    return Reach(
        1,
        open_attempt(enrolment, override.activity_key) is not None,
        _left(enrolment, override, now=now),
    )


def _left(enrolment: Enrolment, override: Override, *, now: datetime) -> int:
    quiz = (
        Quiz.objects.filter(
            activity__edition=enrolment.edition_id, activity__key=override.activity_key
        )
        .select_related("activity")
        .first()
    )
    progress = ActivityProgress.objects.filter(
        enrolment=enrolment, activity_key=override.activity_key
    ).first()
    if quiz is None:
        return 0
    begun = progress or ActivityProgress(enrolment=enrolment, activity_key=override.activity_key)
    return attempts_left(enrolment, quiz, begun, now=now)
