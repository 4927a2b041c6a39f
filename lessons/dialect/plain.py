"""Rendered HTML as plain text and as an outline.

Owns what counts as the words of a lesson (for search and reading time): not the notes, numbers,
definitions and buttons around them. Reads only HTML that the sanitiser wrote.
"""

import re
from html.parser import HTMLParser

from lessons.dialect.records import OutlineItem

_LEFT_OUT = frozenset(
    {
        *("source-notes", "cite", "term-tip", "check-hint", "check-write-label", "icon"),
        *("footnote-ref", "footnote-backref"),
    }
)
#: What the reader does, not what is told: options, their feedback, model answers.
_EXERCISE = "check"
_VOID = frozenset({"br", "hr", "img", "input"})
_INLINE = frozenset(
    {
        *("a", "abbr", "b", "button", "code", "del", "em", "i", "kbd", "mark", "q", "s", "small"),
        *("span", "strong", "sub", "sup", "u", "label"),
    }
)
_WORD = re.compile(r"\w+(?:['’.,-]\w+)*")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.outline: list[OutlineItem] = []
        self.skipping = 0
        self.exercising = 0
        self.exercise_words = 0
        self._exercise_from = 0
        self.heading: tuple[int, str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self.parts.append("\n")
        if tag in _VOID:
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        if self.skipping or _LEFT_OUT & classes:
            self.skipping += 1
        if self.exercising or _EXERCISE in classes:
            if not self.exercising:
                self._exercise_from = len(self.parts)
            self.exercising += 1
        name = given.get("id") or ""
        if re.fullmatch("h[2-6]", tag) and name.startswith("s-"):
            self.heading = (int(tag[1]), name, len(self.parts))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self.heading and tag == f"h{self.heading[0]}":
            level, name, start = self.heading
            self.outline.append(OutlineItem(level, name, _tidy("".join(self.parts[start:]))))
            self.heading = None
        if self.skipping:
            self.skipping -= 1
        if self.exercising:
            self.exercising -= 1
            if not self.exercising:
                self.exercise_words += _words("".join(self.parts[self._exercise_from :]))
        if tag not in _INLINE:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.parts.append(data.replace("\n", " "))


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _words(text: str) -> int:
    return len(_WORD.findall(text))


def read(html: str) -> tuple[str, tuple[OutlineItem, ...], int, int]:
    """(plain text, outline, number of words, how many of them stand outside exercises)."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = _tidy("".join(reader.parts))
    words = _words(text)
    return text, tuple(reader.outline), words, words - reader.exercise_words
