"""Every text that a course shows, piece by piece, with the line it stands on.

A passage is a paragraph, heading, list item or table cell of a lesson; a directive's words or
option; one string of a question; a glossary definition; a text of a figure.

Owns: the walk. Must not: judge anything.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from courseware.bundles.folder import Folder, LessonSource
from lessons.dialect import MarkupError
from lessons.dialect.directives.base import Found
from lessons.dialect.scan import scan
from quizzes.engine.pictures import in_words

Kind = Literal["lesson", "light", "question", "term", "course", "figure"]

_DIRECTIVE = re.compile(r"\s{0,3}/{3,}\s*(?:[\w-]+\s*(?:\|\s*(.*?)\s*)?)?$")
_OPTION = re.compile(r"\s{4,}(alt|caption|instrument):\s*(.*)$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_ROW = re.compile(r"\s*\|(.*)\|\s*$")
_CELL = re.compile(r"(?<!\\)\|")
_SVG_TEXT = re.compile(r">([^<>]*[^\s<>][^<>]*)<")
# What the learner writes or never sees: no language guide binds it.
_NOT_SHOWN = frozenset({"key", "type", "accept", "correct", "unit"})


@dataclass(frozen=True)
class Passage:
    """`blocks`: names of the directives around it, outermost first. `block_line`: where the
    innermost begins. `heading`: the nearest heading above. `column`: a table cell's heading."""

    file: str
    line: int
    text: str
    kind: Kind
    blocks: tuple[str, ...] = ()
    block_line: int = 0
    heading: str = ""
    column: str = ""
    form: Literal["text", "item", "cell", "heading", "argument", "option"] = "text"
    verdict: Literal["", "right", "wrong"] = ""  # of an option of a question or check


def light_name(lesson: LessonSource) -> str:
    return lesson.file.removesuffix(".md") + ".light.md"


def passages_of(folder: Folder) -> Iterator[Passage]:
    for lesson in folder.lessons:
        yield Passage(lesson.file, 1, lesson.front.title, "lesson", form="heading")
        if lesson.front.topic:
            yield Passage(lesson.file, 1, lesson.front.topic, "lesson", form="heading")
        yield from of_markdown(lesson.body, lesson.file, lesson.body_line, "lesson")
        if lesson.light:
            yield from of_markdown(lesson.light, light_name(lesson), 1, "light")
    yield from _of_questions(folder)
    yield from _of_lists(folder)
    yield from _of_course(folder)
    for name, picture in folder.figures.items():
        if picture.is_drawn:
            yield from _of_figure(f"{folder.prefix}figures/{name}", picture.content)
    if folder.cover:
        yield from _of_figure("cover.svg", folder.cover.content)


def of_markdown(body: str, file: str, first_line: int, kind: Kind) -> Iterator[Passage]:
    """The passages of a lesson's text. Nothing where the dialect cannot read it."""
    try:
        directives = scan(body, first_line=first_line).directives
    except MarkupError:
        return
    yield from _Walk(file, kind, first_line, directives).run(body)


