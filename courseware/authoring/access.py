"""Which draft somebody may change. What you may not see does not exist."""

from uuid import UUID

from django.http import Http404

from courseware.accounts.access import may_for_course, require
from courseware.accounts.models import User
from courseware.courses.models import Edition

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
