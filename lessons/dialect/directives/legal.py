"""Legal note: what an instrument says, its year, its status and when that was checked."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal
from xml.etree.ElementTree import Element

from pydantic import Field, StringConstraints

from lessons.dialect.directives.base import (
    Finding,
    Found,
    LessonBlock,
    Options,
    add,
    add_kind,
    add_words,
)


class LegalOptions(Options):
    instrument: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    year: int = Field(ge=1800, le=2200)
    status: Literal["in force", "agreed", "proposed", "lapsed"]
    checked: date


class Legal(LessonBlock):
    NAME = "legal"
    TAKES = "required"
    MODEL = LegalOptions
    values: LegalOptions

    def build(self, parent: Element) -> Element:
        values = self.values
        section = add(parent, "section", f"legal legal-{values.status.replace(' ', '-')}")
        add_kind(section, "legal", self.labels["Legal note"])
        add(section, "h3", "box-title", self.words)
        facts = add(section, "p", "legal-facts")
        for css, text in (
            ("legal-instrument", values.instrument),
            ("legal-year", str(values.year)),
            ("legal-status", self.labels[values.status]),
            ("legal-checked", f"{self.labels['Checked']} {values.checked.isoformat()}"),
        ):
            add_words(facts, "span", css, text).tail = " "
        return section

    @classmethod
    def check(cls, found: Found) -> Iterator[Finding]:
        if not found.text():
            yield found.line, "empty-directive", "The legal note has no text."
        elif "[@" not in found.text():
            yield found.line, "uncited-legal", "A legal note must cite its source: `[@KEY]`."


BLOCKS = (Legal,)
