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
from lessons.actions import (
    add_lesson,
    add_lesson_text,
    add_picture,
    fill_renderings,
    store_media,
)
from lessons.dialect.figures import FigureWords, figures_named
from quizzes.actions import add_question, add_quiz
from quizzes.engine.pictures import shown_in

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
    edition = _Writer(folder, source, now).write(course)
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


class _Writer:
    """One folder on its way into one edition: structure once, words in every language."""

    def __init__(self, folder: Folder, source: CourseFile, now: datetime) -> None:
        self.folder, self.source, self.now = folder, source, now
        offered = [each for each in folder.translations if each.is_offered]
        self.folders = {source.language: folder, **{each.language: each for each in offered}}
        self.own_media = {
            language: {name: _stored(picture, now=now) for name, picture in each.figures.items()}
            for language, each in self.folders.items()
        }

    def write(self, course: Course) -> Edition:
        folder, source, now = self.folder, self.source, self.now
        translations = {k: v for k, v in self.own_media.items() if k != source.language}
        edition = open_edition(
            course=course,
            origin=Edition.Origin.DISTRIBUTION,
            by=None,
            now=now,
            validity_months=source.validity_months,
            sensitivity=source.sensitivity,
            must_pass_points=self._points(),
            cover=_stored(folder.cover, is_public=True, now=now) if folder.cover else "",
            upstream_hash=folder.content_hash,
            bundle=layout_of(folder, self.own_media[source.language], translations),
        )
        add_structure(
            edition=edition,
            objectives=[(objective.key, objective.bloom) for objective in source.objectives],
            sources=[Source(**record.model_dump()) for record in folder.sources],
        )
        for each in self.folders.values():
            self._words(edition, each)
        for language, each in self.folders.items():
            self._pictures(edition, each, language)
        for position, lesson in enumerate(folder.lessons, start=1):
            self._lesson(edition, lesson, position)
        self._test(edition, position=len(folder.lessons) + 1)
        return edition

    def _points(self) -> dict[str, dict[str, str]]:
        points: dict[str, dict[str, str]] = {point.key: {} for point in self.source.must_pass}
        for language, each in self.folders.items():
            for point in each.course.must_pass if each.course else ():
                points[point.key][language] = point.title
        return points

    def _words(self, edition: Edition, own: Folder) -> None:
        course = own.course
        assert course is not None
        add_words(
            edition=edition,
            language=course.language,
            title=course.title,
            purpose=course.purpose,
            audience=course.audience,
            change_note=course.change_note,
            activity_titles={lesson.key: lesson.front.title for lesson in own.lessons}
            | {course.final_test.key: course.final_test.title},
            objective_texts={objective.key: objective.text for objective in course.objectives},
            terms=[(term.key, term.term, term.definition) for term in own.terms],
            translated_from=own.mark("course", course.key),
            term_marks={term.key: own.mark("term", term.key) for term in own.terms},
        )

    def _pictures(self, edition: Edition, own: Folder, language: str) -> None:
        """Figures by name, with what the first lesson or question that shows one says of it. A
        translation has its own where a picture carries words."""
        texts = (text for lesson in own.lessons for text in (lesson.body, lesson.light))
        asked = (shown for question in own.questions for shown in shown_in(question.content))
        said = {name: FigureWords(alt) for _, alt, name in asked} | figures_named(*texts)
        for name, sha256 in self.own_media[language].items():
            add_picture(
                edition=edition,
                language="" if language == self.source.language else language,
                name=name,
                sha256=sha256,
                **said.get(name, FigureWords())._asdict(),
            )

    def _lesson(self, edition: Edition, source: LessonSource, position: int) -> None:
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
        for language, each in self.folders.items():
            media = {**self.own_media[self.source.language], **self.own_media[language]}
            text = next(one for one in each.lessons if one.key == source.key)
            add_lesson_text(
                lesson=lesson,
                language=language,
                topic=text.front.topic,
                markdown=text.body,
                light_markdown=text.light,
                figures={name: sha for name, sha in media.items() if name in text.figures},
                translated_from=each.mark("lesson", text.key),
            )

    def _test(self, edition: Edition, *, position: int) -> None:
        test = self.source.final_test
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
            **test.later_rules,
        )
        contents = {
            language: {one.envelope.key: one.content for one in each.questions}
            for language, each in self.folders.items()
        }
        for place, question in enumerate(self.folder.questions, start=1):
            key = question.envelope.key
            add_question(
                quiz=quiz,
                envelope=question.envelope,
                position=place,
                wordings={language: asked[key] for language, asked in contents.items()},
                translated_from={
                    language: each.mark("question", key) for language, each in self.folders.items()
                },
            )


def _stored(picture: Picture, *, now: datetime, is_public: bool = False) -> str:
    """The hash under which the picture is kept."""
    return store_media(
        content=picture.content,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        is_public=is_public,
        now=now,
    ).sha256
