"""What differs between two texts and between two sets of fields. Pure.

    changed_lines(before, after)      lines of a text with the words that came and went
    word_counts(lines)                how many words were added and removed
    changed_fields(before, after)     fields of a nested value, by path: options[2].feedback

Owns: how a difference is found. Must not: know where the values come from or how they are shown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

Kind = Literal["same", "added", "removed"]

_WORD = re.compile(r"\s+|[^\s]+")
#: Pairs beyond which passages are shown as gone and new: comparing them would take too long.
_MOST_WORDS = 2_000_000
_MOST_LINES = 4_000_000
_CONTEXT = 1
_ALIKE = 0.5


@dataclass(frozen=True)
class Part:
    """Some words of a line."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Line:
    """A line of the later text, or one that is gone. `is_gap`: unchanged lines are left out."""

    parts: tuple[Part, ...] = ()
    is_gap: bool = False

    @property
    def is_changed(self) -> bool:
        return any(part.kind != "same" for part in self.parts)


def changed_lines(before: str, after: str) -> list[Line]:
    """The changed lines with one unchanged line around them; empty when nothing differs."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for tag, i, j, k, m in _steps(old, new, _MOST_LINES):
        if tag == "equal":
            lines += [Line((Part("same", line),)) for line in new[k:m]]
        else:
            lines += _replaced(old[i:j], new[k:m])
    return list(_with_gaps(lines))


def _steps(
    old: Sequence[str], new: Sequence[str], most: int
) -> Iterable[tuple[str, int, int, int, int]]:
    if len(old) * len(new) > most:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines that took another's place are compared word by word."""
    for index in range(max(len(old), len(new))):
        gone = old[index] if index < len(old) else ""
        come = new[index] if index < len(new) else ""
        parts = tuple(_words(gone, come))
        if parts:
            yield Line(parts)


def _words(gone: str, come: str) -> Iterator[Part]:
    old, new = _WORD.findall(gone), _WORD.findall(come)
    is_short = len(old) * len(new) <= _MOST_WORDS
    if not old or not new or not is_short or _ratio(old, new) < _ALIKE:
        if gone:
            yield Part("removed", gone)
        if come:
            yield Part("added", come)
        return
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part("same", "".join(new[k:m]))
            continue
        if i < j:
            yield Part("removed", "".join(old[i:j]))
        if k < m:
            yield Part("added", "".join(new[k:m]))


def _ratio(old: Sequence[str], new: Sequence[str]) -> float:
    return SequenceMatcher(None, old, new, autojunk=False).ratio()


def _with_gaps(lines: Sequence[Line]) -> Iterator[Line]:
    shown = {
        near
        for index, line in enumerate(lines)
        if line.is_changed
        for near in range(index - _CONTEXT, index + _CONTEXT + 1)
    }
    was_shown = True
    for index, line in enumerate(lines):
        if index in shown:
            yield line
        elif was_shown and shown:
            yield Line(is_gap=True)
        was_shown = index in shown


def word_counts(lines: Iterable[Line]) -> tuple[int, int]:
    """Words added and words removed."""
    parts = [part for line in lines for part in line.parts]
    return _count(parts, "added"), _count(parts, "removed")


def _count(parts: Iterable[Part], kind: Kind) -> int:
    return sum(len(part.text.split()) for part in parts if part.kind == kind)


# ------------------------------------------------------------------ fields
@dataclass(frozen=True)
class Field:
    """A value that differs. `path` names it in the later state, or in the earlier if it is gone."""

    path: str
    before: Any  # None: was not there
    after: Any  # None: is gone

    @property
    def name(self) -> str:
        """The last word of the path: options[2].feedback is a feedback."""
        return re.sub(r"\[\d+\]$", "", self.path.rpartition(".")[2])


def changed_fields(before: Any, after: Any, path: str = "") -> list[Field]:
    """Every value that differs between two nested values of mappings, lists and plain values.

    Entries of a list are matched by what they say, so that an entry put in between is one change
    and not a change of all that follow. A list of plain values is one value: its order may matter.
    """
    if before == after:
        return []
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return [
            found
            for name in [*before, *(name for name in after if name not in before)]
            for found in changed_fields(
                before.get(name), after.get(name), f"{path}.{name}" if path else str(name)
            )
        ]
    if _is_rows(before) and _is_rows(after):
        return _changed_rows(before or [], after or [], path)
    return [Field(path, before, after)]


def _is_rows(value: Any) -> bool:
    return value is None or (
        isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value)
    )


def _changed_rows(before: Sequence[Any], after: Sequence[Any], path: str) -> list[Field]:
    pairs = _matched(before, after)
    found: list[Field] = []
    for index, row in enumerate(before):
        if index not in pairs:
            found += changed_fields(row, {}, f"{path}[{index + 1}]")
    came_from = {new: old for old, new in pairs.items()}
    for index, row in enumerate(after):
        old = before[came_from[index]] if index in came_from else {}
        found += changed_fields(old, row, f"{path}[{index + 1}]")
    return found


def _matched(before: Sequence[Any], after: Sequence[Any]) -> dict[int, int]:
    """Which earlier row became which later one: the same words first, then the most alike."""
    pairs: dict[int, int] = {}
    free = list(range(len(after)))
    name = _naming_field(before)
    for old, row in enumerate(before):
        same = next((new for new in free if after[new].get(name) == row.get(name)), None)
        if same is not None:
            pairs[old] = same
            free.remove(same)
    for old, row in enumerate(before):
        if old in pairs or not free:
            continue
        best = max(free, key=lambda new: _likeness(row, after[new], name))
        if _likeness(row, after[best], name) >= _ALIKE:
            pairs[old] = best
            free.remove(best)
    return pairs


def _naming_field(rows: Sequence[Mapping[str, Any]]) -> str:
    """What names a row to its reader: its first field that says more than yes or no.

    One for both states: a file and a form do not write a row's fields in the same order.
    """
    fields = (name for row in rows for name, value in row.items() if not isinstance(value, bool))
    return next(fields, "")


def _likeness(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> float:
    said = [str(row.get(name, "")) for row in (one, other)]
    return SequenceMatcher(None, said[0], said[1], autojunk=False).ratio()
