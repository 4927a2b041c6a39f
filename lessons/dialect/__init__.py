"""The lesson dialect: Markdown with directives, citations and terms, as safe HTML.

Owns how a lesson's text is read (docs/reference/lesson-dialect.md is its contract). Pure: no
database, settings, clock, file or network; what a text refers to comes in through a `Resolver`,
interface words come in translated. The HTML is made trustworthy by `courseware.core.markup`, never
here.
"""

from courseware.core.markup import MarkupError
from lessons.dialect.directives import DIRECTIVES
from lessons.dialect.frontmatter import (
    FrontMatter,
    FrontMatterError,
    LessonFile,
    read_lesson,
    split_front_matter,
)
from lessons.dialect.labels import LABELS
from lessons.dialect.lint import lint
from lessons.dialect.records import (
    FigureFile,
    MappingResolver,
    Mode,
    OutlineItem,
    Problem,
    RenderedLesson,
    Resolver,
    SourceRecord,
    TermRecord,
)
from lessons.dialect.render import DIALECT_VERSION, render

__all__ = [
    "DIALECT_VERSION",
    "DIRECTIVES",
    "LABELS",
    "FigureFile",
    "FrontMatter",
    "FrontMatterError",
    "LessonFile",
    "MappingResolver",
    "MarkupError",
    "Mode",
    "OutlineItem",
    "Problem",
    "RenderedLesson",
    "Resolver",
    "SourceRecord",
    "TermRecord",
    "lint",
    "read_lesson",
    "render",
    "split_front_matter",
]
