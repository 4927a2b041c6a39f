"""What was decided about a question reaches every attempt that was asked it, one after another.

One transaction an attempt: the regrade, its event, what it does to the course and the mail that
tells of it. Whoever is ended in between goes on where it was: an attempt that has its row is done.

Owns: who is lowered, and who is kept. Must not: change an attempt, its marks or a completion.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from courseware.audit.actions import record
from courseware.core import failpoints
from courseware.enrolments.actions import follow_score, report_attempt, take_back_pass
from courseware.enrolments.models import ActivityProgress, Enrolment
from quizzes import queries
from quizzes.engine.errata import held, is_lower
from quizzes.engine.marking import Result
from quizzes.mails import post_remarked
from quizzes.models import Answer, Attempt, Erratum, Regrade
from quizzes.queries.regrading import (
    Paper,
    asked_of,
    attempts_waiting,
    corrections_of,
    errata_of,
    step,
)
from quizzes.queries.standing import Editions, marked_at, passing

logger = logging.getLogger(__name__)

#: A marking that began before a decision and ends after it is looked for as long as this.
_LATE = timedelta(hours=1)


def apply_erratum(
    *,
    erratum: Erratum,
    now: Callable[[], datetime],
    heartbeat: Callable[[int, int], bool] = lambda _done, _total: True,
) -> bool:
    """Regrade whatever waits for it. False if it was not decided, or somebody else goes on."""
    if erratum.state not in {Erratum.State.DECIDED, Erratum.State.APPLIED}:
        return False
    done = erratum.regrades.count()
    waiting = attempts_waiting(erratum)
    total = done + len(waiting)
    for attempt_id in waiting:
        done += regrade_attempt(erratum=erratum, attempt_id=attempt_id, now=now())
        failpoints.hit("quizzes.regraded")
        if not heartbeat(done, total):
            return False
    Erratum.objects.filter(pk=erratum.pk, state=Erratum.State.DECIDED).update(
        state=Erratum.State.APPLIED, applied_at=now()
    )
    return True


def regrade_stragglers(*, now: datetime) -> int:
    """Attempts whose marking did not know yet of a decision made at the same moment."""
    recent = Erratum.objects.filter(
        state=Erratum.State.APPLIED, decided_at__gt=now - _LATE
    ).select_related("course")
    regraded = 0
    for erratum in recent:
        for attempt_id in attempts_waiting(erratum):
            regraded += regrade_attempt(erratum=erratum, attempt_id=attempt_id, now=now)
    return regraded


@transaction.atomic
def regrade_attempt(*, erratum: Erratum, attempt_id: UUID, now: datetime) -> bool:
    """Write what one attempt earns now. False if that was done, or it was marked with it."""
    paper = _held_paper(attempt_id)
    attempt, key = paper.attempt, str(erratum.pk)
    if key in paper.errata:
        return False
    errata = errata_of(erratum.course_id, erratum.activity_key)
    corrections = corrections_of(errata)
    own = step(paper, corrections, key)
    before, after = own.before, own.after
    is_kept = is_lower(before, after) and _keeps(erratum, attempt, before, after)
    result = held(before, after) if is_kept else after
    score = result.share
    Regrade.objects.create(
        attempt=attempt,
        erratum=erratum,
        at=now,
        score_numerator=score.numerator,
        score_denominator=score.denominator,
        is_passed=result.passed,
        failed_points=list(result.failed_points),
        was_kept=is_kept or own.is_carried,
        is_carried=own.is_carried,
    )
    record(
        verb="attempt.regraded",
        subject=("attempt", attempt.pk),
        by=erratum.decided_by_id,
        now=now,
        details={
            "erratum": key,
            "passed": result.passed,
            "passed_before": before.passed,
            "kept": is_kept or own.is_carried,
        },
    )
    _report(erratum, paper, before, result, now=now)
    if (before.share, before.passed) != (result.share, result.passed):
        post_remarked(attempt=attempt, erratum=erratum, now=now)
    return True


def _held_paper(attempt_id: UUID) -> Paper:
    """The attempt, with its person's row locked: of two errata the second sees the first."""
    enrolment = Enrolment.objects.select_for_update(no_key=True).get(attempts=attempt_id)
    attempt = (
        Attempt.objects.select_related("quiz__activity", "enrolment__person", "enrolment__course")
        .prefetch_related(
            Prefetch("answers", Answer.objects.order_by("position").select_related("question")),
            Prefetch("regrades", Regrade.objects.order_by("pk")),
        )
        .get(pk=attempt_id)
    )
    attempt.enrolment.edition_id = enrolment.edition_id
    return Paper(attempt, asked_of(attempt.answers.all()), list(attempt.regrades.all()))


