"""One lesson of a draft open in its editor, and where two versions of it differ.

A fixed number of queries whatever the size of the course.
"""

from dataclasses import asdict, dataclass
from typing import Any

from courseware.authoring.queries.labels import LABELS
from courseware.authoring.rules import Line, changed_lines
from courseware.courses.models import Edition, EditionLanguage
from courseware.courses.queries import languages_of
from lessons.dialect import MappingResolver, Mode
from lessons.dialect.originals import lesson_mark
from lessons.models import LessonText
from lessons.queries import LessonWords, draft_resolver, lesson_words

#: The sensitivity from which a lesson has a warning before it and a text-light version beside it.
HARD = 2


@dataclass(frozen=True)
class OpenLesson:
    """What the editor needs beside the words. Lists are (key, words), in their order."""

    edition: Edition
    text: LessonText
    words: LessonWords
    languages: list[str]  # the one the edition is written in first
    sensitivity: int
    objectives: list[tuple[str, str]]
    sources: list[tuple[str, str]]
    original: str  # mark of the words that this is a translation of; "" for none

    @property
    def key(self) -> str:
        return self.text.lesson.activity.key

    @property
    def language(self) -> str:
        return self.text.language

    @property
    def has_light(self) -> bool:
        return self.sensitivity == HARD or bool(self.words.light_markdown)

    @property
    def is_translation(self) -> bool:
        return bool(self.original)

    @property
    def is_stale(self) -> bool:
        """The words it was translated from are no longer what the edition says."""
        return self.is_translation and self.text.translated_from != self.original

    def resolver(self, mode: Mode) -> MappingResolver:
        return draft_resolver(self.edition.pk, self.language, mode)


def open_lesson(edition: Edition, text: LessonText) -> OpenLesson:
    """Seven queries at most. `text` may be one that is not written yet."""
    languages = languages_of(edition)
    main = languages[0]
    words = {each.language: each for each in edition.languages.all()}
    objectives = words[main].objective_texts | words[text.language].objective_texts
    return OpenLesson(
        edition=edition,
        text=text,
        words=lesson_words(text),
        languages=languages,
        sensitivity=text.lesson.activity.sensitivity,
        objectives=[
            (key, objectives.get(key, key))
            for key in edition.objectives.order_by("position").values_list("key", flat=True)
        ],
        sources=list(edition.sources.order_by("key").values_list("key", "title")),
        original="" if text.language == main else _mark(text, words[main]),
    )


def _mark(text: LessonText, words: EditionLanguage) -> str:
    """The mark of the lesson in the language the edition is written in."""
    original = LessonText.objects.filter(lesson=text.lesson_id, language=words.language).first()
    if original is None:
        return ""
    return lesson_mark(
        title=words.activity_titles.get(text.lesson.activity.key, ""),
        topic=original.topic,
        body=original.markdown,
        light=original.light_markdown,
    )


# ------------------------------------------------------------------ two versions
@dataclass(frozen=True)
class Difference:
    """One field of a lesson that two people left differently. `lines` only of long texts."""

    label: str
    theirs: str
    mine: str
    lines: tuple[Line, ...] = ()


_TEXTS = ("markdown", "light_markdown")


def differences(theirs: LessonWords, mine: LessonWords) -> list[Difference]:
    """In the order of the form; what both left alike is not in it."""
    here, there = asdict(mine), asdict(theirs)
    return [
        Difference(
            label=str(LABELS[name]),
            theirs=_said(there[name]),
            mine=_said(here[name]),
            lines=tuple(changed_lines(there[name], here[name])) if name in _TEXTS else (),
        )
        for name in here
        if here[name] != there[name]
    ]


def _said(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
