"""Where a question belongs, as tags that other systems keep: `objective:O3`, `difficulty:2`.

Tags of ours are slugs without a colon, so the two cannot be confused. What a tag, a category or a
name says and a question cannot keep is noted.

    place_of(tags, key=…, category=…, notes=…, line=…)
    titles = Titles(); titles.add(question, category); titles.say(notes)      once for a file
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from quizzes.engine.envelope import Bloom
from quizzes.engine.messages import gettext_noop
from quizzes.interchange.records import Notes, Question

_ONE = {"objective": "objective", "lesson": "lesson", "must-pass": "must_pass", "bloom": "bloom"}
_SLASH = re.compile(r"(?<!/)/(?!/)")
_FIELDS = {**_ONE, "difficulty": "difficulty", "negative-stem": "negative_stem"}
_QUOTED = 80
#: Of names and categories that are not kept, so many are quoted.
_SHOWN = 5
BLOOMS: tuple[str, ...] = get_args(Bloom.__value__)


def tags_of(place: Mapping[str, Any]) -> Iterator[str]:
    """The tags that say a place, the key apart."""
    for name, field in _ONE.items():
        if place.get(field):
            yield f"{name}:{place[field]}"
    if place.get("difficulty"):
        yield f"difficulty:{place['difficulty']}"
    if place.get("negative_stem"):
        yield "negative-stem:yes"
    for claim in place.get("seed") or ():
        yield f"seed:{claim}"
    yield from place.get("tags") or ()


@dataclass(frozen=True)
class Category:
    """Where the questions after it lie in another system, and the line that says so."""

    path: str = ""
    line: int = 0

    @property
    def names(self) -> list[str]:
        """From the outside in, without those that every bank has; // is a slash of a name."""
        parts = (part.replace("//", "/").strip() for part in _SLASH.split(self.path))
        return [part for part in parts if part and part[0] != "$" and part.lower() != "top"]


def place_of(
    tags: Iterable[str], *, key: str, category: Category, notes: Notes, line: int
) -> dict[str, Any]:
    """The place that tags say. A category is an objective where no tag names one."""
    place: dict[str, Any] = {"key": key} if key else {}
    plain: list[str] = []
    seed: list[str] = []
    for tag in (text for given in tags if (text := given.strip())):
        name, colon, value = (part.strip() for part in tag.partition(":"))
        if colon and name == "seed" and value:
            seed.append(value)
        elif colon and (name in _FIELDS or name == "seed"):
            _say_or_set(place, tag, name, value, notes, line)
        else:
            plain.append(tag)
    if seed:
        place["seed"] = seed
    if own := own_tags(plain, notes, line):
        place["tags"] = own
    if names := category.names:
        place.setdefault("objective", names[-1])
    return place


def _say_or_set(
    place: dict[str, Any], tag: str, name: str, value: str, notes: Notes, line: int
) -> None:
    """What a tag says of one field, unless it cannot say it or another tag has said it."""
    meant = _meant(name, value)
    if meant is None:
        message = gettext_noop("The tag “%(tag)s” is left out: no place is written like this.")
        notes.lost(line, message, tag=tag[:_QUOTED])
    elif place.setdefault(_FIELDS[name], meant) != meant:
        message = gettext_noop("The tag “%(tag)s” is left out: another tag says it already.")
        notes.lost(line, message, tag=tag[:_QUOTED])


def _meant(name: str, value: str) -> Any:
    """The value of a field as an envelope has it; None for no such value."""
    if name == "difficulty":
        return int(value) if value in {"1", "2", "3"} else None
    if name == "negative-stem":
        return {"yes": True, "no": False}.get(value)
    return value or None


def own_tags(tags: Iterable[str], notes: Notes, line: int) -> list[str]:
    """The tags as ours are written, each once; every one that becomes another is said."""
    made: dict[str, str] = {}
    for tag in tags:
        own = slug(tag)
        if not own:
            message = gettext_noop("A tag has Latin letters and digits: “%(tag)s” is left out.")
            notes.lost(line, message, tag=tag[:_QUOTED])
        elif made.setdefault(own, tag) != tag:
            message = gettext_noop(
                "The tags “%(other)s” and “%(tag)s” are one here: “%(own)s”. Only small Latin "
                "letters, digits and hyphens tell tags apart."
            )
            notes.warn(line, message, tag=tag[:_QUOTED], other=made[own][:_QUOTED], own=own)
        elif own != tag:
            message = gettext_noop("The tag “%(tag)s” becomes “%(own)s”.")
            notes.warn(line, message, tag=tag[:_QUOTED], own=own)
    return list(made)


def slug(tag: str) -> str:
    """The tag as ours are written; the one of another system in small letters and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", tag.casefold()).strip("-")


class Titles:
    """Names and categories of a file's questions that are not kept: said once for all of them."""

    def __init__(self) -> None:
        self._names: dict[tuple[int, str], None] = {}
        self._categories: dict[tuple[int, str], None] = {}

    def add(self, question: Question, category: Category, *, is_named: bool) -> None:
        """`is_named`: the file gives the question a name. Our own files give it its key."""
        if is_named and question.name != question.place.get("key"):
            self._names[question.line, question.name] = None
        # One name of a category is kept, as the objective, where no tag names another.
        if category.names and category.names != [question.place.get("objective")]:
            self._categories[category.line, "/".join(category.names)] = None

    def say(self, notes: Notes) -> None:
        notes.name = ""
        names = gettext_noop(
            "Names of questions are not kept (%(count)s, in line %(lines)s): %(names)s"
        )
        categories = gettext_noop(
            "Of a category only the last name is read, as the objective where no tag names one. "
            "There is more in %(count)s, in line %(lines)s: %(names)s"
        )
        for message, found in ((names, self._names), (categories, self._categories)):
            if found:
                shown = list(found)[:_SHOWN]
                more = ["…"] if len(found) > _SHOWN else []
                lines = ", ".join([*(str(line) for line, _name in shown), *more])
                quoted = ", ".join([*(f"“{name[:_QUOTED]}”" for _line, name in shown), *more])
                notes.lost(shown[0][0], message, count=len(found), lines=lines, names=quoted)
