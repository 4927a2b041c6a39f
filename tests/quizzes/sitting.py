"""Shared by the tests of attempts: one trainee on a made course, and right or wrong answers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from courseware.accounts.models import User
from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol
from courseware.enrolments.models import Enrolment
from quizzes import actions, queries
from quizzes.contents import content_of, kind_of, with_content
from quizzes.engine.responses import Response
from quizzes.models import Answer, Attempt
from tests.cast import person
from tests.courses_made import TEST_KEY, make_course

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Sitting:
    person: User
    edition: Edition
    enrolment: Enrolment


def sit(name: str = "Alice", **course: Any) -> Sitting:
    """A person enrolled on a course that has nothing but a test, unless `lessons` says more."""
    edition = make_course(**{"lessons": 0, **course})
    somebody = person(name)
    enrolment = enrol(person=somebody, course=edition.course, by=None, now=NOW)
    return Sitting(somebody, edition, enrolment)


def next_period(sitting: Sitting, now: datetime = NOW) -> Sitting:
    """The same person on the same course again, once the period before is completed."""
    course = sitting.edition.course
    return replace(sitting, enrolment=enrol(person=sitting.person, course=course, by=None, now=now))


def begin(sitting: Sitting, now: datetime = NOW, seed: int | None = None) -> Attempt:
    return actions.start_attempt(
        enrolment=sitting.enrolment, activity_key=TEST_KEY, language="en", now=now, seed=seed
    )


def answers(attempt: Attempt) -> list[Answer]:
    return list(with_content(Answer.objects.filter(attempt=attempt)).order_by("position"))


def fields(answer: Answer, response: Response) -> Mapping[str, object]:
    """What a browser posts to give `response`: read back from the page of that answer."""
    kind, content = kind_of(answer), content_of(answer)
    name = queries.field_name(answer.position)
    return _posted(kind.public(content, answer.arrangement, response, name=name))


def _posted(public: Mapping[str, Any]) -> dict[str, object]:
    name = public["name"]
    if "options" in public:
        return {name: [option["token"] for option in public["options"] if option["chosen"]]}
    if "steps" in public:
        return {s["name"]: str(s["position"]) for s in public["steps"] if s["position"]}
    if "lefts" in public:
        return {left["name"]: left["chosen"] for left in public["lefts"] if left["chosen"]}
    return {name: public["value"]}


def right(answer: Answer) -> Mapping[str, object]:
    return fields(answer, kind_of(answer).right_response(content_of(answer)))


def wrong(answer: Answer) -> Mapping[str, object]:
    """A wrong choice, for choice questions."""
    return fields(answer, {"chosen": [1]})


def save(
    attempt: Attempt, position: int, raw: Mapping[str, object], seen: int = 0, now: datetime = NOW
) -> actions.Saved:
    return actions.save_answer(
        attempt=attempt, position=position, raw=raw, seen_sequence=seen, now=now
    )


def answer_all(attempt: Attempt, *, wrong_at: tuple[int, ...] = (), now: datetime = NOW) -> None:
    """Everything right but the positions in `wrong_at`."""
    for answer in answers(attempt):
        raw = wrong(answer) if answer.position in wrong_at else right(answer)
        save(attempt, answer.position, raw, seen=answer.sequence, now=now)
