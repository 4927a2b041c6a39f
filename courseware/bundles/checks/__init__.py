"""Judges course folders beyond their form.

run             what a loader must know: a finding of level "error" refuses the folder
review          that, and what the checklist of docs/reference/course-checks.md asks of a course
run_programme   what holds over several courses together

A theme is a module with a tuple of checks; a check is a generator over a `Subject`. To add one,
write it, name it in its module's tuple, and test that it can fail.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from courseware.bundles.checks.language import LANGUAGE
from courseware.bundles.checks.law import LAW
from courseware.bundles.checks.lesson_form import LESSON_FORM
from courseware.bundles.checks.objectives import OBJECTIVES
from courseware.bundles.checks.plain_words import PLAIN_WORDS
from courseware.bundles.checks.programme import PROGRAMME, Placed
from courseware.bundles.checks.questions import QUESTIONS
from courseware.bundles.checks.safety import SAFETY
from courseware.bundles.checks.sensitivity import SENSITIVITY
from courseware.bundles.checks.sources import SOURCES
from courseware.bundles.checks.structure import STRUCTURE
from courseware.bundles.checks.subject import Check, Subject, resolver_of
from courseware.bundles.checks.translations import TRANSLATED, TRANSLATED_REVIEW
from courseware.bundles.folder import Folder
from courseware.bundles.schema.findings import Finding

#: Refuse a folder; those of its translations stand in `translations`.
CHECKS: tuple[Check, ...] = STRUCTURE
#: Asked by check_courses only: a force's own course is not refused for them.
REVIEW: tuple[Check, ...] = (
    *OBJECTIVES,
    *LESSON_FORM,
    *SENSITIVITY,
    *SAFETY,
    *LAW,
    *LANGUAGE,
    *SOURCES,
    *PLAIN_WORDS,
    *QUESTIONS,
)

__all__ = [
    "CHECKS",
    "PROGRAMME",
    "REVIEW",
    "Check",
    "Subject",
    "resolver_of",
    "review",
    "run",
    "run_programme",
]


def run(folder: Folder) -> list[Finding]:
    """What stops a load: its form first; the judgement only where the form stands."""
    return _judge(Subject(folder), CHECKS, TRANSLATED)


def review(subject: Subject) -> list[Finding]:
    """Everything about one course, on the subject's day."""
    return _judge(subject, (*CHECKS, *REVIEW), (*TRANSLATED, *TRANSLATED_REVIEW))


def run_programme(subjects: Sequence[Subject]) -> list[Placed]:
    """Findings over several courses, each with the course in which it stands."""
    whole = [subject for subject in subjects if subject.folder.course is not None]
    return [placed for check in PROGRAMME for placed in check(whole)]


def _judge(
    subject: Subject, checks: Sequence[Check], of_translations: Sequence[Check]
) -> list[Finding]:
    findings = list(subject.folder.findings)
    if subject.folder.course is not None:
        for check in checks:
            findings.extend(check(subject))
    for translation in subject.folder.translations:
        findings.extend(_of_translation(Subject(translation, subject.today), of_translations))
    return sorted(set(findings))


def _of_translation(subject: Subject, checks: Sequence[Check]) -> Iterator[Finding]:
    """Of a language in progress everything is a warning: it holds nothing up."""
    found = list(subject.folder.findings)
    for check in checks:
        found.extend(check(subject))
    for finding in found:
        yield finding if subject.folder.is_offered else replace(finding, level="warning")
