"""Words that are not in the reader's language, as template tags.

The frame speaks the reader's language, a course perhaps another one. What is in another carries its
code, so that a screen reader pronounces it and a browser offers to translate it. A built-in
library, like `core.ui`. Must not: choose a language for anybody.
"""

from collections.abc import Mapping

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy

register = template.Library()

#: As they stand inside a sentence: "This course is in English."
NAMES: Mapping[str, str | Promise] = {
    "en": pgettext_lazy("language, inside a sentence", "English"),
    "es": pgettext_lazy("language, inside a sentence", "Spanish"),
}


@register.filter
def is_foreign(code: str) -> bool:
    """Whether words of this language are in another one than the page around them."""
    return bool(code) and code != get_language()


@register.simple_tag
def lang_of(code: str) -> SafeString:
    """Write ` lang="en"` where the words are in another language than the page; else nothing."""
    return format_html(' lang="{}"', code) if is_foreign(code) else SafeString("")


@register.filter
def language_name(code: str) -> str:
    """Name a language in the reader's own, for use inside a sentence."""
    return str(NAMES.get(code, code))
