"""What a set of courses amounts to, in numbers, for `check_courses --json`.

Owns: counting. Must not: judge; `checks` does.
"""

from collections import Counter
from collections.abc import Sequence
from statistics import median

from courseware.bundles.checks import Subject
from courseware.bundles.checks.plain_words import grades
from courseware.bundles.checks.programme import asked_in, taught_in
from courseware.bundles.schema.findings import Finding

type Judged = Sequence[tuple[Subject, list[Finding]]]


def totals(judged: Judged) -> dict[str, object]:
    """Words are those of the product's own count; facts are claims S1 to S55."""
    subjects = [subject for subject, _found in judged]
    versions = [version_page for subject in subjects for version_page in subject.shown]
    levels = [grade for subject in subjects if subject.folder.course for grade in _grades(subject)]
    types = Counter(q.envelope.type for s in subjects for q in s.folder.questions)
    return {
        "courses": len(subjects),
        "lessons": sum(len(subject.folder.lessons) for subject in subjects),
        "light_versions": sum(version.is_light for version, _page in versions),
        "words": sum(page.word_count for version, page in versions if not version.is_light),
        "words_of_prose": sum(p.prose_count for version, p in versions if not version.is_light),
        "words_light": sum(page.word_count for version, page in versions if version.is_light),
        "reading_grade": {
            "median": round(median(levels), 1) if levels else None,
            "highest": max(levels, default=None),
        },
        "questions": types.total(),
        "questions_by_type": dict(sorted(types.items())),
        "questions_by_course": {s.folder.path.name: len(s.folder.questions) for s in subjects},
        "languages_by_course": {s.folder.path.name: _languages(s) for s in subjects},
        "facts_taught": _in_order(set().union(*(taught_in(subject) for subject in subjects))),
        "facts_asked": _in_order(set().union(*(asked_in(subject) for subject in subjects))),
        "figures": sum(len(subject.folder.figures) for subject in subjects),
        "glossary_terms": sum(len(subject.folder.terms) for subject in subjects),
        "sources": len({source.key for s in subjects for source in s.folder.sources}),
        "findings_by_code": dict(
            sorted(Counter(finding.code for _s, found in judged for finding in found).items())
        ),
        "by_course": {subject.folder.path.name: _of(subject) for subject in subjects},
    }


def _languages(subject: Subject) -> list[str]:
    """The original's first, then those that are offered."""
    own = [subject.folder.course.language] if subject.folder.course else []
    return own + [each.language for each in subject.folder.translations if each.is_offered]


def _grades(subject: Subject) -> list[float]:
    return list(grades(subject).values())


def _in_order(facts: set[str]) -> list[str]:
    return sorted(facts, key=lambda fact: int(fact[1:]))


def _of(subject: Subject) -> dict[str, object]:
    types = Counter(question.envelope.type for question in subject.folder.questions)
    full = [page for version, page in subject.shown if not version.is_light]
    return {
        "languages": _languages(subject),
        "lessons": len(subject.folder.lessons),
        "words": sum(page.word_count for page in full),
        "questions": types.total(),
        "questions_by_type": dict(sorted(types.items())),
        "facts_taught": _in_order(taught_in(subject)),
        "facts_asked": _in_order(asked_in(subject)),
        "figures": len(subject.folder.figures),
        "glossary_terms": len(subject.folder.terms),
        "sources": len(subject.folder.sources),
    }
