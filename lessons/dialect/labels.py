"""The interface words of a rendered lesson, in English.

Owns the list of words that the app translates and hands in: the key is the English word itself.
Must not translate: this package is pure.
"""

from collections.abc import Mapping

LABELS: tuple[str, ...] = (
    "Then",
    "Now",
    "Source",
    "Sources",
    "Source record",
    "Open the source",
    "Back to the text",
    "Note",
    "Certainty",
    "official text or primary page",
    "several consistent reports",
    "believed right, not checked",
    "changing: check the latest status",
    "What is known",
    "Record checked",
    "Checked",
    "Remember",
    "Never",
    "Whom to call",
    "Legal note",
    "in force",
    "agreed",
    "proposed",
    "lapsed",
    "check the status",
    "National box",
    "Scenario",
    "Sensitive section",
    "Left out of this version",
    "Long description",
    "Check yourself",
    "Practice decision",
    "Show feedback",
    "Right",
    "Not this one",
    "Write your answer. It is not stored.",
    "Model answer",
    "Tick the points you had",
)

CERTAINTY_WORDS: Mapping[str, str] = {
    "A": "official text or primary page",
    "B": "several consistent reports",
    "C": "believed right, not checked",
    "D": "changing: check the latest status",
}


class Labels:
    """Looks a word up; falls back to English, so that a new word never breaks a page."""

    def __init__(self, translated: Mapping[str, str]) -> None:
        self._translated = translated

    def __getitem__(self, word: str) -> str:
        if word not in LABELS:
            raise KeyError(word)
        return self._translated.get(word) or word
