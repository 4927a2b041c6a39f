"""The tests of a published edition into the activities of its copy."""

from django.db import transaction

from courseware.core.copies import copy_of
from courseware.courses.models import Edition
from quizzes.models import Question, QuestionText, Quiz


@transaction.atomic
def clone_quizzes(*, base: Edition, draft: Edition) -> None:
    """Quizzes, questions and their words: same keys, same hashes. Attempts stay where they are."""
    places = dict(draft.activities.values_list("key", "pk"))
    quizzes = list(Quiz.objects.filter(activity__edition=base).select_related("activity"))
    new = {quiz.pk: places[quiz.activity.key] for quiz in quizzes}
    Quiz.objects.bulk_create(copy_of(quiz, activity_id=new[quiz.pk]) for quiz in quizzes)
    questions = list(Question.objects.filter(quiz__in=new))
    copies = Question.objects.bulk_create(
        copy_of(question, quiz_id=new[question.quiz_id]) for question in questions
    )
    new_questions = {old.pk: copy.pk for old, copy in zip(questions, copies, strict=True)}
    QuestionText.objects.bulk_create(
        copy_of(text, question_id=new_questions[text.question_id])
        for text in QuestionText.objects.filter(question__quiz__in=new)
    )
