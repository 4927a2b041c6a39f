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
from quizzes.engine.pictures import FIELD, NAME, shown_in

WHOLE_LIMIT = 40_000
"""Characters of a whole question, its parts and feedback included."""

_ALLOWED = frozenset("\n\t")
_LISTED = frozenset({"right", "distractors"})
# They make a text read as something else than it is.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def faults_of_writing(content: Mapping[str, Any]) -> list[Fault]:
    """Every text or picture that cannot be shown, and the whole where it is too long."""
    found = faults_of_pictures(content)
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


def faults_of_pictures(content: Mapping[str, Any]) -> list[Fault]:
    """Every picture that is none of the edition's own, says nothing, or stands in a list."""
    return [
        Fault(path_of(place), message, {"name": target[:80]} if "%(name)s" in message else {})
        for place, alt, target in shown_in(content)
        for message in _wrong_with(place, alt, target)
    ]


def _wrong_with(place: tuple[str | int, ...], alt: str, target: str) -> Iterator[str]:
    if not NAME.fullmatch(target):
        yield gettext_noop(
            "“%(name)s” is no name of a picture. Pictures from elsewhere are not shown: add it to "
            "the draft's pictures and write its name there."
        )
    if not alt:
        yield gettext_noop(
            "A picture has no words. Say what it shows, between the square brackets: for whoever "
            "cannot see it, they are all there is."
        )
    if not _LISTED.isdisjoint(place):
        yield gettext_noop(
            "A list to choose from shows no pictures. Put it on the other side of the pair."
        )


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
            if name == FIELD:
                continue  # files beside the text, not its author's
            yield from _texts(entry, (*place, str(name)))
    elif isinstance(value, list | tuple):
        for index, entry in enumerate(value):
            yield from _texts(entry, (*place, index))
