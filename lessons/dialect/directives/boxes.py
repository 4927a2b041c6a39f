"""Titled boxes without options: national box and scenario."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from lessons.dialect.directives.base import NO_TEXT, Found, LessonBlock, add, add_kind
from lessons.dialect.records import Problem, problem


class _Box(LessonBlock):
    TAKES = "required"
    LABEL = ""

    def build(self, parent: Element) -> Element:
        section = add(parent, "section", self.NAME)
        add_kind(section, self.NAME, self.labels[self.LABEL])
        add(section, "h3", "box-title", self.words)
        return section

    @classmethod
    def check(cls, found: Found) -> Iterator[Problem]:
        if not found.text():
            yield problem(found.line, "empty-directive", NO_TEXT, name=found.name)


class National(_Box):
    """Filled by each force; shipped text uses a fictional state."""

    NAME = "national"
    LABEL = "National box"


class Scenario(_Box):
    """An opening situation or a worked case."""

    NAME = "scenario"
    LABEL = "Scenario"


BLOCKS = (National, Scenario)
