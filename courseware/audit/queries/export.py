"""The trail as a file that verify_trail.py, or anybody, can check without this installation.

JSON Lines: what the file is, the public keys, then seal after seal with its events before it, and
one line that says that this was all. docs/reference/audit.md lists the fields.

Owns: the lines. Must not: ask who may have them; `stop` is the caller's word.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from courseware.audit import schema
from courseware.audit.keys import public_keys
from courseware.audit.models import Seal, SealEntry
from courseware.audit.queries.chain import facts_of, sealed_events

VERSION = 1
#: The script that judges such a file, to be handed out with it.
VERIFIER = Path(__file__).resolve().parent.parent / "verify_trail.py"
_LOOK_AGAIN = 1000


def trail_lines(*, now: datetime, stop: Callable[[], bool] = lambda: False) -> Iterator[str]:
    """The file line by line, in bounded memory. Events that no seal covers yet are not in it.

    `stop` is asked every thousand events: once it says True the file ends with a line that says
    that it is not whole.
    """
    yield _line("trail", version=VERSION, force=settings.FORCE_NAME, made_at=schema.instant(now))
    for key_id, public_key in sorted(public_keys().items()):
        yield _line("key", id=key_id, public_key=public_key)
    seals = events = 0
    for seal, entries in sealed_events():
        if (events + len(entries)) // _LOOK_AGAIN > events // _LOOK_AGAIN and stop():
            yield _line("stopped", reason="The right to export ended while this was written.")
            return
        for entry in entries:
            yield _event(entry)
        yield _seal(seal)
        seals, events = seals + 1, events + len(entries)
    yield _line("end", seals=seals, events=events)


def _event(entry: SealEntry) -> str:
    detail = getattr(entry.event, "detail", None)
    return _line(
        "event",
        **facts_of(entry.event),
        hash=entry.event_hash,
        details=detail.data if detail is not None else None,
    )


def _seal(seal: Seal) -> str:
    return _line(
        "seal",
        number=seal.number,
        at=schema.instant(seal.at),
        previous=seal.previous_hash,
        events=seal.event_count,
        root=seal.root_hash,
        key=seal.key_id,
        signature=seal.signature,
    )


def _line(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields}, ensure_ascii=False) + "\n"
