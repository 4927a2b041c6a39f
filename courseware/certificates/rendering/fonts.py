"""The fonts a certificate may use, and which characters they have.

Owns the list of packaged font files and reading a font's character map. Must not look at the
fonts of the machine: a certificate looks the same wherever it is drawn.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

Weight = Literal["regular", "semibold"]

#: Family, folder of its package and stem of its files; earlier families are preferred.
#: Source Sans 3 is the face of the whole product; the others add the scripts it lacks.
#: Plex stands before Noto for Arabic because Noto draws a letter's dots as glyphs of their own:
#: the page looks right, but a screen reader or a search in the file meets broken words.
FAMILIES = (
    ("Source Sans 3", "source-sans-3", "SourceSans3"),
    ("Noto Sans", "noto-sans", "NotoSans"),
    ("IBM Plex Sans Arabic", "ibm-plex-sans-arabic", "IBMPlexSansArabic"),
    ("Noto Sans Arabic", "noto-sans-arabic", "NotoSansArabic"),
    ("Noto Sans Armenian", "noto-sans-armenian", "NotoSansArmenian"),
    ("Noto Sans Georgian", "noto-sans-georgian", "NotoSansGeorgian"),
    ("Noto Sans Hebrew", "noto-sans-hebrew", "NotoSansHebrew"),
)
_STYLES: dict[Weight, str] = {"regular": "400Regular", "semibold": "600SemiBold"}

# Shaping uses these up; a font need not have a glyph for them.
_INVISIBLE = frozenset("\u200c\u200d\u200e\u200f")


@dataclass(frozen=True)
class FontFile:
    """One static TrueType file of a family."""

    family: str
    weight: Weight
    path: Path


@dataclass(frozen=True)
class FontSet:
    """Font files in order of preference; hashable, so that compilers can be kept by it."""

    files: tuple[FontFile, ...]

    @property
    def families(self) -> tuple[str, ...]:
        """Family names, the preferred one first."""
        return tuple(dict.fromkeys(file.family for file in self.files))

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders the files lie in."""
        return tuple(dict.fromkeys(file.path.parent for file in self.files))

    def of_weight(self, weight: Weight) -> tuple[FontFile, ...]:
        """Return the files of one weight, the preferred family first."""
        return tuple(file for file in self.files if file.weight == weight)

    def missing(self, texts: Iterable[str]) -> str:
        """Return the characters of ``texts`` that no regular font of the set has, sorted."""
        known = frozenset[int]().union(*(coverage(f.path) for f in self.of_weight("regular")))
        wanted = set().union(*texts) - _INVISIBLE
        return "".join(sorted(character for character in wanted if ord(character) not in known))


def packaged_fonts(folder: Path) -> FontSet:
    """Return the packaged fonts below ``folder`` (where npm put ``@expo-google-fonts``).

    Raises FileNotFoundError naming the first file that is not there.
    """
    files = tuple(
        FontFile(family, weight, folder / package / style / f"{stem}_{style}.ttf")
        for family, package, stem in FAMILIES
        for weight, style in _STYLES.items()
    )
    for file in files:
        if not file.path.is_file():
            raise FileNotFoundError(f"certificate font missing: {file.path} (run make setup)")
    return FontSet(files)


@lru_cache(maxsize=64)
def coverage(path: Path) -> frozenset[int]:
    """Return the code points that the TrueType file at ``path`` has a glyph for."""
    return frozenset(_code_points(path.read_bytes()))


def _code_points(font: bytes) -> Iterator[int]:
    """Read the Unicode subtables of ``cmap`` in the two formats that text fonts use."""
    cmap = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * index)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            (kind,) = struct.unpack_from(">H", font, cmap + offset)
            if kind == 4:
                yield from _segments(font, cmap + offset)
            elif kind == 12:
                yield from _groups(font, cmap + offset)


def _table(font: bytes, tag: bytes) -> int:
    """Return where the table named ``tag`` starts."""
    (count,) = struct.unpack_from(">H", font, 4)
    for index in range(count):
        name, _sum, offset, _length = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"font without a {tag.decode()} table")


def _segments(font: bytes, start: int) -> Iterator[int]:
    """Format 4: runs of the basic plane; glyph 0 inside a run means "not here"."""
    (doubled,) = struct.unpack_from(">H", font, start + 6)
    segments = doubled // 2
    ends = struct.unpack_from(f">{segments}H", font, start + 14)
    starts_at = start + 16 + doubled
    starts = struct.unpack_from(f">{segments}H", font, starts_at)
    deltas = struct.unpack_from(f">{segments}H", font, starts_at + doubled)
    offsets_at = starts_at + 2 * doubled
    offsets = struct.unpack_from(f">{segments}H", font, offsets_at)
    for index, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offsets[index]:
                at = offsets_at + 2 * index + offsets[index] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", font, at)
                if not glyph:
                    continue
            if (glyph + deltas[index]) & 0xFFFF:
                yield code


def _groups(font: bytes, start: int) -> Iterator[int]:
    """Format 12: runs of the whole of Unicode."""
    (count,) = struct.unpack_from(">I", font, start + 12)
    for index in range(count):
        first, last, _glyph = struct.unpack_from(">III", font, start + 16 + 12 * index)
        yield from range(first, last + 1)
