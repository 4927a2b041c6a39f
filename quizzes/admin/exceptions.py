"""Exceptions from the rules of a test: a list, a form to decide one, a button to take it back."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from courseware.accounts.models import User
from courseware.core.ui import moment_in_words
from quizzes import actions, queries
from quizzes.access import GRANT_ATTEMPT, within
from quizzes.admin.bank_filters import CourseFilter
from quizzes.admin.scope import AboutTests
from quizzes.forms import OverrideForm
from quizzes.models import Override

_LIST = "admin:quizzes_override_changelist"
_TERMS = (
    *("extra_attempts", "time_limit_minutes", "window_days"),
    *("opens_at", "closes_at", "skips_cooldown"),
)


def _about_the_open_one(override: Override, reach: queries.Reach) -> str:
    """Whoever gives time to somebody who sits the test means the attempt that is open."""
    gives_time = override.time_limit_minutes or override.window_days or override.closes_at
    if not (reach.is_sitting and gives_time):
        return ""
    return " " + gettext("The attempt that is open keeps its time.")


class CourseOfException(CourseFilter):
    column = "course__key"


@admin.register(Override)
class OverrideAdmin(AboutTests):
    seen_with = (GRANT_ATTEMPT,)
    course_path = "course__slug"
    form = OverrideForm
    change_form_template = "quizzes/admin/override.html"
    list_display = ("whom", "course", "named_test", "ends_on", "by", "at", "standing")
    list_filter = (CourseOfException,)
    ordering = ("-at",)
    list_select_related = ("enrolment__person", "unit", "course", "by", "taken_back_by")

    @admin.display(description=_("For whom"))
    def whom(self, override: Override) -> str:
        who = override.unit if override.enrolment is None else override.enrolment.person
        return str(who)

    @admin.display(description=_("State"))
    def standing(self, override: Override) -> str:
        if override.taken_back_at is not None:
            return gettext("Taken back")
        is_over = override.ends_on < timezone.localdate()
        return gettext("Over") if is_over else gettext("Counts")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["test", "person", "unit", *_TERMS, "reason", "ends_on"]
        return [
            ("whom", "course", "named_test"),
            *_TERMS,
            "reason",
            ("ends_on", "standing"),
            ("by", "at"),
            ("taken_back_by", "taken_back_at"),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return []
        rows = self.get_fields(request, obj)
        return [name for row in rows for name in (row if isinstance(row, tuple) else (row,))]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):  # type: ignore[no-untyped-def]
        assert isinstance(request.user, User)
        fields = {"fields": ["reason"]} if obj is None else {}
        form = super().get_form(request, obj, change, **{**kwargs, **fields})
        form.reader = request.user  # type: ignore[attr-defined]  # ours; the class is made anew for each request
        return form

    def save_model(self, request: HttpRequest, obj: Override, form: Any, change: bool) -> None:
        obj.__dict__.update(actions.decide_override(**form.decision).__dict__)

    def response_add(
        self, request: HttpRequest, obj: Override, post_url_continue: str | None = None
    ) -> HttpResponse:
        says, level = self._what_it_does(obj)
        self.message_user(request, says, level)
        following = request.path if "_addanother" in request.POST else None
        return HttpResponseRedirect(following or reverse(_LIST))

    def _what_it_does(self, override: Override) -> tuple[str, int]:
        """In words, so that nobody takes an exception that gives nothing for help."""
        reach = queries.reach_of(override, now=timezone.now())
        name: dict[str, object] = {"whom": self.whom(override)}
        if override.enrolment is None:
            if not reach.people:
                text = gettext(
                    "Nobody who serves in %(whom)s has this test to pass now. The exception counts "
                    "for whoever comes there while it lasts."
                )
                return text % name, messages.WARNING
            text = ngettext(
                "The exception counts from now on, for %(n)d person who has the test to pass.",
                "The exception counts from now on, for %(n)d people who have the test to pass.",
                reach.people,
            )
            return text % {"n": reach.people}, messages.SUCCESS
        return self._what_it_gives_one(override, reach)

    def _what_it_gives_one(self, override: Override, reach: queries.Reach) -> tuple[str, int]:
        name: dict[str, object] = {"whom": self.whom(override)}
        if not reach.people:
            text = gettext(
                "The exception is kept, but gives %(whom)s nothing: the test is passed already."
            )
            return text % name, messages.WARNING
        if reach.attempts_left:
            text = ngettext(
                "The exception counts from now on. %(whom)s may begin %(n)d attempt.",
                "The exception counts from now on. %(whom)s may begin %(n)d attempts.",
                reach.attempts_left,
            )
            text %= name | {"n": reach.attempts_left}
            return text + _about_the_open_one(override, reach), messages.SUCCESS
        if reach.closed_since is not None and not reach.is_sitting:
            text = gettext(
                "The exception is kept, but gives %(whom)s nothing: the test is closed for them "
                "since %(when)s. Decide one with a later moment at which it closes."
            )
            return text % (name | {"when": moment_in_words(reach.closed_since)}), messages.WARNING
        if reach.is_sitting:
            text = gettext(
                "The exception is kept, but gives %(whom)s nothing yet: the attempt that is open "
                "keeps its time, and no other is left. Allow more attempts."
            )
        else:
            text = gettext(
                "The exception is kept, but gives %(whom)s nothing yet: no attempt is left. Allow "
                "more attempts."
            )
        return text % name, messages.WARNING

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None  # the audit trail is the log

    def get_urls(self) -> list[Any]:
        own = path(
            "<uuid:override_id>/take-back/",
            self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.back)),
            name="quizzes_override_take_back",
        )
        return [own, *super().get_urls()]

    def back(self, request: HttpRequest, override_id: UUID) -> HttpResponse:
        """Ask, then take it back."""
        assert isinstance(request.user, User)
        found = (
            Override.objects.filter(
                within(request.user, GRANT_ATTEMPT, self.course_path), pk=override_id
            )
            .select_related(*self.list_select_related)
            .first()
        )
        if found is None or not self.has_view_permission(request):
            raise Http404
        if request.method == "POST":
            now = timezone.now()
            if actions.take_back_override(override=found, by=request.user, now=now):
                messages.success(request, gettext("The exception no longer counts."))
            else:
                messages.warning(request, gettext("It was taken back before."))
            return HttpResponseRedirect(reverse(_LIST))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "override": found,
            "whom": self.whom(found),
            "test": self.named_test(found),
            "title": gettext("Take back an exception"),
        }
        return render(request, "quizzes/admin/take_back.html", context)
