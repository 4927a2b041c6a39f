"""The only way a view obtains somebody's enrolment. What you may not see does not exist."""

from django.http import Http404

from courseware.accounts.models import User
from courseware.enrolments.models import Enrolment
from courseware.enrolments.queries import current_enrolments


def own_enrolment(user: User, course_slug: str) -> Enrolment:
    """The person's newest enrolment on the course. Raises Http404 if there is none."""
    enrolment = current_enrolments(user).filter(course__slug=course_slug).first()
    if enrolment is None:
        raise Http404
    return enrolment
