"""What a question offers to choose from, and what an answer chose: for counting, with the key.

Owns: the common form of options, places and known mistakes. Keys are places in the content, so
they mean the same wherever the content has the same hash. Must not: reach a learner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: A written answer that is none of those an author foresaw.
OTHER = "other"
RIGHT = "right"

type Chosen = Mapping[str, tuple[str, ...]]
"""Per group the keys of what was chosen; a group that is missing was left empty."""


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen. `text` is empty where only its key says what it is."""

    key: str
    text: str
    is_right: bool


@dataclass(frozen=True)
class ChoiceGroup:
    """What is offered together: all options of a question, or those for one of its lines."""

    key: str
    label: str
    choices: tuple[Choice, ...]
    takes_several: bool = False
