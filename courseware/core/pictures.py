"""What a picture says of itself before anything decodes it: kind, size, whether it moves.

Owns: reading the headers of PNG, JPEG and WebP, and the limits. A file of 20 kB can claim
13,000 × 13,000 pixels, so everything here is decided from the first bytes and the markers
between; no decoder is started. Must not: decode, keep or fetch anything.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["png", "jpeg", "webp"]

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 20_000_000
MAX_SIDE = 6_000
#: A progressive JPEG may be scanned thousands of times over all its pixels. Cameras write ten.
MAX_SCANS = 60
_MAX_CHUNKS = 20_000

CONTENT_TYPES: dict[Kind, str] = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
#: Endings under which a file of a kind is known; the first is the one we write.
SUFFIXES: dict[Kind, tuple[str, ...]] = {
    "png": ("png",),
    "jpeg": ("jpg", "jpeg"),
    "webp": ("webp",),
}

_PNG = b"\x89PNG\r\n\x1a\n"
_STARTS_OF_FRAME = frozenset(
    bytes([marker]) for marker in range(0xC0, 0xD0) if marker not in {0xC4, 0xC8, 0xCC}
)
_SCAN, _END = b"\xda", b"\xd9"
# Any marker that a length follows, and the end: not filling, not a byte of the picture, no restart.
_MARKER = re.compile(rb"\xff+([\x02-\xcf\xd9-\xfe])")


class NotAPicture(ValueError):
    """The bytes are no PNG, JPEG or WebP that anybody should decode, or break off too early."""


@dataclass(frozen=True)
class Header:
    kind: Kind
    width: int
    height: int
    is_animated: bool = False

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def is_within_limits(self) -> bool:
        return self.pixels <= MAX_PIXELS and max(self.width, self.height) <= MAX_SIDE


def read_header(content: bytes) -> Header:
    """What the header says, whatever the file is called. Raises NotAPicture."""
    try:
        if content.startswith(_PNG):
            header = _png(content)
        elif content.startswith(b"\xff\xd8\xff"):
            header = _jpeg(content)
        elif content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            header = _webp(content)
        else:
            raise NotAPicture
    except IndexError as error:
        raise NotAPicture from error
    if header.width < 1 or header.height < 1:
        raise NotAPicture
    return header


def _number(content: bytes, start: int, length: int, order: Literal["big", "little"]) -> int:
    part = content[start : start + length]
    if len(part) < length:
        raise NotAPicture
    return int.from_bytes(part, order)


def _png(content: bytes) -> Header:
    if content[12:16] != b"IHDR":
        raise NotAPicture
    width, height = _number(content, 16, 4, "big"), _number(content, 20, 4, "big")
    is_animated, place = False, len(_PNG)
    for _ in range(_MAX_CHUNKS):
        length, name = _number(content, place, 4, "big"), content[place + 4 : place + 8]
        if name == b"IDAT":
            return Header("png", width, height, is_animated)
        is_animated = is_animated or name == b"acTL"
        place += 12 + length
    raise NotAPicture


def _jpeg(content: bytes) -> Header:
    width = height = scans = 0
    place = 2
    for _ in range(_MAX_CHUNKS):
        found = _MARKER.search(content, place)
        if found is None or found[1] == _END:
            break
        place = found.end()
        if found[1] in _STARTS_OF_FRAME and not width:
            height = _number(content, place + 3, 2, "big")
            width = _number(content, place + 5, 2, "big")
        scans += found[1] == _SCAN
        if scans > MAX_SCANS:
            raise NotAPicture
        place += max(2, _number(content, place, 2, "big"))
    else:
        raise NotAPicture
    if not width or not scans:
        raise NotAPicture
    return Header("jpeg", width, height)


def _webp(content: bytes) -> Header:
    form = content[12:16]
    if form == b"VP8X":
        width = 1 + _number(content, 24, 3, "little")
        height = 1 + _number(content, 27, 3, "little")
        return Header("webp", width, height, is_animated=bool(content[20] & 0x02))
    if form == b"VP8L" and content[20] == 0x2F:
        bits = _number(content, 21, 4, "little")
        return Header("webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if form == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = _number(content, 26, 2, "little"), _number(content, 28, 2, "little")
        return Header("webp", width & 0x3FFF, height & 0x3FFF)
    raise NotAPicture
