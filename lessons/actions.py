"""Every write about lessons: texts and media of a draft, renderings, how somebody reads."""

import hashlib
from datetime import date, datetime
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from courseware.core.copies import copy_of
from courseware.courses.actions import sha256_of
from courseware.courses.models import Activity, Edition
from courseware.enrolments.models import Enrolment
from lessons import queries
from lessons.dialect import render
from lessons.dialect.records import Mode
from lessons.models import Lesson, LessonText, Media, ReadingChoice, Rendering

_SUFFIXES = {"image/svg+xml": "svg"}


@transaction.atomic
def store_media(
    *,
    content: bytes,
    content_type: str,
    width: int,
    height: int,
    now: datetime,
    is_public: bool = False,
) -> Media:
    """Keep a file by its content; the same bytes are kept once. The caller has checked them."""
    digest = hashlib.sha256(content).hexdigest()
    known = Media.objects.filter(pk=digest).first()
    if known is not None:
        if is_public and not known.is_public:
            Media.objects.filter(pk=digest).update(is_public=True)
        return known
    name = str(PurePosixPath("lessons") / digest[:2] / f"{digest}.{_SUFFIXES[content_type]}")
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return Media.objects.create(
        sha256=digest,
        content_type=content_type,
        file=name,
        size=len(content),
        width=width,
        height=height,
        is_public=is_public,
        added_at=now,
    )


@transaction.atomic
def add_lesson(
    *,
    activity: Activity,
    objectives: list[str],
    sources: list[str],
    seed: list[str],
    review_by: date,
) -> Lesson:
    return Lesson.objects.create(
        activity=activity, objectives=objectives, sources=sources, seed=seed, review_by=review_by
    )


@transaction.atomic
def add_lesson_text(
    *,
    lesson: Lesson,
    language: str,
    markdown: str,
    light_markdown: str,
    figures: dict[str, str],
    topic: str = "",
    translated_from: str = "",
) -> LessonText:
    """A lesson's exact Markdown in one language. `figures` maps file names to media hashes.
    Of a translation, `translated_from` is the mark of the words it was made from.

    The hash covers the text and every record it resolves, so sources and terms of the edition
    come first.
    """
    text = LessonText(
        lesson=lesson,
        language=language,
        topic=topic,
        markdown=markdown,
        light_markdown=light_markdown,
        figures=figures,
        translated_from=translated_from,
    )
    known = queries.resolver(text, "full")
    text.content_hash = sha256_of(
        {
            "markdown": markdown,
            "light": light_markdown,
            "topic": topic,
            "figures": figures,
            "sources": {key: vars(record) for key, record in known.sources.items()},
            "terms": {key: vars(record) for key, record in known.terms.items()},
        }
    )
    text.save()
    return text


@transaction.atomic
def clone_lessons(*, base: Edition, draft: Edition) -> None:
    """The lessons of `base` into the activities of its copy: same words, same hashes.

    Pictures are kept by their content and shared, so none is copied.
    """
    places = dict(draft.activities.values_list("key", "pk"))
    lessons = Lesson.objects.filter(activity__edition=base).select_related("activity")
    new = {lesson.pk: places[lesson.activity.key] for lesson in lessons}
    Lesson.objects.bulk_create(copy_of(lesson, activity_id=new[lesson.pk]) for lesson in lessons)
    LessonText.objects.bulk_create(
        copy_of(text, lesson_id=new[text.lesson_id])
        for text in LessonText.objects.filter(lesson__in=new)
    )


def fill_renderings(*, edition: Edition, now: datetime) -> int:
    """Make the HTML of every lesson text that has none for today's dialect. How many were made."""
    made = 0
    texts = LessonText.objects.filter(lesson__activity__edition=edition).select_related(
        "lesson__activity"
    )
    for text in texts:
        for mode in modes_of(text):
            key = queries.rendering_key(text.content_hash, mode, text.language)
            if not Rendering.objects.filter(pk=key).exists():
                store_rendering(text=text, mode=mode, now=now)
                made += 1
    return made


def modes_of(text: LessonText) -> tuple[Mode, ...]:
    return ("full", "light") if text.light_markdown else ("full",)


def store_rendering(*, text: LessonText, mode: Mode, now: datetime) -> Rendering:
    """Render one text and keep the HTML. Raises MarkupError if nothing can be shown."""
    source = text.light_markdown if mode == "light" and text.light_markdown else text.markdown
    lesson = render(source, queries.resolver(text, mode))
    rendering, _created = Rendering.objects.update_or_create(
        pk=queries.rendering_key(text.content_hash, mode, text.language),
        defaults={
            "html": lesson.html,
            "outline": [[item.level, item.id, item.text] for item in lesson.outline],
            "made_at": now,
        },
    )
    return rendering


@transaction.atomic
def choose_reading(
    *, enrolment: Enrolment, activity_key: str, choice: str, now: datetime
) -> ReadingChoice:
    """How the person reads a hard lesson: "continue", "light" or "pause". Private; no event.

    Raises ValueError for any other choice.
    """
    choices: dict[str, dict[str, object]] = {
        "continue": {"agreed_at": now, "is_light": False, "paused_at": None},
        "light": {"agreed_at": now, "is_light": True, "paused_at": None},
        "pause": {"paused_at": now},
    }
    if choice not in choices:
        raise ValueError(choice)
    row, _created = ReadingChoice.objects.update_or_create(
        enrolment=enrolment, activity_key=activity_key, defaults=choices[choice]
    )
    return row
