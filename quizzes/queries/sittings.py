"""A test as its trainee sees it before the result: nothing here holds a key.

Contents are turned into pages through the engine's `public` only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Min,
    PositiveSmallIntegerField,
    QuerySet,
    UUIDField,
    When,
)
from django.db.models.functions import Coalesce

from courseware.accounts.models import User
from courseware.accounts.queries import instructors_for
from courseware.core.prepared import Slot, prepared
from courseware.courses.models import Course
from courseware.courses.queries import Outline, OutlineItem, spoken_language
from courseware.enrolments.models import ActivityProgress, Enrolment
from courseware.enrolments.queries import Row, journey
from courseware.enrolments.rules import ActivityState
from quizzes.contents import content_of, kind_of, with_wording
from quizzes.engine.contract import is_empty
from quizzes.engine.responses import Response, ResponseError
from quizzes.models import Answer, Attempt, Quiz
from quizzes.queries.bank import complete, frozen_quiz
from quizzes.queries.terms import Terms, day_of, terms_for, undecided

_WAITING = ActivityProgress.State.EXHAUSTED


def field_name(position: int) -> str:
    """The name of a question's inputs, the same on every page of an attempt."""
    return f"q{position}"


def grace() -> timedelta:
    """How late a packet may arrive: the network's time, not the person's."""
    return timedelta(seconds=settings.ANSWER_GRACE_SECONDS)


def hand_in_until(quiz: Quiz, deadline: datetime) -> datetime | None:
    """The second deadline, for handing in only, where the test gives a time of grace."""
    if quiz.time_out != Quiz.TimeOut.GRACE:
        return None
    return deadline + timedelta(minutes=quiz.grace_minutes)


def is_over(attempt: Attempt, *, now: datetime) -> bool:
    """Open, and too late even for a packet that was on its way."""
    closes = attempt.hand_in_until or attempt.deadline_at
    return attempt.state == Attempt.State.OPEN and now > closes + grace()


def takes_answers(attempt: Attempt, *, now: datetime) -> bool:
    """Open, and not only waiting to be handed in."""
    return attempt.state == Attempt.State.OPEN and now <= attempt.deadline_at + grace()


def open_attempt(enrolment: Enrolment, activity_key: str) -> Attempt | None:
    current = unmarked_attempt(enrolment, activity_key)
    return current if current is not None and current.state == Attempt.State.OPEN else None


def unmarked_attempt(enrolment: Enrolment, activity_key: str) -> Attempt | None:
    """The attempt that is open; else one that was handed in and has no marks yet."""
    found = _unmarked(enrolment=enrolment.pk, key=activity_key)
    return min(found, key=lambda attempt: attempt.state != Attempt.State.OPEN, default=None)


@prepared
def _unmarked() -> QuerySet[Attempt]:
    mine = undecided().filter(
        enrolment=Slot("enrolment", UUIDField()), quiz__activity__key=Slot("key", CharField())
    )
    return mine.select_related("enrolment__person", "enrolment__course", "quiz__activity__edition")


def hand_in_by(person: User, now: datetime) -> dict[UUID, datetime]:
    """By enrolment, the first moment still ahead of which the person's open tests must know: the
    deadline, and in the time of grace its end. One query for all.
    """
    ahead = Case(
        When(deadline_at__gt=now, then="deadline_at"),
        default=Coalesce("hand_in_until", "deadline_at"),
    )
    return dict(
        Attempt.objects.alias(ahead=ahead)
        .filter(enrolment__person=person, state=Attempt.State.OPEN, ahead__gt=now)
        .values_list("enrolment_id")
        .annotate(first=Min("ahead"))
        .order_by()
    )


