"""Every write about lessons.

texts       lessons and their words, in a draft
pictures    pictures of a draft: brought, written anew by the worker, taken out
media       files by their content
renderings  HTML of lesson texts, made once and kept
reading     how somebody reads a hard lesson
"""

from lessons.actions.editing import Stale, change_lesson
from lessons.actions.media import forget_unused_media, store_media
from lessons.actions.pictures import (
    PictureInUse,
    add_picture,
    bring_picture,
    prepare_picture,
    remove_picture,
    tidy_uploads,
)
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
    "PictureInUse",
    "Stale",
    "add_lesson",
    "add_lesson_text",
    "add_picture",
    "bring_picture",
    "change_lesson",
    "choose_reading",
    "clone_lessons",
    "fill_renderings",
    "forget_unused_media",
    "mark_lesson_text",
    "modes_of",
    "prepare_picture",
    "rehash_lessons",
    "remove_picture",
    "store_media",
    "store_rendering",
    "tidy_uploads",
]
