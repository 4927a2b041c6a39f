"""Numbered source notes: the numbers in the text and the list at its end.

Owns the HTML of a citation and of a note. A source has one number, however often it is cited, and
its note links back to every place. Must not decide which sources may be cited.
"""

from xml.etree.ElementTree import Element

from lessons.dialect.directives.base import Context, add, add_certainty, add_words
from lessons.dialect.labels import LABELS
from lessons.dialect.records import SourceRecord


class Notes:
    """Collects citations in the order of the text."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._cited: dict[str, tuple[SourceRecord, int]] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._cited)

    def cite(self, marker: Element) -> None:
        """Turn a marker into a raised number, or several."""
        keys = marker.attrib.pop("data-cite").split()
        marker.text = None
        marker.set("class", "cite")
        last: Element | None = None
        for key in keys:
            if last is not None:
                last.tail = ", "
            last = self._number(marker, key)

    def _number(self, marker: Element, key: str) -> Element:
        source = self._context.resolver.source(key)
        if source is None:
            return add_words(marker, "span", "unresolved", f"[@{key}]")
        _, times = self._cited.get(key, (source, 0))
        self._cited[key] = (source, times + 1)
        number = list(self._cited).index(key) + 1
        link = add_words(marker, "a", "", str(number), href=f"#n-{number}")
        link.set("id", f"r-{number}-{times + 1}")
        link.set("aria-label", f"{self._context.labels['Source']} {number}: {source.title}")
        return link

    def append_to(self, root: Element) -> None:
        """Put the list of notes at the end; nothing where nothing was cited."""
        if not self._cited:
            return
        section = add(root, "section", "source-notes")
        title = self._context.labels["Sources"]
        add_words(section, "h2", "source-notes-title", title, id="n-list")
        items = add(section, "ol")
        for number, (source, times) in enumerate(self._cited.values(), start=1):
            item = add(items, "li", "source-note", id=f"n-{number}")
            self._describe(item, source)
            self._back_links(item, number, times)

    def _describe(self, item: Element, source: SourceRecord) -> None:
        labels = self._context.labels
        origin = ", ".join(part for part in (source.publisher, str(source.year or "")) if part)
        for css, text in (
            ("source-title", source.title),
            ("source-origin", origin),
            ("source-status", self._status(source.status)),
        ):
            if text:
                span = add_words(item, "span", css, text)
                span.tail = " "
                if css == "source-title":
                    self._in_its_language(span)
        for address, label in (
            (source.url, "Open the source"),
            (source.record_url, "Source record"),
        ):
            if address:
                add_words(item, "a", "source-link", labels[label], href=address).tail = " "
        if source.note or source.certainty or source.checked:
            self._record(item, source)

    def _record(self, item: Element, source: SourceRecord) -> None:
        labels = self._context.labels
        record = add(item, "details", "source-record")
        record.tail = " "
        add_words(record, "summary", "", labels["What is known"])
        if source.note:
            self._in_its_language(add_words(record, "p", "", source.note))
        if source.certainty in ("A", "B", "C", "D"):
            add_certainty(record, source.certainty, labels)
        if source.checked:
            words = f"{labels['Record checked']} {source.checked}"
            add_words(record, "p", "source-checked", words)

    def _status(self, status: str) -> str:
        """A state of the law is one of our words; anything else stands as it was written."""
        return self._context.labels[status] if status in LABELS else status

    def _in_its_language(self, element: Element) -> None:
        """Titles and notes are in the language of the original, whoever reads them."""
        language = self._context.resolver.source_language
        if language:
            element.set("lang", language)

    def _back_links(self, item: Element, number: int, times: int) -> None:
        group = add(item, "span", "backlinks")
        label = self._context.labels["Back to the text"]
        for time in range(1, times + 1):
            link = add_words(group, "a", "backlink", "↩", href=f"#r-{number}-{time}")
            link.set(
                "aria-label", f"{label} {number}" if times == 1 else f"{label} {number}.{time}"
            )
            link.tail = " "
