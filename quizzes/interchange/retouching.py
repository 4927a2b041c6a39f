"""A change of words, made in the text that they were taken from, marks and pictures and all.

    retouched("Where is *it*? ![A map](m.webp)", "Where is it? A map", "Where was it? A map")
    "Where was *it*? ![A map](m.webp)"

Owns: that what is shown afterwards is just what the change says; else there is no result. Must
not: know where a text stands.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from courseware.core.markup import MarkupError
from quizzes.interchange.markdown import as_plain

_PIECE = re.compile(r"\w+|\s+|[^\w\s]")
#: What is longer is not compared word by word.
_LONGEST = 5_000


def retouched(own: str, base: str, new: str) -> str | None:
    """`own` with what changes from `base`, its words, to `new`; None where they do not meet."""
    if own.strip() == base or new == base:
        return new if own.strip() == base else own
    if max(len(own), len(base), len(new)) > _LONGEST:
        return None
    made = _carried(_PIECE.findall(own), _PIECE.findall(base), _PIECE.findall(new))
    if made is None or ("![](" in made and "![](" not in own):
        return None  # a picture of which nothing is said any more
    return made if _is_shown_as(made, new) else None


def likeness(one: str, other: str) -> float:
    """From 0 to 1, by words and signs."""
    if max(len(one), len(other)) > _LONGEST:
        return float(one == other)
    return _matcher(_PIECE.findall(one), _PIECE.findall(other)).ratio()


def _matcher(one: list[str], other: list[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, one, other, autojunk=False)


def _carried(own: list[str], base: list[str], new: list[str]) -> str | None:
    """Each change of the words at its place among the pieces of `own`."""
    at: dict[int, int] = {}  # where a piece of the words stands in `own`
    for words, place, size in _matcher(base, own).get_matching_blocks():
        at |= {words + step: place + step for step in range(size)}
    pieces = list(own)
    for tag, begin, end, first, last in reversed(_matcher(base, new).get_opcodes()):
        if tag == "equal":
            continue
        places = [at.get(index) for index in range(begin, end)]
        if begin == end:
            start = at[begin - 1] + 1 if begin - 1 in at else at.get(begin)
            if start is None:
                return None
            stop = start
        elif None in places or places[-1] != (places[0] or 0) + end - begin - 1:
            return None
        else:
            start, stop = places[0] or 0, (places[-1] or 0) + 1
        pieces[start:stop] = new[first:last]
    return "".join(pieces)


def _is_shown_as(made: str, new: str) -> bool:
    try:
        return _shown(made) == _shown(new)
    except MarkupError:
        return False


def _shown(text: str) -> str:
    return " ".join(as_plain(text).replace("->", "→").split())
