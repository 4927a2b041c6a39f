"""Inline Markdown: the text of stems, options and feedback.

Owns `inline`. Emphasis, strong, code, links and pictures of our own; a blank line becomes a break.
No blocks, no images from elsewhere, no raw HTML.
"""

import re
import threading
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString
from markdown import Markdown

from courseware.core.markup.caps import check_caps
from courseware.core.markup.controls import strip_controls
from courseware.core.markup.engine import engine
from courseware.core.markup.pictures import add_pictures
from courseware.core.markup.policies import INLINE
from courseware.core.markup.sanitiser import sanitise

MAX_INLINE_BYTES = 8 * 1024

_MARKUP = re.compile(r"[*_`\[\]<>&\\\n]|  ")
_DROPPED_BLOCKS = (
    *("indent", "code", "hashheader", "setextheader", "hr"),
    *("olist", "ulist", "quote", "reference"),
)
_DROPPED_PATTERNS = ("reference", "short_reference", "automail", "linebreak")
_local = threading.local()


@lru_cache(maxsize=4096)
def inline(text: str) -> SafeString:
    """`text` as trusted HTML for use inside a paragraph, label or cell.

    Raises MarkupError above 8 kB or where the marks would be too costly. Cached, because a page
    shows the same option texts to everybody.
    """
    text = strip_controls(text).strip()
    check_caps(text, max_bytes=MAX_INLINE_BYTES)
    if not _MARKUP.search(text):
        # Most options are plain words: spare them the parser.
        return sanitise(escape(text, quote=False), policy=INLINE)
    html = _parser().reset().convert(text)
    paragraphs = html.removeprefix("<p>").removesuffix("</p>").split("</p>\n<p>")
    return sanitise("<br><br>".join(paragraphs), policy=INLINE)


def _parser() -> Markdown:
    # A parser holds state while it runs, so each thread has its own.
    if not hasattr(_local, "parser"):
        _local.parser = _build()
    parser: Markdown = _local.parser
    return parser


def _build() -> Markdown:
    md = engine()
    for name in _DROPPED_BLOCKS:
        md.parser.blockprocessors.deregister(name)
    for name in _DROPPED_PATTERNS:
        md.inlinePatterns.deregister(name)
    add_pictures(md)
    return md
