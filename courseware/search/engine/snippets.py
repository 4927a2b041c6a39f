"""A few words of a text around the first word that was looked for.

Gives plain text in parts, never HTML: the template escapes each part and marks the hits.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from courseware.core.folding import Word, words_of

BEFORE, AFTER = 60, 160  # characters
_SIGNS = 20  # before the first and after the last word of a text
_MORE = "…"


class Part(NamedTuple):
    text: str
    is_hit: bool


def snippet(text: str, words: Sequence[str]) -> tuple[Part, ...]:
    """The surroundings of the first hit. Empty if no word of `text` begins like one of `words`."""
    found = words_of(text)
    first = next((word for word in found if _is_hit(word, words)), None)
    return tuple(_around(text, found, first, words)) if first else ()


def opening(text: str) -> tuple[Part, ...]:
    """How the text begins, for a hit in its title."""
    found = words_of(text)
    return tuple(_around(text, found, found[0], ())) if found else ()


def _is_hit(word: Word, words: Sequence[str]) -> bool:
    return any(word.folded.startswith(one) for one in words)


def _is_near(word: Word, first: Word) -> bool:
    if word is first:
        return True  # even where one word is longer than all that is shown
    return word.start >= first.start - BEFORE and word.end <= first.start + AFTER


def _around(text: str, found: Sequence[Word], first: Word, words: Sequence[str]) -> Iterator[Part]:
    near = [word for word in found if _is_near(word, first)]
    start, end = near[0].start, near[-1].end
    is_begun = near[0] is found[0] and start <= _SIGNS
    is_ended = near[-1] is found[-1] and len(text) - end <= _SIGNS
    at, end = 0 if is_begun else start, len(text) if is_ended else end
    if not is_begun:
        yield Part(f"{_MORE} ", False)
    for word in near:
        if word.start >= at and _is_hit(word, words):  # one character may be two words: ½
            yield Part(text[at : word.start], False)
            yield Part(text[word.start : word.end], True)
            at = word.end
    yield Part(text[at:end] + ("" if is_ended else f" {_MORE}"), False)
