"""The only way a view obtains somebody's enrolment. What you may not see does not exist."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, SlugField, Subquery, UUIDField
from django.http import Http404

from courseware.accounts.access import may, people_in_scope, require
from courseware.accounts.models import User
from courseware.core.prepared import Slot, prepared
from courseware.courses.models import Edition
from courseware.enrolments.models import AssignmentBatch, Enrolment

#: The permission to put people on courses and to take them off.
ASSIGN = "assign courses"


def current_enrolments(person: User) -> QuerySet[Enrolment]:
    """The newest period of each course, withdrawn ones left out."""
    newer = Enrolment.objects.filter(
        person=OuterRef("person"),
        course=OuterRef("course"),
        period__gt=OuterRef("period"),
        withdrawn_at__isnull=True,
    )
    newest_edition = (
        Edition.objects.filter(course=OuterRef("course"), published_at__isnull=False)
        .order_by("-number")
        .values("pk")[:1]
    )
    return (
        Enrolment.objects.filter(~Exists(newer), person=person, withdrawn_at__isnull=True)
        .annotate(newest_edition_id=Subquery(newest_edition))
        .select_related("course", "position")
        .order_by("due_on", "course__position")
    )


def as_read(enrolment: Enrolment) -> Enrolment:
    """Whoever has not begun reads the newest edition: the one that the first step will pin.

    Only in memory, and only for a row of `current_enrolments`.
    """
    newest = getattr(enrolment, "newest_edition_id", None)
    if enrolment.started_at is None and newest is not None:
        enrolment.edition_id = newest
    return enrolment


def own_enrolment(user: User, course_slug: str) -> Enrolment:
    """The person's newest enrolment on the course. Raises Http404 if there is none."""
    found = _own_enrolment(person=user.pk, slug=course_slug)
    if not found:
        raise Http404
    enrolment = found[0]
    if enrolment.started_at is None:
        return as_read(current_enrolments(user).get(pk=enrolment.pk))
    return enrolment


@prepared
def _own_enrolment() -> QuerySet[Enrolment]:
    return (
        Enrolment.objects.filter(
            person=Slot("person", UUIDField()),
            course__slug=Slot("slug", SlugField()),
            withdrawn_at__isnull=True,
        )
        .select_related("course", "position")
        .order_by("-period")[:1]
    )


def own_batch(user: User, batch_id: UUID) -> AssignmentBatch:
    """An assignment that `user` is making. Raises Http404, SecondFactorNeeded."""
    require(user, ASSIGN)
    batch = (
        AssignmentBatch.objects.filter(pk=batch_id, made_by=user)
        .select_related("course", "unit", "made_by")
        .first()
    )
    if batch is None:
        raise Http404
    return batch


def may_take_off(user: User, person: User) -> bool:
    """Whether `user` is offered to take `person` off a course; the page itself asks again."""
    return may(user, ASSIGN) and people_in_scope(user, ASSIGN).filter(pk=person.pk).exists()


def enrolment_in_reach(user: User, enrolment_id: UUID) -> Enrolment:
    """An enrolment of somebody whom `user` may put on courses. Raises Http404, SecondFactorNeeded.

    Withdrawn and completed ones too: the page says that there is nothing to take back.
    """
    require(user, ASSIGN)
    enrolment = Enrolment.objects.filter(pk=enrolment_id).select_related("course", "person").first()
    reach = people_in_scope(user, ASSIGN)
    if enrolment is None or not reach.filter(pk=enrolment.person_id).exists():
        raise Http404
    return enrolment
