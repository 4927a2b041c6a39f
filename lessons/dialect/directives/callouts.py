"""Call-outs: note, remember, never, call."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from lessons.dialect.directives.base import NO_TEXT, Found, LessonBlock, add, add_kind
from lessons.dialect.records import Problem, problem


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
    def check(cls, found: Found) -> Iterator[Problem]:
        if not found.text():
            yield problem(found.line, "empty-directive", NO_TEXT, name=found.name)


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
