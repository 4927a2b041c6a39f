"""A course folder as values: everything read, every fault with its file and line.

Owns: the walk over the folder. Must not: touch the database or judge the teaching; `checks` does.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from courseware.bundles.schema.files import CourseFile, SourceFile, TermFile
from courseware.bundles.schema.findings import Finding
from courseware.bundles.schema.svg import SvgError
from courseware.bundles.schema.svg import check as check_svg
from courseware.bundles.schema.yamlfile import Parsed, YamlFault, parse
from lessons.dialect.frontmatter import FrontMatter, FrontMatterError, read_lesson
from quizzes.engine import envelope
from quizzes.engine.content import ContentError
from quizzes.engine.envelope import QuestionEnvelope

MAX_TEXT_BYTES = 256 * 1024
MAX_FILES = 400
_LESSON_NAME = re.compile(r"lessons/[0-9]{2}-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
_MAX_SLUG = 60
_FIGURE = re.compile(r"^/{3,}\s*figure\s*\|\s*(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class LessonSource:
    """A lesson file. `key` is the slug of its name without the number."""

    key: str
    file: str
    front: FrontMatter
    body: str
    body_line: int
    light: str = ""

    @property
    def figures(self) -> frozenset[str]:
        """Names of the figures that it shows, in either version."""
        return frozenset(_FIGURE.findall(f"{self.body}\n{self.light}"))


@dataclass(frozen=True)
class QuestionSource:
    """A question, where it begins, and its place in the list of its file."""

    file: str
    line: int
    index: int
    envelope: QuestionEnvelope
    content: dict[str, Any]


@dataclass(frozen=True)
class Picture:
    content: bytes
    width: int
    height: int


@dataclass
class Folder:
    """A whole course. Complete only when no finding is an error."""

    path: Path = Path()
    files: frozenset[str] = frozenset()  # regular files; nothing else is ever opened
    course: CourseFile | None = None
    course_lines: Parsed | None = None
    yaml: dict[str, Parsed] = field(default_factory=dict)  # by file name, for lines of values
    sources: list[SourceFile] = field(default_factory=list)
    terms: list[TermFile] = field(default_factory=list)
    lessons: list[LessonSource] = field(default_factory=list)
    questions: list[QuestionSource] = field(default_factory=list)
    figures: dict[str, Picture] = field(default_factory=dict)
    cover: Picture | None = None
    findings: list[Finding] = field(default_factory=list)
    content_hash: str = ""

    def add(self, file: str, line: int, code: str, message: str) -> None:
        self.findings.append(Finding(file, line, code, message))

    @property
    def has_errors(self) -> bool:
        return any(finding.level == "error" for finding in self.findings)


def read_folder(path: Path) -> Folder:
    """Read everything. Never raises for the folder's content; look at `findings`."""
    folder = Folder(path=path)
    files = _files_of(folder)
    folder.files = frozenset(files)
    folder.content_hash = _hash_of(folder, files)
    _read_course(folder)
    folder.sources = _read_list(folder, "sources.yaml", SourceFile)
    folder.terms = _read_list(folder, "glossary.yaml", TermFile)
    for name in files:
        if name.startswith("lessons/") and name.endswith(".md") and not name.endswith(".light.md"):
            _read_lesson(folder, name)
        elif name.startswith("questions/") and name.endswith(".yaml"):
            _read_questions(folder, name)
        elif name.startswith("figures/") and name.endswith(".svg"):
            picture = _read_picture(folder, name)
            if picture:
                folder.figures[name.removeprefix("figures/")] = picture
    if "cover.svg" in files:
        folder.cover = _read_picture(folder, "cover.svg")
    folder.findings.sort()
    return folder


def _files_of(folder: Folder) -> list[str]:
    """Relative names, sorted. Links are refused: they could point anywhere."""
    names: list[str] = []
    for path in sorted(folder.path.rglob("*")):
        name = path.relative_to(folder.path).as_posix()
        if any(part.startswith((".", "__")) for part in path.relative_to(folder.path).parts):
            continue
        if not (name.isascii() and name.isprintable()):
            folder.add(ascii(name), 1, "file-name", "File names have plain letters only.")
        elif path.is_symlink():
            folder.add(name, 1, "link", "Links are not allowed in a course folder.")
        elif path.is_file():
            names.append(name)
    if len(names) > MAX_FILES:
        folder.add(".", 1, "too-many-files", f"A course has at most {MAX_FILES} files.")
        return names[:MAX_FILES]
    return names


