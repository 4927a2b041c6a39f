"""What an author may write at all, whatever the type: no character that a page cannot show, and
not more than a page can bear.

Works on contents as they are written. Must not: be asked of what was stored before; an earlier
release may have taken more, and it must still be read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.engine.content import Fault, path_of
from quizzes.engine.messages import gettext_noop

WHOLE_LIMIT = 40_000
"""Characters of a whole question, its parts and feedback included."""

_ALLOWED = frozenset("\n\t")
# They make a text read as something else than it is.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def faults_of_writing(content: Mapping[str, Any]) -> list[Fault]:
    """Every text that cannot be shown, and the whole where it is too long."""
    found: list[Fault] = []
    total = 0
    for place, text in _texts(content, ()):
        total += len(text)
        char = next((char for char in text if _is_unshowable(char)), None)
        if char is not None:
            message = gettext_noop(
                "Holds a character that cannot be shown (%(code)s). Write the text again."
            )
            found.append(Fault(path_of(place), message, {"code": f"U+{ord(char):04X}"}))
    if total > WHOLE_LIMIT:
        message = gettext_noop(
            "The question has %(count)s characters in all; %(limit)s is the most. Shorten it."
        )
        found.append(Fault("", message, {"count": total, "limit": WHOLE_LIMIT}))
    return found


def _is_unshowable(char: str) -> bool:
    if char in _ALLOWED:
        return False
    is_nothing = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    return char in _BIDI or is_nothing or unicodedata.category(char) in {"Cc", "Cs"}


def _texts(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _texts(entry, (*place, str(name)))
    elif isinstance(value, list | tuple):
        for index, entry in enumerate(value):
            yield from _texts(entry, (*place, index))
