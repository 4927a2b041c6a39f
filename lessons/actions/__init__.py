"""Every write about lessons: texts and media of a draft, renderings, how somebody reads."""

from lessons.actions.media import store_media
from lessons.actions.reading import choose_reading
from lessons.actions.renderings import fill_renderings, modes_of, store_rendering
from lessons.actions.texts import (
    add_lesson,
    add_lesson_text,
    clone_lessons,
    mark_lesson_text,
    rehash_lessons,
)

__all__ = [
    "add_lesson",
    "add_lesson_text",
    "choose_reading",
    "clone_lessons",
    "fill_renderings",
    "mark_lesson_text",
    "modes_of",
    "rehash_lessons",
    "store_media",
    "store_rendering",
]
