"""Which draft somebody may change. What you may not see does not exist."""

from uuid import UUID

from django.http import Http404

from courseware.accounts.access import may_for_course, require
from courseware.accounts.models import User
from courseware.courses.models import Edition
from quizzes.models import Question, Quiz

AUTHOR = "author editions"


def draft_for(user: User, edition_id: UUID) -> Edition:
    """An unpublished edition of a course that `user` answers for as an instructor.

    Raises Http404 for anything else, SecondFactorNeeded without a second step.
    """
    require(user, AUTHOR)
    edition = (
        Edition.objects.filter(pk=edition_id, published_at__isnull=True)
        .select_related("course")
        .first()
    )
    if edition is None or not may_for_course(user, AUTHOR, edition.course.slug):
        raise Http404
    return edition


def edition_for(user: User, edition_id: UUID) -> Edition:
    """The same edition whether it is published meanwhile or not.

    For a form that is sent: that it can no longer be changed is said beside what was typed, and
    `contribute` says it. Raises as `draft_for`.
    """
    require(user, AUTHOR)
    edition = Edition.objects.filter(pk=edition_id).select_related("course").first()
    if edition is None or not may_for_course(user, AUTHOR, edition.course.slug):
        raise Http404
    return edition


def question_in(edition: Edition, key: str) -> Question:
    """A question of an edition that came from here. Raises Http404."""
    question = (
        Question.objects.filter(quiz__activity__edition=edition, key=key)
        .select_related("quiz__activity")
        .first()
    )
    if question is None:
        raise Http404
    question.quiz.activity.edition = edition
    return question


def test_in(edition: Edition, key: str) -> Quiz:
    """A test of an edition that came from here. Raises Http404."""
    quiz = (
        Quiz.objects.filter(activity__edition=edition, activity__key=key)
        .select_related("activity")
        .first()
    )
    if quiz is None:
        raise Http404
    quiz.activity.edition = edition
    return quiz
