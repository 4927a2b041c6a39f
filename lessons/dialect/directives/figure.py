"""Figure: a picture by file name, its alternative text, caption and long description."""

from collections.abc import Iterator
from typing import Annotated
from xml.etree.ElementTree import Element

from pydantic import StringConstraints

from courseware.core.messages import gettext_noop
from lessons.dialect.directives.base import (
    Found,
    LessonBlock,
    Options,
    add,
    add_words,
)
from lessons.dialect.records import Problem

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class FigureOptions(Options):
    alt: Text
    caption: Text


class Figure(LessonBlock):
    NAME = "figure"
    TAKES = "required"
    MODEL = FigureOptions
    values: FigureOptions

    def build(self, parent: Element) -> Element:
        figure = add(parent, "figure", "figure")
        file = self.context.resolver.figure(self.words)
        if file:
            picture = add(figure, "img", src=file.url, alt=self.values.alt, loading="lazy")
            picture.set("width", str(file.width))
            picture.set("height", str(file.height))
            picture.set("data-figure", self.words)
        else:
            add_words(figure, "span", "unresolved", self.words)
        self.caption = add(figure, "figcaption")
        add(self.caption, "p", "figure-caption", self.values.caption)
        self.description = add(self.caption, "details", "figure-long")
        add_words(self.description, "summary", "", self.labels["Long description"])
        return figure

    def content(self) -> Element:
        return self.description

    def finish(self) -> None:
        if len(self.description) == 1:
            self.caption.remove(self.description)

    @classmethod
    def check(cls, found: Found) -> Iterator[Problem]:
        if not found.text():
            yield Problem(
                found.line,
                "missing-long-description",
                gettext_noop("A figure's text says in words everything that the picture shows."),
            )


BLOCKS = (Figure,)
