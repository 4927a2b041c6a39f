"""Moodle XML, read. Pictures that are embedded in a file come along as bytes.

Owns: which element says what. What our types cannot hold is noted with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from quizzes.engine.messages import gettext_noop
from quizzes.interchange.answers import (
    Answer,
    Typed,
    choice,
    matching,
    numeric,
    short,
    true_or_false,
)
from quizzes.interchange.contents import EXTRA, FIELDS, decimal_of, small_json
from quizzes.interchange.moodle_rest import say_loose, say_unread, say_unread_category
from quizzes.interchange.places import Category, Titles, place_of
from quizzes.interchange.records import (
    MAX_ANSWERS,
    MAX_QUESTIONS,
    Notes,
    Question,
    Reading,
    Unreadable,
)
from quizzes.interchange.wording import Files, Wording, decoded
from quizzes.interchange.xmltree import Node, read_tree

#: Where our own export keeps what Moodle has no element for; Moodle passes over it.
OWN = "courseware"
_IN_OWN = frozenset({EXTRA, "partial_feedback", "model_answer", "text"})
_FORMATS = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "markdown": "markdown",
}
_NAMED = re.compile(r"@@PLUGINFILE@@/(?:[^\s\"'()<>]*/)?([^\s\"'()<>/?#]*)")
_WORK_OF_AN_ELEMENT = 30


def read_moodle(text: str) -> Reading:
    """Every question and everything that is to be said. Raises Unreadable for no such file."""
    root = read_tree(text)
    if root.tag != "quiz":
        message = gettext_noop("This is no Moodle question file: it begins with <%(tag)s>.")
        raise Unreadable(message, line=root.line, tag=root.tag)
    notes = Notes()
    questions: list[Question] = []
    category, titles, taken = Category(), Titles(), 0
    say_loose(root, notes)
    for node in root.children:
        notes.name = ""
        if node.tag != "question":
            notes.lost(node.line, gettext_noop("<%(tag)s> is no question."), tag=node.tag)
        elif node.attributes.get("type") == "category":
            category = Category(node.text("category"), node.line)
            say_unread_category(node, notes)
        elif len(questions) >= MAX_QUESTIONS:
            message = gettext_noop("There are more than %(limit)s questions. Split the file.")
            notes.error(node.line, message, limit=MAX_QUESTIONS)
            break
        else:
            reader = _Reader(node, notes, taken)
            question = reader.question(category)
            if question is not None:
                taken += len(question.pictures)
                questions.append(question)
                titles.add(question, category, is_named=bool(question.name))
    titles.say(notes)
    return Reading(tuple(questions), notes.found)


class _Reader:
    """One <question>."""

    def __init__(self, node: Node, notes: Notes, taken: int) -> None:
        self.node = node
        self.notes = notes
        self.words = Wording(notes, taken)
        self.kind = node.attributes.get("type", "")
        stem = node.first("questiontext")
        self.form = _FORMATS.get(stem.attributes.get("format", "") if stem else "", "html")

    def question(self, category: Category) -> Question | None:
        self.notes.name = self.node.text("name")
        self.notes.spend(_WORK_OF_AN_ELEMENT * len(self.node.children), self.node.line)
        own = self._own()
        made = self._typed()
        if made is None:
            return None
        kind, content = made
        said = content.pop("feedback", "")
        general = self._turned("generalfeedback")
        content = {"stem": self._turned("questiontext"), **content}
        if feedback := "\n\n".join(part for part in (general, said) if part):
            content["feedback"] = feedback
        say_unread(self.node, self.kind, self.notes)
        tags = self.node.first("tags")
        place = place_of(
            (tag.text("text") for tag in tags.all("tag")) if tags else (),
            key=self.node.text("idnumber"),
            category=category,
            notes=self.notes,
            line=self.node.line,
        )
        return Question(
            kind,
            with_own(kind, content, own),
            place,
            self.node.line,
            self.notes.name,
            tuple(self.words.pictures),
            frozenset() if own else _IN_OWN,
        )

    # ---------------------------------------------------------------- texts
    def _turned(self, tag: str) -> str:
        child = self.node.first(tag)
        return self._of(child) if child is not None else ""

    def _of(self, node: Node, default: str = "") -> str:
        """The words of an element with a format and files of its own."""
        inner = node.first("text")
        text = (inner or node).words
        form = _FORMATS.get(node.attributes.get("format", ""), default or self.form)
        return self.words.turned(text, form, node.line, self._files(node))

    def _files(self, node: Node) -> dict[str, bytes | None]:
        found: dict[str, bytes | None] = {}
        for file in node.all("file"):
            name = file.attributes.get("name", "")
            content = decoded("".join(file.pieces))
            if content is None or file.attributes.get("encoding", "base64") != "base64":
                message = gettext_noop("The embedded file %(name)s cannot be read.")
                self.notes.lost(file.line, message, name=name)
                content = None
            found[name] = content
        text = "".join(piece for inner in node.all("text") for piece in inner.pieces)
        shown = {unquote(name) for name in _NAMED.findall(text)}
        for file in node.all("file"):
            name = file.attributes.get("name", "")
            if name not in shown:
                message = gettext_noop("The embedded file %(name)s is shown nowhere: left out.")
                self.notes.lost(file.line, message, name=name)
        return found

    def _own(self) -> Mapping[str, Any]:
        """What our export put beside Moodle's elements; anything else is passed over."""
        text = self.node.text(OWN)
        if not text:
            return {}
        own = small_json(text)
        if own is None:
            message = gettext_noop("The element <%(tag)s> cannot be read and is passed over.")
            self.notes.warn(self.node.line, message, tag=OWN)
            return {}
        node = self.node.first(OWN)
        return self._with_marks(own, self._files(node)) if node and node.all("file") else own

    def _with_marks(self, value: Any, files: Files) -> Any:
        if isinstance(value, str):
            return self.words.marked(value, self.node.line, files)
        if isinstance(value, dict):
            return {name: self._with_marks(entry, files) for name, entry in value.items()}
        if isinstance(value, list):
            return [self._with_marks(entry, files) for entry in value]
        return value

    # ---------------------------------------------------------------- types
    def _typed(self) -> Typed | None:
        known: dict[str, Callable[[], Typed | None]] = {
            "multichoice": self._choice,
            "truefalse": self._true_false,
            "shortanswer": self._short,
            "numerical": self._numeric,
            "matching": self._matching,
            "ordering": self._ordering,
        }
        listed = self.node.all("answer") + self.node.all("subquestion")
        if len(listed) > MAX_ANSWERS:
            message = gettext_noop("There are more than %(limit)s answers. Shorten the list.")
            self.notes.error(self.node.line, message, limit=MAX_ANSWERS)
            return None
        if self.kind in known:
            return known[self.kind]()
        message = {
            "description": gettext_noop("A description asks nothing: it is left out."),
            "essay": gettext_noop("An essay cannot be marked by itself: it is left out."),
        }.get(
            self.kind,
            gettext_noop("There is no type here for “%(kind)s”: the question is left out."),
        )
        params = {"kind": self.kind} if "%(kind)s" in message else {}
        self.notes.lost(self.node.line, message, **params)
        return None

    def _answers(self, *, is_text: bool = False) -> list[Answer]:
        found = []
        for node in self.node.all("answer"):
            fraction = node.attributes.get("fraction", "0")
            weight = decimal_of(fraction)
            if weight is None:
                message = gettext_noop("%(text)s is no number. Write it with a point.")
                self.notes.error(node.line, message, text=fraction[:80])
                weight = Decimal(0)
            inner = node.first("feedback")
            raw = node.text("text")
            found.append(
                Answer(
                    text=raw if is_text else self._of(node, "html"),
                    weight=weight,
                    feedback=self._of(inner) if inner is not None else "",
                    line=node.line,
                    tolerance=node.text("tolerance") or "0",
                )
            )
        return found

    def _choice(self) -> Typed | None:
        is_single = self.node.text("single").lower() not in {"false", "0"}
        answers = self._answers()
        return choice(answers, takes_several=not is_single, notes=self.notes, line=self.node.line)

    def _true_false(self) -> Typed | None:
        answers: dict[str, Answer] = {}
        for answer in self._answers(is_text=True):
            if answers.setdefault(answer.text.casefold(), answer) is not answer:
                message = gettext_noop(
                    "The answer “%(text)s” is there twice: this one is left out."
                )
                self.notes.lost(answer.line, message, text=answer.text[:80])
        if set(answers) != {"true", "false"}:
            message = gettext_noop("A true or false question has the answers true and false.")
            self.notes.error(self.node.line, message)
            return None
        return true_or_false([answers["true"], answers["false"]], self.notes)

    def _short(self) -> Typed | None:
        if self.node.text("usecase") == "1":
            message = gettext_noop("Capital and small letters count there. Here they do not.")
            self.notes.lost(self.node.line, message)
        return short(self._answers(is_text=True), notes=self.notes, line=self.node.line)

    def _numeric(self) -> Typed | None:
        answers = self._answers(is_text=True)
        for answer in answers:
            for text in (answer.text, answer.tolerance):
                if text != "*" and decimal_of(text) is None:
                    message = gettext_noop("%(text)s is no number. Write it with a point.")
                    self.notes.error(answer.line, message, text=text)
                    return None
        made = numeric(answers, notes=self.notes, line=self.node.line)
        units = self.node.first("units")
        listed = units.all("unit") if units else []
        if made is None or not listed:
            return made
        kind, content = made
        for other in listed[1:]:
            message = gettext_noop("A second unit (%(unit)s) is left out: here there is one.")
            self.notes.lost(other.line, message, unit=other.text("unit_name"))
        return kind, {**content, "unit": listed[0].text("unit_name")}

    def _matching(self) -> Typed | None:
        pairs = []
        for node in self.node.all("subquestion"):
            right = self.words.turned(node.text("answer"), "plain", node.line)
            pairs.append((self._of(node, "html"), right))
        return matching(pairs)

    def _ordering(self) -> Typed | None:
        """In the order of the file. Moodle numbers the steps when it writes them and passes over
        the numbers when it reads them, so in a file of its own both say the same.
        """
        steps = self.node.all("answer")
        numbers = [node.attributes.get("fraction", "") for node in steps]
        values = [value for text in numbers if (value := decimal_of(text)) is not None]
        if values != sorted(values):
            message = gettext_noop(
                "The steps stand in the order of the file, as Moodle reads them; their numbers "
                "say another: %(numbers)s."
            )
            self.notes.warn(self.node.line, message, numbers=", ".join(numbers)[:80])
        return "ordering", {"sequence": [self._of(node, "html") for node in steps]}


def with_own(kind: str, content: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The content with what our own export kept beside: never what the file says by itself."""
    made = dict(content)
    for index, feedback in enumerate(_texts(own.get("pair_feedback"))):
        if index < len(made.get("pairs", ())):
            made["pairs"][index] = {**made["pairs"][index], "feedback": feedback}
    for index, text in enumerate(_texts(own.get("option_texts"))):
        if kind == "truefalse" and index < 2:
            made["options"][index] = {**made["options"][index], "text": text}
    if kind == "short" and isinstance(own.get("model_answer"), str):
        made["model_answer"] = own["model_answer"]
    if kind == "ordering" and isinstance(own.get("partial_feedback"), list):
        made["partial_feedback"] = own["partial_feedback"]
    extra = own.get("extra")
    if isinstance(extra, dict):
        made |= {name: value for name, value in extra.items() if name not in FIELDS[kind]}
    return made


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        return []
    return [entry if isinstance(entry, str) else "" for entry in value]
