"""Which file of a folder everything stood in: what an edition keeps so that it can be dumped again.

Owns: the shape of `Edition.bundle`. Must not: hold words; those stand in their own tables.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from courseware.bundles.folder import Folder
from courseware.courses.models import Edition
from lessons.models import LessonText
from quizzes.models import Question


class Layout(NamedTuple):
    """File names by key of lesson and question, and pictures by file name."""

    lessons: dict[str, str]
    questions: dict[str, str]
    figures: dict[str, str]  # file name: sha256 of the Media


def layout_of(
    folder: Folder, media: Mapping[str, str], own_media: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """The value of `Edition.bundle`. `media`: hashes of the figures by name; `own_media`: of those
    that a language has of its own."""
    questions: dict[str, list[str]] = defaultdict(list)
    for question in folder.questions:
        questions[question.file].append(question.envelope.key)
    return {
        "lessons": {lesson.key: lesson.file for lesson in folder.lessons},
        "questions": dict(questions),
        "figures": dict(media),
        "translations": {
            language: {"figures": dict(figures)} for language, figures in own_media.items()
        },
    }


def own_figures(
    edition: Edition, language: str, texts: list[LessonText], there: Mapping[str, str]
) -> dict[str, str]:
    """The pictures that a translation has of its own, and any that it shows and that differ from
    the original's, `there`. Hashes by name.
    """
    kept = _pictures(edition, language)
    shown = {name: sha for text in texts for name, sha in text.figures.items()}
    differing = {name: sha for name, sha in shown.items() if there.get(name) != sha}
    return {**kept, **differing}


def _pictures(edition: Edition, language: str = "") -> dict[str, str]:
    return dict(edition.pictures.filter(language=language).values_list("name", "media"))


def layout_for(edition: Edition, texts: list[LessonText], questions: list[Question]) -> Layout:
    """Where things stood; for what was written here, where the format puts it."""
    kept = edition.bundle
    usual = {q.key: f"questions/{q.objective.rpartition('-')[2].lower()}.yaml" for q in questions}
    if kept:
        places = {key: name for name, keys in kept["questions"].items() for key in keys}
        return Layout(dict(kept["lessons"]), usual | places, _pictures(edition))
    lessons = [text.lesson.activity.key for text in texts]
    return Layout(
        {key: f"lessons/{number:02d}-{key}.md" for number, key in enumerate(lessons, start=1)},
        usual,
        _pictures(edition),
    )
