"""Handing in and marking: two transactions, each of them idempotent.

    submit   the attempt is closed, with a job that marks it if nobody else does
    grade    exact marks from the frozen questions; the result is reported to the enrolment

A crash between the two loses nothing. The sweep closes what was left open.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    PositiveBigIntegerField,
    QuerySet,
    UUIDField,
    When,
)
from django.db.models.functions import Coalesce

from courseware.audit.actions import record
from courseware.core import failpoints
from courseware.core.prepared import PreparedUpdate, Slot, prepared, slots
from courseware.enrolments.actions import report_attempt, report_void
from courseware.enrolments.models import ActivityProgress
from courseware.jobs.actions import ask
from courseware.jobs.registry import expect
from quizzes import queries
from quizzes.contents import ContentMissing, with_wording
from quizzes.engine.errata import outcome
from quizzes.engine.marking import Result
from quizzes.models import Answer, Attempt, Erratum, Quiz
from quizzes.queries.regrading import asked_of, corrections_of, errata_of, standing_errata

logger = logging.getLogger(__name__)

GRADE = expect("quizzes.grade")
# The request that hands in marks at once; the job looks whether it came to that.
_HEAD_START = timedelta(seconds=20)
SWEEP_LIMIT = 500


@transaction.atomic
def submit(*, attempt: Attempt, now: datetime, finish: str = Attempt.Finish.PERSON) -> bool:
    """Close the attempt. False if it was closed before.

    An attempt that is over was finished by its deadline, whoever touches it and whenever; what
    becomes of it then the test says: it is handed in, or void.
    """
    if queries.is_over(attempt, now=now):
        finish = Attempt.Finish.DEADLINE
    if finish == Attempt.Finish.DEADLINE and attempt.quiz.time_out != Quiz.TimeOut.SUBMIT:
        return _void(attempt, now=now)
    by_person = finish == Attempt.Finish.PERSON
    if by_person and not queries.takes_answers(attempt, now=now):
        finish, finished_at = Attempt.Finish.LATE, now
    else:
        finished_at = min(now, attempt.deadline_at) if by_person else attempt.deadline_at
    # Where the clock was set back meanwhile, nobody finishes before having begun.
    finished_at = max(finished_at, attempt.started_at)
    if not _close(pk=attempt.pk, at=finished_at, finish=finish):
        return False
    attempt.state = Attempt.State.SUBMITTED
    attempt.submitted_at, attempt.finished_by = finished_at, finish
    ask(
        kind=GRADE,
        key=str(attempt.pk),
        args={"attempt": str(attempt.pk)},
        now=now,
        run_at=now + _HEAD_START if by_person else now,
    )
    record(
        verb="attempt.submitted",
        subject=("attempt", attempt.pk),
        by=attempt.enrolment.person_id if by_person else None,
        now=now,
    )
    return True


_close = PreparedUpdate(
    lambda: Attempt.objects.filter(pk=Slot("pk", UUIDField()), state=Attempt.State.OPEN),
    state=Attempt.State.SUBMITTED,
    submitted_at=Slot("at", DateTimeField()),
    finished_by=Slot("finish", CharField()),
)


def _void(attempt: Attempt, *, now: datetime) -> bool:
    """The time is over and the attempt does not count; it is used up all the same."""
    finished_at = attempt.hand_in_until or attempt.deadline_at
    changed = Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.OPEN).update(
        state=Attempt.State.VOID,
        submitted_at=finished_at,
        finished_by=Attempt.Finish.DEADLINE,
    )
    if not changed:
        return False
    attempt.state, attempt.submitted_at = Attempt.State.VOID, finished_at
    attempt.finished_by = Attempt.Finish.DEADLINE
    record(verb="attempt.voided", subject=("attempt", attempt.pk), by=None, now=now)
    report_void(
        enrolment=attempt.enrolment,
        activity_key=attempt.quiz.activity.key,
        has_attempts_left=lambda progress: _has_left(attempt, progress, now=now),
        now=finished_at,
    )
    return True


def _has_left(attempt: Attempt, progress: ActivityProgress, *, now: datetime) -> bool:
    """Whether another attempt may follow, exceptions included."""
    quiz = attempt.quiz
    # Without a look at the exceptions, which take nothing away.
    if progress.attempts_used < quiz.attempts_allowed + progress.attempts_granted:
        return True
    return queries.has_unused(attempt.enrolment, quiz, progress, now=now)


@transaction.atomic
def grade(*, attempt_id: UUID, now: datetime, handed_in: Attempt | None = None) -> Attempt | None:
    """Mark a submitted attempt and report it. None if there is nothing to mark.

    `handed_in` is the attempt where the caller has just closed it. Raises ContentMissing when a
    question is no longer what was asked: only a person can help.
    """
    attempt = handed_in or _handed_in(attempt_id)
    if attempt is None:
        return None
    answers = _answers_to_mark(attempt)
    quiz = attempt.quiz
    for answer in answers:
        mark = queries.mark_of(answer)
        answer.mark_numerator, answer.mark_denominator = mark.numerator, mark.denominator
    result, errata = _with_errata(attempt, answers)
    score = result.share
    if not _graded(attempt, result, score, errata, now=now):
        return None
    _store_marks(attempt, answers)
    failpoints.hit("quizzes.marks_stored")
    assert attempt.submitted_at is not None
    report_attempt(
        enrolment=attempt.enrolment,
        activity_key=quiz.activity.key,
        score=score,
        is_passed=result.passed,
        has_attempts_left=lambda progress: _has_left(attempt, progress, now=now),
        content_hash=queries.frozen_hash(quiz, attempt.language) if result.passed else "",
        language=attempt.language,
        # The record says when the person finished, however long the marking took.
        now=attempt.submitted_at,
    )
    record(verb="attempt.graded", subject=("attempt", attempt.pk), by=None, now=now)
    return attempt


def _answers_to_mark(attempt: Attempt) -> list[Answer]:
    """Each with its wording and whether its test has errata at all: mostly there are none."""
    course, key = attempt.enrolment.course_id, attempt.quiz.activity.key
    return queries.complete(_answers(attempt=attempt.pk, course=course, key=key), attempt)


@prepared
def _answers() -> QuerySet[Answer]:
    errata = standing_errata().filter(
        course=Slot("course", UUIDField()), activity_key=Slot("key", CharField())
    )
    mine = with_wording(Answer.objects.filter(attempt=Slot("attempt", UUIDField())))
    # Not how it was laid out: marking looks at what was meant.
    needed = mine.only("attempt", "question", "position", "content_hash", "response")
    return needed.annotate(has_errata=Exists(errata)).order_by("position")


def _with_errata(attempt: Attempt, answers: list[Answer]) -> tuple[Result, list[str]]:
    """What the marks earn with the errata decided so far, and which of them reach the attempt.

    One that is decided at this moment and not seen here is looked for by the sweep.
    """
    asked = asked_of(answers)
    own = {question.content_hash for question in asked}
    standing: list[Erratum] = []
    if any(getattr(answer, "has_errata", False) for answer in answers):
        standing = errata_of(attempt.enrolment.course_id, attempt.quiz.activity.key)
    corrections = corrections_of(e for e in standing if own & set(e.content_hashes))
    return outcome(asked, corrections.values(), attempt.quiz.pass_percent), [*corrections]


def _store_marks(attempt: Attempt, answers: Sequence[Answer]) -> None:
    """One UPDATE. Most tests give whole points: then nothing is said of denominators."""
    positions = tuple(answer.position for answer in answers)
    is_whole = all(answer.mark_denominator == 1 for answer in answers)
    values: dict[str, object] = {}
    for answer in answers:
        values[f"numerator{answer.position}"] = answer.mark_numerator
        if not is_whole:
            values[f"denominator{answer.position}"] = answer.mark_denominator
    _marking_of(positions, is_whole=is_whole)(attempt=attempt.pk, **values)


@lru_cache(maxsize=64)
def _marking_of(positions: tuple[int, ...], *, is_whole: bool) -> PreparedUpdate:
    """Writes the marks of the answers at these places."""
    integer = PositiveBigIntegerField()

    def by_position(name: str) -> Case:
        cases = (When(position=place, then=Slot(f"{name}{place}", integer)) for place in positions)
        return Case(*cases)

    return PreparedUpdate(
        lambda: Answer.objects.filter(attempt=Slot("attempt", UUIDField())),
        mark_numerator=by_position("numerator"),
        mark_denominator=1 if is_whole else by_position("denominator"),
    )


def _handed_in(attempt_id: UUID) -> Attempt | None:
    return (
        Attempt.objects.filter(pk=attempt_id, state=Attempt.State.SUBMITTED)
        .select_related("enrolment__person", "enrolment__course", "quiz__activity")
        .first()
    )


def _graded(
    attempt: Attempt, result: Result, score: Fraction, errata: list[str], *, now: datetime
) -> bool:
    """Whoever gets this UPDATE through has marked the attempt."""
    changes: dict[str, Any] = {
        "state": Attempt.State.GRADED,
        "graded_at": now,
        "score_numerator": score.numerator,
        "score_denominator": score.denominator,
        "is_passed": result.passed,
        "failed_points": list(result.failed_points),
        "errata": errata,
    }
    if not _mark(pk=attempt.pk, **changes):
        return False
    for name, value in changes.items():
        setattr(attempt, name, value)
    return True


_MARKED = (
    "state",
    "graded_at",
    "score_numerator",
    "score_denominator",
    "is_passed",
    "failed_points",
    "errata",
)
_mark = PreparedUpdate(
    lambda: Attempt.objects.filter(pk=Slot("pk", UUIDField()), state=Attempt.State.SUBMITTED),
    **slots(Attempt, _MARKED),
)


def finish_attempt(*, attempt: Attempt, now: datetime, finish: str = Attempt.Finish.PERSON) -> bool:
    """Submit and mark at once. False if somebody else had handed it in."""
    handed_in = submit(attempt=attempt, now=now, finish=finish)
    failpoints.hit("quizzes.submitted")
    graded = None
    try:
        graded = grade(attempt_id=attempt.pk, now=now, handed_in=attempt if handed_in else None)
    except ContentMissing:
        # Handed in is handed in; the job parks, where staff sees it.
        logger.exception("attempt %s cannot be marked", attempt.pk)
    if graded is None:
        attempt.refresh_from_db()
        return handed_in
    for name in _MARKED:
        setattr(attempt, name, getattr(graded, name))
    return handed_in


def close_if_over(*, attempt: Attempt, now: datetime) -> bool:
    """The look at every touch: what the sweep would have done, if it is due. True: it is closed."""
    if not queries.is_over(attempt, now=now):
        return False
    finish_attempt(attempt=attempt, now=now, finish=Attempt.Finish.DEADLINE)
    return True


def close_overdue(*, now: datetime) -> int:
    """Hand in what its deadline has closed, up to a few hundred; returns how many.

    Each in its own transaction, and marked by its own job: one that fails delays nobody.
    """
    overdue = (
        Attempt.objects.alias(closes=Coalesce("hand_in_until", "deadline_at"))
        # The first condition is what the index is for.
        .filter(deadline_at__lt=now - queries.grace(), closes__lt=now - queries.grace())
        .filter(state=Attempt.State.OPEN)
        .select_related("enrolment__person", "quiz__activity")
        .order_by("deadline_at")[:SWEEP_LIMIT]
    )
    closed = 0
    for attempt in overdue:
        try:
            closed += submit(attempt=attempt, now=now, finish=Attempt.Finish.DEADLINE)
        except Exception:  # whatever it is, the next one's deadline has passed too
            logger.exception("attempt %s could not be closed", attempt.pk)
    return closed
