"""Which SVG a course folder may bring: an element allow-list, no script, style or reference.

SVG is shown through <img> only, where it cannot run anything; this is the second wall.
"""

import re
from xml.parsers import expat

ELEMENTS = frozenset(
    "svg g rect circle ellipse line polyline polygon path text tspan title desc defs marker "
    "linearGradient radialGradient stop clipPath use symbol".split()
)
MAX_BYTES = 256 * 1024
_MAX_DEPTH = 40
_LOCAL = re.compile(r"^#[\w-]+$")
_URL = re.compile(r"url\(\s*(?!['\"]?#)", re.IGNORECASE)


class SvgError(ValueError):
    """The file is no acceptable SVG. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self.depth = 0
        self.size: tuple[int, int] | None = None

    def refuse(self, message: str) -> None:
        raise SvgError(self.parser.CurrentLineNumber, message)

    def _doctype(self, *_: object) -> None:
        self.refuse("A document type is not allowed.")

    def _instruction(self, *_: object) -> None:
        self.refuse("Processing instructions are not allowed.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            self.refuse("Elements are nested too deeply.")
        if name not in ELEMENTS:
            self.refuse(f"The element <{name}> is not allowed.")
        if self.depth == 1:
            if name != "svg":
                self.refuse("The outermost element must be <svg>.")
            self.size = self._size(attributes)
        for attribute, value in attributes.items():
            self._check(attribute, value)

    def _end(self, _name: str) -> None:
        self.depth -= 1

    def _check(self, attribute: str, value: str) -> None:
        local = attribute.rpartition(":")[2].lower()
        if local.startswith("on") or local in {"style", "base"}:
            self.refuse(f"The attribute {attribute} is not allowed.")
        if local == "href" and not _LOCAL.match(value):
            self.refuse("Only references inside the picture are allowed.")
        if _URL.search(value):
            self.refuse("Only references inside the picture are allowed.")

    def _size(self, attributes: dict[str, str]) -> tuple[int, int]:
        try:
            _x, _y, width, height = (float(n) for n in attributes["viewBox"].split())
        except (KeyError, ValueError):
            self.refuse("The picture needs a viewBox of four numbers.")
            raise AssertionError from None
        if not (1 <= width <= 10_000 and 1 <= height <= 10_000):
            self.refuse("The viewBox must be between 1 and 10,000 wide and high.")
        return round(width), round(height)


def check(content: bytes) -> tuple[int, int]:
    """Width and height from the viewBox. Raises SvgError."""
    if len(content) > MAX_BYTES:
        raise SvgError(1, f"The file is larger than {MAX_BYTES // 1024} kB.")
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise SvgError(error.lineno, "The file is not well-formed XML.") from error
    if reader.size is None:
        raise SvgError(1, "The file is empty.")
    return reader.size
