"""The one write of events: `record`, and `record_many` for an act on many at once.

Must not: be called outside a transaction.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from courseware.audit import schema
from courseware.audit.models import AuditDetail, AuditEvent
from courseware.core.prepared import PreparedInsert

_EVENT = ("id", "at", "verb", "actor_id", "subject_type", "subject_id", "details_hash")
_insert_events = PreparedInsert(AuditEvent, *_EVENT)
_insert_details = PreparedInsert(AuditDetail, "event", "data")


def record(
    *,
    verb: str,
    subject: tuple[str, object],
    by: UUID | None,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Write one event in the caller's transaction.

    `subject` is (type, id), for example ("attempt", attempt.pk). `by` is the actor's user id,
    None for the system. `details` is JSON-able and holds no names; it may be erased later.
    `verb` and the type are explained in audit/verbs.py.
    Raises TransactionManagementError outside a transaction: an act and its event stand or
    fall together.
    """
    _needs_transaction()
    event, data = _event(verb, subject, by, now, details)
    _insert_events([[getattr(event, name) for name in _EVENT]])
    if data:
        _insert_details([(event.pk, data)])
    return event


def record_many(
    *,
    verb: str,
    about: Iterable[tuple[tuple[str, object], Mapping[str, Any]]],
    by: UUID | None,
    now: datetime,
) -> None:
    """One event for each of `about`, (subject, details), as `record` writes it. Two statements."""
    _needs_transaction()
    made = [_event(verb, subject, by, now, details) for subject, details in about]
    AuditEvent.objects.bulk_create([event for event, _data in made])
    AuditDetail.objects.bulk_create(
        [AuditDetail(event=event, data=data) for event, data in made if data]
    )


def _needs_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record() needs the act's own transaction")


def _event(
    verb: str,
    subject: tuple[str, object],
    by: UUID | None,
    now: datetime,
    details: Mapping[str, Any] | None,
) -> tuple[AuditEvent, dict[str, Any]]:
    # As it comes back from the database: a key 1 becomes "1", and then sorts differently.
    data = json.loads(json.dumps(dict(details or {})))
    event = AuditEvent(
        at=now,
        verb=verb,
        actor_id=by,
        subject_type=subject[0],
        subject_id=str(subject[1]),
        details_hash=schema.details_hash(data, key=settings.AUDIT_KEY),
    )
    return event, data
