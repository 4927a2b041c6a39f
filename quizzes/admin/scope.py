"""What the lists of this app share: as far as somebody's courses reach."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from courseware.accounts.models import User
from courseware.core.look_only import LookOnlyAdmin
from quizzes.access import within


class ByCourse(LookOnlyAdmin):
    """As far as the person's courses reach."""

    course_path = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        assert isinstance(request.user, User)
        rows = super().get_queryset(request)
        return rows.filter(within(request.user, self.seen_with[0], self.course_path))
