"""A question of ours and what a file makes of it: only what the file changes is changed.

    base = held("gift", ours)                    what a file that nobody touched would say
    made = kept(ours, base, brought)             ours, with the changes between the two

A format holds less than a question has, so what is missing in a file says nothing by itself. What
is said of it: `stays` are fields that the file does not say, `parted` texts whose emphasis, links
and pictures could not follow a change, `stale` feedbacks that stay beside words that change.

Owns: what stays, what changes. Must not: read or write a format, know where a question is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quizzes.engine.messages import gettext_noop
from quizzes.interchange.completing import ALWAYS_SAID, without_derived
from quizzes.interchange.contents import EXTRA, FIELDS, canonical
from quizzes.interchange.records import Finding, Level, Question
from quizzes.interchange.retouching import retouched

_STAYS = gettext_noop("The file does not say it: it stays as the draft has it.")
_PARTED = gettext_noop(
    "What the file cannot hold of this text goes, because the words around it change. The draft "
    "has: %(text)s"
)
_STALE = gettext_noop(
    "The file does not say it, so it stays as the draft has it, but what it belongs to changes: "
    "see whether it still fits. %(text)s"
)
#: Compared with an answer: no words, and no part of one is kept for itself.
_NO_WORDS = frozenset({"accept", "unit"})
_QUOTED = 200


@dataclass
class Kept:
    """The question as it would be, and what is to be said of it."""

    content: dict[str, Any] = field(default_factory=dict)
    stays: dict[str, None] = field(default_factory=dict)  # by their paths, in order
    parted: dict[str, str] = field(default_factory=dict)
    stale: dict[str, str] = field(default_factory=dict)

    def findings(self, read: Question) -> list[Finding]:
        """At the line of the question that was read."""

        def finding(path: str, level: Level, message: str, **params: object) -> Finding:
            return Finding(read.line, level, message, params, read.name, path)

        return [
            *(finding(path, "lost", _PARTED, text=text) for path, text in self.parted.items()),
            *(finding(path, "warning", _STAYS) for path in self.stays),
            *(finding(path, "warning", _STALE, text=text) for path, text in self.stale.items()),
        ]


def kept(ours: Question, base: Question, brought: Question) -> Kept:
    """Ours with what the file changes of it; all three are of one type."""
    new = canonical(brought.content)
    own = dict(ours.content)
    if new == base.content:
        return Kept(own)
    if "model_answer" in own and "model_answer" not in base.content:
        own = without_derived(own)  # one that only repeats the first form goes with it
    keeper = _Keeper(brought.unsaid)
    made = keeper.made
    made.content = keeper.fields(ours.type, own, base.content, new, "")
    made.stays = dict.fromkeys(_missing(canonical(made.content), new, ""))
    return made


def _missing(made: Mapping[str, Any], new: Mapping[str, Any], path: str) -> list[str]:
    """The paths of fields that the file does not have, without the numbers of their rows."""
    found: list[str] = []
    for name, value in made.items():
        here = f"{path}.{name}" if path else name
        if name not in new:
            found.append(here)
        elif isinstance(value, list):
            for row, other in zip(value, new[name], strict=False):
                if isinstance(row, Mapping) and isinstance(other, Mapping):
                    found += _missing(row, other, here)
    return found


class _Keeper:
    """One question. `own` is as it is stored, `base` and `new` are canonical."""

    def __init__(self, unsaid: frozenset[str]) -> None:
        self.made = Kept()
        self._unsaid = unsaid

    def fields(
        self,
        kind: str,
        own: Mapping[str, Any],
        base: Mapping[str, Any],
        new: Mapping[str, Any],
        path: str,
    ) -> dict[str, Any]:
        """Of a question or a part, or of a row: that has no type."""
        made: dict[str, Any] = {}
        for name in dict.fromkeys([*own, *new]):
            here = f"{path}.{name}" if path else name
            is_as_it_was = new.get(name) == base.get(name)
            if is_as_it_was or (name not in new and self._is_unsaid(kind, name)):
                if name in own:
                    made[name] = own[name]
            elif name in new:
                made[name] = self._value(name, own.get(name), base.get(name), new[name], here)
        return made

    def _is_unsaid(self, kind: str, name: str) -> bool:
        """Whether it says nothing that the field is missing; feedback that must be is kept."""
        if name in self._unsaid or (name == "feedback" and (not kind or kind in ALWAYS_SAID)):
            return True
        return EXTRA in self._unsaid and bool(kind) and name not in FIELDS[kind]

    def _value(self, name: str, own: Any, base: Any, new: Any, path: str) -> Any:
        if isinstance(own, str) and isinstance(base, str) and isinstance(new, str):
            return new if name in _NO_WORDS else self._text(own, base, new, path)
        if isinstance(own, list) and isinstance(base, list) and isinstance(new, list):
            return self._rows(name, own, base, new, path) if len(own) == len(base) else new
        return new

    def _text(self, own: str, base: str, new: str, path: str) -> str:
        text = retouched(own, base, new)
        if text is None:
            self.made.parted[path] = own[:_QUOTED]
            return new
        return text

    def _rows(
        self, name: str, own: Sequence[Any], base: Sequence[Any], new: Sequence[Any], path: str
    ) -> list[Any]:
        rows: list[Any] = []
        for number, (row, place) in enumerate(zip(new, _places(base, new), strict=True)):
            here = f"{path}[{number}]"
            if place is None:
                rows.append(row)
            elif row == base[place]:
                rows.append(own[place])
            elif isinstance(row, Mapping):
                rows.append(self._row(own[place], base[place], row, here))
            else:
                rows.append(self._value(name, own[place], base[place], row, here))
        return rows

    def _row(
        self, own: Mapping[str, Any], base: Mapping[str, Any], new: Mapping[str, Any], path: str
    ) -> dict[str, Any]:
        kind = str(own.get("type", ""))  # of a part
        if kind != new.get("type", ""):
            return dict(new)
        made = self.fields(kind, own, base, new, path)
        said = made.get("feedback")
        if said and not kind and "feedback" not in new:
            self.made.stale[f"{path}.feedback"] = str(said)[:_QUOTED]
        return made


def _places(base: Sequence[Any], new: Sequence[Any]) -> list[int | None]:
    """For each row of the file, which row of ours it was: the same, of the same name, or else the
    one that stood at its place."""
    found: dict[int, int] = {}
    free = set(range(len(base)))
    alike: tuple[Callable[[Any], Any], ...] = (lambda row: row, _name)
    for told_by in alike:
        for number, row in enumerate(new):
            same = [at for at in sorted(free) if told_by(base[at]) == told_by(row)]
            if number not in found and same:
                found[number] = same[0]
                free.remove(same[0])
    return [found.get(number, number if number in free else None) for number in range(len(new))]


def _name(row: Any) -> Any:
    """What tells a row from its neighbours."""
    if not isinstance(row, Mapping):
        return row
    fields = ("key", "text", "left", "value", "accept")
    return next((row[name] for name in fields if name in row), None)
