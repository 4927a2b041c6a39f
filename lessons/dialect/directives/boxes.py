"""Titled boxes without options: national box and scenario."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from lessons.dialect.directives.base import Finding, Found, LessonBlock, add, add_kind


class _Box(LessonBlock):
    TAKES = "required"
    LABEL = ""

    def build(self, parent: Element) -> Element:
        section = add(parent, "section", self.NAME)
        add_kind(section, self.NAME, self.labels[self.LABEL])
        add(section, "h3", "box-title", self.words)
        return section

    @classmethod
    def check(cls, found: Found) -> Iterator[Finding]:
        if not found.text():
            yield found.line, "empty-directive", f"`{found.name}` has no text."


class National(_Box):
    """Filled by each force; shipped text uses a fictional state."""

    NAME = "national"
    LABEL = "National box"


class Scenario(_Box):
    """An opening situation or a worked case."""

    NAME = "scenario"
    LABEL = "Scenario"


BLOCKS = (National, Scenario)
