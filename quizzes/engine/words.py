"""How two short texts are compared: by their words, not by how they were typed.

Owns nothing but the comparison; what a person wrote is stored as they wrote it.
"""

from __future__ import annotations

import unicodedata

# Phones turn straight marks into curly ones by themselves: nobody may lose a mark for that.
_SAME_MARK = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
    }
)


def plain(text: str) -> str:
    """Return the text without characters a database or a page cannot hold, trimmed.

    Line ends and tabs become spaces; other control characters and lone surrogates go.
    """
    spaced = "".join(" " if char in "\t\n\r\v\f" else char for char in text)
    return "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def normalised(text: str) -> str:
    """Return the form in which two answers are compared.

    Without case, accents, invisible characters, punctuation at the ends and double spaces.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SAME_MARK)
    parted = unicodedata.normalize("NFD", folded)
    kept = "".join(c for c in parted if unicodedata.category(c) not in {"Mn", "Cf", "Cc", "Cs"})
    single_spaced = " ".join(unicodedata.normalize("NFC", kept).split())
    return _without_outer_punctuation(single_spaced)


def _without_outer_punctuation(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _is_outer(text[start]):
        start += 1
    while end > start and _is_outer(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_outer(char: str) -> bool:
    return char.isspace() or unicodedata.category(char).startswith("P")
