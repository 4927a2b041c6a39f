"""Starting an attempt: gates, draw, order and deadline, frozen in one transaction."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import CharField, Q, QuerySet, UUIDField

from courseware.audit.actions import record
from courseware.core.prepared import PreparedInsert, Slot, prepared
from courseware.courses.queries import spoken_language
from courseware.enrolments.actions import count_attempt, open_activity
from courseware.enrolments.models import ActivityProgress, Enrolment
from courseware.enrolments.queries import journey, progress_of
from courseware.enrolments.rules import ActivityState
from quizzes import queries
from quizzes.actions.exceptions import go_on_if_left
from quizzes.actions.finishing import close_if_over
from quizzes.actions.outcomes import Ended, NotAllowed
from quizzes.engine.tokens import generator
from quizzes.models import Answer, Attempt, ExtraAttempt, Quiz

SEED_BITS = 63
_TRIES = 3


def start_attempt(
    *,
    enrolment: Enrolment,
    activity_key: str,
    language: str,
    now: datetime,
    seed: int | None = None,
    number: int | None = None,
) -> Attempt:
    """The open attempt of the test, begun now if there is none.

    `number`: which attempt is meant, by the page that was read; one that has ended is not followed
    by another unread. Nor is one whose time is over, which is closed here, or which waits for its
    marks: it may have been passed. Of any number of parallel calls one begins the attempt and the
    others get the same: a unique constraint decides. Raises NotAllowed, Ended.
    """
    for turn in range(_TRIES):
        progress = progress_of(enrolment)
        own = progress.get(activity_key)
        if own is not None and own.attempts_used:
            current = _current(enrolment, activity_key, own.attempts_used, number, now=now)
            if current is not None:
                return current
        try:
            with transaction.atomic():
                return _begin(enrolment, activity_key, language, progress, now=now, seed=seed)
        except (IntegrityError, _Raced):
            if turn == _TRIES - 1:
                raise
    raise AssertionError("unreachable")  # pragma: no cover


def _current(
    enrolment: Enrolment, activity_key: str, used: int, number: int | None, *, now: datetime
) -> Attempt | None:
    """The attempt to go on with; None if another may begin. Raises Ended."""
    last = queries.unmarked_attempt(enrolment, activity_key)
    if last is not None:
        if last.state != Attempt.State.OPEN or close_if_over(attempt=last, now=now):
            raise Ended(last)
        return last
    if number is not None and number <= used:
        mine = Attempt.objects.filter(enrolment=enrolment, quiz__activity__key=activity_key)
        ended = mine.filter(number=number).first()
        if ended is not None:
            raise Ended(ended)
    return None


class _Raced(Exception):
    """Another call began an attempt meanwhile: look again."""


def _begin(
    enrolment: Enrolment,
    activity_key: str,
    language: str,
    known: Mapping[str, ActivityProgress],
    *,
    now: datetime,
    seed: int | None,
) -> Attempt:
    progress = _passed_gates(enrolment, activity_key, known, now=now)
    frozen = queries.frozen_quiz(enrolment.edition_id, activity_key)
    if frozen is None:
        raise NotAllowed("locked")
    terms = _within_terms(enrolment, frozen.quiz, progress, now=now)
    beyond = progress.attempts_used - frozen.quiz.attempts_allowed - progress.attempts_granted
    if not count_attempt(enrolment=enrolment, progress=progress, granting=max(0, beyond + 1)):
        raise _Raced
    number = progress.attempts_used + 1
    spoken = spoken_language(list(frozen.languages), language)
    if seed is None:
        seed = secrets.randbits(SEED_BITS)
    attempt = Attempt(
        enrolment=enrolment,
        quiz=frozen.quiz,
        number=number,
        seed=seed,
        language=spoken,
        started_at=now,
        deadline_at=(deadline := terms.deadline(now)),
        hand_in_until=queries.hand_in_until(frozen.quiz, deadline),
    )
    own = [getattr(attempt, name) for name in _ATTEMPT]
    _insert_attempts([(enrolment.pk, frozen.quiz.pk, *own)])
    if beyond >= 0 and terms.pays is not None:
        ExtraAttempt.objects.create(attempt=attempt, override=terms.pays)
    _ask(attempt, frozen, avoid=_asked_before(attempt))
    record(
        verb="attempt.started",
        subject=("attempt", attempt.pk),
        by=enrolment.person_id,
        now=now,
        details={
            "enrolment": str(enrolment.pk),
            "number": number,
            "language": spoken,
            **({"exceptions": [str(o.pk) for o in terms.overrides]} if terms.overrides else {}),
        },
    )
    return attempt


_ATTEMPT = ("id", "number", "seed", "language", "started_at", "deadline_at", "hand_in_until")
_insert_attempts = PreparedInsert(Attempt, "enrolment", "quiz", *_ATTEMPT)


def _passed_gates(
    enrolment: Enrolment,
    activity_key: str,
    known: Mapping[str, ActivityProgress],
    *,
    now: datetime,
) -> ActivityProgress:
    """The test's progress as it was read, or NotAllowed. `known` is all there was before."""
    if enrolment.withdrawn_at is not None:
        raise NotAllowed("withdrawn")
    today = queries.day_of(enrolment.person, now)
    states = {key: row.state for key, row in known.items()}
    own = known.get(activity_key)
    if own is not None and go_on_if_left(enrolment=enrolment, progress=own, now=now):
        states[activity_key] = ActivityProgress.State.IN_PROGRESS
    row = journey(enrolment, language="en", today=today, progress=states).row(activity_key)
    if row is None or not row.is_open:
        raise NotAllowed("locked")
    # Starting pins the newest edition, so the quiz is looked up only after it.
    progress = own or open_activity(enrolment=enrolment, activity_key=activity_key, now=now)
    if own is None and progress.attempts_used:
        raise _Raced  # nobody has looked yet whether that attempt is open or waits for its marks
    if row.standing.state is ActivityState.DONE:
        raise NotAllowed("passed")
    if row.standing.state is ActivityState.NEEDS_TALK:
        raise NotAllowed("no_attempts")
    return progress


