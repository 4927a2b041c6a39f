"""An edition back into the values of a folder, ready for `writing`.

Loading a canonical folder and dumping the edition gives the same files byte for byte, those of its
translations included. Must not: write to the database or judge.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.storage import default_storage
from pydantic import ValidationError

from courseware.bundles.folder import Folder, Kind, LessonSource, Picture, QuestionSource, Unit
from courseware.bundles.layout import Layout, layout_for, own_figures
from courseware.bundles.schema.files import CourseFile, SourceFile, TermFile
from courseware.bundles.schema.translation import CourseWords
from courseware.bundles.translations import worded_course
from courseware.courses.models import Edition, EditionLanguage, GlossaryTerm, Source
from courseware.courses.queries import languages_of
from lessons.dialect.frontmatter import FrontMatter
from lessons.models import LessonText, Media
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.engine.pictures import without_files
from quizzes.engine.testrules import LATER_RULES
from quizzes.models import Question, QuestionText, Quiz


class DumpError(Exception):
    """The edition has no form as a folder."""


def whole_folder(edition: Edition) -> Folder:
    """The edition with all its languages. Raises DumpError."""
    main, *others = languages_of(edition)
    words = {each.language: each for each in edition.languages.all()}
    folder = folder_of(edition, words[main])
    folder.translations = [_translation(edition, folder, words[language]) for language in others]
    return folder


def folder_of(edition: Edition, words: EditionLanguage) -> Folder:
    """The edition in one language as a folder's values. Raises DumpError."""
    texts = _texts(edition, words.language)
    quizzes = list(Quiz.objects.select_related("activity").filter(activity__edition=edition))
    if len(quizzes) != 1:
        raise DumpError(
            f"A folder has one final test; edition {edition.number} has {len(quizzes)}."
        )
    quiz = quizzes[0]
    questions = list(quiz.questions.order_by("position"))
    layout = layout_for(edition, texts, questions)
    folder = Folder()
    with _as_one_sentence(words.language):
        folder.course = _course(edition, words, quiz)
    folder.sources = [_source(record) for record in edition.sources.all()]
    folder.terms = [_term(term) for term in edition.terms.filter(language=words.language)]
    folder.lessons = [_lesson(text, words, layout) for text in texts]
    folder.questions = _questions(questions, words.language, layout)
    own = own_figures(edition, words.language, texts, layout.figures)
    folder.figures = {name: _picture(sha) for name, sha in {**layout.figures, **own}.items()}
    folder.cover = _picture(edition.cover) if edition.cover else None
    return folder


@contextmanager
def _as_one_sentence(language: str) -> Iterator[None]:
    """A draft may still lack what a folder must have."""
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DumpError(f"{language}: {place}: {first['msg']}") from error


def _texts(edition: Edition, language: str) -> list[LessonText]:
    texts = LessonText.objects.filter(lesson__activity__edition=edition, language=language)
    return list(texts.select_related("lesson__activity").order_by("lesson__activity__position"))


def _term(term: GlossaryTerm) -> TermFile:
    return TermFile(key=term.key, term=term.term, definition=term.definition)


def _translation(edition: Edition, original: Folder, words: EditionLanguage) -> Folder:
    """What there is of a language: of a draft, perhaps not everything."""
    own = Folder(original=original, language=words.language, sources=original.sources)
    course = original.course
    assert course is not None
    with _as_one_sentence(words.language):
        own.words = _course_words(edition, course, words)
        own.course = worded_course(course, own.words, words.language)
    _made_from(own, "course", course.key, words.translated_from)
    for term in edition.terms.filter(language=words.language):
        own.terms.append(_term(term))
        _made_from(own, "term", term.key, term.translated_from)
    texts = _texts(edition, words.language)
    there = {lesson.key: lesson for lesson in original.lessons}
    for text in texts:
        key = text.lesson.activity.key
        own.lessons.append(_translated_lesson(own, text, there[key], words))
        _made_from(own, "lesson", key, text.translated_from)
    _translated_questions(own, edition, original)
    for name, sha in own_figures(edition, words.language, texts, _hashes(original)).items():
        own.figures[name] = _picture(sha)
    return own


def _hashes(folder: Folder) -> dict[str, str]:
    return {
        name: hashlib.sha256(picture.content).hexdigest()
        for name, picture in folder.figures.items()
    }


def _made_from(own: Folder, kind: Kind, key: str, translates: str) -> None:
    own.units[kind, key] = Unit(kind, key, "", 1, translates, "")


