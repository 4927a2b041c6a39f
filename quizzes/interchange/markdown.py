"""Plain words to our inline Markdown, and what a reader sees of it.

Owns: which characters would be read as marks. Every result is proved by rendering it: what is
shown is what was meant, or the caller is told.
"""

from __future__ import annotations

import re
from html import escape, unescape

from courseware.core.markup import PICTURE, MarkupError, inline, unpictured
from courseware.core.markup.sentence import MAX_INLINE_BYTES

_MARKS = re.compile(r"([\\`*_\[\]])")
_COSTLY = re.compile(r"[\\`*_\[\]<&({\n]")
_ENTITY = re.compile(r"&(?=(?:[A-Za-z0-9]+|#[0-9]+|#[xX][0-9A-Fa-f]+);)")
_ADDRESS = re.compile(r"<(?=[a-z][a-z+.-]*:|[^\s<>@]+@)", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br ?/?>")
_SPACE = re.compile(r"[ \t\n]+")
_LINES = re.compile(r"\s*\n\s*")


def formula_in(text: str, *, is_markdown: bool = False) -> str:
    """The first formula in the signs that other systems set as one, or "". Here nothing does."""
    slash = "\\\\" if is_markdown else "\\"  # Markdown takes one for itself
    pairs = (("$$", "$$"), (f"{slash}(", f"{slash})"), (f"{slash}[", f"{slash}]"))
    for begin, end in pairs:
        start = text.find(begin)
        finish = text.find(end, start + len(begin)) if start >= 0 else -1
        if finish > start + len(begin):
            return text[start : finish + len(end)]
    return ""


def work_of(text: str) -> int:
    """About the microseconds in which a text is rendered; one that is too long is refused first."""
    marks = len(_COSTLY.findall(text)) if len(text) <= MAX_INLINE_BYTES else 0
    return 30 + len(text) // 10 + 10 * marks


def escaped(text: str) -> str:
    """The words with every mark taken for itself."""
    marked = _ENTITY.sub("&amp;", _MARKS.sub(r"\\\1", text))
    return _ADDRESS.sub("&lt;", marked)


def as_markdown(plain: str) -> str:
    """Words without marks, as Markdown that shows just them; a line end becomes a break.

    Words that hold no mark stay as they are, so that what we wrote comes back as it was.
    """
    paragraphs = [line for part in plain.split("\n") if (line := part.strip())]
    text = "\n\n".join(paragraphs)
    try:
        if inline(text) == escape(text, quote=False).replace("\n\n", "<br><br>"):
            return text
    except MarkupError:
        return text  # too much of one thing: the checks of the content say so
    return escaped(text)


def as_plain(markdown: str) -> str:
    """What a reader sees, without emphasis; breaks are line ends, pictures are what they show.

    Raises MarkupError.
    """
    html = inline(unpictured(markdown))
    parts = _BREAK.split(html)
    lines = (" ".join(_SPACE.sub(" ", unescape(_TAGS.sub("", part))).split(" ")) for part in parts)
    return _LINES.sub("\n", "\n".join(line.strip() for line in lines)).strip()


def is_plain(markdown: str) -> bool:
    """Whether the text holds no emphasis, code, link or break: it loses nothing as plain words."""
    try:
        return PICTURE.search(markdown) is None and "<" not in inline(markdown)
    except MarkupError:
        return False
