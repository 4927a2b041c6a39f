"""How events and seals become bytes: what is hashed, and in which spelling.

docs/reference/audit.md describes it, verify_trail.py repeats it for those who trust nobody, and
a test holds the two together. A change here breaks every seal ever made: don't; add a version.

Owns: the spelling. Must not: know tables, keys or clocks.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

#: What the first seal stands on.
NOTHING_BEFORE = "0" * 64
_EVENT, _SEAL, _SIGNED = (
    b"courseware audit event 1\n",
    b"courseware audit seal 1\n",
    b"courseware audit seal signature 1\n",
)


def instant(moment: datetime) -> str:
    """2026-11-24T09:05:00.000000Z: UTC, always with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8 with sorted keys and without blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def details_hash(details: Mapping[str, Any], *, key: str) -> str:
    """HMAC-SHA-256 of the details: proves them without giving them away once they are erased."""
    return hmac.new(key.encode(), canonical(details), hashlib.sha256).hexdigest()


def event_facts(
    *,
    id: object,
    at: datetime,
    verb: str,
    actor: object | None,
    subject_type: str,
    subject_id: str,
    details_hash: str,
) -> dict[str, str | None]:
    """All there is to an event, as text. Its details stand apart, by their keyed hash."""
    return {
        "id": str(id),
        "at": instant(at),
        "verb": verb,
        "actor": None if actor is None else str(actor),
        "subject_type": subject_type,
        "subject_id": subject_id,
        "details_hash": details_hash,
    }


def event_hash(facts: Mapping[str, str | None]) -> str:
    """SHA-256 of an event's facts, in lower-case hexadecimal digits like every hash here."""
    return hashlib.sha256(_EVENT + canonical(facts)).hexdigest()


def root_hash(*, number: int, at: datetime, previous: str, event_hashes: Iterable[str]) -> str:
    """SHA-256 over the seal's number and time, the seal before it, and its events in order."""
    digest = hashlib.sha256(_SEAL)
    digest.update(f"{number}\n{instant(at)}\n{previous}\n".encode())
    for one in event_hashes:
        digest.update(f"{one}\n".encode())
    return digest.hexdigest()


def signed_bytes(root: str) -> bytes:
    """What the signature of a seal is over."""
    return _SIGNED + root.encode()