def _course_words(edition: Edition, course: CourseFile, words: EditionLanguage) -> CourseWords:
    points = edition.must_pass_points
    return CourseWords.model_validate(
        {
            "translates": words.translated_from,
            "title": words.title,
            "purpose": words.purpose,
            "audience": words.audience,
            "change_note": words.change_note,
            "objectives": {
                o.key: words.objective_texts[o.key]
                for o in course.objectives
                if words.objective_texts.get(o.key)
            },
            "must_pass": {
                key: titles[words.language]
                for key, titles in points.items()
                if titles.get(words.language)
            },
            "final_test": words.activity_titles.get(course.final_test.key, ""),
        }
    )


def _translated_lesson(
    own: Folder, text: LessonText, original: LessonSource, words: EditionLanguage
) -> LessonSource:
    title = words.activity_titles.get(original.key, original.front.title)
    front = original.front.model_copy(update={"title": title, "topic": text.topic})
    file = f"{own.prefix}{original.file}"
    return LessonSource(original.key, file, front, text.markdown, 1, text.light_markdown)


def _translated_questions(own: Folder, edition: Edition, original: Folder) -> None:
    rows = QuestionText.objects.filter(
        question__quiz__activity__edition=edition, language=own.language
    ).select_related("question")
    texts = {row.question.key: row for row in rows}
    for question in original.questions:
        text = texts.get(question.envelope.key)
        if text is not None:
            file = f"{own.prefix}{question.file}"
            made = QuestionSource(file, 1, 0, question.envelope, without_files(text.content))
            own.questions.append(made)
            _made_from(own, "question", question.envelope.key, text.translated_from)


def _course(edition: Edition, words: EditionLanguage, quiz: Quiz) -> CourseFile:
    course, language = edition.course, words.language
    required = course.prerequisites.select_related("requires")
    return CourseFile.model_validate(
        {
            "key": course.key,
            "slug": course.slug,
            "language": language,
            "category": course.category.key,
            "title": words.title,
            "purpose": words.purpose,
            "audience": words.audience,
            "sensitivity": edition.sensitivity,
            "validity_months": edition.validity_months,
            "prerequisites": tuple(row.requires.slug for row in required),
            "change_note": words.change_note,
            "objectives": tuple(
                {"key": o.key, "bloom": o.bloom, "text": words.objective_texts[o.key]}
                for o in edition.objectives.all()
            ),
            "must_pass": tuple(
                {"key": key, "title": titles[language]}
                for key, titles in edition.must_pass_points.items()
            ),
            "final_test": _test(quiz, words),
        }
    )


def _test(quiz: Quiz, words: EditionLanguage) -> dict[str, Any]:
    return {
        "key": quiz.activity.key,
        "title": words.activity_titles[quiz.activity.key],
        "draw": quiz.draw_count,
        "pass_percent": quiz.pass_percent,
        "attempts": quiz.attempts_allowed,
        "window_days": quiz.window_days,
        "time_limit_minutes": quiz.time_limit_minutes,
        "quotas": quiz.quotas,
        "caps": quiz.caps,
        **{name: getattr(quiz, name) for name in LATER_RULES},
    }


def _source(record: Source) -> SourceFile:
    return SourceFile.model_validate(
        {name: getattr(record, name) for name in SourceFile.model_fields}
    )


def _lesson(text: LessonText, words: EditionLanguage, layout: Layout) -> LessonSource:
    lesson, activity = text.lesson, text.lesson.activity
    front = FrontMatter(
        title=words.activity_titles[activity.key],
        objectives=tuple(lesson.objectives),
        minutes=activity.minutes,
        sensitivity=activity.sensitivity,
        topic=text.topic,
        sources=tuple(lesson.sources),
        seed=tuple(lesson.seed),
        review_by=lesson.review_by,
    )
    file = layout.lessons[activity.key]
    return LessonSource(activity.key, file, front, text.markdown, 1, text.light_markdown)


def _questions(questions: list[Question], language: str, layout: Layout) -> list[QuestionSource]:
    texts = QuestionText.objects.filter(question__in=questions, language=language)
    contents = {text.question_id: without_files(text.content) for text in texts}
    found = []
    for question in questions:
        head = QuestionEnvelope(
            key=question.key,
            type=question.type,
            objective=question.objective,
            lesson=question.lesson_key,
            seed=question.seed,
            bloom=question.bloom,
            difficulty=question.difficulty,
            must_pass=question.must_pass or None,
            negative_stem=question.negative_stem,
            tags=question.tags,
        )
        file = layout.questions[question.key]
        found.append(QuestionSource(file, 1, 0, head, contents[question.pk]))
    return found


def _picture(sha256: str) -> Picture:
    media = Media.objects.get(pk=sha256)
    with default_storage.open(media.file) as file:
        return Picture(file.read(), media.width, media.height, media.content_type)
