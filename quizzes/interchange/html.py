"""HTML from elsewhere to our inline Markdown.

    made = from_html("<p>What <b>first</b>?</p>", pictures)
    made.text, made.dropped

The order matters: pictures are taken out and put aside, the rest is sanitised with the allow-list
that lessons have, and only what survived is turned into Markdown. What was left out is said.

Owns: these steps. Must not: fetch anything, or let through what `sanitise` did not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from html.entities import html5
from html.parser import HTMLParser

from courseware.core.markup import PROSE, MarkupError, is_safe_address, sanitise
from quizzes.engine.messages import gettext_noop
from quizzes.interchange.markdown import as_markdown, as_plain, escaped

type Dropped = tuple[str, dict[str, object]]
type TakePicture = Callable[[str, str], str]
"""(address, alternative text) to what stands in its place; "" where it cannot be kept."""

_ELEMENT = gettext_noop("<%(tag)s> is left out: a question holds text, links and emphasis.")
_HANDLER = gettext_noop("The attribute %(attribute)s is left out: nothing in a question runs.")
_LINK = gettext_noop("A link is left out, its words stay: %(address)s leads nowhere safe.")
NOT_INSIDE = gettext_noop(
    "The picture %(address)s is left out: it is not inside the file. Embed it and import again."
)
_STRUCK = gettext_noop(
    "Struck-out words (<%(tag)s>) stand here as if nobody had struck them out. Take them out of "
    "the file, or say it in words."
)
_MARKED = gettext_noop("Underlined or marked words (<%(tag)s>) stand here like all others.")
_STYLED = gettext_noop("The look of words is left out where it may say something: %(style)s.")
_HOVER = gettext_noop("What is shown on pointing at words is left out: %(words)s.")
_RAISED = gettext_noop("Raised or lowered writing is shown on the line: %(words)s.")
_LAID_OUT = gettext_noop("A table is shown as lines: a question has no tables.")
_FORM = gettext_noop("Its formatting could not be kept; the words were.")
TOO_MANY_TAGS = gettext_noop("A text has more than %(limit)s tags. Shorten it.")
_SHOWN = 120
_MOST_TAGS = 12_000

# Mere wrapping and looks: nobody misses them.
_SILENT = frozenset(
    "html head body meta link div span font center section article main header footer big tt "
    "ins strike h1 bdi o:p var samp cite address figure figcaption thead colgroup col nobr wbr "
    "annotation tbody dfn time".split()
)
_UP = dict(zip("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ", strict=True))
_DOWN = dict(zip("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎", strict=True))
_CROSSED = frozenset("s strike del".split())
_UNDERLINED = frozenset("u ins mark".split())
_TELLING = re.compile(
    r"(?:^|[;\s])((?:background(?:-color)?|color|display|visibility|text-decoration(?:-line)?|"
    r"text-transform|font-weight|font-style|direction|content)\s*:[^;]{0,60})",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DECLARATION = re.compile(r"<!(?:doctype\b|\[(?:end)?if\b)[^<>]*>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{0,31})?(;?)")
_ALLOWED = PROSE.attributes
_BLOCKS = frozenset(
    "p div br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr "
    "blockquote pre".split()
)
_STRONG = frozenset("b strong h2 h3 h4 h5 h6 th".split())
_EMPHASIS = frozenset({"i", "em"})
_CODE = frozenset({"code", "kbd"})


@dataclass(frozen=True)
class Made:
    text: str
    dropped: tuple[Dropped, ...] = ()


def from_html(html: str, take_picture: TakePicture) -> Made:
    """Raises MarkupError for what is too long or nested too deep."""
    first = _Taken(take_picture)
    first.feed(_closed(html))
    first.close()
    cleaned = sanitise("".join(first.out), policy=PROSE)
    if cleaned.count("<") > _MOST_TAGS:  # bold that does not end is in every paragraph after it
        raise MarkupError(TOO_MANY_TAGS, limit=_MOST_TAGS)
    second = _Turned()
    second.feed(cleaned)
    second.close()
    text = second.markdown()
    if text == "\n\n".join(escaped(line) for line in second.plain().split("\n")):
        text = as_markdown(second.plain())  # mere words: no mark is escaped that need not be
    dropped = [*first.dropped, *second.dropped]
    # Proof: what a reader sees of the Markdown is what the HTML said.
    if _words(as_plain(text)) != _words(second.plain()):
        text = as_markdown(second.plain())
        dropped.append((_FORM, {}))
    return Made(text, tuple(dropped))


def _closed(html: str) -> str:
    """The HTML without comments and declarations; a mark that nothing closes is the sign it is.

    A browser would take everything after an open comment for one, and a parser would look for the
    end of every open mark again and again.
    """
    last = html.rfind("-->") + 3 if "-->" in html else 0
    html = _COMMENT.sub("", html[:last]) + html[last:]
    html = _DECLARATION.sub("", html).replace("<!", "&lt;!")
    html = _REFERENCE.sub(_reference, html)
    last = html.rfind(">") + 1
    return html[:last] + html[last:].replace("<", "&lt;")


def _reference(found: re.Match[str]) -> str:
    """A character's name as it must stand; any other & is the sign it is, also that of AT&T."""
    name, end = found[1] or "", found[2]
    is_known = name[:1] == "#" or f"{name};" in html5
    if is_known and (end or found.string[found.end() : found.end() + 1] != "="):
        return f"&{name};"
    return f"&amp;{name}{end}"


