"""The mark of a text: what a translation remembers of the words it was made from.

Owns: how words become a mark. Must not: know what a lesson or a question is; they say what their
words are (courses.schema, lessons.dialect.originals, quizzes.engine.translation).
"""

import hashlib
import json
from typing import Any

LENGTH = 16


def mark_of(words: Any) -> str:
    """The first 16 hex digits of SHA-256 over canonical JSON of the words.

    Space at the ends and what is empty do not count: a field that is left out says no more and no
    less than an empty one.
    """
    canonical = json.dumps(
        _said(words), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:LENGTH]


def _said(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        said = {str(name): _said(entry) for name, entry in value.items()}
        return {name: entry for name, entry in said.items() if entry not in ("", [], {}, None)}
    if isinstance(value, list | tuple):
        return [_said(entry) for entry in value]
    return value
