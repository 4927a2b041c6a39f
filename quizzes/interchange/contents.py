"""Contents in the shape in which two of them can be compared, and what is ours in each type.

Owns: which fields a type has, and how a number is written. Must not: judge a content.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from quizzes.engine.pictures import without_files

#: The fields of each type that formats know by name; whatever else a content has is `extra`.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "single": ("stem", "feedback", "options"),
    "multiple": ("stem", "feedback", "options"),
    "truefalse": ("stem", "feedback", "options"),
    "ordering": ("stem", "feedback", "sequence", "partial_feedback"),
    "matching": ("stem", "feedback", "pairs", "distractors"),
    "numeric": ("stem", "feedback", "answer", "tolerance", "unit", "errors"),
    "short": ("stem", "feedback", "accept", "model_answer", "errors"),
    "scenario": ("stem", "feedback", "parts"),
}
#: All fields that a type has beside those: where one name stands for them.
EXTRA = "*"
#: What a field means where it is left out.
_UNSAID: Mapping[str, Any] = {"credit": "right_minus_wrong"}
_LONGEST_NUMBER = 60
_LONGEST_JSON = 200_000
_DEEPEST_JSON = 12
_NUMBERS = frozenset({"answer", "tolerance", "value"})


def extra_of(type_name: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """What a content holds beside the fields that are known here."""
    known = FIELDS[type_name]
    return {name: value for name, value in content.items() if name not in known}


def decimal_of(text: str) -> Decimal | None:
    """The number that a text says. None for anything else, and for 1e999999999."""
    if len(text) > _LONGEST_NUMBER:
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER:
        return None
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and abs(exponent) <= _LONGEST_NUMBER else None


def small_json(text: str) -> dict[str, Any] | None:
    """A JSON object no longer and no deeper than a question is; None for anything else."""
    if len(text) > _LONGEST_JSON:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and _depth_is_small(found) else None


def _depth_is_small(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST_JSON):
        below: list[Any] = []
        for entry in level:
            if isinstance(entry, dict):
                below += entry.values()
            elif isinstance(entry, list):
                below += entry
        if not below:
            return True
        level = below
    return False


def number_text(value: object) -> str:
    """A number as it is written everywhere: no exponent, no zeros at the end.

    What is none, or would have more digits than any question takes, stays as it is.
    """
    number = decimal_of(str(value))
    if number is None:
        return str(value)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def canonical(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content without what says nothing, numbers written one way, and without the files of
    its pictures."""
    return dict(_entries(without_files(content)))


def _entries(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if _UNSAID.get(name) == value:
            continue
        if name in _NUMBERS and not isinstance(value, bool):
            text = number_text(value)
            if name != "tolerance" or text != "0":
                yield name, text
        elif isinstance(value, str):
            if value.strip():
                yield name, value.strip()
        elif isinstance(value, list | tuple):
            if value:
                yield name, [_entry(entry) for entry in value]
        elif value is not None:
            yield name, value


def _entry(value: Any) -> Any:
    if isinstance(value, Mapping):
        return canonical(value)
    return value.strip() if isinstance(value, str) else value