def _words(text: str) -> list[str]:
    return text.split()


def shown(address: str) -> str:
    """An address short enough for a sentence."""
    return address if len(address) <= _SHOWN else f"{address[:_SHOWN]}…"


class _Taken(HTMLParser):
    """Writes again what may stay, with a mark for each picture, and notes what goes."""

    def __init__(self, take_picture: TakePicture) -> None:
        super().__init__(convert_charrefs=False)
        self._take = take_picture
        self.out: list[str] = []
        self._dropped: dict[str, Dropped] = {}

    @property
    def dropped(self) -> list[Dropped]:
        return list(self._dropped.values())

    def _note(self, message: str, **params: object) -> None:
        self._dropped.setdefault(f"{message} {params}", (message, params))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, str] = {}
        for name, value in attrs:
            given.setdefault(name, value or "")  # of two, browsers take the first
        for name in given:
            if name.startswith("on"):
                self._note(_HANDLER, attribute=name)
        if tag == "img":
            self.out.append(self._picture(given))
            return
        self._say_looks(tag, given)
        if tag not in PROSE.tags and tag not in _SILENT:
            self._note(_ELEMENT, tag=tag)
        href = given.get("href", "").strip()
        if tag == "a" and href and not is_safe_address(href):
            self._note(_LINK, address=shown(href))
        kept = _ALLOWED.get(tag, frozenset()) & set(given)
        said = "".join(f' {name}="{escape(given[name])}"' for name in sorted(kept))
        self.out.append(f"<{tag}{said}>")

    def _say_looks(self, tag: str, given: dict[str, str]) -> None:
        """Looks carry meaning: what is struck out is wrong, what is red is a warning."""
        style = " ".join(given.get("style", "").split())
        if tag in _CROSSED or "line-through" in style.lower():
            self._note(_STRUCK, tag=tag)
        elif tag in _UNDERLINED:
            self._note(_MARKED, tag=tag)
        elif told := _TELLING.search(style):
            self._note(_STYLED, style=shown(told[1].strip()))
        for name in ("color", "bgcolor", "hidden"):
            if name in given:
                self._note(_STYLED, style=shown(f"{name} {given[name]}".strip()))
        if words := given.get("title", "").strip():
            self._note(_HOVER, words=shown(words))

    def _picture(self, given: dict[str, str]) -> str:
        address = given.get("src", "").strip()
        alt = " ".join(given.get("alt", "").split())
        mark = self._take(address, alt)
        if not mark:
            self._note(NOT_INSIDE, address=shown(address))
        return f" {mark or alt} " if mark or alt else ""

    def handle_endtag(self, tag: str) -> None:
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        # A sign that begins no tag is a word; the sanitiser would take what follows for the tag.
        self.out.append(data if self.cdata_elem else data.replace("<", "&lt;"))

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")


