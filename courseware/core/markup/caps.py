"""Bounds on Markdown source, checked before any parser sees it.

Owns the limits and their messages. Must not parse Markdown: every check here is one linear pass,
because it exists to keep the parser's slow paths (seconds for 8 kB of `[`) out of reach.
"""

import re

from courseware.core.markup.errors import MarkupError
from courseware.core.messages import gettext_noop

MAX_BYTES = 64 * 1024
MAX_BLOCK_CHARACTERS = 16_000
MAX_BLOCK_LINES = 500
MAX_BLOCKS = 1_500
MAX_BRACKET_DEPTH = 12
MAX_MARKUP_RUN = 80
MAX_ANY_RUN = 200
MAX_NESTING_MARKERS = 8
MAX_INDENT = 40
MAX_ABBREVIATIONS = 50
# References and definitions together; the parser compares every reference with all before it.
MAX_FOOTNOTES = 300
# Parsers look again at the whole block for many marks they meet, so the work of a block grows with
# marks × characters. Ordinary lessons stay below 5 % of this; at the limit it is about a second.
MAX_WORK = 4_000_000

_MARKS = re.compile(r"[\[<*_`{(]")
_BLANK_LINES = re.compile(r"\n[ \t]*\n")
_MARKUP_RUN = re.compile(rf"([\[\]*_`#!~>{{(])\1{{{MAX_MARKUP_RUN},}}")
_ANY_RUN = re.compile(rf"([^\n])\1{{{MAX_ANY_RUN},}}")
_MARKERS = re.compile(r"[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))")
_RULE = re.compile(r"[ \t]*([-*_])(?:[ \t]*\1)*[ \t]*")
_ABBREVIATION = re.compile(r"(?m)^[ ]{0,3}\*\[")
_FOOTNOTE = re.compile(r"\[\^")


def check_caps(source: str, *, max_bytes: int = MAX_BYTES, first_line: int = 1) -> None:
    """Raise MarkupError for source that would be too costly to render.

    `first_line` is the number of the source's first line in the file the author sees.
    """
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        message = gettext_noop("The text has %(size)s bytes; %(most)s is the most. Split it.")
        raise MarkupError(message, size=size, most=max_bytes)
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    _check_runs(source, first_line)
    _check_lines(source, first_line)
    _check_blocks(source, first_line)
    for pattern, most, message in (
        (
            _ABBREVIATION,
            MAX_ABBREVIATIONS,
            gettext_noop("There are more than %(most)s abbreviations."),
        ),
        (
            _FOOTNOTE,
            MAX_FOOTNOTES,
            gettext_noop("There are more than %(most)s footnotes and references to them."),
        ),
    ):
        if len(pattern.findall(source)) > most:
            raise MarkupError(message, most=most)


def _check_runs(source: str, first_line: int) -> None:
    for pattern, most in ((_MARKUP_RUN, MAX_MARKUP_RUN), (_ANY_RUN, MAX_ANY_RUN)):
        found = pattern.search(source)
        if found:
            line = first_line + source.count("\n", 0, found.start())
            message = gettext_noop(
                "The character %(character)s stands more than %(most)s times in a row."
            )
            raise MarkupError(message, line, character=repr(found.group(1)), most=most)


def _check_lines(source: str, first_line: int) -> None:
    for number, line in enumerate(source.split("\n"), start=first_line):
        indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip(" "))
        if indent > MAX_INDENT and line.strip():
            message = gettext_noop("The line is indented by more than %(most)s spaces.")
            raise MarkupError(message, number, most=MAX_INDENT)
        if _nesting(line) > MAX_NESTING_MARKERS:
            message = gettext_noop("Lists and quotations are nested more than %(most)s deep.")
            raise MarkupError(message, number, most=MAX_NESTING_MARKERS)


def _nesting(line: str) -> int:
    """How many list and quotation markers open the line; a rule such as `* * *` has none."""
    if _RULE.fullmatch(line):
        return 0
    count, position = 0, 0
    while count <= MAX_NESTING_MARKERS and (found := _MARKERS.match(line, position)):
        count, position = count + 1, found.end()
    return count


def _check_blocks(source: str, first_line: int) -> None:
    work = 0
    line = first_line
    blocks = _BLANK_LINES.split(source, maxsplit=MAX_BLOCKS)
    if len(blocks) > MAX_BLOCKS:
        message = gettext_noop("The text has more than %(most)s paragraphs. Split it.")
        raise MarkupError(message, most=MAX_BLOCKS)
    for block in blocks:
        # The separator swallowed two line ends; extra blank lines are part of the next block.
        start = line + len(block) - len(block.lstrip("\n"))
        line += block.count("\n") + 2
        _check_block(block, start)
        work += len(block) * len(_MARKS.findall(block))
        if work > MAX_WORK:
            message = gettext_noop("Too many marks in one passage. Put blank lines between parts.")
            raise MarkupError(message, start)


def _check_block(block: str, start: int) -> None:
    for size, most, message in (
        (
            block.count("\n"),
            MAX_BLOCK_LINES,
            gettext_noop("A passage without a blank line has more than %(most)s lines."),
        ),
        (
            len(block),
            MAX_BLOCK_CHARACTERS,
            gettext_noop("A passage without a blank line has more than %(most)s characters."),
        ),
        (
            _bracket_depth(block),
            MAX_BRACKET_DEPTH,
            gettext_noop("More than %(most)s square brackets are opened and not closed."),
        ),
    ):
        if size > most:
            raise MarkupError(message, start, most=most)


def _bracket_depth(block: str) -> int:
    depth = deepest = 0
    for mark in re.findall(r"\\.|[\[\]]", block):
        if mark == "[":
            depth += 1
            deepest = max(deepest, depth)
        elif mark == "]" and depth:
            depth -= 1
    return deepest
