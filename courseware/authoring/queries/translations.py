"""Which texts of a draft wait for a translator: those that are missing, and those whose original
has other words now than when they were made.

A text is stale when the mark it remembers is not that of the words in the edition's main language.
Owns: the comparison over everything an edition says. Must not: change a mark; `actions` does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from courseware.courses import kinds
from courseware.courses.models import Activity, Edition, EditionLanguage, GlossaryTerm
from courseware.courses.queries import languages_of
from courseware.courses.schema import course_mark, term_mark
from lessons.dialect.originals import lesson_mark
from lessons.models import LessonText
from quizzes.engine.pictures import in_words
from quizzes.engine.translation import question_mark
from quizzes.models import QuestionText

Kind = Literal["course", "term", "lesson", "question"]


@dataclass(frozen=True)
class StaleTranslation:
    """One text in one language. `made_from` is what it remembers; "" where it is missing."""

    kind: Kind
    key: str
    language: str
    title: str  # of the original, for a list
    is_missing: bool
    made_from: str
    original: str  # the mark of the original as it is now


@dataclass(frozen=True)
class _Original:
    kind: Kind
    key: str
    title: str
    mark: str


def stale_translations(edition: Edition) -> list[StaleTranslation]:
    """In the order of a course: its words, lessons, questions, terms; one language after another.

    Six queries whatever the size, two where the edition has one language.
    """
    main, *others = languages_of(edition)
    if not others:
        return []
    words = {each.language: each for each in edition.languages.all()}
    originals, made_from = _read(edition, main, words)
    return [
        StaleTranslation(
            kind=original.kind,
            key=original.key,
            language=language,
            title=original.title,
            is_missing=mark is None,
            made_from=mark or "",
            original=original.mark,
        )
        for language in others
        for original in originals
        for mark in (made_from.get((language, original.kind, original.key)),)
        if mark != original.mark
    ]


type _Marks = dict[tuple[str, str, str], str]


def _read(
    edition: Edition, main: str, words: dict[str, EditionLanguage]
) -> tuple[list[_Original], _Marks]:
    """What is written in the main language, and what the other languages were made from."""
    originals: list[_Original] = []
    marks: _Marks = {
        (language, "course", edition.course.key): each.translated_from
        for language, each in words.items()
    }
    originals.append(_course(edition, words[main]))
    for lesson in _lessons(edition):
        key = lesson.lesson.activity.key
        marks[lesson.language, "lesson", key] = lesson.translated_from
        if lesson.language == main:
            originals.append(_lesson(lesson, words[main]))
    for text in _questions(edition):
        marks[text.language, "question", text.question.key] = text.translated_from
        if text.language == main:
            originals.append(_question(text))
    for term in GlossaryTerm.objects.filter(edition=edition).order_by("key"):
        marks[term.language, "term", term.key] = term.translated_from
        if term.language == main:
            originals.append(
                _Original("term", term.key, term.term, term_mark(term.term, term.definition))
            )
    return originals, marks


def _course(edition: Edition, words: EditionLanguage) -> _Original:
    tests = Activity.objects.filter(edition=edition, kind__in=_assessed())
    mark = course_mark(
        title=words.title,
        purpose=words.purpose,
        audience=words.audience,
        change_note=words.change_note,
        objectives=words.objective_texts,
        must_pass={
            key: titles.get(words.language, "") for key, titles in edition.must_pass_points.items()
        },
        tests={test.key: words.activity_titles.get(test.key, "") for test in tests},
    )
    return _Original("course", edition.course.key, words.title, mark)


def _assessed() -> list[str]:
    return [name for name in kinds.names() if kinds.get(name).is_assessed]


def _lessons(edition: Edition) -> Iterator[LessonText]:
    yield from (
        LessonText.objects.filter(lesson__activity__edition=edition)
        .select_related("lesson__activity")
        .order_by("lesson__activity__position")
    )


def _lesson(text: LessonText, words: EditionLanguage) -> _Original:
    key = text.lesson.activity.key
    title = words.activity_titles.get(key, "")
    mark = lesson_mark(title=title, topic=text.topic, body=text.markdown, light=text.light_markdown)
    return _Original("lesson", key, title, mark)


def _questions(edition: Edition) -> Iterator[QuestionText]:
    yield from (
        QuestionText.objects.filter(question__quiz__activity__edition=edition)
        .select_related("question")
        .order_by("question__position")
    )


def _question(text: QuestionText) -> _Original:
    mark = question_mark(text.question.type, text.content)
    return _Original(
        "question", text.question.key, in_words(str(text.content.get("stem", ""))), mark
    )
