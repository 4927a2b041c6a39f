"""The shape of what was offered together, and what its place and its options are called.

A list has options A, B, C …; a case has parts, each with a list or with lines; the lines of a
matching question are paired with options; the steps of a sequence are put at places; a written
answer is right, one of the slips that an author foresaw, or something else. All of it is told by
the keys of `engine.choices`, so that numbers which were kept need no content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from quizzes.engine.messages import gettext_noop
from quizzes.engine.statistics.options import GroupCount


class Shape(Enum):
    LIST = auto()
    LINE = auto()
    STEP = auto()
    WRITTEN = auto()


@dataclass(frozen=True)
class Place:
    """Where in its question a group stands; parts, lines and steps are counted from 1."""

    shape: Shape
    part: int | None = None
    line: int | None = None

    @property
    def words(self) -> str:
        """With places for `params`; "" where the question is one group."""
        return _WORDS[self.part is not None, None if self.line is None else self.shape]

    @property
    def params(self) -> Mapping[str, object]:
        named = {"part": self.part, "line": self.line}
        return {name: number for name, number in named.items() if number is not None}


_WORDS: Mapping[tuple[bool, Shape | None], str] = {
    (False, None): "",
    (True, None): gettext_noop("Part %(part)s"),
    (False, Shape.LINE): gettext_noop("Line %(line)s"),
    (False, Shape.STEP): gettext_noop("Step %(line)s"),
    (True, Shape.LINE): gettext_noop("Part %(part)s, line %(line)s"),
    (True, Shape.STEP): gettext_noop("Part %(part)s, step %(line)s"),
}


def placed(groups: Sequence[GroupCount]) -> Iterator[tuple[Place, GroupCount]]:
    """Every group of a question with its place, in the order of the content."""
    parts: dict[str, int] = {}
    for group in groups:
        part, line = _parted(group.key)
        number = parts.setdefault(part, len(parts) + 1) if part else None
        own = int(line) + 1 if line else None
        yield Place(_shape(group, has_lines=bool(line)), number, own), group


def _parted(key: str) -> tuple[str, str]:
    """The key of a group as those of its part and its line; "" where it has none."""
    if key.isdigit():
        return "", key
    part, _, line = key.partition(".")
    return part, line


def _shape(group: GroupCount, *, has_lines: bool) -> Shape:
    keys = [option.key for option in group.options]
    if has_lines:
        # Places in a sequence begin with 1, the sides of pairs with 0.
        return Shape.LINE if "0" in keys else Shape.STEP
    return Shape.LIST if all(key.isdigit() for key in keys) else Shape.WRITTEN


def letter(place: int) -> str:
    """Options are named A, B, C … by their place in the content."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place] if 0 <= place < 26 else str(place + 1)


def has_letters(group: str, options: Iterable[str]) -> bool:
    """Plain lists of options; lines of a matching question and known slips have none. By keys."""
    return group == "" and all(key.isdigit() for key in options)
