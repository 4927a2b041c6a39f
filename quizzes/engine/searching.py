"""What of a question the bank finds: its words, as `core.folding` compares them.

Owns: which texts of a content are searched. Must not: know how a database is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from courseware.core.folding import folded
from quizzes.engine.pictures import in_words
from quizzes.engine.translation import words_of


def search_words(type_name: str, content: Mapping[str, Any]) -> str:
    """Of stem, options, steps, pairs, forms, feedback and what pictures show: " two families"."""
    texts = _texts(words_of(type_name, content))
    return "".join(folded(in_words(text)) for text in texts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            if name != "key":  # of a part of a case
                yield from _texts(entry)
