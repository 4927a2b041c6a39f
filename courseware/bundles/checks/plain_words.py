"""Checklist 35: how hard the text is to read, and words that are explained.

The grade is read for English only; other languages need formulas of their own.
"""

import re
from collections.abc import Iterator

from courseware.bundles.checks.subject import Check, Subject
from courseware.bundles.schema.findings import Finding
from courseware.bundles.schema.readability import reading

MAX_GRADE = 12.0
MAX_MEDIAN = 9.0
MIN_TERMS = 15


def grades(subject: Subject) -> dict[str, float]:
    """The Flesch–Kincaid grade of each lesson, by file; empty for a language but English."""
    if subject.course.language.split("-")[0] != "en":
        return {}
    return {
        version.file: reading(page.plain_text).grade
        for version, page in subject.shown
        if not version.is_light
    }


def lessons_are_plain(subject: Subject) -> Iterator[Finding]:
    for file, grade in grades(subject).items():
        if grade > MAX_GRADE:
            yield Finding(
                file,
                1,
                "reading-level",
                f"The lesson needs {grade} years of school (Flesch–Kincaid); at most {MAX_GRADE}.",
            )


def the_glossary_explains(subject: Subject) -> Iterator[Finding]:
    """Enough terms, each linked from a lesson."""
    if len(subject.folder.terms) < MIN_TERMS:
        yield Finding(
            "glossary.yaml",
            1,
            "few-terms",
            f"The glossary has {len(subject.folder.terms)} terms; {MIN_TERMS} at least.",
        )
    linked = {key for _version, page in subject.shown for key in page.terms}
    for index, term in enumerate(subject.folder.terms):
        if term.key not in linked:
            line = subject.line(index, file="glossary.yaml")
            yield Finding("glossary.yaml", line, "unused-term", f"No lesson links {term.key}.")


def terms_are_linked_where_they_are_first_used(subject: Subject) -> Iterator[Finding]:
    """The first lesson that uses a term links it. A later lesson need not."""
    for term in subject.folder.terms:
        word = re.compile(rf"(?<![\w-]){re.escape(term.term)}(?:s|es)?(?![\w-])", re.IGNORECASE)
        for version, page in subject.shown:
            if version.is_light:
                continue
            if term.key in page.terms:
                break
            if word.search(page.plain_text):
                yield Finding(
                    version.file,
                    1,
                    "term-not-linked",
                    f"{term.term!r} is used here first and not linked to the glossary.",
                    "warning",
                )
                break


PLAIN_WORDS: tuple[Check, ...] = (
    lessons_are_plain,
    the_glossary_explains,
    terms_are_linked_where_they_are_first_used,
)
