"""XML as a small tree that knows its lines.

Owns: that a file is refused before it costs anything: no document type, so no entity can grow or
point outside; bounds on depth, elements and characters. Must not: fetch, or know a format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from quizzes.engine.messages import gettext_noop
from quizzes.interchange.records import Unreadable

MAX_DEPTH = 40
MAX_ELEMENTS = 100_000


@dataclass
class Node:
    """An element: its own characters, and the elements below it."""

    tag: str
    attributes: dict[str, str]
    line: int
    pieces: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    words_line: int = 0  # where its own characters begin, blanks apart; 0: it has none

    @property
    def words(self) -> str:
        return "".join(self.pieces).strip()

    def all(self, tag: str) -> list[Node]:
        return [child for child in self.children if child.tag == tag]

    def first(self, tag: str) -> Node | None:
        return next((child for child in self.children if child.tag == tag), None)

    def text(self, tag: str) -> str:
        """The words of a child, or of the <text> in it."""
        child = self.first(tag)
        if child is None:
            return ""
        inner = child.first("text")
        return (inner or child).words


class _Builder:
    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._open: list[Node] = []
        self._count = 0
        self.root: Node | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        line = self._parser.CurrentLineNumber
        if len(self._open) >= MAX_DEPTH:
            message = gettext_noop("Elements are nested more than %(limit)s deep.")
            raise Unreadable(message, line=line, limit=MAX_DEPTH)
        if self._count > MAX_ELEMENTS:
            message = gettext_noop("There are more than %(limit)s elements. Split the file.")
            raise Unreadable(message, line=line, limit=MAX_ELEMENTS)
        node = Node(tag, attributes, line)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        if not self._open:
            return
        node = self._open[-1]
        node.pieces.append(text)
        if not node.words_line and (rest := text.lstrip()):
            # The parser hands characters over at the line where they end.
            node.words_line = self._parser.CurrentLineNumber - rest.count("\n")


def read_tree(text: str) -> Node:
    """The root of a document. Raises Unreadable with the line."""
    # The text is decoded already, whatever its first line says of an encoding.
    parser = expat.ParserCreate(encoding="utf-8")
    builder = _Builder(parser)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data

    def refuse_doctype(*_given: object) -> None:
        message = gettext_noop(
            "The file defines a document type or entities. That is never read; export it anew "
            "without."
        )
        raise Unreadable(message, line=parser.CurrentLineNumber)

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.EntityDeclHandler = refuse_doctype
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        message = gettext_noop("This is no well-formed XML: %(problem)s.")
        problem = expat.ErrorString(error.code)
        raise Unreadable(message, line=error.lineno, problem=problem) from None
    if builder.root is None:
        raise Unreadable(gettext_noop("The file is empty."))
    return builder.root
