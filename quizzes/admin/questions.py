"""The bank: every question with its key, for who may see questions."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

import courseware.core.addresses  # noqa: F401  # <number:…>
from courseware.accounts.access import may, may_for_course
from courseware.accounts.models import User
from courseware.core.folding import asked
from courseware.core.sentences import sentence
from courseware.core.ui import pill
from quizzes.access import EDIT_QUESTIONS, SEE_QUESTIONS, draft_to_edit
from quizzes.admin.bank_filters import (
    CourseFilter,
    DifficultyFilter,
    MustPassFilter,
    ObjectiveFilter,
    StandingFilter,
    StatisticsFilter,
    TagFilter,
    TypeFilter,
)
from quizzes.admin.scope import ByCourse
from quizzes.engine import registry
from quizzes.engine.names import (
    BLOOM_NAMES,
    DIFFICULTY_NAMES,
    LEVEL_NAMES,
    LEVEL_STATES,
    TYPE_NAMES,
)
from quizzes.engine.pictures import in_words
from quizzes.engine.tokens import generator
from quizzes.models import Question, QuestionText
from quizzes.queries import preview
from quizzes.queries.usage import exposures, levels, place_of, usage_of

_AT_ONCE = 100


def edition_in_words(question: Question) -> str:
    edition = question.quiz.activity.edition
    return gettext("%(course)s, edition %(number)s") % {
        "course": edition.course.key,
        "number": edition.number,
    }


class BankList(ChangeList):
    """A page of the bank, with how often each question was asked and what the numbers say of it."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        shown = list(self.result_list)
        asked = exposures(shown)
        known = levels(shown)
        for question in shown:
            place = place_of(question)
            question.__dict__ |= {"exposure": asked[place], "level": known.get(question.pk)}
        self.result_list = shown


