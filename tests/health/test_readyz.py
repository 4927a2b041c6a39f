"""/healthz and /readyz: red when something is wrong, and never a name in the answer."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courseware.health import freezing, queries
from courseware.jobs import actions
from courseware.jobs.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def alive() -> None:
    for name in ("worker", "beat"):
        actions.beat(name=name, now=timezone.now())


def red(client: Client) -> set[str]:
    """The checks that are not well, and that the status says the same."""
    answer = client.get("/readyz")
    body = answer.json()
    found = {name for name, check in body["checks"].items() if not check["ok"]}
    assert answer.status_code == (503 if found else 200)
    assert body["status"] == ("not ready" if found else "ready")
    assert answer["Cache-Control"] == "no-store"
    return found


def test_all_is_well(client: Client, alive: None) -> None:
    assert red(client) == set()


def test_nobody_works(client: Client) -> None:
    assert red(client) == {"worker", "beat"}


def test_red_within_five_minutes_without_worker_and_beat(client: Client, alive: None) -> None:
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=5))
    assert red(client) == {"worker", "beat"}


def test_due_work_that_nobody_takes(client: Client, alive: None) -> None:
    now = timezone.now()
    actions.enqueue(kind="k", key="later", args={}, now=now, run_at=now + timedelta(days=1))
    assert red(client) == set()
    actions.enqueue(kind="k", key="due", args={}, now=now - timedelta(minutes=11))
    assert red(client) == {"work"}


def test_a_lost_trigger(client: Client, alive: None) -> None:
    freezing.remove()
    assert red(client) == {"freezing"}


def test_a_pending_migration(client: Client, alive: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_migrated", set())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'quizzes'")
    assert red(client) == {"migrations"}


def test_no_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError("connection to 10.0.0.1 as somebody failed")

    monkeypatch.setattr(connection, "ensure_connection", away)
    assert red(client) == {"database"}
    assert b"somebody" not in client.get("/readyz").content


def test_probes_answer_by_address_and_without_a_redirect(
    client: Client, settings: LazySettings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"host": "10.1.2.3"}).status_code in {200, 503}


def test_alive_needs_no_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "alive"}
