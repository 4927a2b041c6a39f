"""Asking for work, claiming it, and every way a try can end."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings

from courseware.jobs import actions, backoff, registry
from courseware.jobs.models import Heartbeat, Job, Message
from courseware.jobs.registry import JobKind, Work

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def nothing(work: Work) -> None:
    """A handler that has nothing to do."""


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds of this test only, so that other apps' kinds do not mix in."""
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_periods", {})
    monkeypatch.setattr(registry, "_expected", set())
    registry.register(JobKind("test.one", nothing, max_attempts=3))


def ask(key: str = "k", **changes: Any) -> Job:
    fields: dict[str, Any] = {"kind": "test.one", "key": key, "args": {}, "now": NOW}
    return actions.enqueue(**{**fields, **changes})


@pytest.mark.django_db
class TestEnqueue:
    def test_asking_twice_makes_one_job(self) -> None:
        first, second = ask(args={"id": "1"}), ask(args={"id": "2"})
        assert first.pk == second.pk
        assert second.args == {"id": "1"}
        assert Job.objects.count() == 1

    def test_asking_again_does_not_revive_a_finished_job(self) -> None:
        ask()
        [(job, token)] = actions.claim(limit=1, now=NOW)
        actions.finish(job_id=job, token=token, now=NOW)
        assert ask().state == Job.State.DONE

    def test_run_at_holds_a_job_back(self) -> None:
        ask(run_at=NOW + MINUTE)
        assert actions.claim(limit=1, now=NOW) == []
        assert len(actions.claim(limit=1, now=NOW + MINUTE)) == 1


