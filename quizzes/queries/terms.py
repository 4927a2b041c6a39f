"""What holds for one person at one test: its own rules, and what was decided beside them.

Of several exceptions the person's own comes before a unit's, a nearer unit's before a farther
one's, a newer one before an older; each rule is taken from the first that says something about it.
Attempts of several exceptions add up: each gives its own on top of the test's and of those granted
in talks, once. No exception makes a time limit or a window shorter than the test's; a moment at
which it closes may end them sooner. Must not: write.
"""

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import CharField, Count, DateField, Max, Q, QuerySet, UUIDField

from courseware.accounts.models import User
from courseware.accounts.queries import posting_on, serving_on
from courseware.core.prepared import Slot, prepared
from courseware.enrolments.models import ActivityProgress, Enrolment
from quizzes.frozen import published_quiz
from quizzes.models import Attempt, ExtraAttempt, Override, Quiz


@dataclass(frozen=True)
class Terms:
    """`attempts` counts those that were granted too. `opens_at` and `closes_at` are exceptions."""

    attempts: int
    time_limit_minutes: int | None
    window_days: int
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    cooldown: timedelta = timedelta(0)
    overrides: tuple[Override, ...] = ()
    # Which exception gives the next attempt that goes beyond the test's and those granted.
    pays: Override | None = None
    from_exceptions: int = 0  # how many of `attempts` exceptions still give

    def left(self, used: int, *, now: datetime) -> int:
        """How many more may begin after those `used`: none once it is closed. Pages and the start
        itself both ask this, so that no button is shown that does nothing.
        """
        return 0 if self.is_closed(now) else max(0, self.attempts - used)

    def needs_exception(self, used: int) -> bool:
        """Whether the next attempt goes beyond the test's own and those granted."""
        return used >= self.attempts - self.from_exceptions

    def deadline(self, started_at: datetime) -> datetime:
        """The one moment at which an attempt begun at `started_at` closes."""
        closes = started_at + timedelta(days=self.window_days)
        if self.time_limit_minutes is not None:
            closes = min(closes, started_at + timedelta(minutes=self.time_limit_minutes))
        return closes if self.closes_at is None else min(closes, self.closes_at)

    def is_closed(self, now: datetime) -> bool:
        return self.closes_at is not None and now >= self.closes_at

    def next_from(self, last_ended_at: datetime | None) -> datetime | None:
        """The first moment at which an attempt may begin; None: no rule says one."""
        after_the_last = last_ended_at + self.cooldown if last_ended_at and self.cooldown else None
        moments = [moment for moment in (after_the_last, self.opens_at) if moment is not None]
        return max(moments, default=None)


def plain_terms(quiz: Quiz, granted: int = 0) -> Terms:
    """The test's own."""
    return Terms(
        attempts=quiz.attempts_allowed + granted,
        time_limit_minutes=quiz.time_limit_minutes,
        window_days=quiz.window_days,
        cooldown=timedelta(hours=quiz.cooldown_hours),
    )


def terms_for(
    enrolment: Enrolment, quiz: Quiz, progress: ActivityProgress | None, *, today: date
) -> Terms:
    """One query where there is no exception for the test; up to two more where there is."""
    granted = progress.attempts_granted if progress else 0
    found = overrides_for(enrolment, quiz.activity.key, today=today)
    plain = plain_terms(quiz, granted)
    if not found:
        return plain
    unused = _unused(enrolment, found)
    given = sum(left for _override, left in unused)
    own, window = plain.time_limit_minutes, _first(found, "window_days", plain.window_days)
    limit = _first(found, "time_limit_minutes", own)
    return Terms(
        # What was granted holds what exceptions have let begin.
        attempts=plain.attempts + given,
        time_limit_minutes=None if own is None or limit is None else max(own, limit),
        window_days=max(window, plain.window_days),
        opens_at=_first(found, "opens_at", None),
        closes_at=_first(found, "closes_at", None),
        cooldown=timedelta(0) if any(o.skips_cooldown for o in found) else plain.cooldown,
        overrides=tuple(found),
        pays=unused[0][0] if unused else None,
        from_exceptions=given,
    )


