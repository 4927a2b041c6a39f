"""Sensitive section: left out of the text-light reading."""

from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from lessons.dialect.directives.base import LessonBlock, add, add_kind


class Sensitive(LessonBlock):
    NAME = "sensitive"
    TAKES = "required"

    def build(self, parent: Element) -> Element:
        section = add(parent, "section", "sensitive")
        add_kind(section, "sensitive", f"{self.labels['Sensitive section']}: {self.words}")
        return section

    def finish(self) -> None:
        if self.context.resolver.mode == "light":
            # Emptied before inline parsing: nothing inside is looked up, numbered or listed.
            self.element.clear()
            self.element.tag = "p"
            self.element.set("class", "left-out")
            words = f"{self.labels['Left out of this version']}: {self.words}"
            self.element.text = AtomicString(words)


BLOCKS = (Sensitive,)
