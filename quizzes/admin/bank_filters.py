"""By what the bank is narrowed down, beside the columns of a question."""

from typing import Any

from django.contrib import admin
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courseware.courses.models import Edition
from quizzes.engine.statistics.verdicts import Level
from quizzes.models import Question
from quizzes.queries.usage import levels

LEVELS = {
    Level.ACT: _("Check it now"),
    Level.LOOK: _("Worth a look"),
    Level.GOOD: _("Good"),
    Level.NOTE: _("Too few answers"),
}


class StandingFilter(admin.SimpleListFilter):
    """In what people sit now, in a draft, or in an edition that was followed by another."""

    title = _("state")
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
    title = _("tag")
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

    title = _("statistics")
    parameter_name = "statistics"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        computed = ((level.name.lower(), words) for level, words in LEVELS.items())
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
