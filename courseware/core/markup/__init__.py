"""Markup: the only producer of trusted HTML.

Owns the sanitiser with its allow-lists, inline Markdown, the caps on source text and the hardened
parser that the lesson dialect builds on. `SafeString` is made here and nowhere else; a template
that prints anything from an author prints what came from `sanitise`, `inline` or `stored`.

Must not know lessons, questions or any other noun of the product, and never fetches anything.
"""

from courseware.core.markup.caps import MAX_BYTES, check_caps
from courseware.core.markup.controls import BIDI, strip_controls
from courseware.core.markup.engine import LanguageAttributes, engine
from courseware.core.markup.errors import MarkupError
from courseware.core.markup.pictures import PICTURE, address, picture, unpictured
from courseware.core.markup.policies import INLINE, LESSON, PROSE, Policy
from courseware.core.markup.sanitiser import is_safe_address, sanitise, stored
from courseware.core.markup.sentence import inline

__all__ = [
    "BIDI",
    "INLINE",
    "LESSON",
    "MAX_BYTES",
    "PICTURE",
    "PROSE",
    "LanguageAttributes",
    "MarkupError",
    "Policy",
    "address",
    "check_caps",
    "engine",
    "inline",
    "is_safe_address",
    "picture",
    "sanitise",
    "stored",
    "strip_controls",
    "unpictured",
]
