"""Seals: over everything that has none, once, in bounded steps, whoever makes them."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courseware.audit import actions, handlers, schema
from courseware.audit.actions import sealing
from courseware.audit.keys import public_keys, seal_key
from courseware.audit.models import AuditEvent, Seal, SealEntry
from courseware.audit.queries import newest_seal, unsealed, verify_chain
from courseware.jobs import registry
from courseware.jobs.models import Job, Message
from courseware.jobs.registry import Retry
from tests.audit.trail_made import NOW, happened, sealed
from tests.jobs_made import work_of

pytestmark = pytest.mark.django_db
UNSEALED = "courseware.audit.actions.sealing.unsealed"
NEWEST = "courseware.audit.actions.sealing.newest_seal"


def seal(limit: int = 10_000) -> int:
    return actions.seal_events(now=timezone.now(), limit=limit)


def test_everything_is_sealed_once() -> None:
    events = happened(3)
    assert seal() == 3
    assert seal() == 0
    [first] = Seal.objects.all()
    assert first.number == 1
    assert first.previous_hash == schema.NOTHING_BEFORE
    entries = SealEntry.objects.order_by("position")
    assert [entry.position for entry in entries] == [1, 2, 3]
    assert {entry.event_id for entry in entries} == {event.pk for event in events}


def test_a_seal_stands_on_the_one_before() -> None:
    one, two = sealed(2, 1)
    assert two.number == 2
    assert two.previous_hash == one.root_hash
    assert list(verify_chain(now=timezone.now())) == []


def test_a_late_commit_with_an_early_id_is_sealed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids are given before the commit: "newer than the last sealed" would lose it."""
    with time_machine.travel(timezone.now() - timedelta(hours=3)):
        [early] = happened(1)
    later = happened(2)
    with monkeypatch.context() as before_its_commit:
        before_its_commit.setattr(UNSEALED, lambda: unsealed().exclude(pk=early.pk))
        assert seal() == len(later)
    assert seal() == 1
    assert SealEntry.objects.get(event=early).seal.number == 2


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    happened(5)
    assert seal(limit=4) == 4
    assert seal() == 1
    assert list(Seal.objects.order_by("number").values_list("event_count", flat=True)) == [2, 2, 1]


def test_a_look_costs_the_same_however_many_seals_there_are() -> None:
    sealed(1)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert seal() == 0
    sealed(1, 1, 1, 1)
    with CaptureQueriesContext(connection) as many:
        assert seal() == 0
    assert len(few) == len(many) == 2


def test_what_was_written_long_ago_is_the_daily_look_s() -> None:
    sealed(1)
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        happened(1)
    assert seal() == 0
    handlers.seal_stragglers(work_of(handlers.STRAGGLERS))
    assert not unsealed().exists()


def test_a_clock_that_ran_ahead_hides_nothing() -> None:
    happened(1)
    actions.seal_events(now=timezone.now() + timedelta(days=365), limit=10)
    happened(1)
    assert seal() == 1


def test_after_a_long_stop_the_first_look_reaches_back() -> None:
    with time_machine.travel(timezone.now() - timedelta(days=30)):
        sealed(1)
        happened(1)
    assert seal() == 1


