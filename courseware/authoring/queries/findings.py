"""What stands in the way of a draft, said before it is sent for review.

Each check is a small generator over `Contents`; add one by writing it and naming it in CHECKS.
An error stops the submission, a warning does not. Must not: change anything.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from courseware.authoring.queries.contents import Contents, contents
from courseware.authoring.queries.translations import Kind, stale_translations
from courseware.core.markup import MarkupError
from courseware.courses.models import Edition
from lessons.dialect import lint, render
from lessons.models import LessonText
from quizzes.engine import registry
from quizzes.engine.content import ContentError
from quizzes.engine.draw import problems_of
from quizzes.engine.pictures import missing_in
from quizzes.queries import blueprint_of, candidate_of

_HARD = 2  # the sensitivity from which a text-light version is offered

Part = Literal["words", "lesson", "question", "test", "term"]


@dataclass(frozen=True)
class Finding:
    """Where it is, what it is and what to do. `part`, `key` and `language` lead to the editor."""

    part: Part
    place: str
    message: str
    key: str = ""
    language: str = ""
    line: int = 0
    is_error: bool = True


Check = Callable[[Contents], Iterator[Finding]]


def findings(edition: Edition) -> list[Finding]:
    """Everything that was found, errors first, else in the order of the course."""
    all_of_it = contents(edition)
    found = [finding for check in CHECKS for finding in check(all_of_it)]
    return sorted(found, key=lambda finding: not finding.is_error)


def edition_words(draft: Contents) -> Iterator[Finding]:
    """Title, purpose and what changed, in every language."""
    if not draft.words:
        yield Finding(
            "words", _("Edition"), _("There are words in no language. Discard the draft.")
        )
    for language in draft.languages:
        words = draft.words[language]
        asked = (
            (words.title, _("The title is missing. Write one.")),
            (words.purpose, _("The purpose is missing. Say what the course is for.")),
            (
                words.change_note,
                _("Nothing says what changed. Write a change note that trainees can read."),
            ),
        )
        for text, message in asked:
            if not text.strip():
                yield _about_words(language, message)


def titles(draft: Contents) -> Iterator[Finding]:
    """Every activity, objective and must-pass point has its words in every language."""
    for language in draft.languages:
        words = draft.words[language]
        for key in draft.activities:
            if not words.activity_titles.get(key, "").strip():
                yield _about_words(
                    language,
                    _("The activity %(key)s has no title. Write one.") % {"key": key},
                )
        for key in draft.objectives:
            if not words.objective_texts.get(key, "").strip():
                yield _about_words(
                    language,
                    _("The objective %(key)s has no words. Write them.") % {"key": key},
                )
        for key, by_language in draft.edition.must_pass_points.items():
            if not by_language.get(language, "").strip():
                yield _about_words(
                    language,
                    _("The must-pass point %(key)s has no words. Write them.") % {"key": key},
                )


def _about_words(language: str, message: str) -> Finding:
    return Finding("words", _("Title and words"), message, language=language)


def something_is_required(draft: Contents) -> Iterator[Finding]:
    if not any(activity.required for activity in draft.activities.values()):
        yield Finding(
            "words", _("Edition"), _("No activity is required: nobody could complete it.")
        )


def lesson_texts(draft: Contents) -> Iterator[Finding]:
    """Every lesson has its text in every language, and the text can be shown."""
    for key in draft.lessons:
        for language in draft.languages:
            text = draft.lesson_texts.get((key, language))
            if text is None or not text.markdown.strip():
                message = _("There is no text. Write it, or leave the language out.")
                yield Finding("lesson", draft.title(key), message, key, language)
                continue
            yield from _one_text(draft, key, text)


def _one_text(draft: Contents, key: str, text: LessonText) -> Iterator[Finding]:
    is_hard = draft.activities[key].sensitivity == _HARD
    if is_hard and not text.light_markdown.strip():
        message = _("A lesson about hard material needs its text-light version. Write it.")
        yield Finding("lesson", draft.title(key), message, key, text.language)
    resolver = draft.resolvers[key, text.language]
    for source in (text.markdown, text.light_markdown):
        problems = lint(source, resolver) if source else []
        for problem in problems:
            yield Finding(
                "lesson",
                draft.title(key),
                _(problem.message) % dict(problem.params),
                key,
                text.language,
                problem.line,
                problem.level == "error",
            )
        if source and not any(problem.level == "error" for problem in problems):
            try:
                render(source, resolver)
            except MarkupError as error:
                message = _(error.message) % error.params
                yield Finding(
                    "lesson", draft.title(key), message, key, text.language, error.line or 0
                )


def questions(draft: Contents) -> Iterator[Finding]:
    """Every question is whole in every language and points at what the course has."""
    for place, question in draft.questions.items():
        wordings = draft.question_texts.get(place, {})
        for language in draft.languages:
            if language not in wordings:
                message = _("There are no words in this language. Write them.")
                yield Finding("question", question.key, message, question.key, language)
                continue
            try:
                registry.get(question.type).validate(wordings[language].content)
            except ContentError as error:
                for fault in error.faults:
                    sentence = _(fault.message) % fault.params
                    message = f"{fault.path}: {sentence}" if fault.path else sentence
                    yield Finding("question", question.key, message, question.key, language)
            for name in sorted(missing_in(wordings[language].content)):
                message = _(
                    "The draft has no picture called %(name)s yet. Add it, or take it out of the "
                    "question."
                ) % {"name": name}
                yield Finding("question", question.key, message, question.key, language)
        if question.objective not in draft.objectives:
            yield _about_question(
                question.key,
                _("The course has no objective %(key)s. Choose another one.")
                % {"key": question.objective},
            )
        if question.must_pass and question.must_pass not in draft.edition.must_pass_points:
            yield _about_question(
                question.key,
                _("The course has no must-pass point %(key)s. Choose another one.")
                % {"key": question.must_pass},
            )
        if question.lesson_key and question.lesson_key not in draft.lessons:
            yield _about_question(
                question.key,
                _("The course has no lesson %(key)s. Choose another one.")
                % {"key": question.lesson_key},
            )


def _about_question(key: str, message: str) -> Finding:
    return Finding("question", key, message, key)


def the_draw_is_possible(draft: Contents) -> Iterator[Finding]:
    """Enough questions of each objective and point for the rules of the test."""
    for key, quiz in draft.quizzes.items():
        own = [question for (test, _key), question in draft.questions.items() if test == key]
        named = {question.must_pass for question in own if question.must_pass}
        blueprint = blueprint_of(quiz, named)
        pool = [candidate_of(question) for question in own]
        for fault in problems_of(pool, blueprint):
            problem = _(fault.message) % fault.params
            message = _("The test cannot be drawn: %(problem)s. Add or change questions.") % {
                "problem": problem
            }
            yield Finding("test", draft.title(key), message, key)


def points_have_questions(draft: Contents) -> Iterator[Finding]:
    """A must-pass point that no question asks would never be tested."""
    asked = {question.must_pass for question in draft.questions.values()}
    for point in draft.edition.must_pass_points:
        if point not in asked:
            message = _("No question asks the must-pass point %(key)s. Write one.") % {"key": point}
            yield Finding("test", _("Test"), message)


_PART_OF: Mapping[Kind, Part] = {
    "course": "words",
    "term": "term",
    "lesson": "lesson",
    "question": "question",
}


def translations_are_up_to_date(draft: Contents) -> Iterator[Finding]:
    """Words made from others than the original has now. What is missing is found above."""
    for stale in stale_translations(draft.edition):
        if stale.is_missing:
            continue
        yield Finding(
            _PART_OF[stale.kind],
            stale.title,
            _(
                "The original has changed since this was translated. Translate it again, or say "
                "that it still fits."
            ),
            stale.key,
            stale.language,
            is_error=False,
        )


CHECKS: tuple[Check, ...] = (
    edition_words,
    titles,
    something_is_required,
    lesson_texts,
    questions,
    the_draw_is_possible,
    points_have_questions,
    translations_are_up_to_date,
)
