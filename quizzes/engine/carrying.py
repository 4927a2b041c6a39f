"""The words of another language in a structure that has changed.

A question's structure lives once, in the language it was written in. When its author adds, moves
or takes away a row there, every translation keeps the words of the rows that stayed; a new row
comes in the author's words until somebody translates it.

Must not: translate, or decide whether a translation is out of date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from quizzes.engine.translation import translated, words_of

type Written = Mapping[str, Any]
type Origins = Mapping[str, Sequence[int | None]]
"""Per list of rows, by its path: for every row the place it had before, None for a new row."""

_FREE = "accept"  # a list that is one value: every language has forms of its own


def carried(
    type_name: str, structure: Written, other: Written, origins: Origins | None = None
) -> dict[str, Any]:
    """The content of another language in a changed structure.

    `other` is that language's content as it was. Without `origins` every row is where it was.
    Raises ContentError where its words do not fit the new structure.
    """
    template = words_of(type_name, structure)
    words = _fields(template, words_of(type_name, other), origins or {}, "")
    _keep_right_sides_apart(template, words)
    for part, own in zip(template.get("parts", ()), words.get("parts", ()), strict=True):
        _keep_right_sides_apart(part, own)
    return translated(type_name, structure, words)


def places_before(type_name: str, structure: Written, before: Written) -> dict[str, Any]:
    """Origins for a content that was not made from `before`: rows are known by their first words.

    For two people who changed one question: whoever saves last has rows of an older state.
    """
    return _known(words_of(type_name, structure), words_of(type_name, before), "")


def _known(new: Written, old: Written, path: str) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for name, rows in new.items():
        if not isinstance(rows, list) or name == _FREE:
            continue
        free = list(enumerate(old.get(name, ())))
        places: list[int | None] = []
        for index, row in enumerate(rows):
            same = next((entry for entry in free if _first(entry[1]) == _first(row)), None)
            if same is not None:
                free.remove(same)
                if isinstance(row, dict):
                    found |= _known(row, same[1], f"{path}{name}[{index}].")
            places.append(same[0] if same else None)
        found[f"{path}{name}"] = places
    return found


def _first(row: Any) -> Any:
    return next(iter(row.values()), "") if isinstance(row, dict) else row


def _fields(template: Written, words: Written, origins: Origins, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in template.items():
        own = words.get(name)
        if isinstance(value, list) and name != _FREE:
            found[name] = _rows(value, own or [], origins, f"{path}{name}")
        elif name == "key":
            found[name] = value
        else:
            found[name] = own if value and own else value
    return found


def _rows(template: list[Any], before: list[Any], origins: Origins, path: str) -> list[Any]:
    places = origins.get(path, range(len(template)))
    rows = []
    for index, row in enumerate(template):
        place = places[index] if index < len(places) else None
        own = before[place] if place is not None and 0 <= place < len(before) else None
        if isinstance(row, dict):
            rows.append(_fields(row, own or {}, origins, f"{path}[{index}]."))
        else:
            rows.append(own or row)
    return rows


def _keep_right_sides_apart(template: Written, words: Written) -> None:
    """Right sides that are one in the structure become one; those that differ stay different."""
    taken: dict[str, str] = {}
    for row, own in zip(template.get("pairs", ()), words.get("pairs", ()), strict=True):
        right = row["right"]
        if right not in taken:
            taken[right] = right if own["right"] in taken.values() else own["right"]
        own["right"] = taken[right]
