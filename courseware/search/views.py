"""The search page, the glossary of a course, and the glossary over all of a person's courses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from courseware.accounts.models import User
from courseware.core.folding import MAX_CHARACTERS, asked
from courseware.enrolments.access import own_enrolment
from courseware.enrolments.queries import Journey, journey, my_training
from courseware.search import queries
from courseware.search.actions import prepare


def _training(request: HttpRequest) -> list[Journey]:
    assert isinstance(request.user, User)
    language = translation.get_language()
    return my_training(request.user, language=language, today=timezone.localdate())


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Lessons, sections and terms of the person's own courses."""
    wanted = asked(request.GET.get("q", ""))
    context: dict[str, object] = {"asked": wanted, "max_characters": MAX_CHARACTERS}
    if wanted.text:
        mine = _training(request)
        context["is_enrolled"] = bool(mine)
        context["is_complete"] = prepare(queries.words_read(mine), now=timezone.now())
        context["results"] = queries.find(mine, wanted, request.GET.get("page"))
    return render(request, "search/search.html", context)


@require_safe
def course_glossary(request: HttpRequest, slug: str) -> HttpResponse:
    """The terms of a course the person is on, with the lessons that use them."""
    assert isinstance(request.user, User)
    enrolment = own_enrolment(request.user, slug)
    language = translation.get_language()
    mine = journey(enrolment, language=language, today=timezone.localdate())
    prepare(queries.words_read([mine]), now=timezone.now())
    context = {"outline": mine.outline, "letters": queries.course_terms(mine)}
    return render(request, "search/course_glossary.html", context)


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Every term of the person's courses."""
    mine = _training(request)
    return render(
        request,
        "search/glossary.html",
        {"journeys": mine, "letters": queries.all_terms(mine)},
    )
