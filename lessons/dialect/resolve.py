"""The last pass over the tree: markers become citations, terms, notes, ids.

Owns everything that depends on the order of the whole text: the numbers of notes, ids, what was
used. Must not parse Markdown; text that it adds is shown as it is.
"""

import re
import unicodedata
from html import unescape
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, AtomicString

from lessons.dialect.directives.base import Context
from lessons.dialect.notes import Notes

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# What is pressed or named as a whole: a button or a link inside would be swallowed.
_WHOLE = (*_HEADINGS, "a", "summary", "label", "button")
_MAX_SLUG = 60


class Resolution(Extension):
    """Registers the pass; afterwards `used` says which terms, figures and claims were met."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.notes = Notes(context)
        self.terms: dict[str, None] = {}
        self.figures: dict[str, None] = {}
        self.seeds: dict[str, None] = {}

    def extendMarkdown(self, md: Markdown) -> None:
        # After everything of the parser, also after it has put escaped characters back.
        md.treeprocessors.register(_Pass(md, self), "lesson_resolution", -1)


class _Pass(Treeprocessor):
    def __init__(self, md: Markdown, found: Resolution) -> None:
        super().__init__(md)
        self.found = found
        self.labels = found.context.labels
        self.resolver = found.context.resolver

    def run(self, root: Element) -> None:
        self.tips = 0
        self.slugs: dict[str, int] = {}
        self._footnotes(root)
        self._visit(root, whole=False)
        for element in root.iter():
            self._finish(element)
        self.found.notes.append_to(root)

    def _visit(self, parent: Element, *, whole: bool) -> None:
        before: Element | None = None
        for child in list(parent):
            if child.get("data-cite"):
                if whole:
                    # Take the marker out, keep the words behind it.
                    _trim_text(parent, before)
                    _extend_text(parent, before, child.tail or "")
                    parent.remove(child)
                    continue
                _trim_text(parent, before)
                self.found.notes.cite(child)
            elif child.get("data-term"):
                self._term(child, whole=whole)
            else:
                self._visit(child, whole=whole or child.tag in _WHOLE)
            before = child

    def _term(self, span: Element, *, whole: bool) -> None:
        key = span.attrib.pop("data-term")
        record = self.resolver.term(key)
        if record is None:
            span.set("class", "unresolved")
            span.text = AtomicString(f"[[{key}|{span.text}]]" if span.text else f"[[{key}]]")
            return
        self.found.terms[key] = None
        words, span.text = span.text or record.term, None
        if whole:
            span.text = AtomicString(words)
            return
        self.tips += 1
        name = f"t-{self.tips}"
        span.set("class", "term")
        button = {"type": "button", "class": "term-word", "aria-describedby": name}
        for tag, attributes, text in (
            ("button", button, words),
            ("span", {"class": "term-tip", "role": "tooltip", "id": name}, record.definition),
        ):
            part = Element(tag, attributes)
            part.text = AtomicString(text)
            span.append(part)

    def _finish(self, element: Element) -> None:
        if element.tag in _HEADINGS and not element.get("class"):
            self._heading(element)
        align = element.attrib.pop("align", None)
        if align:
            element.set("class", f"align-{align}")
        if element.tag == "th":
            element.set("scope", "col")
        for name, seen in (("data-figure", self.found.figures), ("data-seed", self.found.seeds)):
            for key in (element.attrib.pop(name, "") or "").split():
                seen[key] = None
        element.attrib.pop("data-block", None)

    def _heading(self, heading: Element) -> None:
        if heading.tag == "h1":
            heading.tag = "h2"  # the page's own title is the only h1
        slug = base = _slug("".join(heading.itertext()))
        while slug in self.slugs:
            self.slugs[base] += 1
            slug = f"{base}-{self.slugs[base]}"
        self.slugs[slug] = 1
        heading.set("id", f"s-{slug}")

    def _footnotes(self, root: Element) -> None:
        """Drop footnotes that nothing refers to (their reference was left out); number the rest."""
        boxes = [div for div in root.iter("div") if div.get("class") == "footnote"]
        if not boxes:
            return
        references = {e.get("id", ""): e for e in root.iter("sup") if e.get("id")}
        items = boxes[0].find("ol")
        numbers: dict[str, int] = {}
        for item in list(items) if items is not None else []:
            name = item.get("id", "").removeprefix("fn-")
            if f"fnref-{name}" not in references:
                items.remove(item)  # type: ignore[union-attr]
                continue
            numbers[f"#fn-{name}"] = len(numbers) + 1
            for link in item.iter("a"):
                if link.get("class") == "footnote-backref":
                    link.attrib.pop("title", None)
                    link.set("aria-label", f"{self.labels['Back to the text']} {len(numbers)}")
        if not numbers:
            root.remove(boxes[0])
        for link in root.iter("a"):
            if link.get("class") == "footnote-ref" and link.get("href") in numbers:
                link.text = AtomicString(f"{self.labels['Note']} {numbers[link.get('href', '')]}")


def _trim_text(parent: Element, before: Element | None) -> None:
    """A raised number follows its word without a space, whatever the author typed."""
    if before is None:
        parent.text = (parent.text or "").rstrip(" ")
    else:
        before.tail = (before.tail or "").rstrip(" ")


def _extend_text(parent: Element, before: Element | None, words: str) -> None:
    if before is None:
        parent.text = (parent.text or "") + words
    else:
        before.tail = (before.tail or "") + words


def _slug(text: str) -> str:
    text = unescape(text.replace(AMP_SUBSTITUTE, "&"))
    text = unicodedata.normalize("NFKC", text).lower()
    words = re.findall(r"\w+", text)
    return "-".join(words)[:_MAX_SLUG].strip("-_") or "part"
