"""The database goes away in the middle of a request: 503 with Retry-After, nothing half done, and
the same request sent again succeeds. The server ends our connection, as a restart does.

    DATABASE_URL=postgres://… pytest tests/services -m services
"""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courseware.audit.models import AuditEvent
from courseware.enrolments.models import ActivityProgress, Completion
from courseware.jobs.models import Job
from quizzes import queries
from quizzes.actions import finishing, saving, sitting
from quizzes.models import Answer, Attempt
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import Sitting, answer_all, answers, begin, right, sit

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server that could go away")


@pytest.fixture
def sitting_person() -> Sitting:
    return sit()


@pytest.fixture
def client(sitting_person: Sitting) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(sitting_person.person)
    return client


def cut() -> None:
    """End the connection of this process from the server's side."""
    assert connection.connection is not None
    told = connection.settings_dict
    address = {"host": told["HOST"], "port": told["PORT"], "user": told["USER"]}
    with psycopg.connect(dbname=told["NAME"], autocommit=True, **address) as other:
        backend = connection.connection.info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def cut_after(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> Callable[[], None]:
    """The connection is lost once a function has done its work, before that is committed."""
    real = getattr(module, name)

    def broken(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(module, name, real)
        with transaction.atomic():
            done = real(*args, **kwargs)
            cut()
        return done

    monkeypatch.setattr(module, name, broken)
    return connection.close  # the next request has a connection of its own


@pytest.mark.parametrize("headers", [JSON, {}], ids=["script", "form"])
@pytest.mark.parametrize(
    "name",
    ["_still_open", "_in_front", "_stored"],
    ids=["before the write", "at the write", "before the commit"],
)
def test_an_answer_is_refused_with_503_and_taken_when_sent_again(
    client: Client,
    sitting_person: Sitting,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    headers: dict[str, str],
) -> None:
    attempt = begin(sitting_person, now=timezone.now())
    sent = {**right(answers(attempt)[0]), "q1-sequence": "0"}
    url = reverse("quizzes:save", args=[attempt.pk, 1])
    next_request = cut_after(monkeypatch, saving, name)
    refused = client.post(url, sent, headers=headers)
    assert refused.status_code == 503
    assert 0 < int(refused["Retry-After"]) <= 60
    next_request()
    assert Answer.objects.get(attempt=attempt, position=1).sequence == 0
    assert client.post(url, sent, headers=headers).status_code == (200 if headers else 302)
    row = Answer.objects.get(attempt=attempt, position=1)
    assert (row.response, row.sequence) == ({"chosen": [0]}, 1)


@pytest.mark.parametrize(
    ("module", "name"),
    [(finishing, "ask"), (finishing, "record"), (finishing, "_store_marks")],
    ids=["with the job", "with the event", "with the marks"],
)
def test_handing_in_again_hands_in_once(
    client: Client,
    sitting_person: Sitting,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
) -> None:
    attempt = begin(sitting_person, now=timezone.now())
    answer_all(attempt, now=timezone.now())
    url = reverse("quizzes:submit", args=[attempt.pk])
    next_request = cut_after(monkeypatch, module, name)
    refused = client.post(url)
    assert refused.status_code == 503
    assert refused["Retry-After"]
    next_request()
    attempt.refresh_from_db()
    # The first transaction holds or does not; of the second nothing does.
    is_handed_in = name == "_store_marks"
    assert attempt.state == (Attempt.State.SUBMITTED if is_handed_in else Attempt.State.OPEN)
    assert Job.objects.filter(kind="quizzes.grade").exists() == is_handed_in
    assert not Answer.objects.filter(mark_numerator__isnull=False).exists()
    assert not Completion.objects.exists()
    client.post(url)
    finishing.grade(attempt_id=attempt.pk, now=timezone.now())  # what its job does
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.GRADED
    for verb in ("attempt.submitted", "attempt.graded", "completion.recorded"):
        assert AuditEvent.objects.filter(verb=verb).count() == 1, verb
    assert list(queries.findings(timezone.now())) == []


def test_a_start_that_broke_off_used_no_attempt(
    client: Client, sitting_person: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = reverse("quizzes:start", args=[sitting_person.edition.course.slug, TEST_KEY])
    next_request = cut_after(monkeypatch, sitting, "_ask")
    assert client.post(url).status_code == 503
    next_request()
    assert not Attempt.objects.exists()
    assert not ActivityProgress.objects.filter(attempts_used__gt=0).exists()
    assert client.post(url).status_code == 302
    assert Attempt.objects.count() == 1
    assert ActivityProgress.objects.get().attempts_used == 1