# ------------------------------------------------------------------ before it begins
@dataclass(frozen=True)
class StartPage:
    """All that is said before a test, so that nobody starts it without knowing."""

    outline: Outline
    item: OutlineItem
    quiz: Quiz
    row: Row
    missing_courses: tuple[Course, ...]
    attempts: list[Attempt]
    attempts_used: int
    attempts_left: int
    terms: Terms
    deadline: datetime
    is_time_over: bool  # the open attempt takes no more answers and waits to be handed in
    opens_at: datetime | None  # later than now, or None
    is_closed: bool  # an exception's last moment has passed
    credits: tuple[str, ...]  # how questions with several right options are marked
    must_pass: tuple[str, ...]
    instructors: list[User]
    language: str  # of the questions, if it is begun now

    @property
    def open_attempt(self) -> Attempt | None:
        return next((a for a in self.attempts if a.state == Attempt.State.OPEN), None)

    @property
    def unmarked_attempt(self) -> Attempt | None:
        """Handed in, and not marked yet: what may follow depends on it."""
        return next((a for a in self.attempts if a.state == Attempt.State.SUBMITTED), None)

    @property
    def number(self) -> int:
        """Of the attempt that the button begins or goes on with."""
        current = self.open_attempt
        return current.number if current is not None else self.attempts_used + 1

    @property
    def finished(self) -> list[Attempt]:
        return [a for a in self.attempts if a.state != Attempt.State.OPEN]

    @property
    def is_passed(self) -> bool:
        return self.row.standing.state is ActivityState.DONE

    @property
    def is_locked(self) -> bool:
        return self.row.standing.state is ActivityState.LOCKED

    @property
    def needs_talk(self) -> bool:
        return self.row.standing.state is ActivityState.NEEDS_TALK

    @property
    def can_start(self) -> bool:
        """Or go on with the open attempt, whatever came of the others meanwhile: an erratum may
        have passed one of them, and this one still has to be handed in.
        """
        if self.open_attempt is not None:
            return True
        if self.is_locked or self.is_passed or self.needs_talk:
            return False
        may_begin = self.unmarked_attempt is None and not self.is_closed
        return may_begin and self.attempts_left > 0 and self.opens_at is None

    @property
    def right_needed(self) -> int:
        """The least number of fully right answers that reaches the pass mark."""
        return -(-self.quiz.draw_count * self.quiz.pass_percent // 100)


def start_page(
    enrolment: Enrolment, activity_key: str, *, language: str, now: datetime
) -> StartPage | None:
    """None when the enrolment's edition has no such test."""
    progress = {row.activity_key: row for row in enrolment.progress.all()}
    states = {key: row.state for key, row in progress.items()}
    today = day_of(enrolment.person, now)
    mine = journey(enrolment, language=language, today=today, progress=states)
    row = mine.row(activity_key)
    frozen = frozen_quiz(enrolment.edition_id, activity_key)
    if row is None or frozen is None:
        return None
    quiz = frozen.quiz
    slug = mine.outline.course_slug
    own = progress.get(activity_key)
    terms = terms_for(enrolment, quiz, own, today=today)
    if own is not None and own.state == _WAITING and terms.left(own.attempts_used, now=now):
        # An exception or a newer edition reaches the person by now: the start lets go on.
        states[activity_key] = ActivityProgress.State.IN_PROGRESS
        mine = journey(enrolment, language=language, today=today, progress=states)
        row = mine.row(activity_key)
        assert row is not None
    needs_talk = row.standing.state is ActivityState.NEEDS_TALK
    attempts = list(
        Attempt.objects.filter(enrolment=enrolment, quiz__activity__key=activity_key)
        .select_related("quiz")  # the one it was begun with, whose time-out holds
        .prefetch_related("regrades")
        .order_by("number")
    )
    sitting = [a for a in attempts if a.state == Attempt.State.OPEN]
    ended = [a.submitted_at for a in attempts if a.state != Attempt.State.OPEN and a.submitted_at]
    opens_at = terms.next_from(max(ended, default=None))
    return StartPage(
        outline=mine.outline,
        item=row.item,
        quiz=quiz,
        row=row,
        missing_courses=mine.missing_courses,
        attempts=attempts,
        attempts_used=(used := own.attempts_used if own else 0),
        attempts_left=terms.left(used, now=now),
        terms=terms,
        deadline=terms.deadline(now),
        is_time_over=any(not takes_answers(attempt, now=now) for attempt in sitting),
        opens_at=opens_at if opens_at is not None and opens_at > now else None,
        is_closed=terms.is_closed(now),
        credits=frozen.credits,
        must_pass=mine.outline.must_pass if frozen.blueprint.must_pass else (),
        instructors=instructors_for(slug, today) if needs_talk else [],
        language=spoken_language(list(frozen.languages), language),
    )


# ------------------------------------------------------------------ while it is open
@dataclass(frozen=True)
class Place:
    """One question in the navigator."""

    position: int
    is_answered: bool
    is_flagged: bool
    is_unfinished: bool = False  # known only where the contents were loaded


@dataclass(frozen=True)
class SittingPage:
    """Questions of an open attempt: one of them, or all."""

    attempt: Attempt
    outline_title: str
    places: list[Place]
    questions: list[dict[str, Any]]
    saved_at: datetime | None  # the last save of the whole attempt

    @property
    def count(self) -> int:
        return len(self.places)

    @property
    def answered(self) -> int:
        return sum(place.is_answered for place in self.places)

    @property
    def empty(self) -> list[Place]:
        return [place for place in self.places if not place.is_answered]

    @property
    def unfinished(self) -> list[Place]:
        return [place for place in self.places if place.is_unfinished]

    @property
    def flagged(self) -> list[Place]:
        return [place for place in self.places if place.is_flagged]


def shown(answer: Answer, response: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a learner may see of a question now, with what is needed to save it."""
    given = answer.response if response is None else response
    name = field_name(answer.position)
    public = kind_of(answer).public(content_of(answer), answer.arrangement, given, name=name)
    for part in (public, *public.get("parts", ())):
        if "steps" in part:
            part["steps"] = _in_given_order(part["steps"])
    return {
        "position": answer.position,
        "sequence": answer.sequence,
        "is_flagged": answer.is_flagged,
        "flag_seen": answer.is_flagged,
        "confidence": answer.confidence,
        "is_checked": answer.checked_at is not None,
        "saved_at": answer.saved_at,
        "language": answer.attempt.language,
        "public": public,
    }


def read(answer: Answer, raw: Mapping[str, object]) -> tuple[Response, ResponseError | None]:
    """What was posted for a question: as far as it can be kept, and why it does not count so."""
    name = field_name(answer.position)
    try:
        response = kind_of(answer).clean(
            content_of(answer), answer.arrangement, raw, answer.response, name=name
        )
    except ResponseError as problem:
        return (answer.response if problem.partial is None else problem.partial), problem
    return response, None


def _in_given_order(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps as the learner has ordered them, once each has a position."""
    if any(step["position"] is None for step in steps):
        return steps
    return sorted(steps, key=lambda step: step["position"])


def places_of(answers: list[Answer]) -> list[Place]:
    return [
        Place(answer.position, not is_empty(answer.response), answer.is_flagged)
        for answer in answers
    ]


def question_page(attempt: Attempt, position: int, title: str) -> SittingPage | None:
    """One question and the navigator. Two queries. None for a position it does not have."""
    answers = _places(attempt=attempt.pk)
    found = _answer(attempt=attempt.pk, position=position)
    if not found:
        return None
    (asked,) = complete(found, attempt)
    return _page(attempt, title, places_of(answers), answers, [shown(asked)])


@prepared
def _places() -> QuerySet[Answer]:
    return (
        Answer.objects.filter(attempt=Slot("attempt", UUIDField()))
        .only("position", "response", "is_flagged", "saved_at", "attempt_id")
        .order_by("position")
    )


@prepared
def _answer() -> QuerySet[Answer]:
    return with_wording(
        Answer.objects.filter(
            attempt=Slot("attempt", UUIDField()),
            position=Slot("position", PositiveSmallIntegerField()),
        )
    )


def all_page(attempt: Attempt, title: str) -> SittingPage:
    """Every question on one page. One query."""
    answers = answers_of(attempt)
    return _page(attempt, title, places_of(answers), answers, [shown(a) for a in answers])


def summary_page(attempt: Attempt, title: str) -> SittingPage:
    """What is answered, flagged, unfinished, empty. One query."""
    answers = answers_of(attempt)
    places = [
        Place(
            answer.position,
            is_answered=not is_empty(answer.response),
            is_flagged=answer.is_flagged,
            is_unfinished=not is_empty(answer.response)
            and not kind_of(answer).is_complete(content_of(answer), answer.response),
        )
        for answer in answers
    ]
    return _page(attempt, title, places, answers, [])


def answers_of(attempt: Attempt) -> list[Answer]:
    """Every answer with its content. One query."""
    return complete(_answers(attempt=attempt.pk), attempt)


@prepared
def _answers() -> QuerySet[Answer]:
    mine = Answer.objects.filter(attempt=Slot("attempt", UUIDField()))
    return with_wording(mine).order_by("position")


def _page(
    attempt: Attempt,
    title: str,
    places: list[Place],
    answers: list[Answer],
    questions: list[dict[str, Any]],
) -> SittingPage:
    saved = [answer.saved_at for answer in answers if answer.saved_at is not None]
    return SittingPage(attempt, title, places, questions, max(saved, default=None))
