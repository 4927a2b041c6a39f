"""What a certificate's events and dates say, and whether two spellings are one name.

Pure: plain values in, plain values out. Must not: know a table, a clock or a translation.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

ISSUED, SUPERSEDED, REVOKED, RESTORED, REBUILT, ERASED = (
    "issued superseded revoked restored rebuilt erased".split()
)


class Status(StrEnum):
    """The large word of the public page. The values are the design system's state keys."""

    VALID = "valid"
    SUPERSEDED = "superseded"  # still valid until its date; a newer one exists
    EXPIRED = "expired"
    REVOKED = "revoked"


def is_revoked(events: Iterable[str]) -> bool:
    """Whether the last word about revoking was "revoked"; `events` in order of time."""
    verdicts = [kind for kind in events if kind in {REVOKED, RESTORED}]
    return bool(verdicts) and verdicts[-1] == REVOKED


def status(events: Iterable[str], *, valid_until: date | None, today: date) -> Status:
    """The status on `today`. Revoked beats expired, expired beats superseded."""
    kinds = list(events)
    if is_revoked(kinds):
        return Status.REVOKED
    if valid_until is not None and valid_until < today:
        return Status.EXPIRED
    if SUPERSEDED in kinds:
        return Status.SUPERSEDED
    return Status.VALID


# Letters that Unicode does not take apart, though a keyboard without them writes them so.
_PLAIN_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ı": "i",
    }
)
_APOSTROPHES = frozenset("'’‘`´ʼ′")


def normalised_name(text: str) -> str:
    """`text` as it is compared: case, accents, kinds of space, dash and apostrophe do not count.

    Whoever types a name from paper may lack its accents, its dashes and its quotation marks.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = []
    for character in plain.translate(_PLAIN_LETTERS):
        category = unicodedata.category(character)
        if category in {"Mn", "Cf", "Cc"} and not character.isspace():
            continue
        if category == "Pd":
            kept.append("-")
        elif character in _APOSTROPHES:
            kept.append("'")
        else:
            kept.append(character)
    return " ".join("".join(kept).split())


def is_same_name(typed: str, printed: str) -> bool:
    """Whether both are one name. Takes the same time wherever they differ."""
    first, second = (
        hashlib.sha256(normalised_name(text).encode("utf-8", "surrogatepass")).digest()
        for text in (typed, printed)
    )
    return hmac.compare_digest(first, second)
