"""No cell of a table is ever a formula, however the reader's spreadsheet takes it apart."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courseware.core import spreadsheet
from courseware.core.spreadsheet import BOM, csv_line, csv_lines, csv_response, safe_cell

HOSTILE = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1",
    "\ufeff=1",
    "\u200b=1",
    "\x00=1",
    "\u202e=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "\u2212 1",
    '"=1+1"',
    "'=1+1",
    "North;=1+1",
    "North, -1",
    "North|@x",
    "\ud800=1",
)


def _starts_a_formula(cell: str) -> bool:
    seen = cell.lstrip(' \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"')
    return unicodedata.normalize("NFKC", seen[:1]) in {"=", "+", "-", "@", "\u2212"}


def _cells(line: str) -> Iterator[str]:
    """The cells of a line as readers with a comma, a semicolon and a tab see them."""
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(line), delimiter=separator):
            yield from row


@pytest.mark.parametrize("value", HOSTILE)
def test_a_formula_becomes_text(value: str) -> None:
    line = csv_line(["first", value, "last"])
    assert line.count("\n") == 1
    assert not [cell for cell in _cells(line) if _starts_a_formula(cell)]


@settings(deadline=None, database=None)
@given(st.lists(st.text(st.sampled_from("=+-@＝－;,|\t\r\n \"'a1\u202e\x07\ud800é")), min_size=1))
def test_no_text_is_a_formula_and_every_line_is_one(cells: list[str]) -> None:
    line = csv_line(cells)
    line.encode()
    assert line.endswith("\r\n")
    assert not set(line[:-2]) & set("\r\n\t\x07\u202e")
    assert not [cell for cell in _cells(line) if _starts_a_formula(cell)]
    [row] = csv.reader(io.StringIO(line))
    assert len(row) == len(cells)


def test_harmless_values_stay_as_they_are() -> None:
    assert safe_cell("Anne-Marie O'Neil, née Çelik; 2nd") == "Anne-Marie O'Neil, née Çelik; 2nd"
    assert safe_cell(None) == ""
    assert safe_cell(-5) == "-5"
    assert safe_cell(True) == "1"
    assert safe_cell(Decimal("-87.5")) == "-87.5"
    assert safe_cell(date(2026, 5, 4)) == "2026-05-04"
    assert safe_cell(datetime(2026, 5, 4, 9, 30, tzinfo=UTC)) == "2026-05-04T09:30:00+00:00"
    assert safe_cell("two\nlines\tand a tab") == "two lines and a tab"


def test_a_file_begins_with_its_header_and_comes_in_pieces() -> None:
    taken = 0

    def rows() -> Iterator[tuple[int, str]]:
        nonlocal taken
        for taken in range(1, 1_201):
            yield taken, "x"

    pieces = csv_lines(("number", "word"), rows())
    assert next(pieces).decode() == f'{BOM}"number","word"\r\n'
    assert taken == 0  # the header does not wait for the first row
    next(pieces)
    assert taken == 500
    rest = b"".join(pieces).decode()
    assert rest.count("\r\n") == 700
    assert rest.endswith('"1200","x"\r\n')


def test_the_answer_is_a_download_that_nobody_keeps() -> None:
    response = csv_response("completions.csv", csv_lines(("a",), []))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="completions.csv"'
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response) == '\ufeff"a"\r\n'.encode()


def test_what_is_worded_once_is_worded_as_if_it_stood_alone() -> None:
    """Values that are equal and written otherwise, and words that need a guard, again and again."""
    tokyo = timezone(timedelta(hours=9))
    moment = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    cells: list[object] = [
        *(1, True, 1.0, Decimal(1), Decimal("1.00"), "1", None, "", 0, False),
        *(moment, moment.astimezone(tokyo), moment.date(), "=1+1", '"quoted"', "a;=b", "\tx"),
    ]
    rows = [cells[at:] + cells[:at] for at in range(len(cells))] * 3
    written = b"".join(csv_lines(("head",), rows)).decode().removeprefix(BOM)
    assert written == csv_line(("head",)) + "".join(csv_line(row) for row in rows)
    assert list(csv.reader(io.StringIO(written)))[1:] == [
        [safe_cell(cell) for cell in row] for row in rows
    ]


def test_no_more_words_are_kept_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "_MOST_KEPT", 3)
    quoted = spreadsheet._Quoted()
    assert [quoted[f"word {n}"] for n in range(50)] == [f"word {n}" for n in range(50)]
    assert len(quoted) <= 3
