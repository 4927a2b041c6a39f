"""An author changes a lesson of a draft, by compare-and-set: nobody overwrites what they have not
seen.

Owns: what a change of the words carries along: the figures they show and their hash. Must not: ask
who may or record it; authoring does, and locks the draft. Must not render: the caller has made sure
that the text can be shown, outside any transaction.
"""

from django.db import transaction

from courseware.courses.actions import change_minutes, change_title
from courseware.courses.models import Edition
from lessons import queries
from lessons.actions.texts import hash_of, rehash_lessons
from lessons.dialect.figures import figures_named
from lessons.models import Lesson, LessonText
from lessons.queries import LessonWords


class Stale(Exception):
    """Somebody else changed the lesson meanwhile. `current`: what stands there now."""

    def __init__(self, current: LessonWords) -> None:
        super().__init__("changed meanwhile")
        self.current = current


def change_lesson(*, text: LessonText, words: LessonWords, seen: str) -> bool:
    """Write what an author made of the lesson. `seen`: `LessonWords.seen` of what they were shown.

    False when nothing differs, as after a second click. Raises Stale, and MarkupError where
    directives are too many or too deep.
    """
    named = figures_named(words.markdown, words.light_markdown)
    with transaction.atomic():
        edition_id = text.lesson.activity.edition_id
        edition = Edition.objects.select_for_update(no_key=True).get(pk=edition_id)
        text = LessonText.objects.select_related("lesson__activity").get(pk=text.pk)
        before = queries.lesson_words(text)
        if before == words:
            return False
        if before.seen != seen:
            raise Stale(before)
        _write_common(edition, text.lesson, words)
        _write_text(edition, text, words, set(named))
        if words.sources != before.sources:
            rehash_lessons(edition=edition)  # the other languages rest on them too
        return True


def _write_common(edition: Edition, lesson: Lesson, words: LessonWords) -> None:
    """What is the same in every language."""
    change_minutes(edition=edition, key=lesson.activity.key, minutes=words.minutes)
    lesson.objectives = list(words.objectives)
    lesson.sources = list(words.sources)
    lesson.review_by = words.review_by
    lesson.save(update_fields=["objectives", "sources", "review_by"])


def _write_text(edition: Edition, text: LessonText, words: LessonWords, named: set[str]) -> None:
    key, seen_hash = text.lesson.activity.key, text.content_hash
    change_title(edition=edition, language=text.language, key=key, title=words.title)
    known = queries.spoken_pictures(queries.pictures(edition.pk), text.language)
    text.topic, text.markdown = words.topic, words.markdown
    text.light_markdown = words.light_markdown
    text.figures = {picture.name: picture.media_id for picture in known if picture.name in named}
    text.content_hash = hash_of(text, queries.resolver(text, "full"))
    columns = ("topic", "markdown", "light_markdown", "figures", "content_hash")
    written = LessonText.objects.filter(pk=text.pk, content_hash=seen_hash).update(
        **{name: getattr(text, name) for name in columns}
    )
    if not written:  # the lock is the first wall, this the second
        raise Stale(queries.lesson_words(LessonText.objects.get(pk=text.pk)))