def _hash_of(folder: Folder, files: list[str]) -> str:
    digest = hashlib.sha256()
    for name in files:
        digest.update(name.encode("utf-8") + b"\0")
        try:
            with (folder.path / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            folder.add(name, 1, "unreadable", f"The file cannot be read: {error.strerror}.")
    return digest.hexdigest()


def _read_bytes(folder: Folder, name: str) -> bytes | None:
    """A file of the listing, up to its limit; None with a finding."""
    if name not in folder.files:
        folder.add(name, 1, "missing-file", "The file is missing.")
        return None
    try:
        with (folder.path / name).open("rb") as file:
            content = file.read(MAX_TEXT_BYTES + 1)
    except OSError:
        return None  # said when the file was hashed
    if len(content) > MAX_TEXT_BYTES:
        folder.add(name, 1, "too-large", f"The file is larger than {MAX_TEXT_BYTES // 1024} kB.")
        return None
    return content


def _read_text(folder: Folder, name: str) -> str | None:
    content = _read_bytes(folder, name)
    if content is None:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        folder.add(name, line, "not-utf-8", "The file is not UTF-8 text.")
        return None


def _read_yaml(folder: Folder, name: str) -> Parsed | None:
    text = _read_text(folder, name)
    if text is None:
        return None
    try:
        folder.yaml[name] = parse(text)
    except YamlFault as fault:
        folder.add(name, fault.line, "yaml", fault.message)
    return folder.yaml.get(name)


def _validated[M: BaseModel](
    folder: Folder,
    name: str,
    schema: type[M],
    value: object,
    line_of: Callable[[tuple[str | int, ...]], int],
) -> M | None:
    try:
        return schema.model_validate(value)
    except ValidationError as error:
        for item in error.errors():
            place = ".".join(str(part) for part in item["loc"])
            message = item["msg"].removeprefix("Value error, ")
            folder.add(name, line_of(item["loc"]), "schema", f"{place}: {message}".lstrip(": "))
        return None


def _read_course(folder: Folder) -> None:
    parsed = _read_yaml(folder, "course.yaml")
    if parsed is None:
        return
    folder.course_lines = parsed
    folder.course = _validated(folder, "course.yaml", CourseFile, parsed.value, parsed.line)
    if folder.course and folder.course.slug != folder.path.name:
        folder.add(
            "course.yaml",
            parsed.line(("slug",)),
            "slug",
            f"The folder is called {folder.path.name!r}, the slug {folder.course.slug!r}.",
        )


def _read_list[M: (SourceFile, TermFile)](folder: Folder, name: str, schema: type[M]) -> list[M]:
    parsed = _read_yaml(folder, name)
    if parsed is None:
        return []
    if not isinstance(parsed.value, list):
        folder.add(name, 1, "schema", "The file must hold a list.")
        return []
    found: list[M] = []
    seen: set[str] = set()
    for index, entry in enumerate(parsed.value):
        record = _validated(folder, name, schema, entry, partial(_line_below, parsed, index))
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
    text = _read_text(folder, name)
    if text is None:
        return
    try:
        lesson = read_lesson(text)
    except FrontMatterError as error:
        for problem in error.problems:
            folder.add(name, problem.line, problem.code, problem.message)
        return
    light_name = name.removesuffix(".md") + ".light.md"
    light = (_read_text(folder, light_name) or "") if light_name in folder.files else ""
    folder.lessons.append(
        LessonSource(match[1], name, lesson.front, lesson.body, lesson.body_line, light)
    )


def _read_questions(folder: Folder, name: str) -> None:
    parsed = _read_yaml(folder, name)
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
            folder.add(name, parsed.line((index, *_path(fault.path))), "question", str(fault))
        if not faults:
            try:
                head, content = envelope.split(raw)
            except ContentError:
                continue
            folder.questions.append(QuestionSource(name, line, index, head, content))


def _path(text: str) -> tuple[str | int, ...]:
    """ "options[2].feedback" as a path of keys and indexes."""
    parts: list[str | int] = []
    for part in text.replace("[", ".").replace("]", "").split("."):
        if part:
            parts.append(int(part) if part.isdigit() else part)
    return tuple(parts)


def _read_picture(folder: Folder, name: str) -> Picture | None:
    content = _read_bytes(folder, name)
    if content is None:
        return None
    try:
        width, height = check_svg(content)
    except SvgError as error:
        folder.add(name, error.line, "svg", str(error))
        return None
    return Picture(content, width, height)
