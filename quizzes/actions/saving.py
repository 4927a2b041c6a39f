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
    one whose feedback was shown, which no longer changes. A page in which nothing was ever answered
    says nothing of the answer that came elsewhere; the flag is kept in any case. `shown_at` is when
    the page with the question was made: the time in front of it is counted up to the last change.
    Raises Conflict and Closed; a position the attempt does not have is Answer.DoesNotExist.
    """
    if answer is None:
        answer = _fresh(attempt, position)
    while True:
        _still_open(answer, now=now)
        offer = _read(answer, raw, flagged, confidence, shown_at)
        saved = _kept(answer, offer, seen_sequence, now=now)
        if saved is not None:
            return saved
        answer = _fresh(attempt, position)  # another save came in between: judged by that one


def _kept(answer: Answer, offer: _Offer, seen: int, *, now: datetime) -> Saved | None:
    """Write what of it may be written; a flag stands by itself and always may. None: the answer is
    no longer as it was loaded.
    """
    conflict = _conflict(answer, offer, seen)
    is_old = _is_of_an_old_tab(answer, offer, seen)
    counts = offer
    if conflict is not None or is_old or answer.checked_at is not None:
        counts = replace(offer, response=answer.response, confidence=None)
    if not _changes_nothing(answer, counts) and not _stored(answer, counts, now=now):
        return None
    if conflict is not None:
        raise conflict
    return _saved(answer, offer, seen if is_old else None)


def _conflict(answer: Answer, offer: _Offer, seen: int) -> Conflict | None:
    """Both answers, where what came now may not be written over what is stored."""
    if answer.checked_at is not None:
        return None
    if offer.problem is not None and offer.problem.offered is not None:
        return Conflict(answer, offer.problem.offered, offer.confidence, is_final=True)
    if seen == answer.sequence or not _says_otherwise(answer, offer):
        return None
    if _is_of_an_old_tab(answer, offer, seen):
        return None
    return Conflict(answer, offer.response, offer.confidence)


def _is_of_an_old_tab(answer: Answer, offer: _Offer, seen: int) -> bool:
    """In which nothing was ever answered, while elsewhere something was."""
    says_nothing = not offer.response and offer.confidence is None
    return seen == 0 != answer.sequence and says_nothing and _says_otherwise(answer, offer)


def _fresh(attempt: Attempt, position: int) -> Answer:
    return (
        with_content(Answer.objects.all())
        .select_related("attempt__enrolment", "attempt__quiz")
        .get(attempt=attempt.pk, position=position)
    )


def _read(
    answer: Answer,
    raw: Mapping[str, object],
    flagged: bool | None,
    confidence: int | None,
    shown_at: datetime | None,
) -> _Offer:
    response, problem = queries.read(answer, raw)
    if not answer.attempt.quiz.asks_confidence:
        confidence = None  # nobody asked
    return _Offer(response, problem, flagged, confidence, shown_at)


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


def _saved(answer: Answer, offer: _Offer, seen: int | None) -> Saved:
    """What was checked no longer changes: another answer to it does not count."""
    problem = offer.problem
    if answer.checked_at is not None and offer.response and offer.response != answer.response:
        problem = _CHECKED
    return Saved(answer, _saved_is_complete(answer), problem, seen)


def _saved_is_complete(answer: Answer) -> bool:
    return kind_of(answer).is_complete(content_of(answer), answer.response)
