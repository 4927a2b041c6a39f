"""The sanitiser: HTML in, allow-listed HTML out.

Owns the rules for attribute values (addresses, ids, classes) and the promise that sanitising twice
gives what sanitising once gave. Must not know Markdown, and never fetches or resolves an address.
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString

from courseware.core.markup.controls import BIDI, strip_controls
from courseware.core.markup.errors import MarkupError
from courseware.core.markup.policies import Policy
from courseware.core.messages import gettext_noop

MAX_HTML_CHARACTERS = 2_000_000
MAX_HTML_DEPTH = 100
_MAX_PASSES = 6
_REL = "noopener noreferrer nofollow"
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
# Void, or closed by the next of their kind without a word: they do not pile up.
_NEVER_DEEP = frozenset(
    {
        *("br", "dd", "dt", "hr", "img", "input", "li", "p"),
        *("tbody", "td", "tfoot", "th", "thead", "tr"),
    }
)

# Elements whose content is code or belongs to another language: dropped with everything in them.
_DROPPED_WITH_CONTENT = frozenset(
    {
        *("applet", "embed", "iframe", "math", "noembed", "noframes", "noscript"),
        *("object", "script", "style", "svg", "template", "title"),
    }
)

# Only shapes with a hyphen after a known prefix: no property of `document` or `window` looks like
# this, so no id of a lesson can stand in for one, nor for an id of the page around it.
ID_SHAPE = re.compile(r"(?:s|n|r|t|w|fn|fnref[0-9]*)-[\w-]{1,80}", re.UNICODE)

_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029]")
_LOCAL_IMAGE = re.compile(
    r"/(?:media|static)(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+(?:\?v=[A-Za-z0-9]+)?"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_SMALL_NUMBER = re.compile(r"[0-9]{1,5}")
# The HTML parser drops a line end right after these tags, so it would vanish on the second pass.
_EATEN_LINE_END = re.compile(r"(<(?:pre|textarea)(?: [a-z-]+=\"[^\"]*\")*>)\n+")


def sanitise(html: str, *, policy: Policy) -> SafeString:
    """`html` with only what `policy` allows; sanitising the result again changes nothing.

    Raises MarkupError for HTML that is too long or too deep to be cleaned cheaply.
    """
    if len(html) > MAX_HTML_CHARACTERS:
        raise MarkupError(gettext_noop("The page is too long to be cleaned."))
    _check_depth(html)
    text = strip_controls(html)
    for _ in range(_MAX_PASSES):
        cleaned = _one_pass(text, policy)
        if cleaned == text:
            return SafeString(cleaned)
        text = cleaned
    # Never seen; if a parser ever oscillates, showing nothing is the safe answer.
    raise MarkupError(gettext_noop("The page could not be cleaned."))


def stored(html: str) -> SafeString:
    """Mark `html` as trusted. Only for what `sanitise` wrote and our own database kept."""
    return SafeString(html)


def _one_pass(html: str, policy: Policy) -> str:
    cleaned = strip_controls(_cleaner(policy).clean(html))
    return _EATEN_LINE_END.sub(r"\1", cleaned)


def _check_depth(html: str) -> None:
    # Counted per element, so that a stray `</i>` does not hide a `<div>` that stays open.
    open_now: Counter[str] = Counter()
    depth = 0
    for closing, name in _TAG.findall(html):
        tag = name.lower()
        if tag in _NEVER_DEEP or (closing and not open_now[tag]):
            continue
        step = -1 if closing else 1
        open_now[tag] += step
        depth += step
        if depth > MAX_HTML_DEPTH:
            message = gettext_noop("The page is nested more than %(most)s deep.")
            raise MarkupError(message, most=MAX_HTML_DEPTH)


@cache
def _cleaner(policy: Policy) -> nh3.Cleaner:
    rules = _rules(policy)

    def keep(tag: str, attribute: str, value: str) -> str | None:
        # An attribute without a rule is dropped even if a policy lists it: the safe failure.
        rule = rules.get(attribute)
        return rule(value) if rule else None

    return nh3.Cleaner(
        tags=set(policy.tags),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes={tag: set(names) for tag, names in policy.attributes.items()},
        attribute_filter=keep,
        link_rel=_REL,
        url_schemes={"http", "https", "mailto"},
        set_tag_attribute_values={tag: dict(v) for tag, v in (policy.forced or {}).items()},
    )


def _rules(policy: Policy) -> dict[str, Callable[[str], str | None]]:
    def classes(value: str) -> str | None:
        kept = [name for name in value.split() if name in policy.classes]
        return " ".join(kept) or None

    return {
        "alt": _plain,
        "aria-describedby": _identifier,
        "aria-hidden": _one_of("true"),
        "aria-label": _plain,
        "aria-labelledby": _identifier,
        "class": classes,
        "colspan": _number,
        "dir": _one_of("ltr", "rtl", "auto"),
        "height": _number,
        "href": _address,
        "id": _identifier,
        "lang": lambda value: value if _LANGUAGE.fullmatch(value) else None,
        "loading": _one_of("lazy"),
        "rel": _one_of(_REL),
        "role": _one_of("note", "tooltip"),
        "rows": _number,
        "rowspan": _number,
        "scope": _one_of("col", "row"),
        "src": lambda value: value if _LOCAL_IMAGE.fullmatch(value) else None,
        "start": _number,
        "title": _plain,
        "type": _one_of("button", "checkbox"),
        "width": _number,
    }


def is_safe_address(value: str) -> bool:
    """Whether a link may point to `value`: http(s), mailto, a part, or a path of our own."""
    return _address(value) is not None


def _address(value: str) -> str | None:
    # Browsers drop tabs and line ends inside addresses and read "\" as "/": refuse, do not repair.
    if _UNSAFE_IN_ADDRESS.search(value) or BIDI.search(value):
        return None
    if value.startswith(("#", "?")):
        return value
    if value.startswith("//"):
        return None
    try:
        parts = urlsplit(value)
        scheme, host = parts.scheme.lower(), parts.hostname
    except ValueError:
        return None
    if scheme in ("http", "https"):
        # "https://known.example@elsewhere.example" reads like the first, leads to the second.
        return value if host and parts.netloc and "@" not in parts.netloc else None
    if scheme == "mailto":
        return value
    # What is left must be a path of ours; a colon before the first slash would be a scheme.
    return value if not scheme and value and ":" not in value.split("/", 1)[0] else None


def _identifier(value: str) -> str | None:
    return value if ID_SHAPE.fullmatch(value) else None


def _number(value: str) -> str | None:
    return value if _SMALL_NUMBER.fullmatch(value) else None


def _plain(value: str) -> str | None:
    return strip_controls(value)


def _one_of(*allowed: str) -> Callable[[str], str | None]:
    return lambda value: value if value in allowed else None
