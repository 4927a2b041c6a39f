"""Tables for people who open them in a spreadsheet: CSV in which no cell is ever a formula.

    csv_response("completions-2026-05-04.csv", csv_lines(("unit", "person"), rows))

A spreadsheet runs a cell that begins with = + - or @ (or a full-width twin of them), whatever the
column was meant to hold. Such a cell gets an apostrophe in front, which makes it text. The same
goes for what follows a separator inside a cell: where the reader's locale separates by semicolons,
a cell of ours may be taken apart there.

Owns: cells, lines, and the head of the answer. Must not: know what a table is about.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.http import StreamingHttpResponse

#: Without it a spreadsheet takes UTF-8 for something else.
BOM = "\ufeff"
#: So many rows are handed to the server at once; one at a time costs a system call each.
ROWS_AT_ONCE = 500

# Control characters, signs that turn the reading direction, halves of a surrogate pair.
_REMOVED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_BREAKS = re.compile(r"[\t\r\n\u2028\u2029]+")
# = + - @, the small and the full-width ones, and the minus of mathematics.
_STARTERS = "=+\\-@\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20\u2212"
# At the beginning or after a separator, behind whatever a reader may skip.
_FORMULA = re.compile(rf"(^|[;,|])([\s\"'\u200b-\u200d\u2060\ufeff]*)([{_STARTERS}])")
# Nearly every cell: words and figures. Nothing in them is removed, and nothing begins a formula.
_PLAIN = re.compile(r"\w(?:[\w .'()/:-]*[\w)])?")


def safe_cell(value: object) -> str:
    """`value` as text that every spreadsheet shows and none runs.

    Numbers and dates stay as they are (dates in ISO 8601); None is empty; line breaks and tabs
    become a space; control characters are left out.
    """
    if type(value) is str and _PLAIN.fullmatch(value):
        return value
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    # A tab or a line break in front is itself a way in, so it goes before anything is looked at.
    text = _REMOVED.sub("", _BREAKS.sub(" ", str(value))).strip()
    return _FORMULA.sub(r"\1\2'\3", text)


class _Quoted(dict[object, str]):
    """Cells as they stand between quotation marks, each worded once a file: a column of units,
    courses, days or states says the same few things in thousands of rows.

    Only what is equal to nothing that is written otherwise is kept: 1 and 1.0 are one key, and so
    are two moments in two time zones.
    """

    def __missing__(self, value: object) -> str:
        cell = safe_cell(value).replace('"', '""')
        if type(value) in _KEPT_TYPES:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[value] = cell
        return cell


_KEPT_TYPES = frozenset({str, date, type(None)})
_MOST_KEPT = 20_000


def _line(quoted: _Quoted, cells: Iterable[object]) -> str:
    return f'"{'","'.join(map(quoted.__getitem__, cells))}"\r\n'


def csv_line(cells: Iterable[object]) -> str:
    """One line, every cell safe and in quotation marks."""
    return _line(_Quoted(), cells)


def csv_lines(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The file piece by piece: the header at once, then rows as they come. Holds no more than
    ROWS_AT_ONCE of them."""
    yield (BOM + csv_line(header)).encode()
    quoted = _Quoted()
    waiting: list[str] = []
    for row in rows:
        waiting.append(_line(quoted, row))
        if len(waiting) == ROWS_AT_ONCE:
            yield "".join(waiting).encode()
            waiting.clear()
    if waiting:
        yield "".join(waiting).encode()


def csv_response(filename: str, lines: Iterable[bytes]) -> StreamingHttpResponse:
    """A download that nothing keeps and no browser takes for a page. `filename` names nobody."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
