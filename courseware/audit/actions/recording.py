"""The one write of an event: `record`. Must not: be called outside a transaction."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from courseware.audit import schema
from courseware.audit.models import AuditDetail, AuditEvent


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
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("record() needs the act's own transaction")
    # As it comes back from the database: a key 1 becomes "1", and then sorts differently.
    data = json.loads(json.dumps(dict(details or {})))
    event = AuditEvent.objects.create(
        at=now,
        verb=verb,
        actor_id=by,
        subject_type=subject[0],
        subject_id=str(subject[1]),
        details_hash=schema.details_hash(data, key=settings.AUDIT_KEY),
    )
    if data:
        AuditDetail.objects.create(event=event, data=data)
    return event
