"""Which of our questions a question without a key is: Aiken has no keys.

    recognised(brought, ours)      by place in `brought`, the one it is, and whether word for word

First whatever says exactly the same, then what differs in one option, or in a question that is
much alike. Where two of ours would do, it is a new one.

Owns: this likeness. Must not: change anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from quizzes.interchange.contents import canonical
from quizzes.interchange.records import Question
from quizzes.interchange.retouching import likeness

#: Of words and signs: an edited sentence is above, another question on the same thing below.
_ALIKE = 0.6


def recognised(
    brought: Sequence[Question], ours: Mapping[str, Question]
) -> dict[int, tuple[str, bool]]:
    """`ours` by their keys, as the format holds them; each is given away once."""
    free = dict(ours)
    found: dict[int, tuple[str, bool]] = {}
    for number, question in enumerate(brought):
        content = canonical(question.content)
        if key := next((key for key, one in free.items() if one.content == content), None):
            found[number] = (key, True)
            del free[key]
    texts = {key: _texts(question.content) for key, question in free.items()}
    for number, question in enumerate(brought):
        if number not in found:
            own = _texts(question.content)
            alike = [key for key, other in texts.items() if _are_alike(own, other)]
            if len(alike) == 1:
                found[number] = (alike[0], False)
                del texts[alike[0]]
    return found


def _texts(content: Mapping[str, Any]) -> list[str]:
    return [content.get("stem", ""), *(option.get("text", "") for option in content["options"])]


def _are_alike(own: Sequence[str], other: Sequence[str]) -> bool:
    """Whether all texts but one are the same; which of the options is right is not looked at."""
    if len(own) != len(other):
        return False
    apart = sum(one != two for one, two in zip(own, other, strict=True))
    return apart < 2 and (own[0] == other[0] or likeness(own[0], other[0]) >= _ALIKE)
