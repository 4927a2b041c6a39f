"""Two periods of one person are certified at the same moment: one certificate is current.

Twin: without the lock neither sees the other, and both are.

    DATABASE_URL=postgres://… pytest tests/services -m services
"""

import contextlib
import threading
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from courseware.certificates.actions import issuing
from courseware.certificates.models import Certificate
from courseware.enrolments.models import Completion
from tests.cast import person
from tests.certificates.completed import DONE_AT, complete
from tests.courses_made import make_course

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("races need PostgreSQL: SQLite writes one after another")


def certified_together(monkeypatch: pytest.MonkeyPatch) -> tuple[list[BaseException], int]:
    """Errors, and how many of two certificates are current. The unique number, which lets only one
    of them through where both take the next, is out of play: at New Year it does not meet."""
    edition, somebody = make_course(lessons=0), person("Alice")
    completions = [complete(somebody, edition)]
    completions.append(complete(somebody, edition, now=DONE_AT + timedelta(days=700)))
    numbers = count(1)
    monkeypatch.setattr(issuing, "_next_serial", lambda *_of: f"X-{next(numbers)}")
    meeting = threading.Barrier(2)
    looked = issuing._current_before

    def look_together(completion: Completion) -> Certificate | None:
        found = looked(completion)
        # Broken: the lock kept the other one away, which is what it is for.
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=2)
        return found

    later = issuing._has_later

    def look_later(completion: Completion) -> bool:
        found = later(completion)
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=2)
        return found

    monkeypatch.setattr(issuing, "_current_before", look_together)
    monkeypatch.setattr(issuing, "_has_later", look_later)
    errors: list[BaseException] = []

    def certify(completion: Any) -> None:
        try:
            issuing._create(completion.pk, DONE_AT)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=certify, args=(one,)) for one in completions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return errors, Certificate.objects.exclude(events__kind="superseded").count()


def test_one_certificate_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    assert certified_together(monkeypatch) == ([], 1)
    assert Certificate.objects.count() == 2


def test_twin_without_the_lock_both_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
    assert certified_together(monkeypatch) == ([], 2)
