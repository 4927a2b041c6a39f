"""The last two steps of a course at the same moment, on PostgreSQL.

Twin: without the lock neither sees the other done, and nobody completes the course.

    DATABASE_URL=postgres://… pytest tests/services -m services
"""

import contextlib
import threading
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection

from courseware.enrolments.actions import (
    enrol,
    finish_lesson,
    ledger,
    open_activity,
    report_attempt,
)
from courseware.enrolments.models import Completion, Enrolment
from courseware.jobs.models import Job
from tests.cast import person
from tests.courses_made import TEST_KEY, make_course
from tests.quizzes.sitting import NOW

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
STEPS = ("lesson-1", "lesson-2")


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("races need PostgreSQL: SQLite writes one after another")


def two_last_steps(monkeypatch: pytest.MonkeyPatch, *, are_opened: bool) -> list[BaseException]:
    """Both write their progress, and wait for each other before they look who is complete."""
    enrolment = enrol(person=person("Alice"), course=make_course().course, by=None, now=NOW)
    passed: dict[str, Any] = {
        "is_passed": True,
        "has_attempts_left": lambda _progress: True,
        "content_hash": "h",
    }
    report_attempt(
        enrolment=enrolment,
        activity_key=TEST_KEY,
        score=Fraction(1),
        language="en",
        now=NOW,
        **passed,
    )
    if are_opened:
        for key in STEPS:
            open_activity(enrolment=enrolment, activity_key=key, now=NOW)
    meeting = threading.Barrier(2)
    look = ledger._complete_if_done

    def look_together(*args: Any, **kwargs: Any) -> Completion | None:
        # Broken: the lock kept the other one away, which is what it is for.
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=2)
        return look(*args, **kwargs)

    monkeypatch.setattr(ledger, "_complete_if_done", look_together)
    errors: list[BaseException] = []

    def step(key: str) -> None:
        try:
            own = Enrolment.objects.select_related("person", "course").get(pk=enrolment.pk)
            finish_lesson(enrolment=own, activity_key=key, content_hash="h", language="en", now=NOW)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=step, args=(key,)) for key in STEPS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return errors


@pytest.mark.parametrize("are_opened", [True, False])
def test_one_of_two_last_steps_writes_the_completion(
    monkeypatch: pytest.MonkeyPatch, are_opened: bool
) -> None:
    assert two_last_steps(monkeypatch, are_opened=are_opened) == []
    assert Completion.objects.count() == 1
    assert Job.objects.count() == 1


def test_twin_without_the_lock_nobody_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(enrolment: Enrolment, activity_key: str, *, now: Any) -> Any:
        return open_activity(enrolment=enrolment, activity_key=activity_key, now=now)

    monkeypatch.setattr(ledger, "_hold", unlocked)
    assert two_last_steps(monkeypatch, are_opened=True) == []
    assert not Completion.objects.exists()
