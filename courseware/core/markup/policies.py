"""What may be on a page: the allow-lists.

Owns the three policies. Anything not named here is dropped by the sanitiser. Must not contain a
rule that depends on who wrote the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_TEXT_TAGS = frozenset({"a", "abbr", "b", "br", "code", "del", "em", "i", "kbd", "mark", "q", "s"})
_TEXT_TAGS |= {"small", "strong", "sub", "sup", "u"}
_BLOCK_TAGS = frozenset({"blockquote", "dd", "dl", "dt", "h2", "h3", "h4", "h5", "h6", "hr", "img"})
_BLOCK_TAGS |= {"li", "ol", "p", "pre", "ul"}
_BLOCK_TAGS |= {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_DIALECT_TAGS = frozenset({"button", "details", "div", "figcaption", "figure", "input", "label"})
_DIALECT_TAGS |= {"section", "span", "summary", "textarea"}

_TEXT_ATTRIBUTES = {
    "*": frozenset({"lang", "dir"}),
    "a": frozenset({"href"}),
    "abbr": frozenset({"title"}),
}
_IMAGE = {"img": frozenset({"src", "alt", "width", "height"})}
_BLOCK_ATTRIBUTES = {
    **_IMAGE,
    "ol": frozenset({"start"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
}
_DIALECT_ATTRIBUTES = {
    "*": frozenset({"lang", "dir", "class", "id"}),
    "a": frozenset({"href", "aria-label"}),
    "button": frozenset({"aria-describedby"}),
    "div": frozenset({"role"}),
    "img": frozenset({"src", "alt", "width", "height", "loading"}),
    "span": frozenset({"role", "aria-hidden"}),
    "textarea": frozenset({"rows", "aria-labelledby"}),
}

_CLASS_NAMES = """
align-left align-center align-right
backlink backlinks box-kind box-title
callout callout-note callout-remember callout-never callout-call callout-title
certainty certainty-a certainty-b certainty-c certainty-d
certainty-label certainty-mark certainty-word
check check-self check-practice check-options check-option check-hint check-feedback
check-right check-wrong check-verdict check-write check-write-label check-text
check-model check-points check-points-title
cite
figure figure-caption figure-long
footnote footnote-ref footnote-backref
icon icon-note icon-remember icon-never icon-call icon-legal icon-national icon-scenario
icon-sensitive icon-check-self icon-check-practice icon-right icon-wrong
icon-certainty-a icon-certainty-b icon-certainty-c icon-certainty-d
left-out
legal legal-in-force legal-agreed legal-proposed legal-lapsed legal-check-the-status
legal-facts legal-instrument legal-year legal-status legal-checked
national now pane-label scenario sensitive
source-checked source-link source-note source-notes source-notes-title source-origin
source-record source-status source-title
term term-tip term-word
then then-now then-now-panes
unresolved year
"""
DIALECT_CLASSES = frozenset(_CLASS_NAMES.split())


@dataclass(frozen=True, eq=False)
class Policy:
    """A closed list of what survives. Compared by identity: there are exactly the three below."""

    name: str
    tags: frozenset[str]
    attributes: Mapping[str, frozenset[str]]
    classes: frozenset[str] = frozenset()
    forced: Mapping[str, Mapping[str, str]] | None = None


INLINE = Policy("inline", _TEXT_TAGS | {"img"}, {**_TEXT_ATTRIBUTES, **_IMAGE})
"""Text inside a sentence: stems, options, feedback."""

PROSE = Policy("prose", _TEXT_TAGS | _BLOCK_TAGS, {**_TEXT_ATTRIBUTES, **_BLOCK_ATTRIBUTES})
"""HTML that came from elsewhere (an import): no ids, no classes, nothing to press."""

LESSON = Policy(
    "lesson",
    _TEXT_TAGS | _BLOCK_TAGS | _DIALECT_TAGS,
    {**_TEXT_ATTRIBUTES, **_BLOCK_ATTRIBUTES, **_DIALECT_ATTRIBUTES},
    DIALECT_CLASSES,
    # A button that could submit and an input that could take a password must not exist.
    {"button": {"type": "button"}, "input": {"type": "checkbox"}},
)
"""What the lesson dialect emits."""
