"""What an exception does for those it is for, once it is decided. Must not: write."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from courseware.enrolments.models import ActivityProgress, Enrolment
from quizzes.models import Override
from quizzes.queries.sittings import open_attempt
from quizzes.queries.terms import Terms, serving_under, terms_now


@dataclass(frozen=True)
class Reach:
    """`people` have the test still to pass. The rest is of an exception for one person: whether an
    attempt is open, how many may follow it, and since when the test is closed whatever is left.
    """

    people: int
    is_sitting: bool = False
    attempts_left: int = 0
    closed_since: datetime | None = None


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
    progress, terms = _standing(enrolment, override.activity_key, now=now)
    return Reach(
        1,
        open_attempt(enrolment, override.activity_key) is not None,
        terms.left(progress.attempts_used, now=now) if terms else 0,
        terms.closes_at if terms and terms.is_closed(now) else None,
    )


def closed_since(enrolment: Enrolment, activity_key: str, *, now: datetime) -> datetime | None:
    """Since when an exception keeps the person from beginning, however many attempts are left."""
    _progress, terms = _standing(enrolment, activity_key, now=now)
    return terms.closes_at if terms is not None and terms.is_closed(now) else None


def _standing(
    enrolment: Enrolment, activity_key: str, *, now: datetime
) -> tuple[ActivityProgress, Terms | None]:
    own = ActivityProgress.objects.filter(enrolment=enrolment, activity_key=activity_key).first()
    progress = own or ActivityProgress(activity_key=activity_key)
    progress.enrolment = enrolment
    return progress, terms_now(progress, now=now)
