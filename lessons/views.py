"""Reading a lesson: the page, its one button, how a hard lesson is read, and its pictures."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courseware.accounts.models import User
from courseware.accounts.queries import support_contacts
from courseware.core.markup import stored
from courseware.enrolments.access import own_enrolment
from courseware.enrolments.actions import finish_lesson, open_activity, remember_position
from courseware.enrolments.models import ReadingPosition
from courseware.enrolments.queries import Journey, Row, journey
from courseware.enrolments.rules import ActivityState
from lessons import queries
from lessons.actions import choose_reading, store_rendering
from lessons.dialect.records import Mode
from lessons.models import LessonText, Media, ReadingChoice, Rendering

_ANCHOR = re.compile(r"s-[\w-]{1,70}")


@dataclass(frozen=True)
class _Opened:
    """A lesson of the person's own course."""

    user: User
    journey: Journey
    row: Row
    page: queries.Page


def _open(request: HttpRequest, slug: str, key: str) -> _Opened:
    """404 for a course the person is not on and for an activity that is no lesson of it."""
    assert isinstance(request.user, User)
    enrolment = own_enrolment(request.user, slug)
    language = translation.get_language()
    mine = journey(enrolment, language=language, today=timezone.localdate())
    row = mine.row(key)
    if row is None or row.item.kind != "lesson":
        raise Http404
    return _Opened(request.user, mine, row, queries.page(enrolment.edition_id, key, language))


@require_safe
def lesson(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The lesson; or why it is locked; or the warning before a hard one."""
    opened = _open(request, slug, key)
    mine, row = opened.journey, opened.row
    context: dict[str, object] = {"journey": mine, "row": row, "outline": mine.outline}
    if not row.is_open:
        return render(request, "lessons/locked.html", context, status=403)
    choice = None
    if row.item.sensitivity == 2:
        choice = ReadingChoice.objects.filter(enrolment=mine.enrolment, activity_key=key).first()
        context["contacts"] = support_contacts(opened.user, translation.get_language())
        if choice is None or choice.paused_at is not None or choice.agreed_at is None:
            context |= {"page": opened.page, "is_paused": bool(choice and choice.paused_at)}
            return render(request, "lessons/interstitial.html", context)
    if row.standing.state is ActivityState.NOT_STARTED:
        open_activity(enrolment=mine.enrolment, activity_key=key, now=timezone.now())
        opened = _open(request, slug, key)  # the page shows what is now true
        mine, row = opened.journey, opened.row
        context |= {"journey": mine, "row": row, "outline": mine.outline}
    is_light = bool(choice and choice.is_light and opened.page.has_light)
    mode: Mode = "light" if is_light else "full"
    rendered = _rendered(opened.page, mode)
    before, after = mine.outline.neighbours(key)
    context |= {
        "page": opened.page,
        "html": stored(rendered.html),
        "headings": [heading for heading in rendered.outline if heading[0] == 2],
        "is_light": is_light,
        "before": before,
        "after": after,
        "number": mine.outline.activities.index(row.item) + 1,
        "was_at": _anchor(mine, opened.page, key, mode),
    }
    return render(request, "lessons/lesson.html", context)


def _rendered(page: queries.Page, mode: Mode) -> queries.Rendered:
    """From the cache; made here only in the minutes after an upgrade of the dialect."""
    key = queries.rendering_key(page.content_hash, mode, page.language)
    try:
        return queries.rendered(key)
    except Rendering.DoesNotExist:
        text = LessonText.objects.select_related("lesson__activity").get(pk=page.text_id)
        store_rendering(text=text, mode=mode, now=timezone.now())
        return queries.rendered(key)


def _anchor(mine: Journey, page: queries.Page, key: str, mode: Mode) -> str:
    """Where the person was, found again in the language of the page."""
    try:
        position = mine.enrolment.position
    except ReadingPosition.DoesNotExist:
        return ""
    if position.activity_key != key:
        return ""
    edition_id = mine.outline.edition_id
    return queries.same_place(edition_id, key, position.anchor, language=page.language, mode=mode)


@require_POST
def finish(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The one button: the lesson is done, and on to the next step."""
    opened = _open(request, slug, key)
    mine = opened.journey
    if not opened.row.is_open:
        return redirect("lesson", slug, key)
    completion = finish_lesson(
        enrolment=mine.enrolment,
        activity_key=key,
        content_hash=opened.page.content_hash,
        language=opened.page.language,
        now=timezone.now(),
    )
    if completion is not None:
        messages.success(request, _("You have completed this course."))
        return redirect("course", slug)
    _before, after = mine.outline.neighbours(key)
    return redirect(after.url) if after else redirect("course", slug)


@require_POST
def choose(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Four equal choices before a hard lesson, and the pause inside it."""
    opened = _open(request, slug, key)
    choice = request.POST.get("choice", "")
    if choice == "talk":
        return redirect("support")
    if choice == "later":
        messages.info(request, _("The lesson waits for you. Nothing is lost."))
        return redirect("course", slug)
    try:
        choose_reading(
            enrolment=opened.journey.enrolment,
            activity_key=key,
            choice=choice,
            now=timezone.now(),
        )
    except ValueError:
        messages.error(request, _("Choose one of the four ways."))
    return redirect("lesson", slug, key)


@require_POST
def position(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The script says where reading is; anything but a heading of a lesson is ignored."""
    opened = _open(request, slug, key)
    anchor = request.POST.get("anchor", "")
    if opened.row.is_open and (anchor == "" or _ANCHOR.fullmatch(anchor)):
        remember_position(
            enrolment=opened.journey.enrolment,
            activity_key=key,
            anchor=anchor,
            now=timezone.now(),
        )
    return HttpResponse(status=204)


@require_safe
@login_not_required
def media(request: HttpRequest, sha: str, suffix: str) -> HttpResponseBase:
    """A picture by its hash. Covers are public; everything else is for people signed in."""
    found = Media.objects.filter(pk=sha, file__endswith=f".{suffix}").first()
    if found is None or not (found.is_public or request.user.is_authenticated):
        raise Http404
    response = FileResponse(default_storage.open(found.file), content_type=found.content_type)
    scope = "public" if found.is_public else "private"
    response["Cache-Control"] = f"{scope}, max-age=31536000, immutable"
    # A picture opened on its own may draw, and nothing else.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
