"""What the start and course pages show, gathered in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from courseware.accounts.models import User
from courseware.accounts.queries import instructors_by_course
from courseware.courses.models import Edition
from courseware.courses.queries import Outline, current_editions, outline
from courseware.enrolments.queries import Journey, my_training
from courseware.enrolments.rules import State
from quizzes.queries import hand_in_by

# Most urgent first; what waits for a talk or another course is not something to do now.
_URGENCY = (State.OVERDUE, State.DUE_SOON, State.IN_PROGRESS, State.NOT_STARTED)


@dataclass(frozen=True)
class Shown(Journey):
    """A journey with what lies beside the ledger: the deadline of a test, who will talk."""

    hand_in_by: datetime | None = None  # of the test that is open
    instructors: tuple[User, ...] = ()  # only where a talk is needed

    @property
    def instructor_names(self) -> str:
        return ", ".join(str(person) for person in self.instructors)


def shown(
    journey: Journey,
    deadlines: Mapping[UUID, datetime],
    instructors: Mapping[str, Sequence[User]] | None = None,
) -> Shown:
    return Shown(
        **vars(journey),
        hand_in_by=deadlines.get(journey.enrolment.pk),
        instructors=tuple((instructors or {}).get(journey.outline.course_slug, ())),
    )


def training_of(person: User, *, language: str, today: date, now: datetime) -> "Training":
    """Four queries whatever the number of courses, one more where somebody must talk."""
    journeys = my_training(person, language=language, today=today)
    talks = {j.outline.course_slug for j in journeys if j.state is State.NEEDS_TALK}
    instructors = instructors_by_course(talks, today) if talks else {}
    deadlines = hand_in_by(person, now)
    return sorted_training([shown(journey, deadlines, instructors) for journey in journeys])


@dataclass(frozen=True)
class Training:
    """My training, in the order in which a person should read it."""

    next_up: Journey | None
    due: list[Journey]
    in_progress: list[Journey]
    waiting: list[Journey]  # for a talk, or for another course
    expiring: list[Journey]
    done: list[Journey]

    @property
    def is_empty(self) -> bool:
        return not any(
            (self.next_up, self.due, self.in_progress, self.waiting, self.expiring, self.done)
        )


def sorted_training(journeys: Sequence[Journey]) -> Training:
    """Every journey stands in exactly one list, or is the one that is next."""
    open_ones = [j for j in journeys if j.state in _URGENCY and not j.missing_courses]
    open_ones.sort(key=lambda j: (_URGENCY.index(j.state), j.enrolment.due_on or date.max))
    next_up = open_ones[0] if open_ones else None
    rest = open_ones[1:]
    return Training(
        next_up=next_up,
        due=[j for j in rest if j.state in {State.OVERDUE, State.DUE_SOON}],
        in_progress=[j for j in rest if j.state in {State.IN_PROGRESS, State.NOT_STARTED}],
        waiting=[
            j
            for j in journeys
            if j.state is State.NEEDS_TALK or (j.state in _URGENCY and j.missing_courses)
        ],
        expiring=[j for j in journeys if j.state in {State.EXPIRING, State.EXPIRED}],
        done=[j for j in journeys if j.state is State.DONE],
    )


def catalogue(language: str) -> list[Outline]:
    """The current edition of every course that is not retired."""
    return [
        outline(edition.pk, language)
        for edition in current_editions()
        .filter(course__retired_at__isnull=True)
        .order_by("course__position")
    ]


def published_editions(language: str) -> list[Outline]:
    """Every published edition, newest first within its course."""
    return [
        outline(pk, language)
        for pk in Edition.objects.filter(published_at__isnull=False)
        .order_by("course__position", "-number")
        .values_list("pk", flat=True)
    ]
