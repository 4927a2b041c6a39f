"""Citations and terms inside sentences.

Owns their syntax. Leaves markers in the tree; `resolve` turns them into links and definitions once
the order of the whole text is known. Must not look anything up.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

_KEY = r"[A-Za-z0-9][A-Za-z0-9-]{0,39}"

CITATION = re.compile(rf"(?<!\\)\[@({_KEY}(?:[ ]*,[ ]*@?{_KEY}){{0,19}})\]")
TERM = re.compile(rf"(?<!\\)\[\[({_KEY})(?:\\?\|([^\[\]|\n]{{1,200}}))?\]\]")


def citation_keys(match: re.Match[str]) -> Iterator[str]:
    """The source keys of one citation, as written."""
    for key in match.group(1).split(","):
        yield key.strip().removeprefix("@")


class _Citations(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        marker = Element("sup", {"data-cite": " ".join(citation_keys(m))})
        # Atomic: the brackets inside must not be read as a link.
        marker.text = AtomicString(m.group(0))
        return marker, m.start(0), m.end(0)


class _Terms(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        marker = Element("span", {"data-term": m.group(1)})
        marker.text = AtomicString((m.group(2) or "").strip())
        return marker, m.start(0), m.end(0)


class LessonInline(Extension):
    """Citations and terms; before escapes, so that `\\|` inside a table cell is still a bar."""

    def extendMarkdown(self, md: Markdown) -> None:
        for name, pattern, kind, priority in (
            ("lesson_citation", CITATION, _Citations, 186),
            ("lesson_term", TERM, _Terms, 185),
        ):
            md.inlinePatterns.register(kind(pattern.pattern, md), name, priority)
