"""Sentences of modules that know no language, marked for translation.

A pure module hands out the English sentence with named places and the values for them; the layer
that talks to a person translates the first and fills in the second. Owns the mark and the English
form. Must not translate.
"""

from collections.abc import Mapping


def gettext_noop(message: str) -> str:
    """Mark a sentence for the message catalogues, which look for this name, and return it."""
    return message


def in_english(message: str, params: Mapping[str, object]) -> str:
    """The sentence for logs, commands and whoever has no language."""
    return message % params if params else message
