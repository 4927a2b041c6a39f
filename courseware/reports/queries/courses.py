"""The courses that a report can name, in the reader's language."""

from dataclasses import dataclass
from uuid import UUID

from courseware.courses.queries import current_editions, outline


@dataclass(frozen=True)
class TaughtCourse:
    """A course that was ever published, by its newest edition's title."""

    id: UUID
    slug: str
    key: str
    title: str

    @property
    def label(self) -> str:
        return f"{self.key} {self.title}"


def taught_courses(language: str) -> list[TaughtCourse]:
    """In teaching order; a retired course has its rows still. One query."""
    editions = current_editions().order_by("course__position", "course__key")
    return [
        TaughtCourse(
            edition.course_id,
            edition.course.slug,
            edition.course.key,
            outline(edition.pk, language).title,
        )
        for edition in editions
    ]