def _unused(enrolment: Enrolment, found: Sequence[Override]) -> list[tuple[Override, int]]:
    """What each still gives the person, if anything; the one that ends first in front."""
    giving = [override for override in found if override.extra_attempts]
    if not giving:
        return []
    used = dict(
        ExtraAttempt.objects.filter(attempt__enrolment=enrolment, override__in=giving)
        .values_list("override")
        .annotate(n=Count("pk"))
    )
    left = [(o, o.extra_attempts - used.get(o.pk, 0)) for o in giving]
    return sorted(
        ((o, n) for o, n in left if n > 0),
        key=lambda each: (each[0].ends_on, each[0].at, each[0].pk),
    )


def has_unused(
    enrolment: Enrolment, quiz: Quiz, progress: ActivityProgress, *, now: datetime
) -> bool:
    """Whether an attempt is not used up, exceptions included; it may be too early or too late."""
    today = day_of(enrolment.person, now)
    return terms_for(enrolment, quiz, progress, today=today).attempts > progress.attempts_used


def terms_now(progress: ActivityProgress, *, now: datetime) -> Terms | None:
    """What holds for the person with everything that counts by now. None where the edition that
    the person is on has no such test.
    """
    enrolment = progress.enrolment
    try:
        quiz = published_quiz(enrolment.edition_id, progress.activity_key)
    except Quiz.DoesNotExist:
        return None
    return terms_for(enrolment, quiz, progress, today=day_of(enrolment.person, now))


def serving_under(override: Override, *, now: datetime) -> QuerySet[Any, Any]:
    """Ids of the people who serve in the unit of an exception, or below it."""
    assert override.unit is not None
    serving = serving_on(day_of(override.by, now))
    return serving.filter(unit__path__startswith=override.unit.path).values("person")


def is_sitting(enrolment_id: UUID, activity_key: str) -> bool:
    """An attempt is open or not marked yet: its end will decide."""
    return undecided().filter(enrolment=enrolment_id, quiz__activity__key=activity_key).exists()


def undecided() -> QuerySet[Attempt]:
    """Everybody's attempts that are open or not marked yet."""
    return Attempt.objects.filter(state__in=[Attempt.State.OPEN, Attempt.State.SUBMITTED])


def _first[V](overrides: Sequence[Override], name: str, otherwise: V) -> V:
    return next((v for o in overrides if (v := getattr(o, name)) is not None), otherwise)


def standing_overrides(course_id: UUID, activity_key: str, *, today: date) -> list[Override]:
    """What was decided for the test and counts on the day. One query."""
    return _standing_overrides(course=course_id, key=activity_key, today=today)


@prepared
def _standing_overrides() -> QuerySet[Override]:
    return (
        Override.objects.filter(
            course=Slot("course", UUIDField()),
            activity_key=Slot("key", CharField()),
            taken_back_at__isnull=True,
            ends_on__gte=Slot("today", DateField()),
        )
        .select_related("unit")
        .order_by("-at")
    )


def overrides_for(enrolment: Enrolment, activity_key: str, *, today: date) -> list[Override]:
    """Those that reach the person, the one that goes first in front."""
    standing = standing_overrides(enrolment.course_id, activity_key, today=today)
    own = [override for override in standing if override.enrolment_id == enrolment.pk]
    by_unit = [override for override in standing if override.unit_id is not None]
    if not by_unit:
        return own
    path = path_of(enrolment.person, today)
    reaching = [o for o in by_unit if o.unit is not None and path.startswith(o.unit.path)]
    # The sort is stable: of one unit's the newest stays first.
    return own + sorted(reaching, key=lambda o: -len(o.unit.path if o.unit else ""))


def day_of(person: User, now: datetime) -> date:
    """Which day it is where the person is."""
    zone = person.time_zone or settings.DEFAULT_USER_TIME_ZONE
    return now.astimezone(zoneinfo.ZoneInfo(zone)).date()


def path_of(person: User, day: date) -> str:
    posting = posting_on(person, day)
    return posting.unit.path if posting else ""


def last_ended_at(enrolment: Enrolment, activity_key: str) -> datetime | None:
    """When the last attempt that is over was finished."""
    ended: datetime | None = Attempt.objects.filter(
        ~Q(state=Attempt.State.OPEN), enrolment=enrolment, quiz__activity__key=activity_key
    ).aggregate(last=Max("submitted_at"))["last"]
    return ended
