"""The one write of the audit trail: `record`. Must not: be called outside a transaction."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from courseware.audit.models import AuditDetail, AuditEvent


def details_hash(details: Mapping[str, Any]) -> str:
    """HMAC-SHA-256 over the canonical JSON of `details`: proves them without revealing them."""
    canonical = json.dumps(details, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(
        settings.AUDIT_KEY.encode(), canonical.encode("utf-8"), hashlib.sha256
    ).hexdigest()


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
    Raises TransactionManagementError outside a transaction: an act and its event stand or
    fall together.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("record() needs the act's own transaction")
    data = dict(details or {})
    event = AuditEvent.objects.create(
        at=now,
        verb=verb,
        actor_id=by,
        subject_type=subject[0],
        subject_id=str(subject[1]),
        details_hash=details_hash(data),
    )
    if data:
        AuditDetail.objects.create(event=event, data=data)
    return event
