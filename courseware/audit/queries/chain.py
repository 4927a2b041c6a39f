"""The chain from its beginning, and the proof that it is whole.

Owns: what it takes to believe the trail. Must not: mend anything, or name anybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Exists, OuterRef, QuerySet

from courseware.audit import schema
from courseware.audit.keys import public_keys
from courseware.audit.models import AuditEvent, Seal, SealEntry
from courseware.audit.signing import is_signed
from courseware.core.ids import made_at
from courseware.jobs.models import Heartbeat

#: How long an event may wait for its seal while somebody works.
LONGEST_UNSEALED = timedelta(minutes=10)
_SEALS_AT_ONCE = 200
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Problem:
    """`subject`: the seal or event it is about; `message`: a sentence without personal data."""

    subject: str
    message: str


def newest_seal() -> Seal | None:
    return Seal.objects.order_by("-number").first()


def unsealed() -> QuerySet[AuditEvent]:
    """What no seal covers yet."""
    return AuditEvent.objects.filter(~Exists(SealEntry.objects.filter(event=OuterRef("pk"))))


def facts_of(event: AuditEvent) -> dict[str, str | None]:
    """The event as it is hashed."""
    return schema.event_facts(
        id=event.pk,
        at=event.at,
        verb=event.verb,
        actor=event.actor_id,
        subject_type=event.subject_type,
        subject_id=event.subject_id,
        details_hash=event.details_hash,
    )


def sealed_events() -> Iterator[tuple[Seal, list[SealEntry]]]:
    """The chain from its beginning: each seal with its entries in order, each entry with its
    event and, where it was not erased, the event's detail. Holds a few hundred rows at a time.
    """
    after = 0
    while seals := list(Seal.objects.filter(number__gt=after).order_by("number")[:_SEALS_AT_ONCE]):
        entries = (
            SealEntry.objects.filter(seal__number__gt=after, seal__number__lte=seals[-1].number)
            .select_related("event__detail")
            .order_by("seal__number", "position")
            .iterator(chunk_size=_ROWS_AT_ONCE)
        )
        by_seal = groupby(entries, key=lambda entry: entry.seal_id)
        waiting = next(by_seal, None)
        for seal in seals:
            if waiting is not None and waiting[0] == seal.pk:
                yield seal, list(waiting[1])
                waiting = next(by_seal, None)
            else:
                yield seal, []
        after = seals[-1].number


# ------------------------------------------------------------------ proof
def verify_chain(*, now: datetime) -> Iterator[Problem]:
    """Everything that keeps the trail from being believed; nothing is the good answer.

    Every seal: number, link, signature, root; every event under it: its own hash, and its
    details where they are still there. Then whether something has waited too long for a seal.
    """
    try:
        known = public_keys()
    except ImproperlyConfigured as error:
        yield Problem("seal key", str(error))
        return
    number, root = 0, schema.NOTHING_BEFORE
    for seal, entries in sealed_events():
        yield from _about_seal(seal, number, root, known)
        yield from _about_entries(seal, entries)
        number, root = seal.number, seal.root_hash
    yield from _waits_too_long(now)


def _about_seal(seal: Seal, number: int, root: str, known: Mapping[str, str]) -> Iterator[Problem]:
    name = f"seal {seal.number}"
    if seal.number != number + 1:
        yield Problem(name, f"It follows seal {number}: those between are missing.")
    if seal.previous_hash != root:
        yield Problem(name, "It does not stand on the seal before it.")
    public = known.get(seal.key_id)
    if public is None:
        yield Problem(name, f"Its key {seal.key_id} is none of ours.")
    elif not is_signed(
        message=schema.signed_bytes(seal.root_hash), signature=seal.signature, public_pem=public
    ):
        yield Problem(name, "Its signature is wrong.")


def _about_entries(seal: Seal, entries: list[SealEntry]) -> Iterator[Problem]:
    name = f"seal {seal.number}"
    if [entry.position for entry in entries] != list(range(1, seal.event_count + 1)):
        yield Problem(name, f"It covers {seal.event_count} events, of which some are missing.")
    root = schema.root_hash(
        number=seal.number,
        at=seal.at,
        previous=seal.previous_hash,
        event_hashes=[entry.event_hash for entry in entries],
    )
    if root != seal.root_hash:
        yield Problem(name, "Its hash is not that of its events.")
    for entry in entries:
        event = entry.event
        if schema.event_hash(facts_of(event)) != entry.event_hash:
            yield Problem(f"event {event.pk}", f"It was changed after {name} was made.")
        detail = getattr(event, "detail", None)
        if detail is not None and event.details_hash != schema.details_hash(
            detail.data, key=settings.AUDIT_KEY
        ):
            yield Problem(f"event {event.pk}", "Its details are not those that were recorded.")


def _waits_too_long(now: datetime) -> Iterator[Problem]:
    """Counted only while somebody works: a stopped worker is what /readyz complains about."""
    worked = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
    oldest = unsealed().order_by("id").values_list("id", flat=True).first()
    if worked is None or oldest is None:
        return
    waited = min(now, worked) - made_at(oldest)
    if waited > LONGEST_UNSEALED:
        minutes = int(waited.total_seconds() // 60)
        yield Problem(f"event {oldest}", f"No seal covers it after {minutes} minutes.")
