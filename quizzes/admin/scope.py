"""What the lists of this app share: as far as somebody's courses reach, and the names of tests."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from courseware.accounts.models import User
from courseware.core.look_only import LookOnlyAdmin
from quizzes.access import within
from quizzes.queries.errata import titles_of


class ByCourse(LookOnlyAdmin):
    """As far as the person's courses reach."""

    course_path = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        assert isinstance(request.user, User)
        rows = super().get_queryset(request)
        return rows.filter(within(request.user, self.seen_with[0], self.course_path))


class NamingTests(ChangeList):
    """A page of rows that each belong to a test: their titles are read together."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        name_tests(rows)
        self.result_list = rows


def name_tests(rows: list[Any]) -> None:
    """Each row learns the title of its test."""
    language = translation.get_language()
    titles = titles_of({_place_of(row) for row in rows}, language)
    for row in rows:
        row.__dict__["test_title"] = titles[_place_of(row)]


def _place_of(row: Any) -> tuple[UUID, str]:
    """An exception names its course; a talk has the one of its enrolment."""
    course = row.course_id if hasattr(row, "course_id") else row.enrolment.course_id
    return course, row.activity_key


class AboutTests(ByCourse):
    """Rows with the key of a test, which people know by its title."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NamingTests

    @admin.display(description=_("Test"), ordering="activity_key")
    def named_test(self, row: Any) -> str:
        if "test_title" not in row.__dict__:
            name_tests([row])
        return str(row.__dict__["test_title"])
