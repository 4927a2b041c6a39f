"""For instructors: the question bank, the attempts on their courses, and a talk that allows one
more.

Everything is read-only but the talk, which goes through an action and leaves an audit event. HR
sees nothing here. An attempt's seed is never shown: whoever knows it knows the order of options.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courseware.accounts.models import User
from courseware.core.look_only import LookOnlyAdmin
from courseware.enrolments.models import ActivityProgress
from quizzes import actions
from quizzes.access import GRANT_ATTEMPT, SEE_QUESTIONS, draft_to_edit, note_view, within
from quizzes.engine import registry
from quizzes.engine.tokens import generator
from quizzes.forms import TalkForm
from quizzes.models import Attempt, Question, Talk


class ByCourse(LookOnlyAdmin):
    """As far as the person's courses reach."""

    course_path = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        assert isinstance(request.user, User)
        rows = super().get_queryset(request)
        return rows.filter(within(request.user, self.seen_with[0], self.course_path))


@admin.register(Question)
class QuestionAdmin(ByCourse):
    seen_with = (SEE_QUESTIONS,)
    course_path = "quiz__activity__edition__course__slug"
    list_display = ("key", "type", "objective", "lesson_key", "difficulty", "must_pass", "edition")
    list_filter = ("type", "objective", "difficulty", "quiz__activity__edition__course__key")
    search_fields = ("key", "lesson_key", "texts__content")
    ordering = ("quiz__activity__edition__course__key", "-quiz__activity__edition__number", "key")
    list_select_related = ("quiz__activity__edition__course",)
    fields = (
        ("key", "type", "edition"),
        ("objective", "lesson_key", "bloom"),
        ("difficulty", "must_pass", "negative_stem"),
        "tags",
        "editor",
        "wording",
    )
    readonly_fields = ("edition", "editor", "wording")

    @admin.display(description=_("Edition"))
    def edition(self, question: Question) -> str:
        return str(question.quiz.activity.edition)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Question | None:
        question: Question | None = super().get_object(request, object_id, from_field)
        if question is not None and isinstance(request.user, User):
            question.__dict__["editable_in"] = draft_to_edit(request.user, question)
        return question

    @admin.display(description=_("Change it"))
    def editor(self, question: Question) -> str:
        """The way to its editor, for whoever writes the course, where there is a draft of it."""
        place = question.__dict__.get("editable_in")
        if place is None:
            return gettext("Questions are changed in a draft of their course.")
        draft_id, language = place
        address = reverse("admin:authoring_question", args=[draft_id, question.key, language])
        return format_html('<a href="{}">{}</a>', address, gettext("Change it in the draft"))

    @admin.display(description=_("What it says"))
    def wording(self, question: Question) -> SafeString:
        """Every language, with the right answer and all feedback, as a result page shows them."""
        kind = registry.get(question.type)
        shown = []
        for text in question.texts.order_by("language"):
            content = kind.validate(text.content)
            arrangement = kind.arrange(content, generator(0, question.key))
            right = kind.explain(content, arrangement, kind.right_response(content))
            shown.append({"language": text.language, "explanation": right})
        return SafeString(render_to_string("quizzes/admin/wording.html", {"wordings": shown}))


@admin.register(Attempt)
class AttemptAdmin(ByCourse):
    seen_with = (GRANT_ATTEMPT,)
    course_path = "enrolment__course__slug"
    list_display = ("person", "course", "number", "state", "started_at", "submitted_at", "passed")
    list_filter = ("state", "is_passed", "enrolment__course__key")
    search_fields = ("enrolment__person__family_name", "enrolment__person__given_name")
    ordering = ("-started_at",)
    list_select_related = ("enrolment__person", "enrolment__course")
    fields = (
        ("person", "course", "number"),
        ("state", "passed", "score_percent", "failed_points"),
        ("language", "started_at", "deadline_at"),
        ("submitted_at", "finished_by", "graded_at"),
    )
    readonly_fields = ("person", "course", "passed", "score_percent")

    @admin.display(description=_("Person"), ordering="enrolment__person__family_name")
    def person(self, attempt: Attempt) -> str:
        return str(attempt.enrolment.person)

    @admin.display(description=_("Course"), ordering="enrolment__course__key")
    def course(self, attempt: Attempt) -> str:
        return attempt.enrolment.course.key

    @admin.display(description=_("Passed"), boolean=True)
    def passed(self, attempt: Attempt) -> bool | None:
        return attempt.is_passed

    @admin.display(description=_("Score"))
    def score_percent(self, attempt: Attempt) -> str:
        return "" if attempt.score is None else f"{int(attempt.score * 100)} %"

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Attempt | None:
        attempt: Attempt | None = super().get_object(request, object_id, from_field)
        if attempt is not None and isinstance(request.user, User):
            note_view(request.user, attempt, timezone.now())
        return attempt


@admin.register(Talk)
class TalkAdmin(ByCourse):
    """Adding a talk allows one more attempt."""

    seen_with = (GRANT_ATTEMPT,)
    course_path = "enrolment__course__slug"
    form = TalkForm
    list_display = ("person", "course", "activity_key", "by", "at")
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
            return ["progress", "reason"]
        return ["person", "course", "activity_key", "by", "at", "reason"]

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
            now=timezone.now(),
        )
        obj.__dict__.update(talk.__dict__)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "title": gettext("Allow one more attempt")}
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
        done = gettext("%(person)s may sit the test once more.") % {"person": obj.enrolment.person}
        self.message_user(request, done, messages.SUCCESS)
        following = request.path if "_addanother" in request.POST else None
        return HttpResponseRedirect(following or reverse("admin:quizzes_talk_changelist"))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None  # the audit trail is the log
