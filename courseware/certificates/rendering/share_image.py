"""The share image: a 1200 × 630 PNG for messages and networks, drawn with Pillow.

Owns its layout, wrapping and choice of font per script. Must not show or store who holds the
certificate: `ShareFacts` has no field for it, and the file carries no metadata at all.
"""

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from courseware.certificates.rendering.facts import (
    Direction,
    RenderError,
    ShareFacts,
    UnprintableText,
    clean,
)
from courseware.certificates.rendering.fonts import FontSet, Weight, coverage

SIZE = (1200, 630)

_INK, _SOFT, _BLUE = "#1B2430", "#4A5568", "#1D4E89"
_PAPER, _LINE, _GREEN = "#FBFAF7", "#D5D0C4", "#1E6B3C"
_AMBER, _AMBER_TEXT = "#FFF1CC", "#5C3D00"
_MARGIN = 80
_TITLE_SIZES = (76, 68, 60, 54, 48, 42, 37, 32)
_TITLE_HEIGHT = 244


@dataclass(frozen=True)
class _Face:
    """How a text is set; ``size`` in pixels."""

    fonts: FontSet
    weight: Weight
    size: int
    direction: Direction


def render_share_image(facts: ShareFacts, fonts: FontSet) -> bytes:
    """Return the share image as PNG bytes; the same facts give the same bytes.

    Raises UnprintableText when the fonts lack a character, and RenderError when a text needs
    shaping from right to left and this machine's Pillow cannot (it lacks FriBiDi).
    """
    facts = _cleaned(facts)
    texts = _texts(facts)
    if unprintable := fonts.missing(texts):
        raise UnprintableText(unprintable)
    if not features.check("fribidi") and any(map(_is_right_to_left, "".join(texts))):
        raise RenderError("a right-to-left share image needs the FriBiDi library")
    image = Image.new("RGB", SIZE, _PAPER)
    pen = _Pen(ImageDraw.Draw(image), facts.direction)
    _draw_frame(pen, facts, fonts)
    _draw_title(pen, facts, fonts)
    out = io.BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _texts(facts: ShareFacts) -> tuple[str, ...]:
    return (
        facts.heading,
        facts.course_title,
        facts.completed,
        facts.issued_by,
        facts.verification_host,
        facts.demonstration,
    )


def _cleaned(facts: ShareFacts) -> ShareFacts:
    """Return the facts with every text on one line and without control characters."""
    heading, title, completed, issuer, host, demonstration = map(clean, _texts(facts))
    return replace(
        facts,
        heading=heading,
        course_title=title,
        completed=completed,
        issued_by=issuer,
        verification_host=host,
        demonstration=demonstration,
    )


@dataclass(frozen=True)
class _Pen:
    """Draws at a distance from the start side, which is the right in right-to-left languages."""

    draw: ImageDraw.ImageDraw
    direction: Direction

    def box(self, start: float, top: float, width: float, height: float, fill: str) -> None:
        left = start if self.direction == "ltr" else SIZE[0] - start - width
        self.draw.rectangle((left, top, left + width - 1, top + height - 1), fill=fill)

    def text(self, start: float, baseline: float, text: str, face: _Face, fill: str) -> None:
        left = start if self.direction == "ltr" else SIZE[0] - start - _width(text, face)
        for run, font in _visual_runs(text, face):
            self.draw.text((left, baseline), run, font=font, fill=fill, anchor="ls")
            left += font.getlength(run)


def _draw_frame(pen: _Pen, facts: ShareFacts, fonts: FontSet) -> None:
    """Draw the band, what the image is, who issued it, and where it can be checked."""
    heading = _Face(fonts, "regular", 40, facts.direction)
    small = replace(heading, size=28)
    strong = replace(small, weight="semibold", size=30)
    inner = SIZE[0] - 2 * _MARGIN
    pen.box(0, 0, SIZE[0], 14, _BLUE)
    if facts.demonstration:
        notice = replace(strong, size=24)
        pen.box(0, 14, SIZE[0], 50, _AMBER)
        notice, line = _on_one_line(facts.demonstration, notice, inner)
        pen.text(_MARGIN, 48, line, notice, _AMBER_TEXT)
    heading, line = _on_one_line(facts.heading, heading, inner)
    pen.text(_MARGIN, 130, line, heading, _BLUE)
    pen.box(_MARGIN, 520, inner, 2, _LINE)
    small, host = _on_one_line(facts.verification_host, small, inner * 0.55)
    host_width = _width(host, small)
    strong, issuer = _on_one_line(facts.issued_by, strong, inner - host_width - 40)
    pen.text(_MARGIN, 572, issuer, strong, _INK)
    pen.text(SIZE[0] - _MARGIN - host_width, 572, host, small, _SOFT)


