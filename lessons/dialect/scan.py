"""Reads the source line by line: which directives stand where, and what is wrong with them.

Owns line numbers: the parser that makes the HTML has none. Must not produce HTML. It reads
directive headers, options and ends by the same rules as pymdown-extensions' blocks, and judges
options with the same models, so that what is reported here is what is not rendered there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from courseware.core.markup import MarkupError
from courseware.core.messages import gettext_noop
from lessons.dialect.directives import DIRECTIVES
from lessons.dialect.directives.base import Found
from lessons.dialect.inline import CITATION, TERM, citation_keys
from lessons.dialect.options import option_problem
from lessons.dialect.records import Problem, Resolver, problem
from lessons.dialect.yamltext import YamlProblem, read_mapping

MAX_DIRECTIVES = 200
MAX_DEPTH = 4

_UNCLOSED = gettext_noop("`%(name)s` is never closed.")

_HEADER = re.compile(r"[ ]{0,3}(/{3,})[ ]*([\w-]+)[ ]*(?:\|[ ]*(.*?)[ ]*)?")
_END = re.compile(r"[ ]{0,3}(/{3,})[ ]*")
_SLASHES = re.compile(r"[ ]*(?:(?:>|[-*+]|\d{1,9}[.)]|\[\^[^\]]*\]:)[ ]*)*/{3,}(?:[^/]|$)")
_OPTION = re.compile(r"[ ]{4,}\S.*")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}")


@dataclass(frozen=True)
class Scan:
    """The directives in source order, the problems of their form, and every line."""

    directives: tuple[Found, ...]
    problems: tuple[Problem, ...]
    lines: tuple[tuple[int, str], ...]


def scan(source: str, *, first_line: int = 1) -> Scan:
    """Raises MarkupError where directives are nested too deep or are too many."""
    return _Scanner(source, first_line).run()


def reference_problems(found: Scan, resolver: Resolver) -> Iterator[Problem]:
    """Sources, terms and figures that the resolver does not know."""
    for number, line in found.lines:
        text = without_code(line)
        for match in CITATION.finditer(text):
            for key in citation_keys(match):
                if resolver.source(key) is None:
                    message = gettext_noop("There is no source `%(key)s`.")
                    yield problem(number, "unknown-source", message, key=key)
        for match in TERM.finditer(text):
            if resolver.term(match.group(1)) is None:
                message = gettext_noop("There is no glossary term `%(key)s`.")
                yield problem(number, "unknown-term", message, key=match.group(1))
    for directive in found.directives:
        name = directive.argument
        if directive.name == "figure" and name and resolver.figure(name) is None:
            message = gettext_noop("There is no figure `%(key)s`.")
            yield problem(directive.line, "unknown-figure", message, key=name)


def without_code(line: str) -> str:
    """The line with code spans blanked out: nothing in them is a mark."""
    return _CODE.sub(lambda match: " " * len(match.group()), line)


class _Scanner:
    def __init__(self, source: str, first_line: int) -> None:
        self.source = [line.expandtabs(4) for line in source.split("\n")]
        self.first_line = first_line
        self.open: list[Found] = []
        self.all: list[Found] = []
        self.problems: list[Problem] = []
        self.lines: list[tuple[int, str]] = []

    def run(self) -> Scan:
        index = 0
        while index < len(self.source):
            line, number = self.source[index], self.first_line + index
            header, end = _HEADER.fullmatch(line), _END.fullmatch(line)
            index += 1
            self.lines.append((number, line))
            if end:
                self._close(len(end.group(1)), number)
            elif header:
                index = self._start(header, number, index)
            else:
                self._text(line, number)
        for directive in self.open:
            directive.end_line = self.first_line + len(self.source) - 1
            self._say(directive.line, "unclosed-directive", _UNCLOSED, name=directive.name)
        self._judge()
        return Scan(tuple(self.all), tuple(sorted(self.problems)), tuple(self.lines))

    def _say(self, at: int, code: str, message: str, **params: str | int) -> None:
        self.problems.append(problem(at, code, message, **params))

    def _text(self, line: str, number: int) -> None:
        if _SLASHES.match(line):
            reason = gettext_noop(
                "A directive is `/// name` or `/// name | words`, not in a list or quotation."
            )
            self._say(number, "malformed-directive", reason)
        if self.open:
            self.open[-1].body.append(line)

    def _close(self, slashes: int, number: int) -> None:
        if slashes not in [directive.slashes for directive in self.open]:
            reason = gettext_noop("`%(mark)s` closes nothing.")
            self._say(number, "stray-end", reason, mark="/" * slashes)
            return
        while self.open:
            directive = self.open.pop()
            directive.end_line = number
            if directive.slashes == slashes:
                return
            self._say(directive.line, "unclosed-directive", _UNCLOSED, name=directive.name)

    def _start(self, header: re.Match[str], number: int, index: int) -> int:
        parent = self.open[-1] if self.open else None
        name = header.group(2).lower()
        directive = Found(name, len(header.group(1)), header.group(3) or "", number, parent)
        if len(self.open) >= MAX_DEPTH:
            first = self.open[0]
            message = gettext_noop(
                "More than %(most)s directives are open; `%(name)s` from line %(start)s may lack "
                "its end."
            )
            raise MarkupError(message, number, most=MAX_DEPTH, name=first.name, start=first.line)
        if len(self.all) >= MAX_DIRECTIVES:
            message = gettext_noop("There are more than %(most)s directives.")
            raise MarkupError(message, number, most=MAX_DIRECTIVES)
        self.all.append(directive)
        self.open.append(directive)
        if parent:
            parent.children.append(directive)
            if directive.slashes >= parent.slashes:
                reason = gettext_noop("Give `%(outer)s` around `%(inner)s` one more slash.")
                self._say(parent.line, "nesting", reason, outer=parent.name, inner=name)
        start = index
        while index < len(self.source) and _OPTION.fullmatch(self.source[index]):
            self.lines.append((self.first_line + index, self.source[index]))
            index += 1
        self._options(directive, self.source[start:index])
        return index

    def _options(self, directive: Found, lines: list[str]) -> None:
        block = DIRECTIVES.get(directive.name)
        if block is None:
            known = ", ".join(sorted(DIRECTIVES))
            reason = gettext_noop("There is no directive `%(name)s`; there are: %(known)s.")
            at, name = directive.line, directive.name
            self._say(at, "unknown-directive", reason, name=name, known=known)
            return
        indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
        try:
            values, places = read_mapping("\n".join(line[indent:] for line in lines))
        except YamlProblem as error:
            self._say(directive.line + error.line, "bad-option", error.message, **error.params)
            return
        try:
            directive.options = block.MODEL.model_validate(values)
        except ValidationError as error:
            for item in error.errors():
                option = str(item["loc"][0]) if item["loc"] else ""
                at = directive.line + places.get(option, 0)
                self.problems.append(option_problem(at, directive.name, option, item))

    def _judge(self) -> None:
        for directive in self.all:
            block = DIRECTIVES.get(directive.name)
            if block is None:
                continue
            if block.TAKES == "required" and not directive.argument:
                reason = gettext_noop("`%(name)s` needs words after a bar: `/// %(name)s | …`.")
                self._say(directive.line, "missing-argument", reason, name=directive.name)
            if block.TAKES == "none" and directive.argument:
                reason = gettext_noop("`%(name)s` takes no words after a bar.")
                self._say(directive.line, "bad-argument", reason, name=directive.name)
            self._placement(directive)
            self.problems += block.check(directive)

    def _placement(self, directive: Found) -> None:
        block, parent = DIRECTIVES[directive.name], directive.parent
        around = DIRECTIVES.get(parent.name) if parent else None
        if block.INSIDE and (parent is None or parent.name not in block.INSIDE):
            places = ", ".join(f"`{name}`" for name in sorted(block.INSIDE))
            reason = gettext_noop("`%(name)s` stands only directly inside: %(places)s.")
            at, name = directive.line, directive.name
            self._say(at, "misplaced-directive", reason, name=name, places=places)
        elif around and around.HOLDS is not None and directive.name not in around.HOLDS:
            reason = gettext_noop("`%(inner)s` may not stand inside `%(outer)s`.")
            at, inner = directive.line, directive.name
            self._say(at, "misplaced-directive", reason, inner=inner, outer=around.NAME)


def is_heading(line: str) -> bool:
    """Whether Python-Markdown reads the line as a heading (a space after `#` is not needed)."""
    return _HEADING.match(line) is not None
