"""Starting an attempt: gates, draw, order and deadline, frozen in one transaction."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from courseware.audit.actions import record
from courseware.courses.queries import spoken_language
from courseware.enrolments.actions import count_attempt, open_activity
from courseware.enrolments.models import Enrolment
from courseware.enrolments.queries import journey
from courseware.enrolments.rules import ActivityState
from quizzes import queries
from quizzes.actions.finishing import close_if_over
from quizzes.actions.outcomes import NotAllowed
from quizzes.engine import registry
from quizzes.engine.draw import Blueprint, Candidate, draw
from quizzes.engine.tokens import generator
from quizzes.models import Answer, Attempt, Question, QuestionText, Quiz

SEED_BITS = 63
_TRIES = 3


def start_attempt(
    *,
    enrolment: Enrolment,
    activity_key: str,
    language: str,
    now: datetime,
    seed: int | None = None,
) -> Attempt:
    """The open attempt of the test, begun now if there is none.

    Of any number of parallel calls one begins it and the others get the same: a unique constraint
    decides. Raises NotAllowed.
    """
    for turn in range(_TRIES):
        current = queries.open_attempt(enrolment, activity_key)
        if current is not None and not close_if_over(attempt=current, now=now):
            return current
        try:
            with transaction.atomic():
                return _begin(enrolment, activity_key, language, now=now, seed=seed)
        except IntegrityError:
            if turn == _TRIES - 1:
                raise
    raise AssertionError("unreachable")  # pragma: no cover


def _begin(
    enrolment: Enrolment, activity_key: str, language: str, *, now: datetime, seed: int | None
) -> Attempt:
    number = _passed_gates(enrolment, activity_key, now=now)
    quiz = Quiz.objects.select_related("activity__edition").get(
        activity__edition=enrolment.edition_id, activity__key=activity_key
    )
    spoken = spoken_language(queries.whole_languages(quiz.pk), language)
    if seed is None:
        seed = secrets.randbits(SEED_BITS)
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz=quiz,
        number=number,
        seed=seed,
        language=spoken,
        started_at=now,
        deadline_at=queries.deadline_if_started(quiz, now),
    )
    _ask(attempt, avoid=_asked_before(attempt))
    progress = count_attempt(enrolment=enrolment, activity_key=activity_key, now=now)
    # The gates were read without a lock; whoever counted last sees the true number.
    if progress.attempts_used > quiz.attempts_allowed + progress.attempts_granted:
        raise NotAllowed("no_attempts")
    record(
        verb="attempt.started",
        subject=("attempt", attempt.pk),
        by=enrolment.person_id,
        now=now,
        details={"enrolment": str(enrolment.pk), "number": number, "language": spoken},
    )
    return attempt


def _passed_gates(enrolment: Enrolment, activity_key: str, *, now: datetime) -> int:
    """The number the next attempt gets, or NotAllowed."""
    if enrolment.withdrawn_at is not None:
        raise NotAllowed("withdrawn")
    today = queries.day_of(enrolment.person, now)
    row = journey(enrolment, language="en", today=today).row(activity_key)
    if row is None or not row.is_open:
        raise NotAllowed("locked")
    # Starting pins the newest edition, so the quiz is looked up only after it.
    progress = open_activity(enrolment=enrolment, activity_key=activity_key, now=now)
    if row.standing.state is ActivityState.DONE:
        raise NotAllowed("passed")
    if row.standing.state is ActivityState.NEEDS_TALK:
        raise NotAllowed("no_attempts")
    return progress.attempts_used + 1


def _asked_before(attempt: Attempt) -> set[str]:
    """Keys of the questions of the attempt before: they come again only where they must."""
    if attempt.number == 1:
        return set()
    return set(
        Answer.objects.filter(
            attempt__enrolment=attempt.enrolment_id,
            attempt__quiz__activity__key=attempt.quiz.activity.key,
            attempt__number=attempt.number - 1,
        ).values_list("question__key", flat=True)
    )


def _ask(attempt: Attempt, *, avoid: set[str]) -> None:
    """Draw the questions and freeze what is shown. One INSERT for all of them."""
    pool = {question.key: question for question in Question.objects.filter(quiz=attempt.quiz_id)}
    keys = draw(
        [_candidate(question) for question in pool.values()],
        _blueprint(attempt.quiz, pool),
        attempt.seed,
        avoid=avoid,
    )
    texts = {
        text.question_id: text
        for text in QuestionText.objects.filter(
            question__in=[pool[key].pk for key in keys], language=attempt.language
        )
    }
    answers = []
    for position, key in enumerate(keys, start=1):
        question, text = pool[key], texts[pool[key].pk]
        kind = registry.get(question.type)
        rng = generator(attempt.seed, "arrange", key)
        answers.append(
            Answer(
                attempt=attempt,
                question=question,
                position=position,
                content_hash=text.content_hash,
                arrangement=kind.arrange(kind.validate(text.content), rng),
            )
        )
    Answer.objects.bulk_create(answers)


def _candidate(question: Question) -> Candidate:
    return Candidate(
        key=question.key,
        type=question.type,
        objective=question.objective,
        must_pass=question.must_pass or None,
        negative_stem=question.negative_stem,
        tags=frozenset(question.tags),
    )


def _blueprint(quiz: Quiz, pool: dict[str, Question]) -> Blueprint:
    """A course may have two tests: each reserves the points that its own questions name."""
    named = {question.must_pass for question in pool.values()}
    points = quiz.activity.edition.must_pass_points
    return Blueprint(
        draw=quiz.draw_count,
        quotas=quiz.quotas,
        must_pass=[point for point in sorted(points) if point in named],
        cap_truefalse=quiz.caps.get("truefalse"),
        cap_negative_stem=quiz.caps.get("negative_stem"),
    )
