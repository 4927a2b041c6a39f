"""The only way a view obtains an attempt or the right to allow one. What you may not see does not
exist.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, PositiveSmallIntegerField, Q, QuerySet, UUIDField
from django.http import Http404

from courseware.accounts.access import (
    active_grants,
    is_force_wide,
    may,
    may_for_course,
    people_in_scope,
    require,
)
from courseware.accounts.models import User
from courseware.accounts.roles import BY_KEY, roles_with
from courseware.audit.actions import record
from courseware.core.prepared import Slot, prepared
from courseware.courses.models import Course
from courseware.courses.queries import languages_of
from quizzes.contents import with_wording
from quizzes.frozen import published_questions, published_quiz
from quizzes.models import Answer, Attempt, Erratum, Question, Quiz

GRANT_ATTEMPT = "grant attempt"
SEE_QUESTIONS = "see questions"
SEE_STATISTICS = "see statistics"
EXPORT_ANSWERS = "export answers"
EDIT_QUESTIONS = "author editions"
PROPOSE_ERRATA = "propose errata"
DECIDE_ERRATA = "decide errata"
SEE_COMPLETIONS = "see completions"


def own_attempt(user: User, attempt_id: UUID) -> Attempt:
    """The person's own attempt with its enrolment and quiz. Raises Http404 for anybody else."""
    found = _own_attempt(pk=attempt_id, person=user.pk)
    if not found:
        raise Http404
    (attempt,) = found
    attempt.enrolment.person = user
    attempt.quiz = published_quiz(*_test_of(attempt))
    return attempt


def _test_of(row: Attempt | Answer) -> tuple[UUID, str]:
    """Edition and key, as the two prepared queries bring them."""
    return row.edition_id, row.activity_key  # type: ignore[union-attr]  # annotations


@prepared
def _own_attempt() -> QuerySet[Attempt]:
    return (
        Attempt.objects.filter(
            pk=Slot("pk", UUIDField()), enrolment__person=Slot("person", UUIDField())
        )
        .select_related("enrolment__course")
        .annotate(edition_id=F("quiz__activity__edition"), activity_key=F("quiz__activity__key"))
    )


def may_wait(values: Mapping[str, Any]) -> bool:
    """Whether answers sent by somebody signed out are kept until the sign-in: only those of an
    attempt that is open. Who may save them is asked then.
    """
    open_ones = Attempt.objects.filter(pk=values["attempt_id"], state=Attempt.State.OPEN)
    return open_ones.exists()


def own_answer(user: User, attempt_id: UUID, position: int) -> Answer:
    """One question of the person's own attempt, with all that saving needs, in one query."""
    found = _own_answer(person=user.pk, attempt=attempt_id, position=position)
    if not found:
        raise Http404
    (answer,) = found
    test = _test_of(answer)
    answer.question = published_questions(*test)[answer.question_id]
    answer.attempt.quiz = published_quiz(*test)
    return answer


@prepared
def _own_answer() -> QuerySet[Answer]:
    mine = Answer.objects.filter(
        attempt=Slot("attempt", UUIDField()),
        position=Slot("position", PositiveSmallIntegerField()),
        attempt__enrolment__person=Slot("person", UUIDField()),
    ).select_related("attempt__enrolment")
    quiz = "attempt__quiz"
    return with_wording(mine).annotate(
        edition_id=F(f"{quiz}__activity__edition"), activity_key=F(f"{quiz}__activity__key")
    )


def course_slugs(user: User, permission: str) -> frozenset[str] | None:
    """Courses over which the person has a permission; None is every course."""
    if is_force_wide(user, permission):
        return None
    roles = {key for key in roles_with(permission) if BY_KEY[key].scope == "course"}
    slugs = {grant.course_slug for grant in active_grants(user) if grant.role in roles}
    return None if "" in slugs else frozenset(slugs)


def within(user: User, permission: str, path: str) -> Q:
    """Condition on `path`, the lookup of a course slug, for what the permission reaches."""
    slugs = course_slugs(user, permission)
    return Q() if slugs is None else Q(**{f"{path}__in": slugs})


def tests_of(user: User, permission: str) -> list[tuple[str, str, str]]:
    """Course slug, course key and key of every published test that the permission reaches."""
    found = (
        Quiz.objects.filter(
            within(user, permission, "activity__edition__course__slug"),
            activity__edition__published_at__isnull=False,
        )
        .values_list(
            "activity__edition__course__slug", "activity__edition__course__key", "activity__key"
        )
        .distinct()
    )
    return sorted(found, key=lambda row: (row[1], row[2]))


def may_grant_attempt(user: User, course_slug: str) -> bool:
    """An instructor of that course, or an administrator."""
    return user.is_active and may_for_course(user, GRANT_ATTEMPT, course_slug)


