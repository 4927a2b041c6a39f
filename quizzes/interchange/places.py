"""Where a question belongs, as tags that other systems keep: `objective:O3`, `difficulty:2`.

Tags of ours are slugs without a colon, so the two cannot be confused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from quizzes.engine.envelope import Bloom

_ONE = {"objective": "objective", "lesson": "lesson", "must-pass": "must_pass", "bloom": "bloom"}
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


def place_of(tags: Iterable[str], *, key: str = "", category: str = "") -> dict[str, Any]:
    """The place that tags say. A category is an objective where no tag names one."""
    place: dict[str, Any] = {"key": key} if key else {}
    plain: list[str] = []
    seed: list[str] = []
    for tag in tags:
        name, colon, value = tag.strip().partition(":")
        value = value.strip()
        if colon and value and name in _ONE and _ONE[name] not in place:
            place[_ONE[name]] = value
        elif colon and name == "difficulty" and value in {"1", "2", "3"}:
            place.setdefault("difficulty", int(value))
        elif colon and name == "negative-stem" and value in {"yes", "no"}:
            place["negative_stem"] = value == "yes"
        elif colon and name == "seed":
            seed.append(value)
        elif tag.strip():
            plain.append(slug(tag) or tag.strip())
    if seed:
        place["seed"] = seed
    if plain:
        place["tags"] = list(dict.fromkeys(plain))
    last = category.rpartition("/")[2].strip()
    if last and not last.startswith("$") and last.lower() != "top":
        place.setdefault("objective", last)
    return place


def slug(tag: str) -> str:
    """The tag as ours are written; the one of another system in small letters and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", tag.casefold()).strip("-")
