"""By what the bank is narrowed down, beside words. Each is a list to choose from: a course has
hundreds of tags.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courseware.courses.models import Edition
from quizzes.engine.names import DIFFICULTY_NAMES, LEVEL_NAMES, TYPE_NAMES
from quizzes.models import Question
from quizzes.queries.usage import levels


class ColumnFilter(admin.SimpleListFilter):
    """The values of one column that the reader's questions have."""

    column = ""
    names: Mapping[Any, str] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        rows = model_admin.get_queryset(request).order_by(self.column)
        found = rows.values_list(self.column, flat=True).distinct()
        return [(str(value), self._words(value)) for value in found if value != ""]

    def _words(self, value: Any) -> str:
        return gettext(self.names[value]) if self.names else str(value)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Question]) -> QuerySet[Question]:
        known = {value for value, _words in self.lookup_choices}
        if self.value() not in known:
            return queryset
        return queryset.filter(**{self.column: self.value()})


class CourseFilter(ColumnFilter):
    title, parameter_name = _("Course"), "course"
    column = "quiz__activity__edition__course__key"


class TypeFilter(ColumnFilter):
    title, parameter_name, column = _("Type"), "type", "type"
    names = TYPE_NAMES


class ObjectiveFilter(ColumnFilter):
    title, parameter_name, column = _("Objective"), "objective", "objective"


class DifficultyFilter(ColumnFilter):
    title, parameter_name, column = _("Difficulty"), "difficulty", "difficulty"
    names = DIFFICULTY_NAMES


class MustPassFilter(ColumnFilter):
    title, parameter_name, column = _("Must-pass point"), "must_pass", "must_pass"


class StandingFilter(admin.SimpleListFilter):
    """In what people sit now, in a draft, or in an edition that was followed by another."""

    title = _("State")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("now", _("In the current edition")),
            ("draft", _("In a draft")),
            ("past", _("In an earlier edition")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Question]) -> QuerySet[Question]:
        if self.value() == "draft":
            return queryset.filter(quiz__activity__edition__published_at__isnull=True)
        if self.value() not in {"now", "past"}:
            return queryset
        newest = (
            Edition.objects.filter(published_at__isnull=False)
            .values("course")
            .annotate(number=Max("number"))
            .values_list("course", "number")
        )
        current = Q(pk__in=[])
        for course, number in newest:
            current |= Q(
                quiz__activity__edition__course=course, quiz__activity__edition__number=number
            )
        published = queryset.filter(quiz__activity__edition__published_at__isnull=False)
        return published.filter(current if self.value() == "now" else ~current)


class TagFilter(admin.SimpleListFilter):
    title = _("Tag")
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        rows = model_admin.get_queryset(request).exclude(tags=[]).values_list("tags", flat=True)
        return [(tag, tag) for tag in sorted({tag for tags in rows for tag in tags})]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Question]) -> QuerySet[Question]:
        if not self.value():
            return queryset
        # A list in JSON is searched for here, not in the database: SQLite cannot look into one.
        rows = queryset.exclude(tags=[]).values_list("pk", "tags")
        return queryset.filter(pk__in=[pk for pk, tags in rows if self.value() in tags])


class StatisticsFilter(admin.SimpleListFilter):
    """What the newest statistics of its test say."""

    title = _("Statistics")
    parameter_name = "statistics"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        computed = ((level.name.lower(), gettext(words)) for level, words in LEVEL_NAMES.items())
        return [*computed, ("none", _("Not computed yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Question]) -> QuerySet[Question]:
        value = self.value()
        if not value:
            return queryset
        rows = list(queryset.select_related("quiz__activity__edition"))
        known = levels(rows)
        if value == "none":
            return queryset.exclude(pk__in=known)
        chosen = [pk for pk, level in known.items() if level.name.lower() == value]
        return queryset.filter(pk__in=chosen)
