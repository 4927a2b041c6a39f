"""Schemas of a translation's files: course.yaml, glossary.yaml and the top of a lesson.

A question's words have the shape of their original: `quizzes.engine.translation` holds them to it.
"""

from typing import Annotated

from pydantic import StringConstraints, field_validator

from courseware.bundles.schema.files import File, Key, Line, Slug, Text
from courseware.core.marks import LENGTH
from lessons.dialect.frontmatter import visible

#: Empty only until `check_courses --fix` has written the mark.
Mark = Annotated[str, StringConstraints(pattern=rf"^([0-9a-f]{{{LENGTH}}})?$")]


class CourseWords(File):
    """es/course.yaml: the words of course.yaml, objectives and points by their keys."""

    translates: Mark
    title: Line
    purpose: Text
    audience: Text
    change_note: Text
    objectives: dict[Key, Text]
    must_pass: dict[Key, Line] = {}
    final_test: Line


class TermWords(File):
    """One entry of es/glossary.yaml."""

    key: Slug
    translates: Mark
    term: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    definition: Text


class LessonWords(File):
    """What stands between the two lines of a translated lesson."""

    translates: Mark
    title: Line
    topic: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""

    _visible = field_validator("title", "topic")(visible)
