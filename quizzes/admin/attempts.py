"""Attempts, and the talks after the last failed one."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courseware.accounts.models import User
from courseware.core.ui import moment_in_words
from courseware.enrolments.models import ActivityProgress
from quizzes import actions, queries
from quizzes.access import GRANT_ATTEMPT, note_view, within
from quizzes.admin.bank_filters import CourseFilter
from quizzes.admin.scope import AboutTests, ByCourse
from quizzes.forms import TalkForm
from quizzes.models import Attempt, Talk


class CourseOfAttempt(CourseFilter):
    column = "enrolment__course__key"


@admin.register(Attempt)
class AttemptAdmin(ByCourse):
    seen_with = (GRANT_ATTEMPT,)
    course_path = "enrolment__course__slug"
    list_display = ("person", "course", "number", "state", "started_at", "submitted_at", "passed")
    list_filter = ("state", "is_passed", CourseOfAttempt)
    search_fields = ("enrolment__person__family_name", "enrolment__person__given_name")
    ordering = ("-started_at",)
    list_select_related = ("enrolment__person", "enrolment__course")
    fields = (
        ("person", "course", "number"),
        ("state", "passed", "score_percent", "failed_points"),
        ("language", "started_at", "deadline_at"),
        ("submitted_at", "finished_by", "graded_at", "anew"),
    )
    readonly_fields = ("person", "course", "passed", "score_percent", "anew")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("regrades")

    @admin.display(description=_("Person"), ordering="enrolment__person__family_name")
    def person(self, attempt: Attempt) -> str:
        return str(attempt.enrolment.person)

    @admin.display(description=_("Course"), ordering="enrolment__course__key")
    def course(self, attempt: Attempt) -> str:
        return attempt.enrolment.course.key

    @admin.display(description=_("Passed"), boolean=True)
    def passed(self, attempt: Attempt) -> bool | None:
        return attempt.is_passed_now

    @admin.display(description=_("Score"))
    def score_percent(self, attempt: Attempt) -> str:
        score = attempt.score_now
        return "" if score is None else f"{int(score * 100)} %"

    @admin.display(description=_("Marked anew"))
    def anew(self, attempt: Attempt) -> str:
        """What it earned at first stays beside what holds since a question turned out wrong."""
        if attempt.score is None or not attempt.regrades.all():
            return ""
        return gettext("%(times)s times; at first %(percent)s %%") % {
            "times": len(attempt.regrades.all()),
            "percent": int(attempt.score * 100),
        }

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Attempt | None:
        attempt: Attempt | None = super().get_object(request, object_id, from_field)
        if attempt is not None and isinstance(request.user, User):
            note_view(request.user, attempt, timezone.now())
        return attempt


@admin.register(Talk)
class TalkAdmin(AboutTests):
    """Adding a talk allows one more attempt."""

    seen_with = (GRANT_ATTEMPT,)
    course_path = "enrolment__course__slug"
    form = TalkForm
    list_display = ("person", "course", "named_test", "is_granted", "by", "at")
    ordering = ("-at",)
    list_select_related = ("enrolment__person", "enrolment__course", "by")

    @admin.display(description=_("Person"))
    def person(self, talk: Talk) -> str:
        return str(talk.enrolment.person)

    @admin.display(description=_("Course"))
    def course(self, talk: Talk) -> str:
        return talk.enrolment.course.key

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["progress", "reason", "is_granted"]
        return ["person", "course", "named_test", "by", "at", "reason", "is_granted"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else self.get_fields(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):  # type: ignore[no-untyped-def]
        assert isinstance(request.user, User)
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        waiting = (
            ActivityProgress.objects.filter(
                within(request.user, GRANT_ATTEMPT, self.course_path),
                state=ActivityProgress.State.EXHAUSTED,
            )
            .select_related("enrolment__person", "enrolment__course")
            .order_by("enrolment__person__family_name")
        )
        form = super().get_form(request, obj, change, **{**kwargs, "fields": ["reason"]})
        choice: Any = form.base_fields["progress"]  # the class is made anew for each request
        choice.queryset = waiting
        return form

    def save_model(self, request: HttpRequest, obj: Talk, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        progress = form.cleaned_data["progress"]
        talk = actions.grant_attempt(
            enrolment=progress.enrolment,
            activity_key=progress.activity_key,
            by=request.user,
            reason=form.cleaned_data["reason"],
            is_granted=form.cleaned_data["is_granted"],
            now=timezone.now(),
        )
        obj.__dict__.update(talk.__dict__)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "title": gettext("Note a talk")}
        try:
            return super().add_view(request, form_url, context)
        except actions.NotNeeded:
            self.message_user(
                request, gettext("Somebody has just allowed one more attempt."), messages.WARNING
            )
            return HttpResponseRedirect(reverse("admin:quizzes_talk_changelist"))

    def response_add(
        self, request: HttpRequest, obj: Talk, post_url_continue: str | None = None
    ) -> HttpResponse:
        done = (
            gettext("%(person)s may sit the test once more.")
            if obj.is_granted
            else gettext("The talk with %(person)s is noted. No further attempt is allowed yet.")
        )
        said, level = done % {"person": obj.enrolment.person}, messages.SUCCESS
        closed = queries.closed_since(obj.enrolment, obj.activity_key, now=timezone.now())
        if obj.is_granted and closed is not None:
            level = messages.WARNING
            said += " " + gettext(
                "But the test is closed for them since %(when)s: decide an exception with a later "
                "moment at which it closes."
            ) % {"when": moment_in_words(closed)}
        self.message_user(request, said, level)
        following = request.path if "_addanother" in request.POST else None
        return HttpResponseRedirect(following or reverse("admin:quizzes_talk_changelist"))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None  # the audit trail is the log