@pytest.mark.django_db
class TestClaim:
    def test_a_claimed_job_is_not_claimed_again_while_its_lease_runs(self) -> None:
        ask()
        assert len(actions.claim(limit=5, now=NOW)) == 1
        assert actions.claim(limit=5, now=NOW + MINUTE) == []

    def test_a_job_whose_lease_ran_out_is_claimed_under_a_new_token(
        self, settings: LazySettings
    ) -> None:
        settings.JOB_LEASE_SECONDS = 30
        ask()
        [(_, old)] = actions.claim(limit=1, now=NOW)
        [(job, new)] = actions.claim(limit=1, now=NOW + MINUTE)
        assert old != new
        assert not actions.finish(job_id=job, token=old, now=NOW)
        assert actions.begin(job_id=job, token=old, now=NOW) is None
        assert not actions.heartbeat(job_id=job, token=old, now=NOW)
        assert actions.finish(job_id=job, token=new, now=NOW)

    def test_of_two_claimers_that_saw_the_same_rows_one_wins(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second claimer acts between the first one's look and its UPDATE."""
        for number in range(5):
            ask(key=str(number))
        others: list[tuple[object, object]] = []
        real = uuid4

        def meanwhile() -> object:
            if not others:
                others.append((None, None))  # once, and not inside the other claimer
                others[:] = actions.claim(limit=3, now=NOW)
            return real()

        monkeypatch.setattr(actions, "uuid4", meanwhile)
        mine = actions.claim(limit=5, now=NOW)
        taken = [job for job, _ in mine] + [job for job, _ in others]
        assert len(taken) == len(set(taken)) == 5
        assert len(others) == 3

    def test_tries_are_counted_when_they_begin_not_when_messages_get_lost(self) -> None:
        ask()
        now = NOW
        for _ in range(10):
            assert len(actions.claim(limit=1, now=now)) == 1
            now += timedelta(hours=1)
        assert Job.objects.get().attempts == 0

    def test_a_message_delivered_twice_starts_one_try(self) -> None:
        ask()
        [(job, token)] = actions.claim(limit=1, now=NOW)
        assert actions.begin(job_id=job, token=token, now=NOW) is not None
        assert actions.begin(job_id=job, token=token, now=NOW) is None
        assert Job.objects.get().attempts == 1

    def test_a_job_that_ends_every_worker_is_parked(self) -> None:
        ask()
        now = NOW
        for _ in range(3):
            [(job, token)] = actions.claim(limit=1, now=now)
            assert actions.begin(job_id=job, token=token, now=now) is not None
            now += timedelta(hours=1)  # the worker was killed and never said anything
        assert actions.claim(limit=1, now=now) == []
        row = Job.objects.get()
        assert row.state == Job.State.PARKED
        assert "lost at each of 3" in row.last_error

    def test_release_costs_no_try(self) -> None:
        ask()
        [(job, token)] = actions.claim(limit=1, now=NOW)
        assert actions.release(job_id=job, token=token, now=NOW)
        row = Job.objects.get()
        assert (row.state, row.attempts, row.lease_token) == (Job.State.WAITING, 0, None)

    def test_a_kind_of_a_newer_release_waits_and_is_then_parked(self) -> None:
        ask(kind="test.from-the-future")
        assert actions.claim(limit=5, now=NOW) == []
        assert actions.park_unknown(now=NOW + MINUTE) == 0
        assert actions.park_unknown(now=NOW + timedelta(hours=2)) == 1
        assert Job.objects.get().state == Job.State.PARKED


@pytest.mark.django_db
class TestEndings:
    def begun(self) -> tuple[Job, dict[str, Any]]:
        ask()
        [(job, token)] = actions.claim(limit=1, now=NOW)
        begun = actions.begin(job_id=job, token=token, now=NOW)
        assert begun is not None
        return begun, {"job_id": job, "token": begun.lease_token}

    def test_a_failed_try_waits_about_a_minute(self) -> None:
        _, held = self.begun()
        assert actions.fail(**held, reason="No answer.", now=NOW)
        row = Job.objects.get()
        assert row.state == Job.State.WAITING
        assert NOW + 0.8 * MINUTE <= row.next_try_at <= NOW + 1.2 * MINUTE
        assert row.last_error == "No answer."

    def test_a_handler_may_say_when(self) -> None:
        _, held = self.begun()
        actions.fail(**held, reason="Later.", after=7 * MINUTE, now=NOW)
        assert Job.objects.get().next_try_at == NOW + 7 * MINUTE

    def test_the_last_failed_try_parks(self) -> None:
        ask()
        now = NOW
        for _ in range(3):
            [(job, token)] = actions.claim(limit=1, now=now)
            begun = actions.begin(job_id=job, token=token, now=now)
            assert begun is not None
            assert begun.lease_token is not None
            actions.fail(job_id=job, token=begun.lease_token, reason="No.", now=now)
            now += timedelta(days=2)
        assert Job.objects.get().state == Job.State.PARKED
        assert actions.claim(limit=1, now=now) == []

    def test_a_heartbeat_renews_the_lease_and_shows_progress(self) -> None:
        _, held = self.begun()
        later = NOW + 4 * MINUTE
        assert actions.heartbeat(**held, now=later, done=3, total=9)
        row = Job.objects.get()
        assert (row.progress_done, row.progress_total) == (3, 9)
        assert actions.claim(limit=1, now=NOW + 6 * MINUTE) == []

    def test_a_parked_job_can_be_tried_again_with_all_its_tries(self) -> None:
        _, held = self.begun()
        actions.park(**held, reason="Broken.", now=NOW)
        job = Job.objects.get()
        assert actions.retry_now(job_id=job.pk, now=NOW)
        job.refresh_from_db()
        assert (job.state, job.attempts) == (Job.State.WAITING, 0)

    def test_a_job_being_worked_on_cannot_be_cancelled_or_retried(self) -> None:
        job, _ = self.begun()
        assert not actions.cancel(job_id=job.pk, now=NOW)
        assert not actions.retry_now(job_id=job.pk, now=NOW)

    def test_a_cancelled_job_is_not_claimed(self) -> None:
        job = ask()
        assert actions.cancel(job_id=job.pk, now=NOW)
        assert actions.claim(limit=1, now=NOW) == []


class TestBackoff:
    @pytest.mark.parametrize("attempt", range(1, 40))
    def test_between_the_bounds(self, attempt: int) -> None:
        plain = min(2 ** (attempt - 1), 24 * 60) * MINUTE
        for seed in range(20):
            wait = backoff.delay(attempt, random=Random(seed))
            assert 0.8 * plain <= wait <= min(1.2 * plain, timedelta(hours=24))

    def test_a_periodic_kind_never_waits_longer_than_its_span(self) -> None:
        assert backoff.delay(30, longest=MINUTE) <= MINUTE


@pytest.mark.django_db
class TestPeriodic:
    def test_two_beats_make_one_job_per_slot(self) -> None:
        registry.register_periodic("test.one", every=MINUTE)
        assert actions.enqueue_periodic(now=NOW) == 1
        assert actions.enqueue_periodic(now=NOW + timedelta(seconds=59)) == 0
        assert Job.objects.count() == 1

    def test_a_second_beat_in_the_same_instant_adds_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        registry.register_periodic("test.one", every=MINUTE)
        real = registry.slot

        def meanwhile(now: datetime, every: timedelta) -> str:
            monkeypatch.setattr(registry, "slot", real)
            actions.enqueue_periodic(now=now)
            return real(now, every)

        monkeypatch.setattr(registry, "slot", meanwhile)
        actions.enqueue_periodic(now=NOW)
        assert Job.objects.count() == 1

    def test_the_next_slot_waits_for_unfinished_work(self) -> None:
        registry.register_periodic("test.one", every=MINUTE)
        actions.enqueue_periodic(now=NOW)
        assert actions.enqueue_periodic(now=NOW + MINUTE) == 0
        [(job, token)] = actions.claim(limit=1, now=NOW + MINUTE)
        actions.finish(job_id=job, token=token, now=NOW + MINUTE)
        assert actions.enqueue_periodic(now=NOW + MINUTE) == 1

    def test_slots_do_not_depend_on_the_clock_change(self) -> None:
        start = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
        slots = {registry.slot(start + number * 15 * MINUTE, 15 * MINUTE) for number in range(12)}
        assert len(slots) == 12


class TestRegistry:
    def test_a_kind_cannot_be_two_things(self) -> None:
        with pytest.raises(ValueError, match="twice"):
            registry.register(JobKind("test.one", lambda work: None))

    def test_what_is_asked_for_and_carried_out_by_nobody_is_named(self) -> None:
        registry.expect("test.two")
        registry.register_periodic("test.three", every=MINUTE)
        assert registry.missing() == ["test.three", "test.two"]


@pytest.mark.django_db
def test_heartbeats_keep_one_row_per_name() -> None:
    actions.beat(name="worker", now=NOW)
    actions.beat(name="worker", now=NOW + MINUTE)
    assert Heartbeat.objects.get().at == NOW + MINUTE


@pytest.mark.django_db
class TestPostMessage:
    def post(self, **changes: Any) -> Message:
        fields: dict[str, Any] = {
            "kind": "certificate",
            "key": "c1",
            "recipient_id": uuid4(),
            "to_address": "alice@example.org",
            "language": "en",
            "subject": "Your certificate",
            "text": "Here it is.",
            "html": "<p>Here it is.</p>",
            "now": NOW,
        }
        return actions.post_message(**{**fields, **changes})

    def test_posting_twice_makes_one_mail_and_one_job(self) -> None:
        first, second = self.post(), self.post(subject="Another wording")
        assert first.pk == second.pk
        assert second.subject == "Your certificate"
        assert Job.objects.get().args == {"message": str(first.pk)}

    def test_a_line_break_cannot_end_the_subject(self) -> None:
        assert self.post(subject="One\r\nBcc: x@example.org").subject == "One Bcc: x@example.org"

    def test_the_message_id_is_fixed_and_names_no_person(self) -> None:
        message = self.post()
        assert message.message_id == f"<{message.pk.hex}@localhost>"
