"""Many people who do not exist sit a test, for tests of statistics.

    many_sit(edition, 30, choose=by_ability(rng))

Owns: making attempts through the actions. Must not: know a formula.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from courseware.accounts.actions import create_person, post_person
from courseware.accounts.models import Unit
from courseware.courses.actions import publish_edition, sha256_of
from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol
from quizzes.actions import Invented, grade, invent_answers, start_attempt, submit
from quizzes.engine import registry
from quizzes.models import Attempt, Question, QuestionText
from tests.courses_made import TEST_KEY, make_course

Choose = Callable[[int, str, Any], dict[str, Any]]
"""Number of the person, type, content → response."""


def by_ability(rng: random.Random) -> Choose:
    """The higher the person's number, the likelier right; else the second option or nothing."""

    def choose(number: int, type_name: str, content: Any) -> dict[str, Any]:
        if rng.random() < 0.3 + (number % 10) / 15:
            return registry.get(type_name).right_response(content)
        return {"chosen": [1]} if type_name in {"single", "multiple", "truefalse"} else {}

    return choose


def always_right(_number: int, type_name: str, content: Any) -> dict[str, Any]:
    return registry.get(type_name).right_response(content)


def never_right(_number: int, _type_name: str, _content: Any) -> dict[str, Any]:
    """Of a choice of one whose first option is right."""
    return {"chosen": [1]}


def mended(key: str, *, now: datetime, **course: Any) -> tuple[Edition, QuestionText]:
    """The next edition of a made course, in which one question has other words."""
    newer = make_course(**course, is_published=False)
    text = QuestionText.objects.get(question__quiz__activity__edition=newer, question__key=key)
    text.content = {**text.content, "stem": "Worded anew?"}
    text.content_hash = sha256_of(text.content)
    text.save()
    publish_edition(edition=newer, by=None, now=now)
    return newer, text


def many_sit(
    edition: Edition,
    n: int,
    *,
    choose: Choose,
    now: datetime,
    every: timedelta = timedelta(hours=5),
    unit: Unit | None = None,
    confidence: Callable[[int, Question], int] | None = None,
    name: str = "p",
) -> list[Attempt]:
    """`n` new people, each of whom sits the test once, one after another."""
    return list(_sit(edition, n, choose, now, every, unit, confidence, name))


def _sit(
    edition: Edition,
    n: int,
    choose: Choose,
    now: datetime,
    every: timedelta,
    unit: Unit | None,
    confidence: Callable[[int, Question], int] | None,
    name: str,
) -> Iterator[Attempt]:
    for number in range(n):
        moment = now + every * number
        person = create_person(
            given_name=f"{name}{number}",
            family_name="Made",
            service_number=f"{name}-{number}",
            by=None,
            now=moment,
        )
        if unit is not None:
            post_person(person=person, unit=unit, from_on=moment.date(), by=None, now=moment)
        enrolment = enrol(person=person, course=edition.course, by=None, now=moment)
        attempt = start_attempt(
            enrolment=enrolment, activity_key=TEST_KEY, language="en", now=moment
        )
        ended = moment + timedelta(minutes=20)

        def chosen(question: Question, content: Any, number: int = number) -> Invented:
            level = confidence(number, question) if confidence else None
            return Invented(choose(number, question.type, content), level, 20 + number)

        invent_answers(attempt=attempt, choose=chosen, began=moment, ended=ended)
        submit(attempt=attempt, now=ended)
        graded = grade(attempt_id=attempt.pk, now=ended)
        assert graded is not None
        yield graded
