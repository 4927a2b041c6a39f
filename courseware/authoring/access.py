"""Which courses and editions somebody may look at, change or decide on. What you may not see does
not exist.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from courseware.accounts.access import grants_on, may, may_for_course, require, today
from courseware.accounts.models import User
from courseware.accounts.roles import BY_KEY
from courseware.audit.models import AuditEvent
from courseware.authoring.models import QuestionImport
from courseware.courses.models import Course, Edition
from lessons.models import Lesson, LessonText, Picture
from quizzes.access import within
from quizzes.models import Question, Quiz

AUTHOR = "author editions"
APPROVE = "approve edition"
CONFIRM = "confirm edition"
_WORK = (AUTHOR, APPROVE, CONFIRM)


class DraftDiscarded(Http404):
    """A draft that `user` could write is gone since `at`; for a form that was open meanwhile."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at


def require_work(user: User) -> None:
    """Instructors and reviewers may go on. Raises Http404, SecondFactorNeeded."""
    require(user, next((permission for permission in _WORK if may(user, permission)), AUTHOR))


def courses_for(user: User) -> QuerySet[Course]:
    """The courses that the person writes or reviews."""
    allowed = Q(pk__in=[])
    for permission in _WORK:
        if may(user, permission):
            allowed |= within(user, permission, "slug") or Q(pk__isnull=False)
    return Course.objects.filter(allowed)


def course_for(user: User, course_id: UUID) -> Course:
    require_work(user)
    course = courses_for(user).filter(pk=course_id).first()
    if course is None:
        raise Http404
    return course


def course_to_write(user: User, course_id: UUID) -> Course:
    """A course of which the person may open a draft."""
    require(user, AUTHOR)
    course = course_for(user, course_id)
    if not may_for_course(user, AUTHOR, course.slug):
        raise Http404
    return course


def edition_to_see(user: User, edition_id: UUID) -> Edition:
    """An edition in any state, to look at."""
    require_work(user)
    edition = Edition.objects.filter(pk=edition_id).select_related("course").first()
    if edition is None or not any(
        may_for_course(user, permission, edition.course.slug) for permission in _WORK
    ):
        raise Http404
    return edition


def draft_for(user: User, edition_id: UUID) -> Edition:
    """An unpublished edition of a course that `user` answers for as an instructor.

    Raises Http404 for anything else, SecondFactorNeeded without a second step.
    """
    edition = edition_for(user, edition_id)
    if edition.published_at is not None:
        raise Http404
    return edition


def edition_for(user: User, edition_id: UUID) -> Edition:
    """The same edition whether it is published meanwhile or not.

    For a form that is sent: that it can no longer be changed is said beside what was typed, and
    `contribute` says it. Raises as `draft_for`.
    """
    return _with(user, edition_id, AUTHOR)


def to_decide(user: User, edition_id: UUID) -> Edition:
    """An edition, in whatever state it is by now, on whose draft `user` may decide."""
    return _with(user, edition_id, APPROVE)


def to_confirm(user: User, edition_id: UUID) -> Edition:
    """A published edition that `user` may confirm for the force."""
    edition = _with(user, edition_id, CONFIRM)
    if edition.published_at is None:
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


def was_in(edition: Edition, key: str) -> bool:
    """Whether any edition of the course has, or had, a question of this key."""
    return Question.objects.filter(
        quiz__activity__edition__course=edition.course_id, key=key
    ).exists()


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


def tests_in(edition: Edition) -> list[Quiz]:
    """The tests of an edition that came from here. Raises Http404 where there is none."""
    found = Quiz.objects.filter(activity__edition=edition).select_related("activity")
    tests = list(found.order_by("activity__position"))
    if not tests:
        raise Http404
    for quiz in tests:
        quiz.activity.edition = edition
    return tests


def import_for(user: User, edition: Edition, import_id: UUID) -> QuestionImport:
    """A file that `user` brought to an edition that came from here. Raises Http404."""
    kept = QuestionImport.objects.filter(pk=import_id, edition=edition, by=user).first()
    if kept is None:
        raise Http404
    kept.edition = edition
    return kept


def lesson_text_in(edition: Edition, key: str, language: str) -> LessonText:
    """A lesson's words, also where they are still to be written in a language that the edition
    has. Raises Http404.
    """
    lesson = (
        Lesson.objects.filter(activity__edition=edition, activity__key=key)
        .select_related("activity")
        .first()
    )
    if lesson is None or not edition.languages.filter(language=language).exists():
        raise Http404
    text = LessonText.objects.filter(lesson=lesson, language=language).first()
    text = text or LessonText(language=language)
    text.lesson = lesson
    return text


def picture_in(edition: Edition, picture_id: int) -> Picture:
    """A picture of an edition that came from here. Raises Http404."""
    picture = Picture.objects.filter(edition=edition, pk=picture_id).first()
    if picture is None:
        raise Http404
    return picture


def _with(user: User, edition_id: UUID, permission: str) -> Edition:
    require(user, permission)
    edition = Edition.objects.filter(pk=edition_id).select_related("course").first()
    if edition is None:
        raise _discarded(user, edition_id, permission) or Http404
    if not may_for_course(user, permission, edition.course.slug):
        raise Http404
    return edition


def _discarded(user: User, edition_id: UUID, permission: str) -> DraftDiscarded | None:
    """The trail knows of a draft that is gone, and of which course; then its scope still holds."""
    event = (
        AuditEvent.objects.filter(
            subject_type="edition", subject_id=str(edition_id), verb="edition.discarded"
        )
        .select_related("detail")
        .first()
    )
    slug = event.detail.data.get("course", "") if event and hasattr(event, "detail") else ""
    if event is None or not slug or not may_for_course(user, permission, slug):
        return None
    return DraftDiscarded(event.at)


def row_in[Row: Model](rows: QuerySet[Row], key: str) -> Row:
    """A row, by its key, of an edition that came from here. Raises Http404."""
    row = rows.filter(key=key).first()
    if row is None:
        raise Http404
    return row


def may_write(user: User, course: Course) -> bool:
    return may_for_course(user, AUTHOR, course.slug)


def may_decide(user: User, course: Course) -> bool:
    """By role. That it is not one's own work is the action's to hold."""
    return may_for_course(user, APPROVE, course.slug)


def reviewers_of(course: Course) -> QuerySet[User]:
    """Who may decide on a draft of the course today, by role."""
    roles = [key for key, role in BY_KEY.items() if APPROVE in role.permissions]
    grants = grants_on(today()).filter(role__in=roles, course_slug__in=("", course.slug))
    return User.objects.filter(is_active=True, pk__in=grants.values("person")).order_by("pk")


def may_confirm(user: User, course: Course) -> bool:
    return may_for_course(user, CONFIRM, course.slug)
