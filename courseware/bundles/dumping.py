"""An edition back into the values of a folder, ready for `writing`.

Loading a canonical folder and dumping the edition gives the same files byte for byte.
Must not: write to the database or judge.
"""

from typing import Any

from django.core.files.storage import default_storage

from courseware.bundles.folder import Folder, LessonSource, Picture, QuestionSource
from courseware.bundles.layout import Layout, layout_for
from courseware.bundles.schema.files import CourseFile, SourceFile, TermFile
from courseware.courses.models import Edition, EditionLanguage, Source
from lessons.dialect.frontmatter import FrontMatter
from lessons.models import LessonText, Media
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.models import Question, QuestionText, Quiz


class DumpError(Exception):
    """The edition has no form as a folder."""


def folder_of(edition: Edition, words: EditionLanguage) -> Folder:
    """The edition in one language as a folder's values. Raises DumpError."""
    texts = list(
        LessonText.objects.filter(
            lesson__activity__edition=edition, language=words.language
        ).select_related("lesson__activity")
    )
    texts.sort(key=lambda text: text.lesson.activity.position)
    quizzes = list(Quiz.objects.select_related("activity").filter(activity__edition=edition))
    if len(quizzes) != 1:
        raise DumpError(
            f"A folder has one final test; edition {edition.number} has {len(quizzes)}."
        )
    quiz = quizzes[0]
    questions = list(quiz.questions.order_by("position"))
    layout = layout_for(edition, texts, questions)
    folder = Folder()
    folder.course = _course(edition, words, quiz)
    folder.sources = [_source(record) for record in edition.sources.all()]
    folder.terms = [
        TermFile(key=term.key, term=term.term, definition=term.definition)
        for term in edition.terms.filter(language=words.language)
    ]
    folder.lessons = [_lesson(text, words, layout) for text in texts]
    folder.questions = _questions(questions, words.language, layout)
    folder.figures = {name: _picture(sha) for name, sha in layout.figures.items()}
    folder.cover = _picture(edition.cover) if edition.cover else None
    return folder


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
    contents = {text.question_id: text.content for text in texts}
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
        return Picture(file.read(), media.width, media.height)
