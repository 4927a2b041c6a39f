"""A list of people as somebody brings it: a CSV file, or lines typed into a field.

    lines = read_list(data)         bytes of a file, or text
    Line(3, "alice@example.org", date(2026, 6, 30))

One person a line: an e-mail address or a service number, and a due date if theirs is another one.
With a first line of column names the columns may stand anywhere; without one they stand in this
order, and only some lines may have a date. Commas, semicolons or tabs; UTF-8, UTF-16 or
Windows-1252. A line is read by itself, so that a quotation mark without its twin spoils one line
and not the rest of the file.

Owns: reading. Must not: know who anybody is; a line names somebody or nobody, that is for queries.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_BYTES = 1_000_000
MOST_LINES = 5_000
#: Longer than any address or number.
LONGEST = 254


class ListError(Exception):
    """The list as a whole cannot be read. `problem` is one of `Problem`."""

    def __init__(self, problem: "Problem") -> None:
        super().__init__(problem.value)
        self.problem = problem


class Problem(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    WORKBOOK = "workbook"  # a spreadsheet's own format
    NOT_TEXT = "not-text"
    NO_PEOPLE_COLUMN = "no-people-column"  # column names, and none for the person


@dataclass(frozen=True)
class Line:
    """One line: who, and by when. `due_on` is None where nothing is said, `is_date_wrong` where
    something is said that is no date."""

    number: int  # in the file, from 1
    given: str
    due_on: date | None = None
    is_date_wrong: bool = False
    is_unreadable: bool = False


#: Column names, in the languages of the product.
_PERSON_COLUMNS = frozenset(
    "email e-mail mail emailaddress e-mailaddress address login person"
    " servicenumber serviceno number"
    " correo correoelectrónico dirección númerodeservicio nºdeservicio número persona".split()
)
_DUE_COLUMNS = frozenset("due duedate dueon duedatum date fechalímite plazo fecha vence".split())
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",;\t"
_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\Z")
# What no address, number or date holds, and what PostgreSQL refuses to keep.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def read_list(data: bytes | str) -> list[Line]:
    """Every line that says something. Raises ListError."""
    text = data if isinstance(data, str) else _decoded(data)
    rows = [(at, row) for at, row in enumerate(re.split(r"\r\n|\n|\r", text), 1) if row.strip()]
    separator = _declared(rows)
    if separator is not None:
        rows = rows[1:]
    if not rows:
        raise ListError(Problem.EMPTY)
    header = rows[0][1]
    named_by = separator or max(_SEPARATORS, key=header.count)
    columns = _columns(_cells(header, named_by) or [])
    if columns is not None:
        rows = rows[1:]
        separator = named_by if named_by in header else separator
    if not rows:
        raise ListError(Problem.EMPTY)
    if len(rows) > MOST_LINES:
        raise ListError(Problem.TOO_MANY)
    people, due = columns or ((0,), 1)
    return [_line(at, _cells(row, separator or _first(row)), people, due) for at, row in rows]


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise ListError(Problem.TOO_LARGE)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ListError(Problem.WORKBOOK)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if data.count(0) * 2 > len(data):
        raise ListError(Problem.NOT_TEXT)
    if b"\x00" in data:  # every other byte of Latin letters in UTF-16 is one
        even, odd = data[::2].count(0), data[1::2].count(0)
        if max(even, odd) * 4 > len(data):
            return _strictly(data, "utf-16-le" if odd > even else "utf-16-be")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(data, "windows-1252")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ListError(Problem.NOT_TEXT) from error


def _declared(rows: Sequence[tuple[int, str]]) -> str | None:
    """A spreadsheet's own line about what separates."""
    first = rows[0][1].strip() if rows else ""
    return (first[4:5] or _SEPARATORS[0]) if first.lower().startswith("sep=") else None


def _first(row: str) -> str:
    """What separates the columns of a line that no line of names speaks for.

    No address, number or date holds any of them, so the first that stands there is it.
    """
    return next((sign for sign in row if sign in _SEPARATORS), _SEPARATORS[0])


def _cells(row: str, separator: str) -> list[str] | None:
    """None for a line that no reader of CSV can take apart."""
    try:
        return [cell.strip() for cell in next(csv.reader([row], delimiter=separator))]
    except (csv.Error, StopIteration, TypeError):
        return None


def _columns(cells: Sequence[str]) -> tuple[tuple[int, ...], int | None] | None:
    """Where the person stands, and where the date, by their names; None if these are no names."""
    names = [re.sub(r"[\s_.]+", "", cell.lower().lstrip("\ufeff")) for cell in cells]
    people = tuple(at for at, name in enumerate(names) if name in _PERSON_COLUMNS)
    due = next((at for at, name in enumerate(names) if name in _DUE_COLUMNS), None)
    if not people and due is None:
        return None
    if not people:
        raise ListError(Problem.NO_PEOPLE_COLUMN)
    if len(names) == 1:  # a name over the people only: what stands beside one is their date
        return people, 1
    return people, due


def _line(at: int, cells: list[str] | None, people: Sequence[int], due: int | None) -> Line:
    if cells is None:
        return Line(at, "", is_unreadable=True)
    given = next((cells[n] for n in people if n < len(cells) and cells[n]), "")
    shown = _CONTROLS.sub("\ufffd", given)[:LONGEST]
    if shown != given:
        return Line(at, shown, is_unreadable=True)
    said = cells[due] if due is not None and due < len(cells) else ""
    day = _day(said)
    return Line(at, shown, day, is_date_wrong=bool(said) and day is None)


def _day(said: str) -> date | None:
    """2026-06-30, or day before month: 30.6.2026, 30/06/2026."""
    try:
        if found := _DAY.match(said):
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day)
        return date.fromisoformat(said) if re.fullmatch(r"\d{4}-\d\d-\d\d", said) else None
    except ValueError:
        return None
