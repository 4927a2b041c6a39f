"""A course folder as values: everything read, every fault with its file and line.

Owns: the walk over the folder. Must not: touch the database or judge the teaching; `checks` does.
"""

import re
from functools import partial
from pathlib import Path

from courseware.bundles.folder import (
    Folder,
    LessonSource,
    QuestionSource,
    files_of,
    hash_of,
    is_figure,
    path_of,
    read_picture,
    read_text,
    read_yaml,
    validated,
)
from courseware.bundles.schema.files import CourseFile, SourceFile, TermFile
from courseware.bundles.schema.yamlfile import Parsed
from courseware.bundles.translations import languages_in, read_translations
from lessons.dialect.frontmatter import FrontMatterError, read_lesson
from quizzes.engine import envelope
from quizzes.engine.content import ContentError

_LESSON_NAME = re.compile(r"lessons/[0-9]{2}-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
_MAX_SLUG = 60


def read_folder(path: Path) -> Folder:
    """Read everything. Never raises for the folder's content; look at `findings`."""
    folder = Folder(path=path)
    files = files_of(folder)
    folder.files = frozenset(files)
    folder.content_hash = hash_of(folder, _that_are_loaded(files))
    _read_course(folder)
    folder.sources = _read_list(folder, "sources.yaml", SourceFile)
    folder.terms = _read_list(folder, "glossary.yaml", TermFile)
    for name in files:
        if name.startswith("lessons/") and name.endswith(".md") and not name.endswith(".light.md"):
            _read_lesson(folder, name)
        elif name.startswith("questions/") and name.endswith(".yaml"):
            _read_questions(folder, name)
        elif name.startswith("figures/") and is_figure(name):
            picture = read_picture(folder, name)
            if picture:
                folder.figures[name.removeprefix("figures/")] = picture
    if "cover.svg" in files:
        folder.cover = read_picture(folder, "cover.svg")
    read_translations(folder, files)
    folder.findings.sort()
    return folder


def _that_are_loaded(files: list[str]) -> list[str]:
    """Without the languages that are not offered yet: their words change no edition."""
    waiting = {code for code in languages_in(files) if f"{code}/course.yaml" not in files}
    return [name for name in files if name.partition("/")[0] not in waiting]


def _read_course(folder: Folder) -> None:
    parsed = read_yaml(folder, "course.yaml")
    if parsed is None:
        return
    folder.course_lines = parsed
    folder.course = validated(folder, "course.yaml", CourseFile, parsed.value, parsed.line)
    if folder.course and folder.course.slug != folder.path.name:
        folder.add(
            "course.yaml",
            parsed.line(("slug",)),
            "slug",
            f"The folder is called {folder.path.name!r}, the slug {folder.course.slug!r}.",
        )


def _read_list[M: (SourceFile, TermFile)](folder: Folder, name: str, schema: type[M]) -> list[M]:
    parsed = read_yaml(folder, name)
    if parsed is None:
        return []
    if not isinstance(parsed.value, list):
        folder.add(name, 1, "schema", "The file must hold a list.")
        return []
    found: list[M] = []
    seen: set[str] = set()
    for index, entry in enumerate(parsed.value):
        record = validated(folder, name, schema, entry, partial(_line_below, parsed, index))
        if record is None:
            continue
        if record.key in seen:
            folder.add(name, parsed.line((index,)), "duplicate-key", f"{record.key} stands twice.")
        seen.add(record.key)
        found.append(record)
    return found


def _line_below(parsed: Parsed, index: int, loc: tuple[str | int, ...]) -> int:
    return parsed.line((index, *loc))


def _read_lesson(folder: Folder, name: str) -> None:
    match = _LESSON_NAME.fullmatch(name)
    if match is None or len(match[1]) > _MAX_SLUG:
        folder.add(name, 1, "file-name", "A lesson's file is called NN-slug.md.")
        return
    text = read_text(folder, name)
    if text is None:
        return
    try:
        lesson = read_lesson(text)
    except FrontMatterError as error:
        for problem in error.problems:
            folder.add(name, problem.line, problem.code, problem.message)
        return
    light_name = name.removesuffix(".md") + ".light.md"
    light = (read_text(folder, light_name) or "") if light_name in folder.files else ""
    folder.lessons.append(
        LessonSource(match[1], name, lesson.front, lesson.body, lesson.body_line, light)
    )


def _read_questions(folder: Folder, name: str) -> None:
    parsed = read_yaml(folder, name)
    if parsed is None:
        return
    if not isinstance(parsed.value, list):
        folder.add(name, 1, "schema", "The file must hold a list of questions.")
        return
    for index, raw in enumerate(parsed.value):
        line = parsed.line((index,))
        if not isinstance(raw, dict):
            folder.add(name, line, "schema", "A question is a mapping of fields.")
            continue
        faults = envelope.faults_in(raw)
        for fault in faults:
            folder.add(name, parsed.line((index, *path_of(fault.path))), "question", str(fault))
        if not faults:
            try:
                head, content = envelope.split(raw)
            except ContentError:
                continue
            folder.questions.append(QuestionSource(name, line, index, head, content))
