"""CSV of questions, read and written: one row a question, one row a part of a case.

    key part type objective lesson must_pass bloom difficulty negative_stem seed tags
    stem feedback answer tolerance unit model_answer extra
    option_1 right_1 match_1 feedback_1  option_2 …

What the numbered columns hold depends on the type; docs/reference/interchange.md has the table.
Texts are our Markdown. `extra` is JSON: what a content has that no column names.

Owns: the columns, and the guard against cells that a spreadsheet would run. Must not: know HTML;
a cell is never HTML.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from quizzes.engine import registry
from quizzes.engine.messages import gettext_noop
from quizzes.interchange.contents import EXTRA, FIELDS, canonical, extra_of, small_json
from quizzes.interchange.markdown import formula_in, work_of
from quizzes.interchange.places import own_tags
from quizzes.interchange.records import (
    MAX_ANSWERS,
    MAX_QUESTIONS,
    Notes,
    Question,
    Reading,
    Unreadable,
)
from quizzes.interchange.wording import say_formula

BOM = "\ufeff"
PLACE = ("objective", "lesson", "must_pass", "bloom", "difficulty", "negative_stem", "seed", "tags")
PLAIN = ("stem", "feedback", "answer", "tolerance", "unit", "model_answer")
COLUMNS = ("key", "part", "type", *PLACE, *PLAIN, "extra")
NUMBERED = ("option", "right", "match", "feedback")
_NUMBERED = re.compile(r"(option|right|match|feedback)_([1-9][0-9]{0,2})")
_YES = frozenset({"yes", "true", "1", "x", "right"})
_NO = frozenset({"", "no", "false", "0", "wrong"})
_WORK_OF_A_ROW = 50
_LARGEST_CELL = 50_000
_QUOTED = 80
#: The numbered columns that a type reads; a few cells of them have no use all the same.
_READ: Mapping[str, Collection[str]] = {
    "single": ("option", "right", "feedback"),
    "multiple": ("option", "right", "feedback"),
    "truefalse": ("option", "right", "feedback"),
    "ordering": ("option",),
    "matching": ("option", "match", "feedback"),
    "short": ("option", "right", "feedback"),
    "numeric": ("option", "match", "feedback"),
}

# The same signs as core.spreadsheet; here a cell must come back as it was, so nothing is removed.
_STARTERS = "=+\\-@\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20\u2212"
_SKIPPED = "[ \\r\"'\\u200b-\\u200d\\u2060\\ufeff]*"
_RUNS = re.compile(f"(^|[;,|\n\t])({_SKIPPED})([{_STARTERS}])")
_GUARDED = re.compile(f"(^|[;,|\n\t])'({_SKIPPED})([{_STARTERS}])")


def guarded(text: str) -> str:
    """The cell with an apostrophe before whatever a spreadsheet would take for a formula."""
    return _RUNS.sub(r"\1'\2\3", text)


def unguarded(text: str) -> str:
    """The cell as it was before it was guarded."""
    return _GUARDED.sub(r"\1\2\3", text)


# ------------------------------------------------------------------ writing
def write_table(questions: Sequence[Question]) -> str:
    """With a byte order mark: a spreadsheet takes a file without for something else."""
    rows = [row for question in questions for row in _rows(question)]
    most = max((len(numbered) for _cells, numbered in rows), default=0)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    numbers = range(1, most + 1)
    writer.writerow([*COLUMNS, *(f"{name}_{number}" for number in numbers for name in NUMBERED)])
    for cells, numbered in rows:
        blank: list[dict[str, str]] = [{}] * (most - len(numbered))
        writer.writerow(
            [
                *(guarded(cells.get(name, "")) for name in COLUMNS),
                *(
                    guarded(group.get(name, ""))
                    for group in [*numbered, *blank]
                    for name in NUMBERED
                ),
            ]
        )
    return BOM + out.getvalue()


type _Row = tuple[dict[str, str], list[dict[str, str]]]


def _rows(question: Question) -> Iterator[_Row]:
    cells = {"key": str(question.place.get("key", "")), **_place_cells(question.place)}
    yield _content_row(question.type, question.content, cells)
    for part in question.content.get("parts", ()):
        content = {name: value for name, value in part.items() if name not in {"key", "type"}}
        own = {"key": cells["key"], "part": str(part["key"])}
        yield _content_row(str(part["type"]), content, own)


def _place_cells(place: Mapping[str, Any]) -> dict[str, str]:
    cells = {}
    for name in PLACE:
        value = place.get(name)
        if isinstance(value, bool):
            cells[name] = "yes" if value else ""
        elif isinstance(value, list | tuple):
            cells[name] = ", ".join(str(entry) for entry in value)
        else:
            cells[name] = "" if value is None else str(value)
    return cells


def _content_row(type_name: str, content: Mapping[str, Any], cells: dict[str, str]) -> _Row:
    plain = {name: str(content[name]) for name in PLAIN if name in content}
    extra = extra_of(type_name, content)
    if content.get("partial_feedback"):
        extra["partial_feedback"] = content["partial_feedback"]
    if extra:
        plain["extra"] = json.dumps(extra, ensure_ascii=False, default=str)
    return {**cells, "type": type_name, **plain}, list(_numbered(type_name, content))


def _numbered(type_name: str, content: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for option in content.get("options", ()):
        yield {
            "option": option["text"],
            "right": "yes" if option["correct"] else "no",
            "feedback": option.get("feedback", ""),
        }
    for step in content.get("sequence", ()):
        yield {"option": step}
    for pair in content.get("pairs", ()):
        yield {
            "option": pair["left"],
            "match": pair["right"],
            "feedback": pair.get("feedback", ""),
        }
    for right in content.get("distractors", ()):
        yield {"match": right}
    for form in content.get("accept", ()):
        yield {"option": form, "right": "yes"}
    for slip in content.get("errors", ()):
        if type_name == "short":
            for number, form in enumerate(slip["accept"]):
                # A form without a feedback of its own belongs to the slip before it.
                feedback = slip["feedback"] if number == 0 else ""
                yield {"option": form, "right": "no", "feedback": feedback}
        else:
            tolerance = str(slip.get("tolerance", ""))
            yield {
                "option": str(slip["value"]),
                "right": "no",
                "match": tolerance,
                "feedback": slip["feedback"],
            }


# ------------------------------------------------------------------ reading
def read_table(text: str) -> Reading:
    """Every question and everything that is to be said. Raises Unreadable for no such file."""
    text = text.removeprefix(BOM)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    notes = Notes()
    made: list[Question] = []
    line = 1
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        _check_header(header, notes)
        line = rows.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                if len(row) > len(header):
                    notes.name = ""
                    message = gettext_noop("The row has more cells than there are columns.")
                    notes.error(line, message)
                _take(_first_of_each(header, row, line, notes), line, made, notes)
            line = rows.line_num + 1
            if len(made) > MAX_QUESTIONS:
                message = gettext_noop("There are more than %(limit)s questions. Split the file.")
                raise Unreadable(message, limit=MAX_QUESTIONS)
    except csv.Error as error:
        message = gettext_noop("The table breaks off here: %(problem)s. Look at quotation marks.")
        raise Unreadable(message, line=line, problem=str(error)) from None
    missing = {name for name in PLAIN if name not in header}
    unsaid = frozenset(missing | ({EXTRA, "partial_feedback"} if "extra" not in header else set()))
    return Reading(tuple(replace(question, unsaid=unsaid) for question in made), notes.found)


def _check_header(header: Sequence[str], notes: Notes) -> None:
    missing = [name for name in ("type", "stem") if name not in header]
    if missing:
        raise Unreadable(
            gettext_noop("The first line has no column %(names)s. It names the columns."),
            line=1,
            names=", ".join(missing),
        )
    seen: set[str] = set()
    for name in header:
        if name in seen and name:
            notes.lost(1, gettext_noop("A second column “%(name)s” is left out."), name=name)
        elif name and name not in COLUMNS and not _NUMBERED.fullmatch(name):
            notes.lost(1, gettext_noop("There is no place for the column “%(name)s”."), name=name)
        seen.add(name)


def _first_of_each(
    header: Sequence[str], row: Sequence[str], line: int, notes: Notes
) -> dict[str, str]:
    """The cells by column; of two columns of one name the first."""
    cells: dict[str, str] = {}
    for name, cell in zip(header, row, strict=False):
        if not name and cell.strip():
            notes.name = ""
            message = gettext_noop("A cell under no name is left out: %(text)s")
            notes.lost(line, message, text=cell.strip()[:_QUOTED])
        cells.setdefault(name, cell)
    return cells


def _take(cells: dict[str, str], line: int, made: list[Question], notes: Notes) -> None:
    """One row: a question, or a part of the case before it."""
    notes.name = cells.get("key", "")[:40]
    if any(len(cell) > _LARGEST_CELL for cell in cells.values()):
        message = gettext_noop("A cell has more than %(limit)s characters.")
        notes.error(line, message, limit=_LARGEST_CELL)
        return
    row = {name: own for name, cell in cells.items() if (own := unguarded(cell).strip())}
    notes.spend(_WORK_OF_A_ROW + sum(work_of(cell) for cell in row.values()), line)
    notes.name = row.get("key", "") or row.get("stem", "")[:40]
    type_name = row.get("type", "").lower()
    if type_name not in registry.names():
        message = gettext_noop("There is no type “%(type)s”. Write one of: %(types)s.")
        notes.error(line, message, type=type_name, types=", ".join(registry.names()))
        return
    content = canonical(_content(type_name, row, line, notes))
    _say_unread(type_name, row, line, notes)
    for cell in row.values():
        if formula := formula_in(cell, is_markdown=True):
            say_formula(formula, line, notes)
    if part := row.get("part", ""):
        if type_name == "scenario" or not _is_case_of(row, made):
            notes.error(line, gettext_noop("A part follows the row of its case."))
            return
        parts = made[-1].content["parts"]
        parts.append({"key": part, "type": type_name, **content})
        return
    if type_name == "scenario":
        content["parts"] = []
    made.append(Question(type_name, content, _place(row, line, notes), line, notes.name))


def _is_case_of(row: Mapping[str, str], made: Sequence[Question]) -> bool:
    """Whether the question before is the case of this part, and of the same key if it says one."""
    if not made or made[-1].type != "scenario":
        return False
    return row.get("key", "") in {"", made[-1].place.get("key", "")}


def _say_unread(type_name: str, row: Mapping[str, str], line: int, notes: Notes) -> None:
    """Every cell of a known column that a question of this type has no use for."""
    is_part = bool(row.get("part"))
    for name, cell in row.items():
        if numbered := _NUMBERED.fullmatch(name):
            is_read = _is_read(type_name, row, numbered[1], numbered[2])
        elif name in PLACE:
            is_read = not is_part and _says_something(name, cell)
        else:
            is_read = name not in PLAIN or name in FIELDS[type_name]
        if not is_read and (numbered or name in COLUMNS):
            message = gettext_noop("The cell %(column)s is left out: %(text)s")
            notes.lost(line, message, column=name, text=cell[:_QUOTED])


def _says_something(name: str, cell: str) -> bool:
    if name == "difficulty":
        return cell.isascii() and cell.isdigit()
    return name != "negative_stem" or cell.lower() in _YES | _NO


def _is_read(type_name: str, row: Mapping[str, str], column: str, number: str) -> bool:
    if column == "feedback" and type_name == "matching":
        return f"option_{number}" in row  # a right side of no pair has no feedback
    right = row.get(f"right_{number}", "").lower()
    if column == "feedback" and type_name == "short":
        return right not in _YES
    if column == "right" and type_name == "numeric":
        return right in _NO
    return column in _READ.get(type_name, ())


def _place(row: Mapping[str, str], line: int, notes: Notes) -> dict[str, Any]:
    place: dict[str, Any] = {}
    for name in ("key", "objective", "lesson", "must_pass", "bloom"):
        if row.get(name):
            place[name] = row[name]
    if row.get("difficulty") and _says_something("difficulty", row["difficulty"]):
        place["difficulty"] = int(row["difficulty"][:3])
    if row.get("negative_stem") and _says_something("negative_stem", row["negative_stem"]):
        place["negative_stem"] = row["negative_stem"].lower() in _YES
    if seed := _entries(row.get("seed", "")):
        place["seed"] = seed
    if tags := own_tags(_entries(row.get("tags", "")), notes, line):
        place["tags"] = tags
    return place


def _entries(cell: str) -> list[str]:
    return [part for text in cell.split(",") if (part := text.strip())]


def _content(type_name: str, row: Mapping[str, str], line: int, notes: Notes) -> dict[str, Any]:
    content: dict[str, Any] = {
        name: row[name] for name in PLAIN if name in FIELDS[type_name] and row.get(name)
    }
    groups = _groups(row)
    if len(groups) > MAX_ANSWERS:
        message = gettext_noop("There are more than %(limit)s answers. Shorten the list.")
        notes.error(line, message, limit=MAX_ANSWERS)
        groups = groups[:MAX_ANSWERS]
    for group in groups:
        if "right" in _READ.get(type_name, ()) and group["right"].lower() not in _YES | _NO:
            message = gettext_noop("Write yes or no for right, not “%(text)s”.")
            notes.error(line, message, text=group["right"][:40])
    if type_name in {"single", "multiple", "truefalse"}:
        content["options"] = [
            {
                "text": group["option"],
                "correct": group["right"].lower() in _YES,
                "feedback": group["feedback"],
            }
            for group in groups
        ]
    elif type_name == "ordering":
        content["sequence"] = [group["option"] for group in groups]
    elif type_name == "matching":
        content["pairs"] = [
            {"left": group["option"], "right": group["match"], "feedback": group["feedback"]}
            for group in groups
            if group["option"]
        ]
        content["distractors"] = [group["match"] for group in groups if not group["option"]]
    elif type_name == "short":
        content["accept"] = [g["option"] for g in groups if g["right"].lower() in _YES]
        content["errors"] = _slips([g for g in groups if g["right"].lower() not in _YES])
    elif type_name == "numeric":
        content["errors"] = [
            {"value": g["option"], "tolerance": g["match"] or "0", "feedback": g["feedback"]}
            for g in groups
        ]
    return {**content, **_extra(type_name, row, line, notes)}


def _groups(row: Mapping[str, str]) -> list[dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for name, cell in row.items():
        if (numbered := _NUMBERED.fullmatch(name)) and cell:
            blank = dict.fromkeys(NUMBERED, "")
            found.setdefault(int(numbered[2]), blank)[numbered[1]] = cell
    return [found[number] for number in sorted(found)]


def _slips(groups: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    slips: list[dict[str, Any]] = []
    for group in groups:
        if slips and not group["feedback"]:
            slips[-1]["accept"].append(group["option"])
        else:
            slips.append({"accept": [group["option"]], "feedback": group["feedback"]})
    return slips


def _extra(type_name: str, row: Mapping[str, str], line: int, notes: Notes) -> dict[str, Any]:
    if not row.get("extra"):
        return {}
    extra = small_json(row["extra"])
    if extra is None:
        message = gettext_noop("The column extra holds JSON in braces, or nothing.")
        notes.error(line, message)
        return {}
    # What has columns comes from them.
    columns = set(FIELDS[type_name]) - {"partial_feedback"}
    if twice := sorted(columns & set(extra)):
        message = gettext_noop("In the cell extra, this is left out: it has columns. %(fields)s")
        notes.lost(line, message, fields=", ".join(twice))
    return {name: value for name, value in extra.items() if name not in columns}
