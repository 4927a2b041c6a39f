"""What a check looks at: a course folder, the day, and its lessons rendered once.

Owns: the shared reading of a folder. Must not: judge anything.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from courseware.bundles.checks.passages import Passage, light_name, passages_of
from courseware.bundles.folder import Folder, LessonSource
from courseware.bundles.schema.files import CourseFile
from courseware.bundles.schema.findings import Finding
from lessons.dialect import MarkupError, RenderedLesson, render
from lessons.dialect.records import FigureFile, MappingResolver, SourceRecord, TermRecord

type Check = Callable[["Subject"], Iterator[Finding]]


@dataclass(frozen=True)
class Version:
    """A lesson's text as one of its readers gets it: in full, or text-light."""

    lesson: LessonSource
    file: str
    body: str
    first_line: int
    is_light: bool


@dataclass
class Subject:
    """A folder under judgement. `today` is the day on which its dates are judged."""

    folder: Folder
    today: date = date.min

    @cached_property
    def course(self) -> CourseFile:
        """Only asked for where the form stands."""
        assert self.folder.course is not None
        return self.folder.course

    @cached_property
    def resolver(self) -> MappingResolver:
        return resolver_of(self.folder)

    @cached_property
    def versions(self) -> list[Version]:
        found: list[Version] = []
        for lesson in self.folder.lessons:
            found.append(Version(lesson, lesson.file, lesson.body, lesson.body_line, False))
            if lesson.light:
                found.append(Version(lesson, light_name(lesson), lesson.light, 1, True))
        return found

    @cached_property
    def renderings(self) -> dict[str, RenderedLesson | MarkupError]:
        """By file name: the lesson, or why it cannot be shown."""
        found: dict[str, RenderedLesson | MarkupError] = {}
        for version in self.versions:
            try:
                found[version.file] = render(
                    version.body, self.resolver, first_line=version.first_line
                )
            except MarkupError as error:
                found[version.file] = error
        return found

    @cached_property
    def shown(self) -> list[tuple[Version, RenderedLesson]]:
        """Every version that can be shown."""
        pairs = ((version, self.renderings[version.file]) for version in self.versions)
        return [(version, page) for version, page in pairs if isinstance(page, RenderedLesson)]

    @cached_property
    def passages(self) -> list[Passage]:
        """Every text that somebody is shown, with its place."""
        return list(passages_of(self.folder))

    def line(self, *path: str | int, file: str = "course.yaml") -> int:
        """The line of a value in one of the folder's YAML files."""
        parsed = self.folder.yaml.get(file)
        return parsed.line(path) if parsed else 1


def resolver_of(folder: Folder) -> MappingResolver:
    """What the folder's lessons may refer to, for rendering outside the database.

    A term that a translation lacks is a finding of its own, once: here the original's stands in.
    """
    terms = [*(folder.original.terms if folder.original else []), *folder.terms]
    return MappingResolver(
        sources={
            source.key: SourceRecord(
                key=source.key,
                title=source.title,
                publisher=source.publisher,
                year=source.year,
                certainty=source.certainty,
            )
            for source in folder.sources
        },
        terms={term.key: TermRecord(term.key, term.term, term.definition) for term in terms},
        figures={
            name: FigureFile(f"/media/{name}", picture.width, picture.height)
            for name, picture in folder.pictures.items()
        },
    )
