"""The only way a view obtains somebody's enrolment. What you may not see does not exist."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from courseware.accounts.models import User
from courseware.enrolments.models import Enrolment


def current_enrolments(person: User) -> QuerySet[Enrolment]:
    """The newest period of each course, withdrawn ones left out."""
    newer = Enrolment.objects.filter(
        person=OuterRef("person"),
        course=OuterRef("course"),
        period__gt=OuterRef("period"),
        withdrawn_at__isnull=True,
    )
    return (
        Enrolment.objects.filter(~Exists(newer), person=person, withdrawn_at__isnull=True)
        .select_related("course", "position")
        .order_by("due_on", "course__position")
    )


def own_enrolment(user: User, course_slug: str) -> Enrolment:
    """The person's newest enrolment on the course. Raises Http404 if there is none."""
    enrolment = current_enrolments(user).filter(course__slug=course_slug).first()
    if enrolment is None:
        raise Http404
    return enrolment
