"""The dialect's interface words, marked for translation and looked up in one language.

Owns: the translation of `dialect.LABELS`; a test holds the two lists together. Must not: know
what a word is used for.
"""

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

WORDS: tuple[str, ...] = (
    gettext_noop("Then"),
    gettext_noop("Now"),
    gettext_noop("Source"),
    gettext_noop("Sources"),
    gettext_noop("Source record"),
    gettext_noop("Open the source"),
    gettext_noop("Back to the text"),
    gettext_noop("Note"),
    gettext_noop("Certainty"),
    gettext_noop("official text or primary page"),
    gettext_noop("several consistent reports"),
    gettext_noop("believed right, not checked"),
    gettext_noop("changing: check the latest status"),
    gettext_noop("What is known"),
    gettext_noop("Record checked"),
    gettext_noop("Checked"),
    gettext_noop("Remember"),
    gettext_noop("Never"),
    gettext_noop("Whom to call"),
    gettext_noop("Legal note"),
    gettext_noop("in force"),
    gettext_noop("agreed"),
    gettext_noop("proposed"),
    gettext_noop("lapsed"),
    gettext_noop("check the status"),
    gettext_noop("National box"),
    gettext_noop("Scenario"),
    gettext_noop("Sensitive section"),
    gettext_noop("Left out of this version"),
    gettext_noop("Long description"),
    gettext_noop("Check yourself"),
    gettext_noop("Practice decision"),
    gettext_noop("Show feedback"),
    gettext_noop("Right"),
    gettext_noop("Not this one"),
    gettext_noop("Write your answer. It is not stored."),
    gettext_noop("Model answer"),
    gettext_noop("Tick the points you had"),
)


def labels(language: str) -> dict[str, str]:
    """Every word in `language`, by its English form."""
    with translation.override(language):
        return {word: gettext(word) for word in WORDS}
