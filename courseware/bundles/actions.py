"""A course folder into the database: refused whole or taken whole.

Loading the same folder again changes nothing. A newer folder becomes the next edition in demo
mode where nobody edited the last one; in a real force it becomes a draft, and the force's own
editions and people are never touched.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from courseware.bundles import checks
from courseware.bundles.folder import Folder, LessonSource, Picture
from courseware.bundles.layout import layout_of
from courseware.bundles.reading import read_folder
from courseware.bundles.schema.files import CourseFile
from courseware.bundles.schema.findings import BundleError, Finding
from courseware.courses.actions import (
    EditionError,
    add_activity,
    add_structure,
    add_words,
    discard_draft,
    open_edition,
    publish_edition,
    put_category,
    put_course,
    put_prerequisites,
)
from courseware.courses.models import Course, Edition, Source
from courseware.courses.queries import current_edition
from lessons.actions import add_lesson, add_lesson_text, fill_renderings, store_media
from quizzes.actions import add_question, add_quiz

CATEGORIES = ("foundations", "exploitation", "terrorism", "drugs", "trafficking", "cyber")
MINUTES_PER_QUESTION = 1.5
_LAST_PLACE = 9_999


@dataclass(frozen=True)
class Loaded:
    """What loading did. `outcome`: unchanged, published or draft."""

    slug: str
    outcome: str
    edition: Edition


def load_folder(path: Path, *, now: datetime) -> Loaded:
    """Raises BundleError with every finding; then nothing was written."""
    folder = read_folder(path)
    findings = checks.run(folder)
    errors = [finding for finding in findings if finding.level == "error"]
    if errors or folder.course is None:
        raise BundleError(errors)
    return _write(folder, folder.course, now=now)


@transaction.atomic
def _write(folder: Folder, source: CourseFile, *, now: datetime) -> Loaded:
    course = _course(folder, source)
    known = course.editions.filter(upstream_hash=folder.content_hash).first()
    if known is not None:
        return Loaded(source.slug, "unchanged", known)
    newest = current_edition(course)
    draft = course.editions.filter(published_at__isnull=True).first()
    if draft is not None and draft.origin == Edition.Origin.FORCE:
        return Loaded(source.slug, "unchanged", draft)
    if draft is not None:
        discard_draft(edition=draft, by=None, now=now)
    edition = _edition(folder, source, course, now=now)
    may_publish = newest is None or (settings.DEMO and newest.origin == Edition.Origin.DISTRIBUTION)
    if not may_publish:
        return Loaded(source.slug, "draft", edition)
    publish_edition(edition=edition, by=None, now=now)
    fill_renderings(edition=edition, now=now)
    return Loaded(source.slug, "published", edition)


def _course(folder: Folder, source: CourseFile) -> Course:
    """The course's row. What clashes with other courses is a finding of this folder."""
    field = "key"
    try:
        course = put_course(
            key=source.key,
            slug=source.slug,
            category=put_category(
                key=source.category,
                name=source.category,
                position=CATEGORIES.index(source.category),
            ),
            position=min(int("".join(c for c in source.key if c.isdigit()) or 0), _LAST_PLACE),
        )
        field = "prerequisites"
        put_prerequisites(course=course, slugs=source.prerequisites)
    except EditionError as error:
        line = folder.course_lines.line((field,)) if folder.course_lines else 1
        raise BundleError([Finding("course.yaml", line, field, str(error))]) from error
    return course


def _edition(folder: Folder, source: CourseFile, course: Course, *, now: datetime) -> Edition:
    media = {name: _stored(picture, now=now) for name, picture in folder.figures.items()}
    edition = open_edition(
        course=course,
        origin=Edition.Origin.DISTRIBUTION,
        by=None,
        now=now,
        validity_months=source.validity_months,
        sensitivity=source.sensitivity,
        must_pass_points={point.key: {source.language: point.title} for point in source.must_pass},
        cover=_stored(folder.cover, is_public=True, now=now) if folder.cover else "",
        upstream_hash=folder.content_hash,
        bundle=layout_of(folder, media),
    )
    add_structure(
        edition=edition,
        objectives=[(objective.key, objective.bloom) for objective in source.objectives],
        sources=[Source(**record.model_dump()) for record in folder.sources],
    )
    add_words(
        edition=edition,
        language=source.language,
        title=source.title,
        purpose=source.purpose,
        audience=source.audience,
        change_note=source.change_note,
        activity_titles={lesson.key: lesson.front.title for lesson in folder.lessons}
        | {source.final_test.key: source.final_test.title},
        objective_texts={objective.key: objective.text for objective in source.objectives},
        terms=[(term.key, term.term, term.definition) for term in folder.terms],
    )
    for position, lesson in enumerate(folder.lessons, start=1):
        _lesson(edition, lesson, position, media, language=source.language)
    _test(edition, folder, source, position=len(folder.lessons) + 1)
    return edition


def _stored(picture: Picture, *, now: datetime, is_public: bool = False) -> str:
    """The hash under which the picture is kept."""
    return store_media(
        content=picture.content,
        content_type="image/svg+xml",
        width=picture.width,
        height=picture.height,
        is_public=is_public,
        now=now,
    ).sha256


def _lesson(
    edition: Edition, source: LessonSource, position: int, media: dict[str, str], *, language: str
) -> None:
    activity = add_activity(
        edition=edition,
        key=source.key,
        kind="lesson",
        position=position,
        minutes=source.front.minutes,
        sensitivity=source.front.sensitivity,
    )
    lesson = add_lesson(
        activity=activity,
        objectives=list(source.front.objectives),
        sources=list(source.front.sources),
        seed=list(source.front.seed),
        review_by=source.front.review_by,
    )
    add_lesson_text(
        lesson=lesson,
        language=language,
        topic=source.front.topic,
        markdown=source.body,
        light_markdown=source.light,
        figures={name: sha for name, sha in media.items() if name in source.figures},
    )


def _test(edition: Edition, folder: Folder, source: CourseFile, *, position: int) -> None:
    test = source.final_test
    activity = add_activity(
        edition=edition,
        key=test.key,
        kind="quiz",
        position=position,
        minutes=round(test.draw * MINUTES_PER_QUESTION),
        needs_all_before=True,
    )
    quiz = add_quiz(
        activity=activity,
        draw_count=test.draw,
        pass_percent=test.pass_percent,
        attempts_allowed=test.attempts,
        window_days=test.window_days,
        time_limit_minutes=test.time_limit_minutes,
        quotas=dict(test.quotas),
        caps={str(name): cap for name, cap in test.caps.items()},
    )
    for place, question in enumerate(folder.questions, start=1):
        add_question(
            quiz=quiz,
            envelope=question.envelope,
            position=place,
            wordings={source.language: question.content},
        )
