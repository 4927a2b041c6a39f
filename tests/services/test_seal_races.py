"""Many workers seal at once on PostgreSQL: one chain, every event once."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from courseware.audit.actions import seal_events, sealing
from courseware.audit.models import Seal, SealEntry
from courseware.audit.queries import unsealed, verify_chain
from tests.audit.trail_made import happened
from tests.services.test_attempt_races import at_once

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
EVENTS = 60


@pytest.fixture(autouse=True)
def _on_postgresql(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("races need PostgreSQL: SQLite writes one after another")
    settings.KEYS_DIR = tmp_path / "keys"
    monkeypatch.setattr(sealing, "BATCH", 7)


def test_many_workers_make_one_chain() -> None:
    """The key is made by whoever comes first, too."""
    happened(EVENTS)
    results = at_once(lambda _index: seal_events(now=timezone.now(), limit=10_000), times=8)
    assert sum(results) == EVENTS, results
    assert not unsealed().exists()
    assert SealEntry.objects.count() == EVENTS
    numbers = list(Seal.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert list(verify_chain(now=timezone.now())) == []


def test_events_that_go_on_happening_are_sealed_too() -> None:
    def act(index: int) -> int:
        if index % 2:
            happened(3)
            return 0
        return seal_events(now=timezone.now(), limit=10_000)

    results = at_once(act, times=16)
    assert not [result for result in results if isinstance(result, Exception)], results
    seal_events(now=timezone.now(), limit=10_000)
    assert SealEntry.objects.count() == 8 * 3
    assert list(verify_chain(now=timezone.now())) == []


def test_twin_without_the_unique_number_the_chain_forks() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE audit_seal DROP CONSTRAINT audit_seal_number_key;"
            "ALTER TABLE audit_sealentry DROP CONSTRAINT audit_sealentry_pkey CASCADE"
        )
    try:
        happened(EVENTS)
        at_once(lambda _index: seal_events(now=timezone.now(), limit=10_000), times=8)
        assert SealEntry.objects.count() > EVENTS
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE audit_sealentry, audit_seal;"
                "ALTER TABLE audit_seal ADD CONSTRAINT audit_seal_number_key UNIQUE (number);"
                "ALTER TABLE audit_sealentry ADD CONSTRAINT audit_sealentry_pkey"
                " PRIMARY KEY (event_id)"
            )
