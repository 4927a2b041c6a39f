"""What is written into the trail: events, and the seals over them."""

from courseware.audit.actions.recording import record
from courseware.audit.actions.sealing import (
    SEAL_MAIL,
    change_seal_key,
    post_newest_seal,
    seal_events,
)

__all__ = [
    "SEAL_MAIL",
    "change_seal_key",
    "post_newest_seal",
    "record",
    "seal_events",
]
