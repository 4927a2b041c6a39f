"""What every directive is made of.

Owns `LessonBlock`, the bridge between one directive and pymdown-extensions' block syntax:
arguments, options through a pydantic model, placement, and the small element helpers. A
directive's own HTML and its own checks live in its file. Must not know any particular directive.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString
from pydantic import BaseModel, ConfigDict, ValidationError
from pymdownx.blocks.block import Block

from courseware.core.messages import gettext_noop
from lessons.dialect.labels import CERTAINTY_WORDS, Labels
from lessons.dialect.records import Problem, Resolver


class Options(BaseModel):
    """No options: the base of every directive's option model. Unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


@dataclass
class Context:
    """What one rendering carries along."""

    resolver: Resolver
    labels: Labels
    written_checks: int = 0


@dataclass
class Found:
    """One directive as it stands in the source; made by `scan`, judged by `LessonBlock.check`."""

    name: str
    slashes: int
    argument: str
    line: int
    parent: "Found | None"
    options: Options | None = None
    end_line: int = 0
    children: list["Found"] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    def inner(self, *names: str) -> list["Found"]:
        """The directives directly inside that have one of these names."""
        return [child for child in self.children if child.name in names]

    def text(self) -> str:
        """Its own lines and those of all directives inside, without headers and options."""
        return "\n".join([*self.body, *(child.text() for child in self.children)]).strip()


NO_TEXT = gettext_noop("`%(name)s` has no text.")


class LessonBlock(Block):  # type: ignore[misc]
    """A directive. Subclasses set the class attributes and build their element."""

    NAME: ClassVar[str]
    TAKES: ClassVar[Literal["required", "optional", "none"]] = "none"
    """Whether words stand after the bar: `/// name | words`."""
    MODEL: ClassVar[type[Options]] = Options
    INSIDE: ClassVar[frozenset[str]] = frozenset()
    """Names it must stand directly inside of; empty: on its own, or inside any text."""
    HOLDS: ClassVar[frozenset[str] | None] = None
    """Names that may stand directly inside; None: any that has no INSIDE."""

    element: Element
    values: Options

    def on_init(self) -> None:
        self.arg_spec = {"required": True, "optional": None, "none": False}[self.TAKES]
        self.option_spec: dict[str, Any] = dict.fromkeys(self.MODEL.model_fields, (None, _accept))
        # pymdown-extensions lets authors set any attribute through `attrs`; here it is unknown.
        self.option_spec["attrs"] = ({}, _refuse)

    def on_validate(self, parent: Element) -> bool:
        # Inside a list, a quotation or a footnote the block parser can lose its place for ever.
        if parent is not self.md.parser.root and not parent.get("data-block"):
            return False
        if self.INSIDE and parent.get("data-block") not in self.INSIDE:
            return False
        given = {k: v for k, v in self.options.items() if k != "attrs" and v is not None}
        try:
            self.values = self.MODEL.model_validate(given)
        except ValidationError:
            return False
        return True

    def on_create(self, parent: Element) -> Element:
        self.element = self.build(parent)
        self.content().set("data-block", self.NAME)
        return self.element

    def on_add(self, block: Element) -> Element:
        return self.content()

    def on_end(self, block: Element) -> None:
        self.finish()

    def on_markdown(self) -> str:
        return "block"

    def build(self, parent: Element) -> Element:
        """Make the element under `parent`."""
        raise NotImplementedError

    def content(self) -> Element:
        """Where the text inside goes."""
        return self.element

    def finish(self) -> None:
        """Called when everything inside is parsed."""

    @classmethod
    def check(cls, found: Found) -> Iterator[Problem]:
        """Findings about this directive beyond argument, options and placement."""
        yield from ()

    @property
    def context(self) -> Context:
        context: Context = self.config["context"]
        return context

    @property
    def labels(self) -> Labels:
        return self.context.labels

    @property
    def words(self) -> str:
        """The argument, or an empty string."""
        return self.argument or ""


def _accept(value: Any) -> Any:
    return value


def _refuse(value: Any) -> Any:
    raise ValueError("not an option")


def add(parent: Element, tag: str, css: str = "", text: str = "", **attributes: str) -> Element:
    """A new last child whose text is Markdown (inline) written by the author."""
    element = SubElement(parent, tag, {"class": css, **attributes} if css else attributes)
    element.text = text
    return element


def add_words(parent: Element, tag: str, css: str, text: str, **attributes: str) -> Element:
    """A new last child whose text is shown as it is: labels, dates, marks."""
    element = add(parent, tag, css, "", **attributes)
    element.text = AtomicString(text)
    return element


def add_icon(parent: Element, name: str, words: str = "") -> Element:
    """An icon by class, followed by `words`."""
    icon = add(parent, "span", f"icon icon-{name}", **{"aria-hidden": "true"})
    icon.tail = AtomicString(f" {words}" if words else " ")
    return icon


def add_kind(parent: Element, icon: str, label: str) -> Element:
    """The line that says what kind of box this is."""
    line = add(parent, "p", "box-kind")
    add_icon(line, icon, label)
    return line


def add_certainty(parent: Element, mark: str, labels: Labels) -> None:
    """How sure the text is: icon, mark and words, so that no one of them is needed."""
    line = add(parent, "p", f"certainty certainty-{mark.lower()}")
    add_icon(line, f"certainty-{mark.lower()}")
    for css, text in (
        ("certainty-label", labels["Certainty"]),
        ("certainty-mark", mark),
        ("certainty-word", labels[CERTAINTY_WORDS[mark]]),
    ):
        add_words(line, "span", css, text).tail = " "