class _Turned(HTMLParser):
    """Sanitised HTML to paragraphs of inline Markdown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._paragraphs: list[str] = []
        self._plain: list[str] = []
        self._line: list[str] = []
        self._plain_line: list[str] = []
        self._open: list[tuple[str, str, int]] = []  # tag, its link, where it began in the line
        self._lists: list[int] = []
        self._in_pre = 0
        self.dropped: list[Dropped] = []

    def markdown(self) -> str:
        self._flush()
        return "\n\n".join(self._paragraphs)

    def plain(self) -> str:
        return "\n".join(self._plain)

    # ---------------------------------------------------------------- tags
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BLOCKS:
            self._flush()
        if tag == "pre":
            self._in_pre += 1
        elif tag in {"ul", "ol"}:
            start = given.get("start") or "1"
            self._lists.append(int(start) if tag == "ol" else 0)
        elif tag == "li":
            self._say(self._bullet())
        elif tag == "table":
            self.dropped.append((_LAID_OUT, {}))
        elif tag in {"td", "th"} and "".join(self._plain_line).strip():
            self._say(" | ")
        elif tag == "q":
            self._say("“")
        if tag in _STRONG | _EMPHASIS | _CODE | {"a", "sub", "sup"}:
            self._open.append((tag, given.get("href") or "", len(self._line)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "q":
            self._say("”")
        if any(name == tag for name, _href, _start in self._open):
            while True:
                name, href, start = self._open.pop()
                self._wrap(name, href, start)
                if name == tag:
                    break
        if tag == "pre":
            self._in_pre -= 1
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if tag in _BLOCKS:
            self._flush()

    def handle_data(self, data: str) -> None:
        if not self._in_pre:
            self._say(re.sub(r"[ \t\n\r\f]+", " ", data))
            return
        for number, line in enumerate(data.split("\n")):
            if number:
                self._flush()
            if line.strip():
                self._line.append(_code(line.strip()))
                self._plain_line.append(line.strip())

    def _say(self, words: str) -> None:
        self._line.append(escaped(words))
        self._plain_line.append(words)

    def _bullet(self) -> str:
        if not self._lists or not self._lists[-1]:
            return "• "
        self._lists[-1] += 1
        return f"{self._lists[-1] - 1}. "

    # ---------------------------------------------------------------- marks
    def _wrap(self, tag: str, href: str, start: int) -> None:
        inside = "".join(self._line[start:])
        words = inside.strip()
        if not words:
            return
        before = inside[: len(inside) - len(inside.lstrip())]
        after = inside[len(inside.rstrip()) :]
        self._line[start:] = [before, self._marked(tag, href, words), after]

    def _marked(self, tag: str, href: str, words: str) -> str:
        if tag in {"sub", "sup"}:
            small = _UP if tag == "sup" else _DOWN
            if all(char in small for char in words):
                self._plain_line[-1:] = ["".join(small[c] for c in self._plain_line[-1].strip())]
                return "".join(small[char] for char in words)
            self.dropped.append((_RAISED, {"words": words}))
            return words
        if tag in _STRONG:
            return words if words.startswith("**") else f"**{words}**"
        if tag in _EMPHASIS:
            return words if words.startswith("*") else f"*{words}*"
        if tag in _CODE:
            return words if "`" in words else _code(unescape(re.sub(r"\\(.)", r"\1", words)))
        address = href.replace("(", "%28").replace(")", "%29")
        return f"[{words}]({address})" if address else words

    def _flush(self) -> None:
        for index in reversed(range(len(self._open))):  # an emphasis never spans two paragraphs
            tag, href, start = self._open[index]
            self._wrap(tag, href, start)
            self._open[index] = (tag, href, 0)
        line = re.sub(r" {2,}", " ", "".join(self._line)).strip()
        if line:
            self._paragraphs.append(line)
            self._plain.append(" ".join("".join(self._plain_line).split()))
        self._line.clear()
        self._plain_line.clear()


def _code(words: str) -> str:
    return f"`` {words} ``" if "`" in words else f"`{words}`"
