"""Then and now: a claim of 2017 beside what is known today."""

from collections.abc import Iterator
from typing import Annotated, Literal
from xml.etree.ElementTree import Element

from pydantic import StringConstraints

from courseware.core.messages import gettext_noop
from lessons.dialect.directives.base import (
    NO_TEXT,
    Found,
    LessonBlock,
    Options,
    add,
    add_certainty,
    add_words,
)
from lessons.dialect.records import Problem, problem

THEN_YEAR = "2017"
NOW_YEAR = "2026"


class ThenNowOptions(Options):
    """`seed`: the claims dealt with; `certainty`: the weakest mark that the "now" text rests on."""

    certainty: Literal["A", "B", "C", "D"]
    seed: tuple[Annotated[str, StringConstraints(pattern=r"^S[1-9][0-9]?$")], ...] = ()


class ThenNow(LessonBlock):
    NAME = "then-now"
    TAKES = "required"
    MODEL = ThenNowOptions
    values: ThenNowOptions
    HOLDS = frozenset({"then", "now"})

    def build(self, parent: Element) -> Element:
        section = add(parent, "section", "then-now")
        section.set("data-seed", " ".join(self.values.seed))
        add(section, "h3", "box-title", self.words)
        self.panes = add(section, "div", "then-now-panes")
        return section

    def content(self) -> Element:
        return self.panes

    def finish(self) -> None:
        add_certainty(self.element, self.values.certainty, self.labels)

    @classmethod
    def check(cls, found: Found) -> Iterator[Problem]:
        if [child.name for child in found.children] != ["then", "now"]:
            yield Problem(
                found.line,
                "then-now-parts",
                gettext_noop("Then and now needs one `then` and one `now`, in order."),
            )
        for now in found.inner("now"):
            if "[@" not in now.text():
                yield Problem(
                    now.line,
                    "uncited-then-now",
                    gettext_noop("What is known today must cite a source: `[@KEY]`."),
                )
        if found.text() != "\n".join(c.text() for c in found.children).strip():
            yield Problem(
                found.line,
                "then-now-parts",
                gettext_noop("Text stands outside of `then` and `now`."),
            )


class _Pane(LessonBlock):
    TAKES = "optional"
    INSIDE = frozenset({"then-now"})
    YEAR = ""
    LABEL = ""

    def build(self, parent: Element) -> Element:
        pane = add(parent, "div", self.NAME)
        add_words(pane, "p", "year", self.words or self.YEAR)
        add_words(pane, "p", "pane-label", self.labels[self.LABEL])
        return pane

    @classmethod
    def check(cls, found: Found) -> Iterator[Problem]:
        if found.argument and not (found.argument.isdecimal() and len(found.argument) == 4):
            message = gettext_noop("`%(name)s` takes a year, or nothing.")
            yield problem(found.line, "bad-argument", message, name=found.name)
        if not found.text():
            yield problem(found.line, "empty-directive", NO_TEXT, name=found.name)


class Then(_Pane):
    NAME = "then"
    YEAR = THEN_YEAR
    LABEL = "Then"


class Now(_Pane):
    NAME = "now"
    YEAR = NOW_YEAR
    LABEL = "Now"


BLOCKS = (ThenNow, Then, Now)
