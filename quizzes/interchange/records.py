"""A question between two formats, and what is to be said about it.

Owns: these shapes and the bounds on a file. Must not: know a format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

MAX_BYTES = 10 * 1024 * 1024
MAX_QUESTIONS = 500
MAX_PICTURES = 100
MAX_ANSWERS = 250

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
    """`content` is that of the engine's types; a feedback that the format lacks is empty.

    `place` holds those fields of an envelope that the file names: key, objective, lesson,
    must_pass, bloom, difficulty, negative_stem, seed, tags.
    """

    type: str
    content: Mapping[str, Any]
    place: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0
    name: str = ""
    pictures: tuple[Picture, ...] = ()


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
    """Findings as they are made; `name` is the question that is being read."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.name = ""

    def add(self, line: int, level: Level, message: str, params: Mapping[str, object]) -> None:
        finding = Finding(line, level, message, params, self.name)
        if finding not in self.found:
            self.found.append(finding)

    def error(self, line: int, message: str, **params: object) -> None:
        self.add(line, "error", message, params)

    def lost(self, line: int, message: str, **params: object) -> None:
        self.add(line, "lost", message, params)

    def warn(self, line: int, message: str, **params: object) -> None:
        self.add(line, "warning", message, params)
