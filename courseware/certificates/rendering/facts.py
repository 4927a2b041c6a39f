"""The words of a certificate, as plain values.

Owns the shape of what is printed and the cleaning of text before it is. Must not format a date,
translate a word or read a setting.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Direction = Literal["ltr", "rtl"]

#: Every translated word a certificate needs, with what it stands above or beside.
LABELS: Mapping[str, str] = {
    "heading": "the document's heading and the start of its title",
    "awarded_to": "above the holder's name",
    "course": "above the course title",
    "objectives": "heading of the list of objectives",
    "learning_hours": "above the learning time",
    "completed_on": "above the date of completion",
    "valid_until": "above the last day of validity",
    "serial": "above the serial number",
    "verify": "heading of the part about checking",
    "verify_hint": "how to check: scan, or open the address below",
    "code": "above the public code",
    "qr_alt": "what the QR code is, read out to those who do not see it",
    "signed": "one sentence: the file is signed, a change breaks the signature",
    "demonstration": "the whole line on a demonstration certificate",
}

# Zero-width joiners shape Persian and Indic words, the two marks settle direction in mixed text.
# Every other format character (above all the direction overrides, which can make one text look
# like another) has no place on a certificate.
_KEPT_FORMAT = frozenset("\u200c\u200d\u200e\u200f")


class RenderError(Exception):
    """The file could not be drawn. The message never holds a name."""


class UnprintableText(RenderError):
    """The packaged fonts have no glyph for some characters, given as ``characters``."""

    def __init__(self, characters: str) -> None:
        """Say which code points are missing, not in whose name they stood."""
        self.characters = characters
        codes = ", ".join(f"U+{ord(character):04X}" for character in characters)
        super().__init__(f"no packaged font has {codes}")


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """All that is printed on one certificate; texts are ready to print.

    ``language`` is a BCP 47 tag such as ``en-GB``; ``labels`` must hold every key of `LABELS`;
    an empty ``valid_until`` or ``learning_hours`` leaves its line out; ``issued_at`` (aware) only
    feeds the file's own dates.
    """

    holder_name: str
    course_title: str
    course_key: str
    edition: str
    objectives: tuple[str, ...]
    learning_hours: str
    completed_on: str
    valid_until: str
    issued_by: str
    serial: str
    public_code: str
    verification_url: str
    language: str
    direction: Direction
    labels: Mapping[str, str]
    notice: str
    issued_at: datetime
    is_demonstration: bool = False

    def __post_init__(self) -> None:
        """Refuse early what would otherwise give a half-empty or undated file."""
        missing = sorted(set(LABELS) - set(self.labels))
        if missing:
            raise ValueError(f"labels without text: {', '.join(missing)}")
        if self.issued_at.tzinfo is None:
            raise ValueError("issued_at needs a time zone")

    def texts(self) -> Iterator[str]:
        """Every text that will be printed, to be checked against the fonts."""
        yield from (
            self.holder_name,
            self.course_title,
            self.course_key,
            self.edition,
            self.learning_hours,
            self.completed_on,
            self.valid_until,
            self.issued_by,
            self.serial,
            self.public_code,
            self.verification_url,
            self.notice,
        )
        yield from self.objectives
        yield from self.labels.values()


@dataclass(frozen=True, kw_only=True)
class ShareFacts:
    """All that is printed on a share image. There is no field for the holder, on purpose.

    ``heading`` ("Certificate of completion"), ``completed`` ("Completed in May 2026") and
    ``demonstration`` (empty outside demonstrations) are translated and ready to print.
    """

    heading: str
    course_title: str
    completed: str
    issued_by: str
    verification_host: str
    direction: Direction
    demonstration: str = ""


def clean(text: str) -> str:
    """Return ``text`` composed (NFC), on one line, without control or override characters."""
    kept = (
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace()
        or character in _KEPT_FORMAT
        or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return " ".join("".join(kept).split())
