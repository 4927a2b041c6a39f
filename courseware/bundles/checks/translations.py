"""A language beside the original: nothing missing, nothing out of date, the same structure.

These checks look at a translation's folder. Those of TRANSLATED refuse the course; the others are
asked by check_courses. What is about structure, sources and difficulty is asked of the original
alone: a translation has them from there.

Owns: what is asked of a translation. Must not: judge the original.
"""

from collections.abc import Iterator
from itertools import zip_longest

from django.conf import settings

from courseware.bundles.checks.language import words_follow_the_guide
from courseware.bundles.checks.law import national_boxes_name_no_real_state
from courseware.bundles.checks.passages import figure_words, light_name
from courseware.bundles.checks.safety import nothing_leads_to_crime
from courseware.bundles.checks.sensitivity import light_versions_are_light
from courseware.bundles.checks.structure import lessons_hold, questions_show_known_pictures
from courseware.bundles.checks.subject import Check, Subject
from courseware.bundles.folder import Folder, LessonSource
from courseware.bundles.schema.findings import Finding
from lessons.dialect import MarkupError
from lessons.dialect.directives.base import Found
from lessons.dialect.inline import TERM
from lessons.dialect.scan import scan, without_code

#: Options of directives that are words; all others are structure.
_WORDS = {"alt", "caption", "instrument"}


def nothing_is_missing(subject: Subject) -> Iterator[Finding]:
    yield from subject.folder.gaps
    if not subject.folder.is_offered:
        message = "Not offered to readers: that begins with a course.yaml."
        file = f"{subject.folder.prefix}course.yaml"
        yield Finding(file, 1, "language-in-progress", message, "warning")


def every_text_names_its_original(subject: Subject) -> Iterator[Finding]:
    """An empty mark is filled by --fix; one that differs is for a translator to judge."""
    for unit in subject.folder.units.values():
        if not unit.translates:
            message = f"{unit.key}: `translates` is empty; check_courses --fix fills it."
            yield Finding(unit.file, unit.line, "unmarked-translation", message)
        elif unit.translates != unit.mark:
            message = (
                f"{unit.key}: the original has changed since it was translated. Read it again; "
                f'then write translates: "{unit.mark}".'
            )
            yield Finding(unit.file, unit.line, "stale-translation", message)


def the_product_speaks_it(subject: Subject) -> Iterator[Finding]:
    if subject.folder.language not in dict(settings.LANGUAGES):
        spoken = ", ".join(code for code, _name in settings.LANGUAGES)
        message = f"Nobody can choose {subject.folder.language}; the product speaks {spoken}."
        yield Finding(subject.folder.prefix, 1, "language-code", message, "warning")


def lessons_have_the_originals_blocks(subject: Subject) -> Iterator[Finding]:
    """Headings and directives in the same order: a reader changes language in the middle."""
    there = {lesson.key: lesson for lesson in _original(subject).lessons}
    for lesson in subject.folder.lessons:
        for file, own, line, original in _versions(lesson, there[lesson.key]):
            try:
                pairs = zip_longest(_blocks(own, line), _blocks(original, 1))
            except MarkupError:
                continue  # said by the lint
            for mine, theirs in pairs:
                if mine is None or theirs is None or mine[1] != theirs[1]:
                    yield _another_block(file, line, mine, theirs)
                    break


def _versions(own: LessonSource, original: LessonSource) -> Iterator[tuple[str, str, int, str]]:
    yield own.file, own.body, own.body_line, original.body
    if own.light and original.light:
        yield light_name(own), own.light, 1, original.light


type _Block = tuple[int, str]


def _blocks(body: str, first_line: int) -> list[_Block]:
    """Line and description of every heading and directive."""
    found = scan(body, first_line=first_line)
    headings = [
        (number, f"a heading of level {len(line) - len(line.lstrip('#'))}")
        for number, line in found.lines
        if line.startswith("#")
    ]
    return sorted(headings + [(block.line, _described(block)) for block in found.directives])


def _described(block: Found) -> str:
    values = block.options.model_dump(exclude=_WORDS) if block.options else {}
    said = ", ".join(f"{name} {value}" for name, value in values.items() if value)
    name = f"{block.name} {block.argument}" if block.name == "figure" else block.name
    return f"`{name}`{f' ({said})' if said else ''}"


def _another_block(file: str, line: int, mine: _Block | None, theirs: _Block | None) -> Finding:
    own = mine[1] if mine else "nothing more"
    original = theirs[1] if theirs else "nothing more"
    message = f"Here stands {own}; in the original it is {original}."
    return Finding(file, mine[0] if mine else line, "shape", message)


def lessons_link_the_originals_terms(subject: Subject) -> Iterator[Finding]:
    there = {lesson.key: lesson for lesson in _original(subject).lessons}
    for lesson in subject.folder.lessons:
        for file, own, _line, original in _versions(lesson, there[lesson.key]):
            for term in sorted(set(_linked(original)) - set(_linked(own))):
                message = f"The original links the term {term} here."
                yield Finding(file, 1, "term-not-linked", message, "warning")


def _linked(body: str) -> Iterator[str]:
    for line in body.split("\n"):
        for match in TERM.finditer(without_code(line)):
            yield match[1]


def pictures_speak_the_language(subject: Subject) -> Iterator[Finding]:
    for name, picture in _original(subject).figures.items():
        has_words = picture.is_drawn and figure_words(picture.content)
        if has_words and name not in subject.folder.figures:
            file = f"{subject.folder.prefix}figures/{name}"
            message = "The figure has words; readers of this language see the original's."
            yield Finding(file, 1, "figure-not-translated", message, "warning")


def _original(subject: Subject) -> Folder:
    assert subject.folder.original is not None
    return subject.folder.original


TRANSLATED: tuple[Check, ...] = (
    nothing_is_missing,
    every_text_names_its_original,
    the_product_speaks_it,
    lessons_have_the_originals_blocks,
    lessons_hold,
    questions_show_known_pictures,
    pictures_speak_the_language,
)
TRANSLATED_REVIEW: tuple[Check, ...] = (
    lessons_link_the_originals_terms,
    words_follow_the_guide,
    nothing_leads_to_crime,
    national_boxes_name_no_real_state,
    light_versions_are_light,
)
