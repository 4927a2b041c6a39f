"""How posted fields become an answer, and how a malformed one is refused.

Owns the limits on what a browser may send. It must not know any question type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from quizzes.engine.messages import RESPONSE_MESSAGES
from quizzes.engine.tokens import Deck
from quizzes.engine.words import plain

type Response = dict[str, Any]
"""A canonical answer: small, JSON-able, in terms of the content's own indexes; empty is {}."""

type Raw = Mapping[str, object]
"""Posted fields by name: a text or a list of texts each (a form's lists, or a JSON body)."""

CHARACTER_LIMIT = 2_000
_VALUES_LIMIT = 100


class ResponseError(ValueError):
    """An answer that cannot be taken as it is.

    `code` names the reason, `message` and `params` say it to a person, `field` is the input to
    point at, and `partial` is what should be saved nevertheless, so that nothing typed is lost
    (None: nothing of it can be kept). `offered` is set where the answer is sound and another one
    was made final before: what came now, to be shown beside it.
    """

    def __init__(
        self,
        code: str,
        *,
        field: str = "",
        partial: Response | None = None,
        offered: Response | None = None,
        params: Mapping[str, object] | None = None,
    ) -> None:
        self.code = code
        self.message = RESPONSE_MESSAGES[code]
        self.params = dict(params or {})
        self.field = field
        self.partial = partial
        self.offered = offered
        super().__init__(self.message % self.params if self.params else self.message)


def values(raw: Raw, name: str) -> list[str]:
    """Return the filled-in values of a field, each within the limits."""
    posted = raw.get(name)
    if posted is None:
        return []
    entries: Sequence[object] = posted if isinstance(posted, list | tuple) else [posted]
    if len(entries) > _VALUES_LIMIT:
        raise ResponseError("too_many", field=name)
    return [text for entry in entries if (text := _text(entry, name))]


def _text(entry: object, name: str) -> str:
    if not isinstance(entry, str):
        raise ResponseError("malformed", field=name)
    if len(entry) > CHARACTER_LIMIT:
        raise ResponseError("too_long", field=name, params={"limit": CHARACTER_LIMIT})
    return plain(entry)


def value(raw: Raw, name: str) -> str:
    """Return the one value of a field, or an empty text."""
    found = values(raw, name)
    if len(found) > 1:
        raise ResponseError("only_one", field=name)
    return found[0] if found else ""


def picked(deck: Deck, token: str, name: str) -> int:
    """Return the index behind a posted token, or refuse a token this question never showed."""
    index = deck.index(token)
    if index is None:
        raise ResponseError("unknown_choice", field=name)
    return index
