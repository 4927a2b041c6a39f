"""What a model says about the personal data it holds.

Owns: the form of the declaration. Must not: erase anything itself.
Every model of ours carries `personal_data`; a test refuses one that does not, and
docs/reference/personal-data.md is generated from them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Personal:
    """One personal field: why it is held, how long, and what erasure does to it."""

    why: str
    keep: str
    erasure: str


#: Nothing in the table points to or describes a person.
NO_PERSONAL_DATA: dict[str, Personal] = {}
