"""A course folder as values, and how its files are read: bytes with limits, YAML with lines.

Owns: `Folder` and what it is made of, for the original and for each translation of it; the
primitives of reading. Must not: know which files a course has; `reading` and `translations` do.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from courseware.bundles.schema.files import CourseFile, SourceFile, TermFile
from courseware.bundles.schema.findings import Finding
from courseware.bundles.schema.svg import SvgError
from courseware.bundles.schema.svg import check as check_svg
from courseware.bundles.schema.translation import CourseWords
from courseware.bundles.schema.yamlfile import Parsed, YamlFault, parse
from courseware.core.pictures import CONTENT_TYPES, SUFFIXES, NotAPicture, read_header
from courseware.core.pictures import MAX_BYTES as MAX_PICTURE_BYTES
from lessons.dialect.frontmatter import FrontMatter
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.engine.pictures import names_in

MAX_TEXT_BYTES = 256 * 1024
MAX_FILES = 400
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

    @property
    def figures(self) -> frozenset[str]:
        """Names of the pictures that it shows."""
        return names_in(self.content)


SVG = "image/svg+xml"
#: What a figure's file may be called, and the content type that goes with it.
FIGURE_TYPES: dict[str, str] = {
    "svg": SVG,
    **{suffix: CONTENT_TYPES[kind] for kind, suffixes in SUFFIXES.items() for suffix in suffixes},
}


@dataclass(frozen=True)
class Picture:
    content: bytes
    width: int
    height: int
    content_type: str = SVG

    @property
    def is_drawn(self) -> bool:
        """Made of lines and words that can be read, not of pixels."""
        return self.content_type == SVG


Kind = Literal["course", "term", "lesson", "question"]


@dataclass(frozen=True)
class Unit:
    """One text that is translated on its own, where it stands, and what it was made from.

    `mark` is that of the original's words as they are now (core.marks).
    """

    kind: Kind
    key: str
    file: str
    line: int
    translates: str
    mark: str


@dataclass
class Folder:
    """A whole course in one language. Complete only when no finding is an error.

    A translation is such a folder too: its words in the structure of `original`, its file names
    below the language's code, and only the pictures that are its own.
    """

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
    translations: list["Folder"] = field(default_factory=list)
    # Of a translation:
    original: "Folder | None" = None
    language: str = ""
    words: CourseWords | None = None  # of its course.yaml, without what the original lends
    units: dict[tuple[str, str], Unit] = field(default_factory=dict)  # by kind and key
    gaps: list[Finding] = field(default_factory=list)  # what has not been translated yet

    @property
    def is_offered(self) -> bool:
        """A translation is offered to readers from the day it has a course.yaml.

        Before that it is work in progress: nothing of it is loaded, and what is wrong only warns.
        """
        return f"{self.prefix}course.yaml" in self.files

    @property
    def prefix(self) -> str:
        """What stands before the names of its files."""
        return f"{self.language}/" if self.original else ""

    @property
    def pictures(self) -> dict[str, Picture]:
        """What its lessons may show: its own figures, else those of the original."""
        return {**(self.original.figures if self.original else {}), **self.figures}

    def mark(self, kind: str, key: str) -> str:
        """What a text of a translation was made from; "" in the original."""
        return self.units[kind, key].translates if self.original else ""

    def add(self, file: str, line: int, code: str, message: str) -> None:
        self.findings.append(Finding(file, line, code, message))

    @property
    def has_errors(self) -> bool:
        return any(finding.level == "error" for finding in self.findings)


def files_of(folder: Folder) -> list[str]:
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


def hash_of(folder: Folder, files: list[str]) -> str:
    """SHA-256 over names and contents."""
    digest = hashlib.sha256()
    for name in files:
        digest.update(name.encode("utf-8") + b"\0")
        try:
            with (folder.path / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            folder.add(name, 1, "unreadable", f"The file cannot be read: {error.strerror}.")
    return digest.hexdigest()


def read_bytes(folder: Folder, name: str, most: int = MAX_TEXT_BYTES) -> bytes | None:
    """A file of the listing, up to its limit; None with a finding."""
    if name not in folder.files:
        folder.add(name, 1, "missing-file", "The file is missing.")
        return None
    try:
        with (folder.path / name).open("rb") as file:
            content = file.read(most + 1)
    except OSError:
        return None  # said when the file was hashed
    if len(content) > most:
        folder.add(name, 1, "too-large", f"The file is larger than {most // 1024} kB.")
        return None
    return content


def read_text(folder: Folder, name: str) -> str | None:
    content = read_bytes(folder, name)
    if content is None:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        folder.add(name, line, "not-utf-8", "The file is not UTF-8 text.")
        return None


def read_yaml(folder: Folder, name: str) -> Parsed | None:
    text = read_text(folder, name)
    if text is None:
        return None
    try:
        folder.yaml[name] = parse(text)
    except YamlFault as fault:
        folder.add(name, fault.line, "yaml", fault.message)
    return folder.yaml.get(name)


def validated[M: BaseModel](
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


def is_figure(name: str) -> bool:
    return name.rpartition(".")[2] in FIGURE_TYPES


def read_picture(folder: Folder, name: str) -> Picture | None:
    content_type = FIGURE_TYPES[name.rpartition(".")[2]]
    if content_type != SVG:
        return _read_pixels(folder, name, content_type)
    content = read_bytes(folder, name)
    if content is None:
        return None
    try:
        width, height = check_svg(content)
    except SvgError as error:
        folder.add(name, error.line, "svg", str(error))
        return None
    return Picture(content, width, height)


def _read_pixels(folder: Folder, name: str, content_type: str) -> Picture | None:
    """Judged by its header and kept as it is: whoever may load a course is trusted with its notes
    about place and camera, unlike whoever uploads a picture."""
    content = read_bytes(folder, name, most=MAX_PICTURE_BYTES)
    if content is None:
        return None
    try:
        header = read_header(content)
    except NotAPicture:
        folder.add(name, 1, "picture", "The file is no PNG, JPEG or WebP picture.")
        return None
    if CONTENT_TYPES[header.kind] != content_type:
        folder.add(name, 1, "picture", f"The file is called otherwise, but it is {header.kind}.")
    elif header.is_animated:
        folder.add(name, 1, "picture", "The picture moves. Only still pictures are taken.")
    elif not header.is_within_limits:
        size = f"{header.width} × {header.height}"
        folder.add(name, 1, "picture", f"The picture has too many pixels: {size}.")
    else:
        return Picture(content, header.width, header.height, content_type)
    return None


def path_of(text: str) -> tuple[str | int, ...]:
    """ "options[2].feedback" as a path of keys and indexes."""
    parts: list[str | int] = []
    for part in text.replace("[", ".").replace("]", "").split("."):
        if part:
            parts.append(int(part) if part.isdigit() else part)
    return tuple(parts)
