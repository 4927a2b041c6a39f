"""A rendered lesson cut at its headings, into what may be quoted and what may only be found.

Reads only HTML that the sanitiser wrote. Left out is what is not the lesson's own text (notes,
definitions, labels of boxes) and what answers an exercise: a hit must not give it away.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_LEFT_OUT = frozenset(
    {
        *("source-notes", "cite", "term-tip", "icon", "footnote-ref", "footnote-backref"),
        *("box-kind", "pane-label", "certainty", "check-hint", "check-write-label"),
        *("check-feedback", "check-model", "check-points"),
        *("legal-year", "legal-status", "legal-checked"),
    }
)
_VOID = frozenset({"br", "hr", "img", "input"})
_INLINE = frozenset(
    {
        *("a", "abbr", "b", "button", "code", "del", "em", "i", "kbd", "mark", "q", "s", "small"),
        *("span", "strong", "sub", "sup", "u", "label"),
    }
)


@dataclass(frozen=True)
class Section:
    """The text under one heading. What stands before the first one has no anchor and no title."""

    anchor: str
    title: str
    text: str  # may be quoted
    hidden: str  # of sensitive sections: found, never quoted
    topic: str  # what these say they are about


def sections(html: str) -> list[Section]:
    """The lesson in its order; the first one, before any heading, is always there."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [
        Section(
            draft.anchor,
            " ".join("".join(draft.title).split()),
            tidy("".join(draft.text)),
            tidy("".join(draft.hidden)),
            "; ".join(" ".join(topic.split()) for topic in draft.topics),
        )
        for draft in reader.drafts
    ]


def tidy(text: str) -> str:
    """Blocks as one line; a point stands between those that do not end a sentence."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    parted = (f"{line} " if line[-1] in ".!?:;,…" else f"{line} · " for line in lines if line)
    return "".join(parted).removesuffix(" · ").rstrip()


@dataclass
class _Draft:
    anchor: str = ""
    title: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.drafts = [_Draft()]
        self.open: list[str] = []  # what is special about each open element

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self._put("\n")
        if tag in _VOID:
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        anchor = given.get("id") or ""
        reason = ""
        if tag == "h2" and anchor.startswith("s-") and not set(self.open) & {"hide", "skip"}:
            self.drafts.append(_Draft(anchor))
            reason = "title"
        elif tag == "section" and "sensitive" in classes:
            reason = "hide"
        elif "box-kind" in classes and self.open and self.open[-1] == "hide":
            self.drafts[-1].topics.append("")
            reason = "topic"
        elif "figure-long" in classes:
            reason = "long"
        elif classes & _LEFT_OUT or (tag == "summary" and self.open[-1:] == ["long"]):
            reason = "skip"  # the words of a button, too
        self.open.append(reason)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if tag not in _INLINE:
            self._put("\n")
        if self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self._put(re.sub(r"\s", " ", data))

    def _put(self, text: str) -> None:
        draft = self.drafts[-1]
        if "skip" in self.open:
            return
        if "topic" in self.open:
            draft.topics[-1] += text
        elif "hide" in self.open:
            draft.hidden.append(text)
        elif "title" in self.open:
            draft.title.append(text)
        else:
            draft.text.append(text)
