"""Whoever looks at the trail is in it, too: searches and exports.

Must not: record a name; a person who was searched for stands there by id.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from courseware.audit import schema
from courseware.audit.actions.recording import record
from courseware.audit.models import AuditEvent

#: Looking at the same again, or turning a page, is the same search.
SAME_SEARCH = timedelta(minutes=10)


@transaction.atomic
def note_search(*, filters: Mapping[str, str], by: UUID, now: datetime) -> bool:
    """Somebody searched the trail with these filters. False: they did so a moment ago."""
    details = {"filters": dict(filters)}
    same = AuditEvent.objects.filter(
        actor_id=by,
        at__gt=now - SAME_SEARCH,
        verb="trail.searched",
        details_hash=schema.details_hash(details, key=settings.AUDIT_KEY),
    )
    if same.exists():
        return False
    record(verb="trail.searched", subject=("trail", "events"), by=by, now=now, details=details)
    return True


@transaction.atomic
def note_export(*, kind: str, filters: Mapping[str, str], by: UUID | None, now: datetime) -> None:
    """Somebody takes the trail out: `kind` "chain" (all of it, with its seals) or "rows"."""
    record(
        verb="trail.exported",
        subject=("trail", kind),
        by=by,
        now=now,
        details={"filters": dict(filters)},
    )
