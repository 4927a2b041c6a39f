"""Call-outs: note, remember, never, call."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from lessons.dialect.directives.base import Finding, Found, LessonBlock, add, add_kind


class _Callout(LessonBlock):
    TAKES = "optional"
    LABEL = ""

    def build(self, parent: Element) -> Element:
        box = add(parent, "div", f"callout callout-{self.NAME}", role="note")
        add_kind(box, self.NAME, self.labels[self.LABEL])
        if self.words:
            add(box, "p", "callout-title", self.words)
        return box

    @classmethod
    def check(cls, found: Found) -> Iterator[Finding]:
        if not found.text():
            yield found.line, "empty-directive", f"`{found.name}` has no text."


class Note(_Callout):
    NAME = "note"
    LABEL = "Note"


class Remember(_Callout):
    NAME = "remember"
    LABEL = "Remember"


class Never(_Callout):
    NAME = "never"
    LABEL = "Never"


class Call(_Callout):
    NAME = "call"
    LABEL = "Whom to call"


BLOCKS = (Note, Remember, Never, Call)
