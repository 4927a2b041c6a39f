"""Pictures inside a sentence: `![what it shows](…)`.

Owns the form, and the one kind of target that becomes an image: an address of our own, by content,
with its size. Whatever else stands in the brackets is shown as the words for it. Must not know
which pictures there are.
"""

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

MAX_ALT = 1_000
#: No mark of Markdown has a meaning in the words: they are read out, not shown.
PICTURE = re.compile(
    rf"(?<!\\)!\[(?P<alt>[^\[\]`\n\x02\x03]{{0,{MAX_ALT}}})\]\((?P<target>[^()\n]{{0,300}})\)"
)
_ADDRESS = re.compile(
    r"(?P<src>/media/[0-9a-f]{64}\.[a-z]{3,4}) =(?P<width>[0-9]{1,5})x(?P<height>[0-9]{1,5})"
)
_UNSAYABLE = str.maketrans({"[": "(", "]": ")", "`": "'", "\x02": "", "\x03": ""})


def picture(alt: str, target: str) -> str:
    """The form as it stands in a text."""
    words = " ".join(alt.translate(_UNSAYABLE).split())[:MAX_ALT]
    return f"![{words}]({target})"


def address(file: str, width: int, height: int) -> str:
    """The target that shows `file`, a hash and its ending."""
    return f"/media/{file} ={width}x{height}"


def unpictured(text: str) -> str:
    """The text with words where its pictures are, still Markdown."""
    return PICTURE.sub(lambda found: picture(found["alt"], ""), text)


def add_pictures(md: Markdown) -> None:
    # After code, before escapes and links: a picture may be what a link is pressed on.
    md.inlinePatterns.register(_Pictures(PICTURE.pattern, md), "own_picture", 185)


class _Pictures(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # the stubs know no text in place of an element
        self, found: re.Match[str], data: str
    ) -> tuple[Element | str, int, int]:
        alt = found["alt"].strip().replace("&", "&amp;")  # what looks like an entity is words
        shown = _ADDRESS.fullmatch(found["target"])
        if shown is None:
            # An element, so that no mark in the words is read; the sanitiser drops its tag.
            words = Element("span")
            words.text = AtomicString(alt)
            return words, found.start(), found.end()
        image = Element("img", src=shown["src"], alt=alt)
        image.set("width", shown["width"])
        image.set("height", shown["height"])
        return image, found.start(), found.end()
