"""Identifiers: sort-friendly primary keys and public codes.

Owns: how ids look. Must not: give an id meaning; access never rests on an id being secret.
"""

import secrets
import time
import uuid
from datetime import UTC, datetime, timedelta

# Crockford's base 32: no I, L, O, U, so that a code survives being read aloud or copied by hand.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
CODE_LENGTH = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id() -> uuid.UUID:
    """A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return uuid.UUID(int=value)


def made_at(identity: uuid.UUID) -> datetime:
    """When `new_id` gave this one, by the clock of the process that asked."""
    return _EPOCH + timedelta(milliseconds=identity.int >> 80)


def first_of(moment: datetime) -> uuid.UUID:
    """No id of `new_id` given at `moment` or later is smaller."""
    return uuid.UUID(int=((moment - _EPOCH) // timedelta(milliseconds=1)) << 80)


def public_code() -> str:
    """80 random bits as 16 Crockford characters, without separators."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def grouped(code: str) -> str:
    """`code` in groups of four, as it is printed: ABCD-EFGH-JKMN-PQRS."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalise_code(text: str) -> str | None:
    """The 16 characters a person meant, or None if it cannot be a code."""
    code = "".join(character for character in text.upper() if character.isalnum())
    code = code.translate(_LOOKALIKES)
    if len(code) != CODE_LENGTH or any(character not in _ALPHABET for character in code):
        return None
    return code