class _Walk:
    def __init__(
        self, file: str, kind: Kind, first_line: int, directives: tuple[Found, ...]
    ) -> None:
        self.file, self.kind, self.first_line = file, kind, first_line
        self.directives = directives
        self.heading = ""
        self.columns: list[str] = []
        self.pending: list[str] = []
        self.pending_line = 0
        self.pending_form: Literal["text", "item"] = "text"

    def run(self, body: str) -> Iterator[Passage]:
        for number, line in enumerate(body.split("\n"), start=self.first_line):
            around = self._around(number)
            if not line.strip():
                yield from self._flush()
                self.columns = []
            elif found := _DIRECTIVE.match(line):
                yield from self._flush()
                if found[1] and (not around or around[-1].name != "figure"):
                    yield self._passage(found[1], number, "argument")
            elif around and line.expandtabs(4) not in around[-1].body:
                yield from self._option(line, number)
            else:
                yield from self._text(line, number)
        yield from self._flush()

    def _text(self, line: str, number: int) -> Iterator[Passage]:
        if line.startswith("#"):
            yield from self._flush()
            self.heading = line.lstrip("# ").strip()
            yield self._passage(self.heading, number, "heading")
        elif row := _ROW.match(line):
            yield from self._flush()
            yield from self._row(row[1], number)
        else:
            item = _ITEM.match(line)
            if item:
                yield from self._flush()
            if not self.pending:
                self.pending_line = number
                self.pending_form = "item" if item else "text"
            self.pending.append(line[item.end() :] if item else line.strip())

    def _option(self, line: str, number: int) -> Iterator[Passage]:
        found = _OPTION.match(line)
        if found:
            yield self._passage(found[2].strip("\"'"), number, "option")

    def _row(self, row: str, number: int) -> Iterator[Passage]:
        cells = [cell.strip() for cell in _CELL.split(row)]
        if all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            return
        headings, self.columns = self.columns, self.columns or cells
        for index, cell in enumerate(cells):
            column = headings[index] if index < len(headings) else ""
            if cell:
                yield self._passage(cell, number, "cell", column=column)

    def _flush(self) -> Iterator[Passage]:
        if self.pending:
            yield self._passage(" ".join(self.pending), self.pending_line, self.pending_form)
            self.pending = []

    def _passage(
        self,
        text: str,
        number: int,
        form: Literal["text", "item", "cell", "heading", "argument", "option"],
        column: str = "",
    ) -> Passage:
        around = self._around(number)
        innermost = around[-1] if around else None
        verdict: Literal["", "right", "wrong"] = ""
        if innermost and innermost.name == "option" and form == "argument":
            verdict = "right" if getattr(innermost.options, "correct", False) else "wrong"
        return Passage(
            self.file,
            number,
            text,
            self.kind,
            tuple(found.name for found in around),
            innermost.line if innermost else 0,
            self.heading,
            column,
            form,
            verdict,
        )

    def _around(self, number: int) -> list[Found]:
        return [found for found in self.directives if found.line <= number <= found.end_line]


def _of_questions(folder: Folder) -> Iterator[Passage]:
    for question in folder.questions:
        parsed = folder.yaml.get(question.file)
        for path, text, verdict in _strings(in_words(question.content), ()):
            line = parsed.line((question.index, *path)) if parsed else question.line
            yield Passage(
                question.file,
                line,
                text,
                "question",
                blocks=(question.envelope.key, *(str(part) for part in path)),
                verdict=verdict,
            )


def _strings(
    value: Any, path: tuple[str | int, ...], verdict: Literal["", "right", "wrong"] = ""
) -> Iterator[tuple[tuple[str | int, ...], str, Literal["", "right", "wrong"]]]:
    if isinstance(value, str):
        yield path, value, verdict
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _strings(entry, (*path, index))
    elif isinstance(value, dict):
        option: Literal["", "right", "wrong"] = ""
        if "correct" in value:
            option = "right" if value["correct"] else "wrong"
        for name, entry in value.items():
            if name not in _NOT_SHOWN:
                yield from _strings(entry, (*path, name), option if name == "text" else "")


def _of_lists(folder: Folder) -> Iterator[Passage]:
    file = f"{folder.prefix}glossary.yaml"
    terms = folder.yaml.get(file)
    for index, term in enumerate(folder.terms):
        for name, text in (("term", term.term), ("definition", term.definition)):
            line = terms.line((index, name)) if terms else 1
            yield Passage(file, line, text, "term")


def _of_course(folder: Folder) -> Iterator[Passage]:
    course, lines = folder.course, folder.course_lines
    if course is None or lines is None:
        return
    texts: list[tuple[tuple[str | int, ...], str]] = [
        (("title",), course.title),
        (("purpose",), course.purpose),
        (("audience",), course.audience),
        (("change_note",), course.change_note),
        *(
            (_entry(folder, "objectives", index, "text", objective.key), objective.text)
            for index, objective in enumerate(course.objectives)
        ),
        *(
            (_entry(folder, "must_pass", index, "title", point.key), point.title)
            for index, point in enumerate(course.must_pass)
        ),
    ]
    for path, text in texts:
        yield Passage(f"{folder.prefix}course.yaml", lines.line(path), text, "course")


def _entry(folder: Folder, name: str, index: int, field: str, key: str) -> tuple[str | int, ...]:
    """Where the words of an entry stand: in a list, or in a translation below their key."""
    return (name, key) if folder.original else (name, index, field)


def _of_figure(name: str, content: bytes) -> Iterator[Passage]:
    for line, text in figure_words(content):
        yield Passage(name, line, text, "figure")


def figure_words(content: bytes) -> list[tuple[int, str]]:
    """Line and text of every word that stands in an SVG."""
    source = content.decode("utf-8", "replace")
    return [
        (source.count("\n", 0, found.start(1)) + 1, html.unescape(found[1]).strip())
        for found in _SVG_TEXT.finditer(source)
    ]
