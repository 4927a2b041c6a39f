"""Words as they are compared: without case, accents and typographic variants.

One definition serves the index, the query and the marking of hits, so that what is found is what
is marked. Owns what a word is. Must not know where words come from.
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

MAX_CHARACTERS = 100
MAX_WORDS = 8

# Letters that Unicode does not take apart into a letter and its accent.
_LETTERS = {
    **{"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k"},
    **{"æ": "ae", "œ": "oe", "þ": "th", "ð": "d"},
}


class Word(NamedTuple):
    """A word of a text: where it stands, and how it is compared."""

    start: int
    end: int
    folded: str


class Asked(NamedTuple):
    """What somebody looks for: the words as shown back, and as compared."""

    text: str
    words: tuple[str, ...]


@lru_cache(maxsize=8192)
def _fold(character: str) -> str:
    """What is left of one character: letters and digits; a space for what parts words."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    folded = []
    for part in plain:
        category = unicodedata.category(part)
        if category == "Cf" or unicodedata.combining(part):
            continue  # accents, soft hyphens, joiners: a word is the same with and without them
        folded.append(_LETTERS.get(part, part) if part.isalnum() or category[0] == "M" else " ")
    return "".join(folded)


def words_of(text: str) -> list[Word]:
    """Every word in its place."""
    found: list[Word] = []
    start = end = 0
    word = ""
    for index, character in enumerate(text):
        folded = _fold(character)
        if not folded and word:
            end = index + 1  # an accent belongs to its letter
        for part in folded:
            if part != " ":
                start = start if word else index
                end, word = index + 1, word + part
            elif word:
                found.append(Word(start, end, word))
                word = ""
    if word:
        found.append(Word(start, end, word))
    return found


def folded(text: str) -> str:
    """The words of `text`, each behind a space: " two families", so that " fam" is a beginning."""
    return "".join(f" {word.folded}" for word in words_of(text))


def asked(text: str) -> Asked:
    """At most eight words of at most a hundred characters; what is more is left out."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text[:MAX_CHARACTERS])
    words = dict.fromkeys(word.folded for word in words_of(kept))
    return Asked(" ".join(kept.split()), tuple(words)[:MAX_WORDS])
