"""Seals: signed links over all events that no seal covers yet.

    seal_events        as many seals as it takes; the job does it every minute
    post_newest_seal   the newest seal as a mail to an address outside, once a day
    change_seal_key    a new key takes over

What is not sealed is looked for by its missing entry, never by "newer than the last": an id is
given before its transaction commits. Two workers may do it at once: the number of a seal and the
entry of an event are unique, so the slower one finds out and looks again.

Must not: touch an event.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from courseware.audit import keys, schema
from courseware.audit.actions.recording import record
from courseware.audit.models import AuditEvent, Seal, SealEntry
from courseware.audit.queries import facts_of, newest_seal, unsealed
from courseware.audit.signing import SealKey
from courseware.core.ids import first_of
from courseware.jobs.actions import post_mail
from courseware.jobs.models import Message

#: Events under one seal: what one transaction writes and one check holds in memory.
BATCH = 1000
SEAL_MAIL = "audit_seal"
#: Further back than any transaction or wrong clock reaches; the daily look has no such border.
_LOOK_BACK = timedelta(days=1)
# Each loser of a race for the next number tries again; there are never this many workers.
_TRIES = 20


def seal_events(*, now: datetime, limit: int, from_the_beginning: bool = False) -> int:
    """Seal what is not sealed, up to about `limit` events; returns how many it were.

    Looks at what was written since a day before the newest seal, which costs the same however
    long the trail is; `from_the_beginning` looks at all of it. Raises ImproperlyConfigured when
    there is no key to sign with.
    """
    key = keys.seal_key()
    done = 0
    while done < limit:
        sealed = _seal_once(key, now, from_the_beginning)
        if not sealed:
            break
        done += sealed
    return done


def _seal_once(key: SealKey, now: datetime, from_the_beginning: bool) -> int:
    for turn in range(_TRIES):
        # In this order: whoever seals in between takes this number, and we look again.
        last = newest_seal()
        events = list(_due(None if from_the_beginning else last, now).order_by("id")[:BATCH])
        if not events:
            return 0
        try:
            _write(key, last, events, now)
        except IntegrityError:
            if turn == _TRIES - 1:
                raise
        else:
            return len(events)
    raise AssertionError("unreachable")  # pragma: no cover


def _due(last: Seal | None, now: datetime) -> QuerySet[AuditEvent]:
    if last is None:
        return unsealed()
    # A seal made by a clock that ran ahead must not hide what came after it.
    return unsealed().filter(id__gte=first_of(min(last.at, now) - _LOOK_BACK))


@transaction.atomic
def _write(key: SealKey, last: Seal | None, events: list[AuditEvent], now: datetime) -> None:
    number = last.number + 1 if last else 1
    previous = last.root_hash if last else schema.NOTHING_BEFORE
    hashes = [schema.event_hash(facts_of(event)) for event in events]
    root = schema.root_hash(number=number, at=now, previous=previous, event_hashes=hashes)
    seal = Seal.objects.create(
        number=number,
        at=now,
        previous_hash=previous,
        root_hash=root,
        event_count=len(events),
        signature=key.sign(schema.signed_bytes(root)),
        key_id=key.key_id,
    )
    SealEntry.objects.bulk_create(
        SealEntry(event=event, seal=seal, position=position, event_hash=one)
        for position, (event, one) in enumerate(zip(events, hashes, strict=True), start=1)
    )


@transaction.atomic
def post_newest_seal(*, now: datetime) -> Message | None:
    """Write the day's mail to SEAL_MAIL_TO: outside, the newest seal cannot be taken back.

    Once for each day in UTC. None without an address or a seal.
    """
    seal = newest_seal()
    if seal is None or not settings.SEAL_MAIL_TO:
        return None
    return post_mail(
        "audit_seal",
        {"seal": seal},
        kind=SEAL_MAIL,
        key=now.date().isoformat(),
        recipient_id=None,
        to_address=settings.SEAL_MAIL_TO,
        language=settings.LANGUAGE_CODE,
        now=now,
    )


@transaction.atomic
def change_seal_key(*, now: datetime) -> tuple[SealKey, SealKey]:
    """A new key takes over: (old, new). Raises ImproperlyConfigured, see keys.change_key."""
    old, new = keys.change_key()
    record(
        verb="seal_key.changed",
        subject=("seal key", new.key_id),
        by=None,
        now=now,
        details={"old": old.key_id},
    )
    return old, new
