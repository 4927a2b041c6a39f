"""Events and seals for tests of the trail.

Owns: making them through the actions. Must not: know what is asserted.
"""

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from courseware.audit.actions import record, seal_events
from courseware.audit.models import AuditEvent, Seal

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
ACTOR = UUID(int=7)


def happened(
    count: int = 1, *, verb: str = "unit.updated", now: datetime = NOW
) -> list[AuditEvent]:
    """So many events; every second one has details."""
    with transaction.atomic():
        return [
            record(
                verb=verb,
                subject=("unit", number),
                by=ACTOR if number % 3 else None,
                now=now,
                details={"fields": ["name"], "note": "é = 1"} if number % 2 else None,
            )
            for number in range(count)
        ]


def sealed(*counts: int) -> list[Seal]:
    """One seal over each count of new events."""
    for count in counts:
        happened(count)
        assert seal_events(now=timezone.now(), limit=count) == count
    return list(Seal.objects.order_by("number"))
