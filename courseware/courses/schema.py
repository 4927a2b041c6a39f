"""What a translation of a course's words and of a term is made from.

Pure. Owns: which words count. The words of lessons and questions are theirs to name.
"""

from collections.abc import Mapping

from courseware.core.marks import mark_of


def course_mark(
    *,
    title: str,
    purpose: str,
    audience: str,
    change_note: str,
    objectives: Mapping[str, str],
    must_pass: Mapping[str, str],
    tests: Mapping[str, str],
) -> str:
    """The mark of a course's own words. All three mappings go from key to words."""
    return mark_of(
        {
            "title": title,
            "purpose": purpose,
            "audience": audience,
            "change_note": change_note,
            "objectives": dict(objectives),
            "must_pass": dict(must_pass),
            "tests": dict(tests),
        }
    )


def term_mark(term: str, definition: str) -> str:
    return mark_of({"term": term, "definition": definition})
