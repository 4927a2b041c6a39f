"""Markdown in, `RenderedLesson` out.

Owns the order of the steps: caps, scan, parse, resolve, sanitise, read back. Must not cache,
translate, query or change the source.
"""

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from pymdownx.blocks import BlocksExtension

from courseware.core.markup import (
    LESSON,
    LanguageAttributes,
    MarkupError,
    check_caps,
    engine,
    sanitise,
    strip_controls,
)
from courseware.core.messages import gettext_noop
from lessons.dialect.directives import DIRECTIVES
from lessons.dialect.directives.base import Context
from lessons.dialect.footnotes import Footnotes
from lessons.dialect.inline import LessonInline
from lessons.dialect.labels import Labels
from lessons.dialect.plain import read
from lessons.dialect.records import RenderedLesson, Resolver
from lessons.dialect.resolve import Resolution
from lessons.dialect.scan import reference_problems, scan

DIALECT_VERSION = "2"
"""Part of every cache key: raise it whenever the same source would give other HTML."""


def render(source: str, resolver: Resolver, *, first_line: int = 1) -> RenderedLesson:
    """Render a lesson's text (without front matter).

    `first_line` is the line of the file on which `source` begins. What is wrong but can be shown is
    in `problems`; MarkupError means that nothing can be shown.
    """
    check_caps(source, first_line=first_line)
    text = strip_controls(source)
    found = scan(text, first_line=first_line)
    context = Context(resolver, Labels(resolver.labels))
    resolution = Resolution(context)
    try:
        unsafe = engine(_extensions(context, resolution)).convert(text)
    except RecursionError as error:
        raise MarkupError(gettext_noop("The text is nested too deep.")) from error
    html = sanitise(unsafe, policy=LESSON)
    if sanitise(html, policy=LESSON) != html:
        raise MarkupError(gettext_noop("The page could not be cleaned."))
    plain_text, outline, word_count, prose_count = read(html)
    return RenderedLesson(
        html=html,
        outline=outline,
        sources=resolution.notes.keys,
        terms=tuple(resolution.terms),
        figures=tuple(resolution.figures),
        seeds=tuple(resolution.seeds),
        word_count=word_count,
        prose_count=prose_count,
        plain_text=plain_text,
        problems=tuple(sorted([*found.problems, *reference_problems(found, resolver)])),
    )


class _Directives(BlocksExtension):  # type: ignore[misc]
    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context

    def extendMarkdownBlocks(self, md: Markdown, block_mgr: object) -> None:
        for block in DIRECTIVES.values():
            block_mgr.register(block, {"context": self.context})  # type: ignore[attr-defined]


def _extensions(context: Context, resolution: Resolution) -> list[Extension]:
    return [
        TableExtension(use_align_attribute=True),
        Footnotes(),
        AbbrExtension(),
        SaneListExtension(),
        LanguageAttributes(),
        LessonInline(),
        _Directives(context),
        resolution,
    ]
