"""What is written into the trail: events, the seals over them, and who looked at it."""

from courseware.audit.actions.looking import note_export, note_search
from courseware.audit.actions.recording import record, record_many
from courseware.audit.actions.sealing import (
    SEAL_MAIL,
    change_seal_key,
    post_newest_seal,
    seal_events,
)

__all__ = [
    "SEAL_MAIL",
    "change_seal_key",
    "note_export",
    "note_search",
    "post_newest_seal",
    "record",
    "record_many",
    "seal_events",
]