def test_whoever_comes_second_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another worker takes the number between the look and the write."""
    happened(1)

    def interrupted() -> Seal | None:
        seen = newest_seal()
        monkeypatch.setattr(NEWEST, newest_seal)
        happened(1)
        assert seal() == 2  # the other worker, with all there was
        happened(1)
        return seen

    monkeypatch.setattr(NEWEST, interrupted)
    assert seal() == 1
    assert list(Seal.objects.order_by("number").values_list("event_count", flat=True)) == [2, 1]
    assert list(verify_chain(now=timezone.now())) == []


# ------------------------------------------------------------------ keys
def test_a_changed_key_leaves_old_seals_valid() -> None:
    sealed(1)
    old, new = actions.change_seal_key(now=NOW)
    assert AuditEvent.objects.get(verb="seal_key.changed").subject_id == new.key_id
    assert seal() == 1
    assert set(Seal.objects.values_list("key_id", flat=True)) == {old.key_id, new.key_id}
    assert set(public_keys()) == {old.key_id, new.key_id}
    assert list(verify_chain(now=timezone.now())) == []


def test_a_key_from_the_settings(settings: LazySettings) -> None:
    sealed(1)
    folder_key = seal_key()
    pem = (settings.KEYS_DIR / "seal_key.pem").read_text()
    settings.SEAL_KEY, settings.KEYS_DIR = pem, settings.KEYS_DIR / "elsewhere"
    assert seal_key().key_id == folder_key.key_id
    assert list(verify_chain(now=timezone.now())) == []
    with pytest.raises(ImproperlyConfigured, match="SEAL_OLD_KEYS"):
        actions.change_seal_key(now=NOW)
    settings.SEAL_KEY, settings.SEAL_OLD_KEYS = "", folder_key.public_pem
    assert list(verify_chain(now=timezone.now())) == []
    assert not settings.KEYS_DIR.exists(), "whoever only verifies makes no key"


def test_a_key_that_is_none_says_so_and_the_job_waits(settings: LazySettings) -> None:
    happened(1)
    settings.SEAL_KEY = "nonsense"
    with pytest.raises(Retry, match=r"^Nothing can be sealed. SEAL_KEY cannot sign"):
        handlers.seal(work_of(handlers.SEAL))
    with pytest.raises(CommandError, match="SEAL_KEY"):
        call_command("seal_events")
    assert not Seal.objects.exists()


def test_keys_are_readable_by_us_only(settings: LazySettings) -> None:
    seal_key()
    actions.change_seal_key(now=NOW)
    files = list(settings.KEYS_DIR.iterdir())
    assert sorted(file.name for file in files) == ["seal_key.pem", "seal_old_keys.pem"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


# ------------------------------------------------------------------ work and commands
def test_the_kinds_of_work_are_known() -> None:
    periods = registry.periodic()
    assert periods[handlers.SEAL] == timedelta(minutes=1)
    assert periods[handlers.STRAGGLERS] == periods[handlers.TELL] == timedelta(days=1)


def test_by_hand() -> None:
    out = StringIO()
    call_command("seal_events", stdout=out)
    assert out.getvalue() == "Everything is sealed.\n"
    happened(2)
    call_command("seal_events", stdout=out)
    newest = Seal.objects.get()
    assert "Sealed 2 events." in out.getvalue()
    assert f"Newest seal 1:{newest.root_hash}, key {newest.key_id}." in out.getvalue()
    call_command("show_seal_key", stdout=out)
    assert seal_key().public_pem in out.getvalue()
    call_command("change_seal_key", stdout=out)
    assert f"Key {newest.key_id} is kept to verify." in out.getvalue()


# ------------------------------------------------------------------ the daily mail
def test_the_newest_seal_leaves_the_house_once_a_day(settings: LazySettings) -> None:
    settings.SEAL_MAIL_TO = "seals@example.org"
    one, two = sealed(1, 3)
    handlers.post_seal(work_of(handlers.TELL))
    handlers.post_seal(work_of(handlers.TELL))
    mail = Message.objects.get(kind=actions.SEAL_MAIL)
    assert mail.to_address == "seals@example.org"
    assert mail.subject == "Seal 2 of the audit trail"
    for words in (mail.text, mail.html):
        assert f"--expect-seal 2:{two.root_hash}" in words
        assert two.key_id in words
        assert one.root_hash not in words
    assert "Events under it: 3" in mail.text
    assert Job.objects.filter(kind="mail.send", key=str(mail.pk)).exists()


@pytest.mark.parametrize(("address", "seals"), [("", 1), ("seals@example.org", 0)])
def test_no_mail_without_address_or_seal(settings: LazySettings, address: str, seals: int) -> None:
    settings.SEAL_MAIL_TO = address
    sealed(*[1] * seals)
    handlers.post_seal(work_of(handlers.TELL))
    assert not Message.objects.exists()