def _keeps(erratum: Erratum, attempt: Attempt, before: Result, after: Result) -> bool:
    """Whether nothing falls: as decided, and never the pass that a completion rests on."""
    if erratum.lowering == Erratum.Lowering.KEEP:
        return True
    is_lost = before.passed and not after.passed
    is_complete = attempt.enrolment.completed_on is not None
    return is_lost and is_complete and not _passes_otherwise(attempt)


# ------------------------------------------------------------------ what it does to the course
def _report(
    erratum: Erratum, paper: Paper, before: Result, result: Result, *, now: datetime
) -> None:
    attempt = paper.attempt
    enrolment, key = attempt.enrolment, attempt.quiz.activity.key
    if result.share != before.share:
        # First: what is completed below is completed with it.
        best = max([result.share, *_shares_of_others(attempt)])
        follow_score(enrolment=enrolment, activity_key=key, best=best)
    if result.passed and not before.passed and _counts(attempt):
        report_attempt(
            enrolment=enrolment,
            activity_key=key,
            score=result.share,
            is_passed=True,
            has_attempts_left=lambda _progress: True,
            content_hash=queries.frozen_hash(attempt.quiz, attempt.language),
            language=attempt.language,
            now=now,
        )
    if before.passed and not result.passed and not _passes_otherwise(attempt):
        take_back_pass(
            enrolment=enrolment,
            activity_key=key,
            has_attempts_left=_may_sit_again(attempt, now=now),
            by=erratum.decided_by,
            details={"erratum": str(erratum.pk)},
            now=now,
        )


def _counts(attempt: Attempt) -> bool:
    """For the edition that the person is on."""
    enrolment, activity = attempt.enrolment, attempt.quiz.activity
    return Editions(enrolment.course_id, activity.key).counts(
        sat_in=activity.edition_id, on=enrolment.edition_id, language=attempt.language
    )


def _others(attempt: Attempt) -> QuerySet[Attempt]:
    """The person's other marked attempts at the test in this period."""
    marked = marked_at(attempt.enrolment.course_id, attempt.quiz.activity.key)
    return marked.filter(enrolment=attempt.enrolment_id).exclude(pk=attempt.pk)


def _shares_of_others(attempt: Attempt) -> list[Fraction]:
    others = _others(attempt).prefetch_related(Prefetch("regrades", Regrade.objects.order_by("pk")))
    return [share for other in others if (share := other.score_now) is not None]


def _passes_otherwise(attempt: Attempt) -> bool:
    editions = Editions(attempt.enrolment.course_id, attempt.quiz.activity.key)
    return bool(passing(_others(attempt), editions))


def _may_sit_again(attempt: Attempt, *, now: datetime) -> bool:
    """An attempt is left, or one is under way whose end will decide."""
    enrolment, key = attempt.enrolment, attempt.quiz.activity.key
    if queries.is_sitting(enrolment.pk, key):
        return True
    progress = ActivityProgress.objects.get(enrolment=enrolment, activity_key=key)
    return queries.has_unused(enrolment, attempt.quiz, progress, now=now)
