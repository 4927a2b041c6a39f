"""A question between two formats, and what is to be said about it.

Owns: these shapes and the bounds on a file. Must not: know a format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from quizzes.engine.messages import gettext_noop

MAX_BYTES = 10 * 1024 * 1024
MAX_QUESTIONS = 500
MAX_PICTURES = 100
MAX_ANSWERS = 250
#: Of each level; nobody reads more, and a page could not show them.
MAX_FINDINGS = 200
#: Of reading one file, about microseconds of a processor: 500 long questions in HTML take half.
MAX_WORK = 5_000_000
_WORK_OF_A_FINDING = 100
_MORE = gettext_noop(
    "%(count)s more like these are not listed. Put right what is listed and bring the file again."
)

type Level = Literal["error", "lost", "warning"]
"""error: nothing is brought in before it is put right. lost: the file says something that cannot
be kept here (or there). warning: it was kept, but not as it stood."""


@dataclass(frozen=True)
class Finding:
    """A sentence with values for its places, and where: the line, the question, the field."""

    line: int  # 0: of the whole file
    level: Level
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    name: str = ""
    place: str = ""

    def __str__(self) -> str:
        sentence = self.message % self.params if self.params else self.message
        parts = [f"line {self.line}" if self.line else "", self.name, self.place, sentence]
        return ": ".join(part for part in parts if part)


@dataclass(frozen=True)
class Picture:
    """A picture inside a file. `mark` stands in a text that was read where it was shown; a text
    that is to be written calls it by its name."""

    mark: str
    name: str
    content: bytes = field(repr=False)
    alt: str
    line: int


@dataclass(frozen=True)
class Question:
    """`content` is that of the engine's types; a feedback that the format lacks is empty, and so
    are the words of true and false. `unsaid` are fields that the format has and this file has no
    place for: that one of them is missing says nothing.

    `place` holds those fields of an envelope that the file names: key, objective, lesson,
    must_pass, bloom, difficulty, negative_stem, seed, tags.
    """

    type: str
    content: Mapping[str, Any]
    place: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0
    name: str = ""
    pictures: tuple[Picture, ...] = ()
    unsaid: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """Everything a file holds, in its order."""

    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        return any(finding.level == "error" for finding in self.findings)


@dataclass(frozen=True)
class Written:
    """A file, what it could not take, and the questions as they stand in it."""

    text: str
    findings: tuple[Finding, ...]
    kept: tuple[Question, ...]


class Unreadable(ValueError):
    """The file as a whole: one finding says why."""

    def __init__(self, message: str, *, line: int = 0, **params: object) -> None:
        self.finding = Finding(line, "error", message, params)
        super().__init__(str(self.finding))


class Notes:
    """Findings as they are made, each once; `name` is the question that is being read.

    A level that is full is counted on: a file may give as many findings as it has characters. So
    every reader also says what it costs, and is stopped where a file costs too much.
    """

    def __init__(self) -> None:
        self._work = 0
        self._listed: dict[Level, list[Finding]] = {"error": [], "lost": [], "warning": []}
        self._more: Counter[Level] = Counter()
        self._seen: set[str] = set()
        self.name = ""

    @property
    def found(self) -> tuple[Finding, ...]:
        """By their lines; first, without one, how many more there are of a level that is full."""
        more = [Finding(0, level, _MORE, {"count": n}) for level, n in self._more.items()]
        every = [finding for listed in self._listed.values() for finding in listed]
        return (*more, *sorted(every, key=lambda finding: finding.line))

    def keep(self, finding: Finding) -> None:
        level = finding.level
        if finding.message == _MORE:
            self._more[level] += int(str(finding.params["count"]))
        elif len(self._listed[level]) >= MAX_FINDINGS:
            self._more[level] += 1
        elif (key := repr(finding)) not in self._seen:
            self._seen.add(key)
            self._listed[level].append(finding)

    def spend(self, work: int, line: int) -> None:
        """Raises Unreadable where the file as a whole costs too much."""
        self._work += work
        if self._work > MAX_WORK:
            message = gettext_noop(
                "Up to this line there is as much as can be read. Split the file."
            )
            raise Unreadable(message, line=line)

    def add(self, line: int, level: Level, message: str, params: Mapping[str, object]) -> None:
        self.spend(_WORK_OF_A_FINDING, line)
        self.keep(Finding(line, level, message, params, self.name))

    def error(self, line: int, message: str, **params: object) -> None:
        self.add(line, "error", message, params)

    def lost(self, line: int, message: str, **params: object) -> None:
        self.add(line, "lost", message, params)

    def warn(self, line: int, message: str, **params: object) -> None:
        self.add(line, "warning", message, params)
