"""Reads of the trail: the newest seal, the proof that the chain is whole, its export."""

from courseware.audit.keys import public_keys
from courseware.audit.queries.chain import (
    LONGEST_UNSEALED,
    Problem,
    facts_of,
    newest_seal,
    sealed_events,
    unsealed,
    verify_chain,
)
from courseware.audit.queries.export import VERIFIER, trail_lines

__all__ = [
    "LONGEST_UNSEALED",
    "VERIFIER",
    "Problem",
    "facts_of",
    "newest_seal",
    "public_keys",
    "sealed_events",
    "trail_lines",
    "unsealed",
    "verify_chain",
]
