"""Legal note: what an instrument says, its year, its status and when that was checked.

A status is claimed with its day, or left to the reader with none. Must not: look at the sources'
marks; the course checks do.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal
from xml.etree.ElementTree import Element

from pydantic import Field, StringConstraints

from courseware.core.messages import gettext_noop
from lessons.dialect.directives.base import (
    Found,
    LessonBlock,
    Options,
    add,
    add_kind,
    add_words,
)
from lessons.dialect.records import Problem, problem

OPEN: Final = "check the status"


class LegalOptions(Options):
    instrument: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    year: int = Field(ge=1800, le=2200)
    status: Literal["in force", "agreed", "proposed", "lapsed", "check the status"]
    checked: date | None = None


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
        shown = [
            ("legal-instrument", values.instrument),
            ("legal-year", str(values.year)),
            ("legal-status", self.labels[values.status]),
        ]
        if values.checked:
            day = self.context.resolver.day(values.checked)
            shown.append(("legal-checked", f"{self.labels['Checked']} {day}"))
        for css, text in shown:
            add_words(facts, "span", css, text).tail = " "
        return section

    @classmethod
    def check(cls, found: Found) -> Iterator[Problem]:
        if not found.text():
            yield Problem(
                found.line, "empty-directive", gettext_noop("The legal note has no text.")
            )
        elif "[@" not in found.text():
            yield Problem(
                found.line,
                "uncited-legal",
                gettext_noop("A legal note must cite its source: `[@KEY]`."),
            )
        values = found.options
        if not isinstance(values, LegalOptions):
            return
        if values.status == OPEN and values.checked:
            reason = gettext_noop("`checked` says that a status was seen: not with `%(open)s`.")
            yield problem(found.line, "legal-date", reason, open=OPEN)
        elif values.status != OPEN and not values.checked:
            reason = gettext_noop("`%(status)s` needs its day, `checked`; or write `%(open)s`.")
            yield problem(found.line, "legal-date", reason, status=values.status, open=OPEN)


BLOCKS = (Legal,)