def _draw_title(pen: _Pen, facts: ShareFacts, fonts: FontSet) -> None:
    """Draw the course title as large as it fits, and the state under it."""
    face, lines = _fitted(facts.course_title, _Face(fonts, "semibold", 0, facts.direction))
    step = round(face.size * 1.18)
    baseline = 180 + round(face.size * 0.95)
    for line in lines:
        pen.text(_MARGIN, baseline, line, face, _INK)
        baseline += step
    done = _Face(fonts, "semibold", 32, facts.direction)
    _draw_tick(pen, _MARGIN, 462)
    done, line = _on_one_line(facts.completed, done, SIZE[0] - 2 * _MARGIN - 52)
    pen.text(_MARGIN + 52, 484, line, done, _GREEN)


def _draw_tick(pen: _Pen, start: int, top: int) -> None:
    """Draw the product's sign for "done": a tick in a disc, 34 pixels wide, smooth."""
    size, fine = 34, 8
    mark = Image.new("L", (size * fine, size * fine), 0)
    draw = ImageDraw.Draw(mark)
    draw.ellipse((0, 0, size * fine - 1, size * fine - 1), fill=255)
    points = [(9.5, 17.5), (15, 23), (25, 11.5)]
    draw.line([(x * fine, y * fine) for x, y in points], fill=0, width=4 * fine, joint="curve")
    left = start if pen.direction == "ltr" else SIZE[0] - start - size
    pen.draw.bitmap((left, top - 8), mark.resize((size, size), Image.Resampling.LANCZOS), _GREEN)


# --- setting text -------------------------------------------------------------------------------


def _fitted(title: str, face: _Face) -> tuple[_Face, list[str]]:
    """Return the largest face at which ``title`` fits its space, and its lines.

    A title too long for the smallest face is cut at a word, with an ellipsis.
    """
    width = SIZE[0] - 2 * _MARGIN
    for size in _TITLE_SIZES:
        face = replace(face, size=size)
        lines = _wrapped(title.split(), face, width)
        fits = len(lines) * size * 1.18 <= _TITLE_HEIGHT
        if fits and all(_width(line, face) <= width for line in lines):
            return face, lines
    kept = lines[: int(_TITLE_HEIGHT / (face.size * 1.18))]
    if len(kept) < len(lines):
        kept[-1] += "…"
    return face, [_shortened(line, face, width) for line in kept]


def _wrapped(words: Iterable[str], face: _Face, width: float) -> list[str]:
    """Break words into lines of at most ``width``; a longer word stands alone."""
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, face) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _on_one_line(text: str, face: _Face, width: float) -> tuple[_Face, str]:
    """Return ``text`` in a face small enough for ``width``, cut only below 16 pixels."""
    while face.size > 16 and _width(text, face) > width:
        face = replace(face, size=face.size - 1)
    return face, _shortened(text, face, width)


def _shortened(text: str, face: _Face, width: float) -> str:
    """Return ``text``, cut with an ellipsis if it is wider than ``width``."""
    if _width(text, face) <= width:
        return text
    kept = text.removesuffix("…")
    while kept and _width(kept + "…", face) > width:
        kept = kept[:-1].rstrip()
    return kept + "…"


def _width(text: str, face: _Face) -> float:
    return sum(font.getlength(run) for run, font in _runs(text, face))


def _visual_runs(text: str, face: _Face) -> list[tuple[str, ImageFont.FreeTypeFont]]:
    """Return the runs from left to right. Within a run the shaper settles the order."""
    runs = _runs(text, face)
    return runs[::-1] if face.direction == "rtl" else runs


def _runs(text: str, face: _Face) -> list[tuple[str, ImageFont.FreeTypeFont]]:
    """Split ``text`` into runs that one font can draw.

    Spaces, marks and punctuation stay with the run before them where its font has them: set in
    a run of their own they would land on the wrong side in right-to-left text.
    """
    runs: list[tuple[str, Path]] = []
    files = face.fonts.of_weight(face.weight)
    for character in text:
        path = next((f.path for f in files if _can_draw(f.path, character)), files[0].path)
        if runs and not character.isalnum() and _can_draw(runs[-1][1], character):
            path = runs[-1][1]
        if runs and runs[-1][1] == path:
            runs[-1] = (runs[-1][0] + character, path)
        else:
            runs.append((character, path))
    return [(run, _font(path, face.size)) for run, path in runs]


def _can_draw(path: Path, character: str) -> bool:
    return ord(character) in coverage(path) or unicodedata.category(character) == "Cf"


@lru_cache(maxsize=64)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def _is_right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in {"R", "AL"}
