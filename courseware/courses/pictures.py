"""The pictures of an edition, as its activities show them.

Lessons keep the pictures; questions show them too. Neither knows the other: whoever keeps pictures
and whoever shows them says so here, in `AppConfig.ready`.

    known(edition, language)    by name, the file that a text in that language shows
    awaited(edition)            names that are promised to pictures which are still being prepared
    users(edition)              keys of what shows a picture, by its name and hash
    arrived(edition)            a picture has come into the draft: texts that wait for it show it

Owns: these four. Must not: know a lesson, a question or a file.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

type Files = Mapping[str, Mapping[str, Any]]
"""By name: {"file": "<sha256>.webp", "width": 640, "height": 480}."""
type Users = Mapping[tuple[str, str], list[str]]


@dataclass(frozen=True)
class Keeper:
    """Who has the pictures."""

    known: Callable[[UUID, str], Files]
    awaited: Callable[[UUID], frozenset[str]]


@dataclass(frozen=True)
class Shower:
    """Who shows them beside their keeper."""

    users: Callable[[UUID], Users]
    arrived: Callable[[UUID], None]


_keepers: list[Keeper] = []
_showers: list[Shower] = []


def keep(keeper: Keeper) -> None:
    _keepers[:] = [keeper]


def show(shower: Shower) -> None:
    if shower not in _showers:
        _showers.append(shower)


def known(edition_id: UUID, language: str) -> Files:
    """One query."""
    return {name: file for k in _keepers for name, file in k.known(edition_id, language).items()}


def awaited(edition_id: UUID) -> frozenset[str]:
    """One query."""
    return frozenset().union(*(keeper.awaited(edition_id) for keeper in _keepers))


def users(edition_id: UUID) -> Users:
    """One query for each who shows them."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for shower in _showers:
        for shown, keys in shower.users(edition_id).items():
            found[shown].update(keys)
    return {shown: sorted(keys) for shown, keys in found.items()}


def arrived(edition_id: UUID) -> None:
    for shower in _showers:
        shower.arrived(edition_id)
