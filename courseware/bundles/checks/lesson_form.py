"""Checklist 6 and the shape of a lesson: length, self-checks, one decision, the four answers.

Counts are the product's own (`lessons.dialect`). A full lesson is measured by its teaching prose:
of a self-check or a practice decision nobody reads every option and every feedback. A light
version is measured whole.
"""

from collections.abc import Iterator

from courseware.bundles.checks.subject import Check, Subject, Version
from courseware.bundles.schema.findings import Finding
from lessons.dialect.scan import scan

WORDS, WORDS_LIGHT = (900, 1600), (400, 1100)
SELF_CHECKS = (3, 5)
#: What every lesson answers; the light version of a lesson needs them as well.
ANSWERS = {
    "scenario": "an opening situation",
    "remember": "what to do first",
    "never": "what never to do",
    "call": "whom to call",
}
MIN_FIGURES = 3


def lessons_are_as_long_as_a_shift_allows(subject: Subject) -> Iterator[Finding]:
    for version, page in subject.shown:
        low, high = WORDS_LIGHT if version.is_light else WORDS
        count = page.word_count if version.is_light else page.prose_count
        if not low <= count <= high:
            yield Finding(
                version.file,
                1,
                "word-count",
                f"The text has {count} words; it should have {low} to {high}.",
            )


def _directives(version: Version) -> list[str]:
    return [found.name for found in scan(version.body, first_line=version.first_line).directives]


def lessons_end_with_retrieval(subject: Subject) -> Iterator[Finding]:
    """Three to five self-checks; the dialect sees to the feedback of each option."""
    low, high = SELF_CHECKS
    for version, _page in subject.shown:
        count = _directives(version).count("self-check")
        if not low <= count <= high:
            yield Finding(
                version.file,
                1,
                "self-checks",
                f"The text has {count} self-checks; it should have {low} to {high}.",
            )


def lessons_have_one_decision(subject: Subject) -> Iterator[Finding]:
    for version, _page in subject.shown:
        count = _directives(version).count("practice")
        if count != 1:
            yield Finding(
                version.file, 1, "practice", f"The text has {count} practice decisions, not one."
            )


def lessons_answer_the_front_line(subject: Subject) -> Iterator[Finding]:
    for version, _page in subject.shown:
        there = set(_directives(version))
        for name, words in ANSWERS.items():
            if name not in there:
                yield Finding(
                    version.file, 1, "front-line", f"The text does not say {words} (`{name}`)."
                )


def the_course_has_figures(subject: Subject) -> Iterator[Finding]:
    shown = {name for _version, page in subject.shown for name in page.figures}
    if len(shown) < MIN_FIGURES:
        yield Finding(
            "figures",
            1,
            "few-figures",
            f"The lessons show {len(shown)} figures; a course has {MIN_FIGURES} or more.",
        )


LESSON_FORM: tuple[Check, ...] = (
    lessons_are_as_long_as_a_shift_allows,
    lessons_end_with_retrieval,
    lessons_have_one_decision,
    lessons_answer_the_front_line,
    the_course_has_figures,
)
