"""Random names for options, and the generator they come from.

A page names an option by a token that says nothing about its place in the content or whether it
is right. The generator is seeded so that an attempt can be explained years later; its seed must
come from a secret source with at least 63 bits and never leave the server, because whoever knows
it can work out the order.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# No vowels: no token spells a word. No characters that are hard to tell apart.
_ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
TOKEN_LENGTH = 10


def generator(seed: int, *labels: str) -> random.Random:
    """Return the generator for one purpose of one attempt.

    Each purpose has its own: one more question never changes how another is shown.
    """
    purpose = "\x1f".join((str(seed), *labels))
    return random.Random(int.from_bytes(hashlib.sha256(purpose.encode()).digest()))


@dataclass(frozen=True)
class Deck:
    """Entries of a content in the order shown: pairs of token and index in the content."""

    entries: tuple[tuple[str, int], ...]

    @classmethod
    def shuffled(cls, indexes: Sequence[int], rng: random.Random) -> Deck:
        """Return the indexes in a random order, each with a fresh token."""
        order = list(indexes)
        rng.shuffle(order)
        return cls.in_order(order, rng)

    @classmethod
    def in_order(cls, indexes: Iterable[int], rng: random.Random) -> Deck:
        """Return the indexes as they come, each with a fresh token."""
        order = list(indexes)
        tokens: dict[str, None] = {}
        while len(tokens) < len(order):
            tokens["".join(rng.choices(_ALPHABET, k=TOKEN_LENGTH))] = None
        return cls(tuple(zip(tokens, order, strict=True)))

    @classmethod
    def stored(cls, rows: Iterable[Sequence[str | int]]) -> Deck:
        """Return the deck that `rows` was made from."""
        return cls(tuple((str(token), int(index)) for token, index in rows))

    @property
    def rows(self) -> list[list[str | int]]:
        """The deck as JSON: lists, because a database may reorder the keys of an object."""
        return [[token, index] for token, index in self.entries]

    def index(self, token: str) -> int | None:
        """Return the index behind a token, or None for a token of another question."""
        return dict(self.entries).get(token)

    def token(self, index: int | None) -> str:
        """Return the token of an index, or an empty text."""
        return next((token for token, own in self.entries if own == index), "")
