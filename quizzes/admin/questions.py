"""The bank: every question with its key, for who may see questions."""

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courseware.accounts.models import User
from quizzes.access import SEE_QUESTIONS, draft_to_edit
from quizzes.admin.scope import ByCourse
from quizzes.engine import registry
from quizzes.engine.tokens import generator
from quizzes.models import Question


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
