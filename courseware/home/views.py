"""The start page and the course page."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from courseware.accounts.models import User
from courseware.accounts.queries import instructors_for
from courseware.courses.models import Course
from courseware.courses.queries import current_edition, outline, sources_of, standing
from courseware.enrolments.access import current_enrolments
from courseware.enrolments.queries import journey
from courseware.home.context import staff_pages
from courseware.home.queries import catalogue, published_editions, shown, training_of
from quizzes.queries import hand_in_by


@require_safe
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Signed out: what this is. Signed in: what to do next."""
    language = translation.get_language()
    if not isinstance(request.user, User):
        return render(request, "home/welcome.html", {"courses": catalogue(language)})
    training = training_of(
        request.user, language=language, today=timezone.localdate(), now=timezone.now()
    )
    context = {"training": training, "staff_pages": staff_pages(request)}
    return render(request, "home/my_training.html", context)


@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """A course with its outline; with the person's states where they are enrolled."""
    assert isinstance(request.user, User)
    language = translation.get_language()
    enrolment = current_enrolments(request.user).filter(course__slug=slug).first()
    if enrolment is None:
        return _course_from_outside(request, slug, language)
    mine = journey(enrolment, language=language, today=timezone.localdate())
    return render(
        request,
        "home/course.html",
        {
            "journey": shown(mine, hand_in_by(request.user, timezone.now())),
            "outline": mine.outline,
            "sources": sources_of(mine.outline.edition_id),
            "standing": standing(mine.outline.edition_id, mine.outline.language),
            "instructors": instructors_for(slug, timezone.localdate()),
        },
    )


def _course_from_outside(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    found = Course.objects.filter(slug=slug, retired_at__isnull=True).first()
    edition = current_edition(found) if found else None
    if edition is None:
        raise Http404
    course_outline = outline(edition.pk, language)
    return render(
        request,
        "home/course.html",
        {
            "journey": None,
            "outline": course_outline,
            "sources": sources_of(edition.pk),
            "standing": standing(edition.pk, course_outline.language),
            "instructors": instructors_for(slug, timezone.localdate()),
        },
    )


@require_safe
@login_not_required
def editions(request: HttpRequest) -> HttpResponse:
    """What changed from edition to edition."""
    found = published_editions(translation.get_language())
    return render(request, "home/editions.html", {"editions": found})


@require_safe
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "home/accessibility.html")
