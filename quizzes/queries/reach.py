"""What an exception does for those it is for, once it is decided. Must not: write."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from courseware.enrolments.models import ActivityProgress, Enrolment
from quizzes.models import Override
from quizzes.queries.sittings import open_attempt
from quizzes.queries.terms import serving_under, terms_now


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
        return Reach(reached.filter(person__in=serving_under(override, now=now)).count())
    enrolment = reached.filter(overrides=override).select_related("person").first()
    if enrolment is None:
        return Reach(0)
    return Reach(
        1,
        open_attempt(enrolment, override.activity_key) is not None,
        _left(enrolment, override, now=now),
    )


def _left(enrolment: Enrolment, override: Override, *, now: datetime) -> int:
    key = override.activity_key
    own = ActivityProgress.objects.filter(enrolment=enrolment, activity_key=key).first()
    progress = own or ActivityProgress(activity_key=key)
    progress.enrolment = enrolment
    terms = terms_now(progress, now=now)
    return 0 if terms is None else max(0, terms.attempts - progress.attempts_used)
