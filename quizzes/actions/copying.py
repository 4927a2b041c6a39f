"""A question is copied into a draft: one of its own, or one of another edition of the course.

The copy has the next free key and the words that were chosen. What a draft has no place for is
refused in words; nothing of the question is changed to make it fit.

Must not: know who may copy.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from courseware.courses.models import Edition
from quizzes import queries
from quizzes.actions.bank import written_columns
from quizzes.engine.content import ContentError, Fault
from quizzes.engine.messages import gettext_noop
from quizzes.engine.pictures import hashes_in, names_in
from quizzes.models import Question, QuestionText, Quiz


@transaction.atomic
def duplicate_question(*, question: Question) -> Question:
    """A copy with the next free key and the words of every language, right after the original."""
    quiz = question.quiz
    position = Question.objects.values_list("position", flat=True).get(pk=question.pk) + 1
    _make_room(quiz, position)
    copy = _copied(question, quiz, position)
    QuestionText.objects.bulk_create(_text_of(copy, text) for text in question.texts.all())
    return copy


@transaction.atomic
def copy_question(*, question: Question, edition: Edition) -> Question:
    """A question of another edition, as it is there, in a draft: right after the draft's of the
    same key, or at the end of its test.

    Raises ContentError for what the draft has no place for.
    """
    quiz = _test_in(edition, question)
    main = queries.main_language(edition)
    languages = set(edition.languages.values_list("language", flat=True))
    texts = [text for text in question.texts.all() if text.language in languages]
    contents = {
        text.language: queries.pictured(edition.pk, text.language, text.content) for text in texts
    }
    faults = [*_faults_of_place(edition, question), *_faults_of_words(texts, contents, main)]
    if quiz is None or faults:
        no_test = Fault("", gettext_noop("The draft has no test."))
        raise ContentError(faults or [no_test])
    own = quiz.questions.filter(key=question.key).first()
    last = quiz.questions.aggregate(last=Max("position"))["last"] or 0
    position = (own.position if own else last) + 1
    _make_room(quiz, position)
    copy = _copied(question, quiz, position)
    made = []
    for text in texts:
        row = _text_of(copy, text)
        for name, value in written_columns(copy.type, contents[text.language]).items():
            setattr(row, name, value)
        if text.language == main:
            row.translated_from = ""
        made.append(row)
    QuestionText.objects.bulk_create(made)
    return copy


def _test_in(edition: Edition, question: Question) -> Quiz | None:
    """The draft's test that the question was in, or else its first one."""
    tests = list(
        Quiz.objects.filter(activity__edition=edition)
        .select_related("activity__edition__course")
        .order_by("activity__position")
    )
    same = [quiz for quiz in tests if quiz.activity.key == question.quiz.activity.key]
    return next(iter([*same, *tests]), None)


def _faults_of_place(edition: Edition, question: Question) -> Iterator[Fault]:
    """Where it belongs has to be there."""
    lessons = edition.activities.filter(kind="lesson")
    if not edition.objectives.filter(key=question.objective).exists():
        message = gettext_noop("The draft has no objective %(key)s.")
        yield Fault("objective", message, {"key": question.objective})
    if question.lesson_key and not lessons.filter(key=question.lesson_key).exists():
        message = gettext_noop("The draft has no lesson %(key)s.")
        yield Fault("lesson", message, {"key": question.lesson_key})
    if question.must_pass and question.must_pass not in edition.must_pass_points:
        message = gettext_noop("The draft has no must-pass point %(key)s.")
        yield Fault("must_pass", message, {"key": question.must_pass})


def _faults_of_words(
    texts: list[QuestionText], contents: Mapping[str, Mapping[str, Any]], main: str
) -> Iterator[Fault]:
    if main not in contents:
        yield Fault("", gettext_noop("It has no words in the draft's main language."))
    gone = {
        name
        for text in texts
        for name in names_in(text.content)
        if hashes_in(text.content).get(name) != hashes_in(contents[text.language]).get(name)
    }
    for name in sorted(gone):
        message = gettext_noop("The draft has not this picture under this name: %(name)s.")
        yield Fault("", message, {"name": name})


def _copied(question: Question, quiz: Quiz, position: int) -> Question:
    copy = Question.objects.get(pk=question.pk)
    copy.pk, copy._state.adding = None, True
    copy.quiz, copy.key, copy.position = quiz, queries.next_key(quiz), position
    copy.save()
    return copy


def _text_of(copy: Question, text: QuestionText) -> QuestionText:
    return QuestionText(
        question=copy,
        language=text.language,
        content=text.content,
        content_hash=text.content_hash,
        words=text.words,
        translated_from=text.translated_from,
    )


def _make_room(quiz: Quiz, position: int) -> None:
    later = list(quiz.questions.filter(position__gte=position))
    for question in later:
        question.position += 1
    Question.objects.bulk_update(later, ["position"])
