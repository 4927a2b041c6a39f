"""The front matter of a lesson file.

Owns its schema (docs/reference/library-format.md) and the split between front matter and text. The
text comes back byte for byte. Must not read files or render.
"""

import re
from datetime import date
from typing import Annotated, NamedTuple

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from courseware.core.markup import strip_controls
from lessons.dialect.records import Problem
from lessons.dialect.yamltext import YamlProblem, read_mapping

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.M)

Key = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*$", max_length=40)]
Seed = Annotated[str, StringConstraints(pattern=r"^S[1-9][0-9]?$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]


def visible(words: str) -> str:
    """The words of a lesson's head, refused where something in them cannot be seen."""
    if strip_controls(words) != words:
        raise ValueError("an invisible character stands in the words")
    return words


class FrontMatter(BaseModel):
    """What a lesson says about itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    objectives: tuple[Key, ...] = Field(min_length=1)
    minutes: int = Field(ge=1, le=240)
    sensitivity: int = Field(ge=0, le=2)
    topic: Words = ""
    sources: tuple[Key, ...] = ()
    seed: tuple[Seed, ...] = ()
    review_by: date

    _visible = field_validator("title", "topic")(visible)

    @model_validator(mode="after")
    def _topic_where_the_warning_needs_it(self) -> "FrontMatter":
        if self.sensitivity == 2 and not self.topic:
            raise ValueError("topic: a lesson of sensitivity 2 names the topic of its warning")
        for name in ("objectives", "sources", "seed"):
            values = getattr(self, name)
            if len(set(values)) != len(values):
                raise ValueError(f"{name}: an entry stands twice")
        return self


class LessonFile(NamedTuple):
    """A lesson file taken apart: `body` is what follows the front matter, from line `body_line`."""

    front: FrontMatter
    body: str
    body_line: int


class FrontMatterError(ValueError):
    """The front matter breaks its schema; `problems` says where."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"line {p.line}: {p.message}" for p in problems))


def split_front_matter(source: str) -> tuple[str, str, int]:
    """(YAML text, body, line the body starts on); without front matter the YAML text is empty."""
    found = _FRONT_MATTER.match(source)
    if not found:
        return "", source, 1
    return found.group(1), source[found.end() :], source.count("\n", 0, found.end()) + 1


def read_lesson(source: str) -> LessonFile:
    """Take a lesson file apart. Raises FrontMatterError with every problem and its line."""
    text, body, body_line = split_front_matter(source)
    if not text and body_line == 1:
        raise FrontMatterError(
            [_problem(1, "The file must begin with front matter between `---`.")]
        )
    try:
        values, lines = read_mapping(text)
    except YamlProblem as error:
        raise FrontMatterError([_problem(error.line + 1, f"Front matter: {error}")]) from error
    try:
        return LessonFile(FrontMatter.model_validate(values), body, body_line)
    except ValidationError as error:
        raise FrontMatterError(
            [
                _problem(
                    1 + _line_of(item["loc"], item["msg"], lines), _words(item["loc"], item["msg"])
                )
                for item in error.errors()
            ]
        ) from error


def _problem(line: int, message: str) -> Problem:
    return Problem(line, "front-matter", message)


def _line_of(where: tuple[int | str, ...], message: str, lines: dict[str, int]) -> int:
    # A rule over several fields has no place of its own: it names its field first.
    name = str(where[0]) if where else message.removeprefix("Value error, ").split(":")[0]
    return lines.get(name, 0)


def _words(where: tuple[int | str, ...], message: str) -> str:
    prefix = ".".join(str(part) for part in where)
    message = message.removeprefix("Value error, ")
    return f"{prefix}: {message}" if prefix else message
