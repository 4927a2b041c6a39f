"""Lessons and their words, in a draft."""

from datetime import date

from django.db import transaction

from courseware.core.copies import copy_of
from courseware.courses.actions import sha256_of
from courseware.courses.models import Activity, Edition
from lessons import queries
from lessons.dialect import MappingResolver
from lessons.models import Lesson, LessonText, Picture


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
    text.content_hash = hash_of(text, queries.resolver(text, "full"))
    text.save()
    return text


def hash_of(text: LessonText, known: MappingResolver) -> str:
    """SHA-256 over the words and every record they resolve to.

    A term counts where its key stands in the text, so another term's new words change nothing for
    those who have read this lesson.
    """
    written = f"{text.markdown}\n{text.light_markdown}"
    return sha256_of(
        {
            "markdown": text.markdown,
            "light": text.light_markdown,
            "topic": text.topic,
            "figures": text.figures,
            "sources": {key: vars(record) for key, record in known.sources.items()},
            "terms": {key: vars(record) for key, record in known.terms.items() if key in written},
        }
    )


@transaction.atomic
def rehash_lessons(*, edition: Edition) -> int:
    """After a change of the draft's sources or terms, which the hashes cover. How many changed."""
    changed = []
    for text, known in queries.edition_texts(edition.pk):
        content_hash = hash_of(text, known)
        if content_hash != text.content_hash:
            text.content_hash = content_hash
            changed.append(text)
    LessonText.objects.bulk_update(changed, ["content_hash"])
    return len(changed)


@transaction.atomic
def mark_lesson_text(*, edition: Edition, language: str, key: str, mark: str) -> bool:
    """A translation of a draft fits the words with this mark. False where nothing changes."""
    rows = LessonText.objects.filter(
        lesson__activity__edition=edition, lesson__activity__key=key, language=language
    )
    return bool(rows.exclude(translated_from=mark).update(translated_from=mark))


@transaction.atomic
def clone_lessons(*, base: Edition, draft: Edition) -> None:
    """The lessons of `base` into the activities of its copy: same words, same hashes.

    Pictures get their names in the draft too; the files are kept by their content and shared.
    """
    places = dict(draft.activities.values_list("key", "pk"))
    lessons = Lesson.objects.filter(activity__edition=base).select_related("activity")
    new = {lesson.pk: places[lesson.activity.key] for lesson in lessons}
    Lesson.objects.bulk_create(copy_of(lesson, activity_id=new[lesson.pk]) for lesson in lessons)
    Picture.objects.bulk_create(
        copy_of(picture, edition_id=draft.pk) for picture in Picture.objects.filter(edition=base)
    )
    LessonText.objects.bulk_create(
        copy_of(text, lesson_id=new[text.lesson_id])
        for text in LessonText.objects.filter(lesson__in=new)
    )
