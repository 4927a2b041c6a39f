"""Ticks, runs, and what a broker or a handler may do to them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.utils import timezone

from courseware.jobs import actions, checks, registry, runner
from courseware.jobs.models import Heartbeat, Job
from courseware.jobs.registry import Handler, JobKind, Park, Retry, Work
from courseware.jobs.schedule import FAILPOINTS

pytestmark = pytest.mark.django_db
Asked = Callable[[Handler], Job]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Register the handler under "test.run" and ask for one job of it."""
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_periods", {})
    monkeypatch.setattr(runner, "_last_beat", {})

    def ask(handler: Handler) -> Job:
        registry.register(JobKind("test.run", handler, max_attempts=3))
        return actions.enqueue(kind="test.run", key="k", args={"id": "7"}, now=timezone.now())

    return ask


def here(job: UUID, token: UUID) -> None:
    runner.run_job(job_id=job, token=token)


def test_a_due_job_is_carried_out_once(asked: Asked) -> None:
    seen: list[Work] = []
    asked(seen.append)
    assert runner.tick(publish=here) == 1
    assert runner.tick(publish=here) == 0
    assert [(work.args, work.attempt, work.key) for work in seen] == [({"id": "7"}, 1, "k")]
    assert Job.objects.get().state == Job.State.DONE


def test_the_same_message_three_times_and_a_week_late_acts_once(asked: Asked) -> None:
    seen: list[Work] = []
    asked(seen.append)
    sent: list[tuple[UUID, UUID]] = []
    runner.tick(publish=lambda job, token: sent.append((job, token)))
    [(job, token)] = sent
    ran = [runner.run_job(job_id=job, token=token) for _ in range(3)]
    assert ran == [True, False, False]
    assert not runner.run_job(job_id=job, token=uuid4())
    assert not runner.run_job(job_id=uuid4(), token=token)
    assert len(seen) == 1


def test_when_the_broker_is_down_the_job_waits_and_costs_no_try(asked: Asked) -> None:
    asked(lambda work: None)

    def down(job: UUID, token: UUID) -> None:
        raise ConnectionRefusedError

    assert runner.tick(publish=down) == 0
    row = Job.objects.get()
    assert (row.state, row.attempts) == (Job.State.WAITING, 0)
    assert runner.tick(publish=here) == 1


def test_no_more_is_handed_out_than_workers_can_hold(asked: Asked, settings: LazySettings) -> None:
    settings.JOBS_IN_FLIGHT = 3
    asked(lambda work: None)
    for number in range(9):
        actions.enqueue(kind="test.run", key=str(number), args={}, now=timezone.now())
    assert runner.tick(publish=lambda job, token: None) == 3
    assert runner.tick(publish=lambda job, token: None) == 0


def test_an_exception_is_kept_without_its_words(asked: Asked) -> None:
    def broken(work: Work) -> None:
        raise KeyError("alice@example.org")

    asked(broken)
    runner.tick(publish=here)
    row = Job.objects.get()
    assert row.state == Job.State.WAITING
    assert row.last_error.startswith("builtins.KeyError at test_runner.py:")
    assert "alice" not in row.last_error


def test_retry_and_park_say_what_they_mean(asked: Asked) -> None:
    verdicts: list[Exception] = [Park("Broken file."), Retry("Not yet.", timedelta(hours=2))]

    def handler(work: Work) -> None:
        raise verdicts.pop()

    job = asked(handler)
    runner.tick(publish=here)
    job.refresh_from_db()
    assert (job.state, job.last_error) == (Job.State.WAITING, "Not yet.")
    assert job.next_try_at > timezone.now() + timedelta(minutes=119)
    actions.retry_now(job_id=job.pk, now=timezone.now())
    runner.tick(publish=here)
    job.refresh_from_db()
    assert (job.state, job.last_error) == (Job.State.PARKED, "Broken file.")


def test_a_poison_job_is_parked_and_others_flow(asked: Asked) -> None:
    done: list[str] = []

    def handler(work: Work) -> None:
        if work.key == "k":
            raise Retry("Never.", timedelta(0))
        done.append(work.key)

    asked(handler)
    for number in range(4):
        actions.enqueue(kind="test.run", key=str(number), args={}, now=timezone.now())
        runner.tick(publish=here)
    assert done == ["0", "1", "2", "3"]
    assert Job.objects.get(key="k").state == Job.State.PARKED


def test_a_handler_that_lost_its_job_is_told(asked: Asked) -> None:
    told: list[bool] = []

    def handler(work: Work) -> None:
        told.append(work.heartbeat(1, 2))
        Job.objects.update(lease_token=uuid4())  # claimed by another worker meanwhile
        told.append(work.heartbeat(2, 2))

    asked(handler)
    runner.tick(publish=here)
    assert told == [True, False]
    assert Job.objects.get().state == Job.State.LEASED  # the other worker's to finish


def test_a_kind_only_the_newer_release_knows_goes_back(asked: Asked) -> None:
    asked(lambda work: None)
    sent: list[tuple[UUID, UUID]] = []
    runner.tick(publish=lambda job, token: sent.append((job, token)))
    registry._kinds.clear()
    assert not runner.run_job(job_id=sent[0][0], token=sent[0][1])
    assert Job.objects.get().state == Job.State.WAITING


def test_ticks_show_life(asked: Asked) -> None:
    runner.tick(publish=here)
    assert Heartbeat.objects.get().name == "worker"


def test_work_once_drains_what_is_due(asked: Asked) -> None:
    seen: list[Work] = []
    asked(seen.append)
    call_command("work", once=True)
    assert len(seen) == 1


def test_every_scheduled_task_and_asked_kind_exists() -> None:
    assert checks.unknown_names() == []


def test_a_kind_nobody_carries_out_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_expected", {"nobody.knows"})
    assert [message.id for message in checks.check_names(None)] == ["courseware.E101"]


def test_every_kind_and_point_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "jobs.md").read_text("utf-8")
    known = [name for name in registry.kinds() if not name.startswith("test.")]
    assert [name for name in [*known, *FAILPOINTS] if f"`{name}`" not in page] == []


def test_every_point_is_passed() -> None:
    """The list of points is what the code hits, so that a kill test can rely on it."""
    folder = Path(actions.__file__).parent
    code = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    assert {name for name in FAILPOINTS if f'hit("{name}")' in code} == set(FAILPOINTS)
