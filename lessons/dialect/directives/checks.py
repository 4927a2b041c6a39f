"""Self-checks and practice decisions: neither graded nor stored, and working without JavaScript.

Either options, each a disclosure with its own feedback, or writing: a field, a model answer,
points to tick. Nothing on the outside of a disclosure tells right from wrong before it is opened.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from courseware.core.messages import gettext_noop
from lessons.dialect.directives.base import (
    Found,
    LessonBlock,
    Options,
    add,
    add_icon,
    add_kind,
    add_words,
)
from lessons.dialect.records import Problem

_QUESTIONS = frozenset({"self-check", "practice"})


class _Question(LessonBlock):
    TAKES = "required"
    HOLDS = frozenset({"option", "model", "points"})
    KIND = ""
    LABEL = ""

    def build(self, parent: Element) -> Element:
        section = add(parent, "section", f"check check-{self.KIND}")
        add_kind(section, f"check-{self.KIND}", self.labels[self.LABEL])
        add(section, "h3", "box-title", self.words)
        return section

    def finish(self) -> None:
        self._gather_options()
        self._add_writing_field()

    def _gather_options(self) -> None:
        options = [child for child in self.element if child.get("class") == "check-option"]
        if options:
            group = Element("div", {"class": "check-options"})
            self.element.insert(list(self.element).index(options[0]), group)
            for option in options:
                self.element.remove(option)
                group.append(option)

    def _add_writing_field(self) -> None:
        written = [c for c in self.element if c.get("class") in ("check-model", "check-points")]
        if written:
            self.context.written_checks += 1
            name = f"w-{self.context.written_checks}"
            group = Element("div", {"class": "check-write"})
            self.element.insert(list(self.element).index(written[0]), group)
            hint = self.labels["Write your answer. It is not stored."]
            add_words(group, "p", "check-write-label", hint, id=name)
            # No name and no form: what is written here cannot be sent anywhere.
            add(group, "textarea", "check-text", rows="5", **{"aria-labelledby": name})

    @classmethod
    def check(cls, found: Found) -> Iterator[Problem]:
        options, written = found.inner("option"), found.inner("model", "points")
        if options and written:
            yield Problem(
                found.line,
                "check-parts",
                gettext_noop("A check has options or a model answer, not both."),
            )
        elif options:
            right = [
                o for o in options if isinstance(o.options, OptionOptions) and o.options.correct
            ]
            if len(options) < 2 or not right or len(right) == len(options):
                yield Problem(
                    found.line,
                    "check-parts",
                    gettext_noop("A check needs a right option and a wrong one."),
                )
        elif len(found.inner("model")) != 1 or len(found.inner("points")) > 1:
            yield Problem(
                found.line,
                "check-parts",
                gettext_noop("A check needs options, or one `model` and `points`."),
            )


class SelfCheck(_Question):
    """A retrieval question."""

    NAME = "self-check"
    KIND = "self"
    LABEL = "Check yourself"


class Practice(_Question):
    """The lesson's one practice decision."""

    NAME = "practice"
    KIND = "practice"
    LABEL = "Practice decision"


class OptionOptions(Options):
    correct: bool = False


class Option(LessonBlock):
    NAME = "option"
    TAKES = "required"
    MODEL = OptionOptions
    values: OptionOptions
    INSIDE = _QUESTIONS

    def build(self, parent: Element) -> Element:
        right = self.values.correct
        details = add(parent, "details", "check-option")
        summary = add(details, "summary", text=f"{self.words} ")
        add_words(summary, "span", "check-hint", self.labels["Show feedback"])
        self.feedback = add(details, "div", f"check-feedback check-{'right' if right else 'wrong'}")
        verdict = add(self.feedback, "p", "check-verdict")
        icon, word = ("right", "Right") if right else ("wrong", "Not this one")
        add_icon(verdict, icon, self.labels[word])
        return details

    def content(self) -> Element:
        return self.feedback

    @classmethod
    def check(cls, found: Found) -> Iterator[Problem]:
        if not found.text():
            yield Problem(
                found.line,
                "missing-feedback",
                gettext_noop("Every option says why it is right or wrong."),
            )


class Model(LessonBlock):
    NAME = "model"
    INSIDE = _QUESTIONS

    def build(self, parent: Element) -> Element:
        details = add(parent, "details", "check-model")
        add_words(details, "summary", "", self.labels["Model answer"])
        return details

    @classmethod
    def check(cls, found: Found) -> Iterator[Problem]:
        if not found.text():
            yield Problem(found.line, "empty-directive", gettext_noop("The model answer is empty."))


class Points(LessonBlock):
    NAME = "points"
    INSIDE = _QUESTIONS

    def build(self, parent: Element) -> Element:
        box = add(parent, "div", "check-points")
        add_words(box, "p", "check-points-title", self.labels["Tick the points you had"])
        return box

    def finish(self) -> None:
        for item in self.element.iter("li"):
            label = Element("label")
            tick = add(label, "input", type="checkbox")
            # A list without blank lines keeps its text in the item, one with them in a paragraph.
            holder = item[0] if len(item) and item[0].tag == "p" else item
            tick.tail = f" {holder.text or ''}"
            holder.text = None
            holder.insert(0, label)

    @classmethod
    def check(cls, found: Found) -> Iterator[Problem]:
        if not any(line.lstrip().startswith(("- ", "* ", "+ ")) for line in found.body):
            yield Problem(found.line, "check-parts", gettext_noop("`points` holds a list."))


BLOCKS = (SelfCheck, Practice, Option, Model, Points)