@admin.register(Question)
class QuestionAdmin(ByCourse):
    seen_with = (SEE_QUESTIONS,)
    course_path = "quiz__activity__edition__course__slug"
    list_display = (*("key", "beginning", "verdict", "asked", "kind", "objective", "edition"),)
    list_filter = (
        *(CourseFilter, StandingFilter, TypeFilter, ObjectiveFilter, TagFilter),
        *(StatisticsFilter, DifficultyFilter, MustPassFilter),
    )
    change_list_template = "quizzes/admin/bank.html"
    actions = ("tag_in_draft", "duplicate_into_draft")
    search_fields = ("key", "lesson_key")  # and words: see get_search_results
    ordering = ("quiz__activity__edition__course__key", "-quiz__activity__edition__number", "key")
    list_select_related = ("quiz__activity__edition__course",)
    fields = (
        ("key", "kind", "edition"),
        ("objective", "lesson_key", "thinking"),
        ("hardness", "must_pass", "negative_stem"),
        "tag_list",
        "usage",
        "editor",
        "wording",
    )
    readonly_fields = (
        *("kind", "thinking", "hardness"),
        *("edition", "tag_list", "usage", "editor", "wording"),
    )
    change_form_template = "quizzes/admin/question.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        main = QuestionText.objects.filter(question=OuterRef("pk"), translated_from="")
        stem = Subquery(main.order_by("pk").values("content__stem")[:1])
        rows: QuerySet[Any] = super().get_queryset(request).annotate(stem=stem)
        return rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Every word begins one of the same language's text, or stands in a key."""
        words = asked(search_term).words
        if not words:
            return (queryset.none() if search_term.strip() else queryset), False
        texts = QuestionText.objects.filter(question=OuterRef("pk"))
        for word in words:
            in_key = Q(question__key__icontains=word) | Q(question__lesson_key__icontains=word)
            texts = texts.filter(Q(words__contains=f" {word}") | in_key)
        return queryset.filter(Exists(texts)), False

    def get_actions(
        self, request: HttpRequest, action_location: Any = admin.ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        """For whoever writes a course: what is chosen is changed in its draft, never here."""
        assert isinstance(request.user, User)
        if not may(request.user, EDIT_QUESTIONS):
            return {}
        return super().get_actions(request, action_location)

    @admin.action(description=_("Tag in the draft"))
    def tag_in_draft(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self._to_the_draft(request, queryset, "tag")

    @admin.action(description=_("Duplicate into the draft"))
    def duplicate_into_draft(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        return self._to_the_draft(request, queryset, "copy")

    def _to_the_draft(
        self, request: HttpRequest, queryset: QuerySet[Any], do: str
    ) -> HttpResponse | None:
        """To the page of authoring that says what will happen; None: the list, with a message."""
        assert isinstance(request.user, User)
        chosen = list(queryset.select_related(*self.list_select_related)[: _AT_ONCE + 1])
        courses = {question.quiz.activity.edition.course for question in chosen}
        if len(courses) > 1:
            problem = gettext("Choose questions of one course: each course has its own draft.")
        elif len(chosen) > _AT_ONCE:
            problem = gettext("Choose at most %(n)s questions at once.") % {"n": _AT_ONCE}
        elif not may_for_course(request.user, EDIT_QUESTIONS, (course := courses.pop()).slug):
            problem = gettext("You do not write this course, so its draft is not yours to change.")
        else:
            rows = [("question", question.pk) for question in chosen]
            address = reverse("admin:authoring_from_bank", args=[course.pk])
            return HttpResponseRedirect(f"{address}?{urlencode([('do', do), *rows])}")
        self.message_user(request, problem, messages.ERROR)
        return None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BankList

    @admin.display(description=_("Question"))
    def beginning(self, question: Question) -> str:
        """What it asks, with its tags."""
        stem = in_words(str(question.__dict__.get("stem") or ""))
        tags = format_html_join(" ", '<span class="tag">{}</span>', ((t,) for t in question.tags))
        return format_html("{} {}", Truncator(stem).chars(90), tags)

    @admin.display(description=_("Type"), ordering="type")
    def kind(self, question: Question) -> str:
        return gettext(TYPE_NAMES[question.type])

    @admin.display(description=_("What it asks for"))
    def thinking(self, question: Question) -> str:
        return gettext(BLOOM_NAMES[question.bloom])

    @admin.display(description=_("Difficulty"))
    def hardness(self, question: Question) -> str:
        return gettext(DIFFICULTY_NAMES[question.difficulty])

    @admin.display(description=_("Tags"))
    def tag_list(self, question: Question) -> str:
        return ", ".join(question.tags)

    @admin.display(description=_("Asked"))
    def asked(self, question: Question) -> int:
        """How often a draw chose it, in all editions."""
        return int(question.__dict__.get("exposure", 0))

    @admin.display(description=_("Statistics"))
    def verdict(self, question: Question) -> str:
        level = question.__dict__.get("level")
        return "–" if level is None else pill(LEVEL_STATES[level], gettext(LEVEL_NAMES[level]))

    @admin.display(description=_("Use"))
    def usage(self, question: Question) -> str:
        """Edition by edition."""
        rows = usage_of(question)
        return SafeString(render_to_string("quizzes/admin/usage.html", {"rows": rows}))

    def get_urls(self) -> list[Any]:
        own = path(
            "<number:question_id>/preview/",
            self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.try_out)),
            name="quizzes_question_preview",
        )
        return [own, *super().get_urls()]

    def try_out(self, request: HttpRequest, question_id: int) -> HttpResponse:
        """As a learner sees it, in one language; answered on trial, nothing is kept."""
        question = self.get_queryset(request).filter(pk=question_id).first()
        if question is None or not self.has_view_permission(request):
            raise Http404
        texts = {text.language: text for text in question.texts.order_by("translated_from", "pk")}
        language = request.GET.get("language", next(iter(texts), ""))
        if language not in texts:
            raise Http404
        raw = {name: request.POST.getlist(name) for name in request.POST}
        found = preview(
            question.type,
            texts[language].content,
            key=question.key,
            language=language,
            raw=raw,
            is_released=request.method == "POST",
        )
        problem = found.problem
        context = {
            "question": question,
            "edition": edition_in_words(question),
            "preview": found,
            "languages": list(texts),
            "language": language,
            "problem": sentence(problem.message, problem.params) if problem else "",
        }
        return render(request, "quizzes/admin/preview.html", context)

    @admin.display(description=_("Edition"))
    def edition(self, question: Question) -> str:
        return edition_in_words(question)

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
