"""Checklist 34: source records are complete, and every figure rests on one.

A figure here is a number of 100 or more, or a percentage; not a year, a date, the number of a
law, a time or a helpline. It is cited when it stands with a citation in one place of the lesson
at least: in the same paragraph, list, table or box. Repeats need none.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from courseware.bundles.checks.passages import Passage
from courseware.bundles.checks.subject import Check, Subject
from courseware.bundles.schema.findings import Finding
from lessons.dialect.directives.then_now import ThenNowOptions
from lessons.dialect.inline import CITATION, citation_keys
from lessons.dialect.scan import scan

_NOT_FIGURES = re.compile(
    r"\[@[^\]]*\]"  # citations
    r"|\[\[[^\]|]*\|?"  # keys of terms
    r"|\b\d{4}/\d+(?:/\w+)?|\b\d+/\d{4}|\b(?:ETS|CETS|COM\(\d{4}\)|no\.?|No\.?|Act|Art\.?|Articles?|C-)\s?\(?\d[\d/).]*"
    r"|\b\d{1,2}:\d{2}\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b"
    r"|\b116 ?\d{3}\b|\b112\b"
    r"|\b(?:1[89]|20)\d{2}s?\b(?![.,]\d)"  # years
)
_FIGURE = re.compile(
    r"(?<![\w.,-])(\d{1,3}(?:[,. ]\d{3})+|\d+(?:\.\d+)?)(\s?%|\s?per ?cent|\s(?:million|billion))?"
)
# Stories and exercises are made up, and their numbers with them.
_MADE_UP = frozenset({"scenario", "practice", "self-check", "national"})
_MIN = 100


def _figures(text: str) -> Iterator[str]:
    for number, unit in _FIGURE.findall(_NOT_FIGURES.sub(" ", text)):
        plain = re.sub(r"[, ]", "", number)
        digits = plain.replace(".", "") if re.fullmatch(r"\d{1,3}(\.\d{3})+", plain) else plain
        if unit.strip() or float(digits) >= _MIN:
            yield f"{plain}{unit.strip()}"


def figures_are_cited(subject: Subject) -> Iterator[Finding]:
    by_file: dict[str, list[Passage]] = defaultdict(list)
    for passage in subject.passages:
        if passage.kind in ("lesson", "light") and not _is_made_up(passage):
            by_file[passage.file].append(passage)
    for passages in by_file.values():
        groups = list(_groups(passages))
        cited = {
            figure
            for group in groups
            if any(CITATION.search(passage.text) for passage in group)
            for passage in group
            for figure in _figures(passage.text)
        }
        for passage in passages:
            for figure in _figures(passage.text):
                if figure not in cited:
                    yield Finding(
                        passage.file,
                        passage.line,
                        "figure-not-cited",
                        f"{figure} stands nowhere in this lesson with a source.",
                    )


def _is_made_up(passage: Passage) -> bool:
    return bool(_MADE_UP & set(passage.blocks)) or "worked case" in passage.heading.casefold()


def _groups(passages: list[Passage]) -> Iterator[list[Passage]]:
    """What one citation covers: a paragraph; a list or table with the paragraph before and after;
    a whole box."""
    group: list[Passage] = []
    for passage in passages:
        if group and not _belongs(group[-1], passage):
            yield group
            group = []
        group.append(passage)
    if group:
        yield group


def _belongs(before: Passage, after: Passage) -> bool:
    if before.block_line or after.block_line:
        return before.block_line == after.block_line
    if "heading" in (before.form, after.form):
        return False
    return before.form != "text" or after.form != "text"


def marks_fit_what_was_seen(subject: Subject) -> Iterator[Finding]:
    """A: read at its publisher. Not looked up: C or D at most, and no status of law."""
    for index, source in enumerate(subject.folder.sources):
        line = subject.line(index, "certainty", file="sources.yaml")
        if source.certainty == "A" and source.seen != "primary":
            yield Finding(
                "sources.yaml", line, "mark", f"{source.key} has mark A and was not read itself."
            )
        if source.seen == "not-seen" and source.certainty in ("A", "B"):
            yield Finding(
                "sources.yaml", line, "mark", f"{source.key} was not looked up: mark C or D."
            )
        if source.seen == "not-seen" and source.status:
            yield Finding(
                "sources.yaml", line, "mark", f"{source.key} was not looked up: leave status empty."
            )
        if not source.note:
            yield Finding(
                "sources.yaml", line, "note", f"{source.key} has no note on what is known."
            )


def boxes_claim_no_more_than_their_sources(subject: Subject) -> Iterator[Finding]:
    """The mark of a then-now box is the weakest of the sources of its "now"."""
    marks = {source.key: source.certainty for source in subject.folder.sources}
    for version in subject.versions:
        for found in scan(version.body, first_line=version.first_line).directives:
            if not isinstance(found.options, ThenNowOptions):
                continue
            cited = {
                key
                for pane in found.inner("now")
                for match in CITATION.finditer(pane.text())
                for key in citation_keys(match)
            }
            weakest = max((marks[key] for key in cited if key in marks), default="A")
            if found.options.certainty < weakest:
                yield Finding(
                    version.file,
                    found.line,
                    "certainty",
                    f"The box has mark {found.options.certainty}, its weakest source {weakest}.",
                )


SOURCES: tuple[Check, ...] = (
    figures_are_cited,
    marks_fit_what_was_seen,
    boxes_claim_no_more_than_their_sources,
)
