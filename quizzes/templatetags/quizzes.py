"""How questions are written on a page: `{% load quizzes %}`.

Owns the words for instructions and the choice of a template per type. Must not: read the
database or see a key before release.
"""

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import conditional_escape, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from courseware.core.markup import MarkupError, inline, unpictured
from quizzes.models import Answer

register = template.Library()
_BREAKS = re.compile(r"(?:<br>)+")

_INPUTS = {
    "single": "options",
    "truefalse": "options",
    "multiple": "options",
    "ordering": "ordering",
    "matching": "matching",
    "numeric": "text",
    "short": "text",
}
INSTRUCTIONS: Mapping[str, str | Promise] = {
    "choose_one": _("Choose one."),
    "choose_all": _("Choose all that apply."),
    "put_in_order": _("Give each step its position."),
    "match": _("Choose what belongs to each."),
    "write_number": _("Write a number."),
    "write_words": _("Write a word or two."),
}


@register.filter
def words(text: str) -> SafeString:
    """An author's text as inline HTML; as plain text where its marks cannot be read."""
    try:
        return inline(text)
    except MarkupError:
        return SafeString(conditional_escape(text))


@register.filter
def plain_words(text: str) -> str:
    """The same without marks and pictures, for the entries of a select."""
    return (
        strip_tags(_BREAKS.sub(" ", words(unpictured(text))))
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
    )


@register.filter
def inputs_template(public: Mapping[str, Any]) -> str:
    return f"quizzes/inputs/{_INPUTS[public['type']]}.html"


@register.filter
def instruction(public: Mapping[str, Any]) -> str | Promise:
    return INSTRUCTIONS.get(public["instruction"], "")


CREDITS: Mapping[str, str | Promise] = {
    "right_minus_wrong": _(
        "Each right option you choose earns its share; each wrong one costs its share, never "
        "below zero."
    ),
    "proportional": _(
        "Each option you judge rightly, by choosing a right one or leaving a wrong one, earns its "
        "share."
    ),
    "all_or_nothing": _("Only exactly the right options earn the mark."),
}


@register.filter
def confidence_words(level: int) -> str | Promise:
    return Answer.Confidence(level).label


@register.simple_tag
def confidence_levels() -> list[tuple[int, str | Promise]]:
    return list(Answer.Confidence.choices)


@register.filter
def credit_words(rule: str) -> str | Promise:
    """How a question with several right options is marked."""
    return CREDITS.get(rule, "")


@register.filter
def is_case(public: Mapping[str, Any]) -> bool:
    return bool(public["type"] == "scenario")
