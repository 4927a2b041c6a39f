"""Saving an answer: compare-and-set, never a loss.

A save names the sequence number it saw. If another tab saved in between, nothing is overwritten
and both answers are handed back. A save writes no audit event.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from django.db import transaction
from django.db.models import BigAutoField, PositiveIntegerField, QuerySet, UUIDField

from courseware.core.prepared import PreparedUpdate, Slot, slots
from quizzes import queries
from quizzes.actions.outcomes import Closed, Conflict, Saved
from quizzes.contents import content_of, kind_of, with_content
from quizzes.engine import review
from quizzes.engine.responses import Response, ResponseError
from quizzes.models import Answer, Attempt

logger = logging.getLogger(__name__)
_LONGEST_LOOK = timedelta(minutes=30)
_CHECKED = ResponseError("checked")


@dataclass(frozen=True)
class _Offer:
    """A posted answer, read."""

    response: Response
    problem: ResponseError | None
    is_flagged: bool | None
    confidence: int | None = None
    shown_at: datetime | None = None


def save_answer(
    *,
    attempt: Attempt,
    position: int,
    raw: Mapping[str, object],
    seen_sequence: int,
    now: datetime,
    flagged: bool | None = None,
    confidence: int | None = None,
    shown_at: datetime | None = None,
    answer: Answer | None = None,
) -> Saved:
    """Store what was posted for one question; `answer` if the caller has loaded it already.

    How sure the person is belongs to the answer: a change of it counts the sequence on, a stale
    one is a conflict; a test that does not ask it takes no word of it. `flagged` is None where the
    person left the flag as it was shown. Saving the same again changes nothing. An answer that is
    not finished or cannot be counted is kept as far as it goes, with the reason in `problem`; so is
    one whose feedback was shown, which no longer changes. `shown_at` is when the page with the
    question was made: the time in front of it is counted up to the last change. Raises Conflict and
    Closed; a position the attempt does not have is Answer.DoesNotExist.
    """
    if answer is None:
        answer = _fresh(attempt, position)
    _still_open(answer, now=now)
    response, problem = queries.read(answer, raw)
    if not answer.attempt.quiz.asks_confidence:
        confidence = None  # nobody asked
    offer = _Offer(response, problem, flagged, confidence, shown_at)
    if answer.checked_at is not None:
        return _flagged_only(answer, offer, now=now)
    if problem is not None and problem.offered is not None:
        raise Conflict(answer, problem.offered, confidence, is_final=True)
    if _changes_nothing(answer, offer):
        return _saved(answer, offer)
    if seen_sequence != answer.sequence and _says_otherwise(answer, offer):
        if seen_sequence == 0 and not offer.response and offer.confidence is None:
            return _saved(answer, offer)  # an old tab in which nothing was ever answered
        raise Conflict(answer, offer.response, offer.confidence)
    if _stored(answer, offer, now=now):
        return _saved(answer, offer)
    return _lost_race(answer, offer, now=now)


def _fresh(attempt: Attempt, position: int) -> Answer:
    return (
        with_content(Answer.objects.all())
        .select_related("attempt__enrolment", "attempt__quiz")
        .get(attempt=attempt.pk, position=position)
    )


def _still_open(answer: Answer, *, now: datetime) -> None:
    attempt = answer.attempt
    if attempt.state != Attempt.State.OPEN:
        raise Closed(attempt)
    late = now - attempt.deadline_at
    if late > queries.grace():
        logger.info("answer refused: attempt %s, %s late", attempt.pk, late)
        raise Closed(attempt, is_late=True)
    if late > timedelta(0):
        logger.info("answer taken within the grace: attempt %s, %s late", attempt.pk, late)


def _changes_nothing(answer: Answer, offer: _Offer) -> bool:
    same_flag = offer.is_flagged is None or offer.is_flagged == answer.is_flagged
    return same_flag and not _says_otherwise(answer, offer)


def _says_otherwise(answer: Answer, offer: _Offer) -> bool:
    """Another answer, or more or less sure of it."""
    same_confidence = offer.confidence is None or offer.confidence == answer.confidence
    return not same_confidence or offer.response != answer.response


@transaction.atomic
def _stored(answer: Answer, offer: _Offer, *, now: datetime) -> bool:
    """Write if the answer is as it was seen and its attempt is open. False: it is not."""
    changes: dict[str, object] = {}
    if _says_otherwise(answer, offer):
        changes = {"response": offer.response, "sequence": answer.sequence + 1, "saved_at": now}
        changes["seconds"] = answer.seconds + _in_front(answer, offer, now=now)
    if offer.confidence is not None:
        changes["confidence"] = offer.confidence
    if offer.is_flagged is not None:
        changes["is_flagged"] = offer.is_flagged
    update = _update_of(frozenset(changes), is_checked=answer.checked_at is not None)
    changed = update(
        answer_id=answer.pk, attempt_id=answer.attempt_id, seen=answer.sequence, **changes
    )
    if changed:
        for name, value in changes.items():
            setattr(answer, name, value)
    return bool(changed)


@cache
def _update_of(names: frozenset[str], *, is_checked: bool) -> PreparedUpdate:
    """Writes these columns and no other: a flag set in another tab meanwhile stays."""
    return PreparedUpdate(
        lambda: _as_it_was_seen(is_checked=is_checked),
        **slots(Answer, sorted(names)),
    )


def _as_it_was_seen(*, is_checked: bool) -> QuerySet[Answer]:
    still_open = Attempt.objects.filter(
        pk=Slot("attempt_id", UUIDField()), state=Attempt.State.OPEN
    )
    return Answer.objects.filter(
        pk=Slot("answer_id", BigAutoField()),
        sequence=Slot("seen", PositiveIntegerField()),
        checked_at__isnull=not is_checked,  # once it is checked, it stays so
        # The lock keeps an answer from slipping in between handing in and marking.
        attempt__in=still_open.select_for_update(no_key=True),
    )


def _in_front(answer: Answer, offer: _Offer, *, now: datetime) -> int:
    """Whole seconds since the page was made or the last save, whichever is later. A page that
    claims to come from before the attempt or from later than now says nothing; a lid that was
    closed for hours counts as half an hour.
    """
    if offer.shown_at is None or not answer.attempt.started_at <= offer.shown_at <= now:
        return 0
    begun = max(offer.shown_at, answer.saved_at or offer.shown_at)
    # The clock was set back, or another machine's runs behind: the last save lies ahead.
    looked = max(now - begun, timedelta(0))
    return int(min(looked, _LONGEST_LOOK).total_seconds())


def _flagged_only(answer: Answer, offer: _Offer, *, now: datetime) -> Saved:
    """What was checked stays as it is but for its flag: a page whose inputs are switched off sends
    no answer, and says whether one comes back to the question.
    """
    is_same = not offer.response or offer.response == answer.response
    flag = replace(offer, response=answer.response, confidence=None)
    if not _changes_nothing(answer, flag) and not _stored(answer, flag, now=now):
        return _lost_race(answer, flag, now=now)
    return _saved(answer, flag if is_same else replace(flag, problem=_CHECKED))


@transaction.atomic
def check_answer(*, answer: Answer, now: datetime) -> bool:
    """Its feedback is shown from now on, and the answer no longer changes: where a test is for
    learning. False where the test or the answer does not allow it.
    """
    attempt = answer.attempt
    _still_open(answer, now=now)
    is_learning = review.shows_questions(attempt.quiz.review, review.When.DURING)
    if not is_learning or not _saved_is_complete(answer):
        return False
    still_open = Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.OPEN)
    changed = Answer.objects.filter(
        pk=answer.pk,
        sequence=answer.sequence,
        checked_at__isnull=True,
        attempt__in=still_open.select_for_update(no_key=True),
    ).update(checked_at=now)
    if changed:
        answer.checked_at = now
    return answer.checked_at is not None


def _lost_race(answer: Answer, offer: _Offer, *, now: datetime) -> Saved:
    newer = _fresh(answer.attempt, answer.position)
    _still_open(newer, now=now)
    if newer.checked_at is not None and answer.checked_at is None:
        return _flagged_only(newer, offer, now=now)
    if not _says_otherwise(newer, offer):
        return _saved(newer, offer)
    raise Conflict(newer, offer.response, offer.confidence)


def _saved(answer: Answer, offer: _Offer) -> Saved:
    is_complete = _saved_is_complete(answer)
    return Saved(answer=answer, is_complete=is_complete, problem=offer.problem)


def _saved_is_complete(answer: Answer) -> bool:
    return kind_of(answer).is_complete(content_of(answer), answer.response)