def may_propose_errata(user: User, course_slug: str) -> bool:
    """An instructor of that course."""
    return user.is_active and may_for_course(user, PROPOSE_ERRATA, course_slug)


def may_decide_errata(user: User, course_slug: str) -> bool:
    """A reviewer of that course, or an administrator; who proposed it is the action's to ask."""
    return user.is_active and may_for_course(user, DECIDE_ERRATA, course_slug)


def errata_seen_by(user: User) -> QuerySet[Erratum]:
    """Of the courses where the person proposes or decides, with the names of whom they change:
    nobody decides on people as numbers. Raises Http404, SecondFactorNeeded."""
    require(user, PROPOSE_ERRATA if may(user, PROPOSE_ERRATA) else DECIDE_ERRATA)
    reach = Q(pk__in=[])
    for permission in (PROPOSE_ERRATA, DECIDE_ERRATA):
        reach |= within(user, permission, "course__slug") or Q(pk__isnull=False)
    return Erratum.objects.filter(reach).select_related("course", "proposed_by", "decided_by")


def erratum_seen_by(user: User, erratum_id: UUID) -> Erratum:
    erratum = errata_seen_by(user).filter(pk=erratum_id).first()
    if erratum is None:
        raise Http404
    return erratum


def erratum_to_decide(user: User, erratum_id: UUID) -> Erratum:
    """In whatever state it is by now. That it is not one's own is the action's to hold."""
    require(user, DECIDE_ERRATA)
    erratum = erratum_seen_by(user, erratum_id)
    if not may_decide_errata(user, erratum.course.slug):
        raise Http404
    return erratum


def records_open_to(user: User, people: Collection[UUID]) -> frozenset[UUID]:
    """Of these people, those whose training record the person may open. None is opened by it."""
    if not people:
        return frozenset()
    seen = people_in_scope(user, SEE_COMPLETIONS).filter(pk__in=people)
    return frozenset(seen.values_list("pk", flat=True)) | ({user.pk} & set(people))


def course_to_correct(user: User, course_id: UUID) -> Course:
    """A course on whose questions the person may propose errata."""
    require(user, PROPOSE_ERRATA)
    course = Course.objects.filter(pk=course_id).first()
    if course is None or not may_propose_errata(user, course.slug):
        raise Http404
    return course


def may_see_keys(user: User, course_slug: str) -> bool:
    return may_for_course(user, SEE_QUESTIONS, course_slug)


def draft_to_edit(user: User, question: Question) -> tuple[UUID, str] | None:
    """The draft that holds a question of this key, and its language, for who writes the course."""
    return draft_with(user, question.quiz.activity.edition.course, question.key)


def draft_with(user: User, course: Course, question_key: str) -> tuple[UUID, str] | None:
    """The same, for a question that is known by its key."""
    if not may_for_course(user, EDIT_QUESTIONS, course.slug):
        return None
    draft = course.editions.filter(
        published_at__isnull=True, activities__quiz__questions__key=question_key
    ).first()
    return (draft.pk, languages_of(draft)[0]) if draft else None


def statistics_courses(user: User) -> QuerySet[Course]:
    """Courses whose tests' numbers the person may see. Raises Http404, SecondFactorNeeded."""
    require(user, SEE_STATISTICS)
    return Course.objects.filter(within(user, SEE_STATISTICS, "slug"))


def statistics_for(user: User, course_id: UUID, activity_key: str) -> Course:
    """A course with a test of this key in any published edition. Raises as above."""
    course = (
        statistics_courses(user)
        .filter(
            pk=course_id,
            editions__published_at__isnull=False,
            editions__activities__key=activity_key,
            editions__activities__quiz__isnull=False,
        )
        .first()
    )
    if course is None:
        raise Http404
    return course


def answers_to_export(user: User, course_id: UUID, activity_key: str) -> Course:
    """A course whose answers the person may take away. Raises as above."""
    require(user, EXPORT_ANSWERS)
    course = statistics_for(user, course_id, activity_key)
    if not may_for_course(user, EXPORT_ANSWERS, course.slug):
        raise Http404
    return course


def may_export_answers(user: User, course_slug: str) -> bool:
    return user.is_active and may_for_course(user, EXPORT_ANSWERS, course_slug)


def may_still_export_answers(user_id: UUID, course_slug: str) -> bool:
    """Asked in the middle of an export: everything is read again."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user is not None and may_export_answers(user, course_slug)


def note_view(user: User, attempt: Attempt, now: datetime) -> None:
    """Looking at another person's attempt leaves a trace."""
    if attempt.enrolment.person_id != user.pk:
        with transaction.atomic():
            record(verb="record.viewed", subject=("attempt", attempt.pk), by=user.pk, now=now)
