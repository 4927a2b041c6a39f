"""The plain values that go into and come out of the dialect.

Owns the shapes only: what a lesson may look up (`Resolver`) and what rendering gives back
(`RenderedLesson`, `Problem`). Must not parse or produce HTML.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, Protocol

from courseware.core.messages import in_english

Mode = Literal["full", "light"]


@dataclass(frozen=True)
class SourceRecord:
    """A source as a note shows it. Dates and status come as words in the reader's language."""

    key: str
    title: str
    publisher: str = ""
    year: int | None = None
    url: str = ""
    certainty: str = ""
    status: str = ""
    note: str = ""
    checked: str = ""
    record_url: str = ""


@dataclass(frozen=True)
class TermRecord:
    """A glossary term in the language of the lesson."""

    key: str
    term: str
    definition: str


@dataclass(frozen=True)
class FigureFile:
    """A picture: an address under /media/ or /static/, and its size in CSS pixels."""

    url: str
    width: int
    height: int


class Resolver(Protocol):
    """What a lesson refers to, for one edition and one language."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Interface words, translated; what is missing is taken from `LABELS`."""

    @property
    def mode(self) -> Mode:
        """`light` leaves sensitive sections out."""

    @property
    def source_language(self) -> str:
        """The language of titles and notes of sources; "" where it is the lesson's own."""

    def source(self, key: str) -> SourceRecord | None: ...

    def term(self, key: str) -> TermRecord | None: ...

    def figure(self, name: str) -> FigureFile | None: ...

    def day(self, day: date) -> str:
        """The day in words, in the language of the lesson."""


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def english_day(day: date) -> str:
    """24 November 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class MappingResolver:
    """A Resolver over dictionaries: enough for the loader, the editor and tests."""

    sources: Mapping[str, SourceRecord] = field(default_factory=dict)
    terms: Mapping[str, TermRecord] = field(default_factory=dict)
    figures: Mapping[str, FigureFile] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    mode: Mode = "full"
    day_words: Callable[[date], str] = english_day
    source_language: str = ""

    def source(self, key: str) -> SourceRecord | None:
        return self.sources.get(key)

    def term(self, key: str) -> TermRecord | None:
        return self.terms.get(key)

    def figure(self, name: str) -> FigureFile | None:
        return self.figures.get(name)

    def day(self, day: date) -> str:
        return self.day_words(day)


type Level = Literal["error", "warning"]


class Problem(NamedTuple):
    """A finding for the author. `line` counts from 1 in the file; `error` stops loading.

    `message` is the sentence with named places, `params` what stands in them.
    """

    line: int
    code: str
    message: str
    level: Level = "error"
    params: tuple[tuple[str, str | int], ...] = ()

    @property
    def english(self) -> str:
        return in_english(self.message, dict(self.params))


def problem(
    at: int, code: str, message: str, level: Level = "error", /, **params: str | int
) -> Problem:
    """A finding in line `at` whose sentence has these values in its places."""
    return Problem(at, code, message, level, tuple(params.items()))


class OutlineItem(NamedTuple):
    """A heading: `level` 2 to 6, `id` for the link, `text` without markup."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class RenderedLesson:
    """A lesson as HTML, and what was met on the way. Keys stand in the order of first use."""

    html: str
    outline: tuple[OutlineItem, ...]
    sources: tuple[str, ...]
    terms: tuple[str, ...]
    figures: tuple[str, ...]
    seeds: tuple[str, ...]
    word_count: int
    prose_count: int  # without self-checks and practice decisions
    plain_text: str
    problems: tuple[Problem, ...]