def _within_terms(
    enrolment: Enrolment, quiz: Quiz, progress: ActivityProgress, *, now: datetime
) -> queries.Terms:
    """What holds for the person, or NotAllowed.

    The gates were read without a lock; whoever counted or moved the person meanwhile shows here.
    """
    today = queries.day_of(enrolment.person, now)
    terms = queries.terms_for(enrolment, quiz, progress, today=today)
    if progress.attempts_used >= terms.attempts:
        raise NotAllowed("no_attempts")
    if terms.is_closed(now):
        raise NotAllowed("closed")
    if terms.cooldown or terms.opens_at:
        last = queries.last_ended_at(enrolment, quiz.activity.key)
        opens = terms.next_from(last)
        if opens is not None and now < opens:
            raise NotAllowed("too_early")
    return terms


def _asked_before(attempt: Attempt) -> set[str]:
    """Keys of the questions of the person's attempt before, be it of an earlier period: they come
    again only where they must.
    """
    enrolment = attempt.enrolment
    if attempt.number == 1 and enrolment.period == 1:
        return set()
    found = _answers_before(
        person=enrolment.person_id,
        course=enrolment.course_id,
        key=attempt.quiz.activity.key,
        this=attempt.pk,
    )
    return {answer.question.key for answer in found}


@prepared
def _answers_before() -> QuerySet[Answer]:
    earlier = Attempt.objects.filter(
        ~Q(pk=Slot("this", UUIDField())),
        enrolment__person=Slot("person", UUIDField()),
        enrolment__course=Slot("course", UUIDField()),
        quiz__activity__key=Slot("key", CharField()),
    )
    last = earlier.order_by("-started_at", "-number").values("pk")[:1]
    return Answer.objects.filter(attempt=last).select_related("question").only("question__key")


def _ask(attempt: Attempt, frozen: queries.FrozenQuiz, *, avoid: set[str]) -> None:
    """Draw the questions and freeze what is shown. One INSERT for all of them."""
    pool = frozen.pools[attempt.language]
    keys = frozen.draws(attempt.language).draw(attempt.seed, avoid=avoid)
    _insert_answers(
        (
            attempt.pk,
            pool[key].question_id,
            position,
            pool[key].content_hash,
            pool[key].kind.arrange(pool[key].content, generator(attempt.seed, "arrange", key)),
        )
        for position, key in enumerate(keys, start=1)
    )


_insert_answers = PreparedInsert(
    Answer, "attempt", "question", "position", "content_hash", "arrangement"
)
