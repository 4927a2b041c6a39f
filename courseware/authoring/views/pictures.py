"""The pictures of a draft: brought, looked at, taken out."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courseware.accounts.models import User
from courseware.authoring.access import draft_for, edition_for, picture_in
from courseware.authoring.actions import DraftClosed, remove_picture, upload_picture
from courseware.authoring.forms.lessons import PictureForm
from courseware.authoring.queries.states import state_of
from courseware.core.markup import picture as picture_text
from courseware.core.pictures import MAX_BYTES
from courseware.courses.models import Edition
from lessons import queries
from lessons.actions import PictureInUse
from lessons.dialect import FigureFile
from lessons.dialect.figures import FigureWords, figure_text
from lessons.models import Picture


@require_http_methods(["GET", "HEAD", "POST"])
def pictures(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    gate = edition_for if request.method == "POST" else draft_for
    edition = gate(request.user, edition_id)
    if request.method != "POST":
        return _page(request, edition, PictureForm())
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        if "file" not in request.FILES and _is_too_large(request):
            form.errors.pop("file", None)
            form.add_error(
                "file",
                _("The file is larger than 10 MB. Save the picture smaller and send it again."),
            )
        return _page(request, edition, form, status=422)
    given = form.cleaned_data
    try:
        upload_picture(
            edition=edition,
            content=form.content,
            original_name=given["file"].name or "",
            alt=given["alt"],
            caption=given["caption"],
            description=given["description"],
            by=request.user,
            now=timezone.now(),
        )
    except DraftClosed as closed:
        return _page(request, edition, form, status=409, notice=str(closed))
    messages.success(
        request, _("The picture has arrived and is being prepared. It stands below in a moment.")
    )
    return redirect("admin:authoring_pictures", edition.pk)


def _is_too_large(request: HttpRequest) -> bool:
    """Django's handlers were told to drop such a file; see core.uploads."""
    length = request.META.get("CONTENT_LENGTH", "")
    return length.isdigit() and int(length) > MAX_BYTES


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, edition_id: UUID, picture_id: int) -> HttpResponse:
    """A GET, after signing in again, leads to the list."""
    assert isinstance(request.user, User)
    edition = edition_for(request.user, edition_id)
    picture = picture_in(edition, picture_id)
    if request.method != "POST":
        return redirect("admin:authoring_pictures", edition.pk)
    try:
        remove_picture(edition=edition, picture=picture, by=request.user, now=timezone.now())
    except DraftClosed as closed:
        return _page(request, edition, PictureForm(), status=409, notice=str(closed))
    except PictureInUse as used:
        messages.error(
            request,
            _("%(name)s stays: it is shown in %(places)s. Take it out there first.")
            % {"name": picture.name, "places": ", ".join(used.users)},
        )
    else:
        messages.success(request, _("%(name)s is taken out.") % {"name": picture.name})
    return redirect("admin:authoring_pictures", edition.pk)


# ------------------------------------------------------------------ showing
@dataclass(frozen=True)
class _Shown:
    picture: Picture
    file: FigureFile
    snippet: str
    in_question: str
    users: list[str]


def _shown(edition: Edition) -> list[_Shown]:
    users = queries.picture_users(edition.pk)
    return [
        _Shown(
            picture=picture,
            file=queries.figure_file(picture.media),
            snippet=figure_text(
                picture.name,
                FigureWords(
                    picture.alt or _("What the picture shows"),
                    picture.caption or _("What stands under it"),
                    picture.description or _("Everything that the picture tells."),
                ),
            ),
            in_question=picture_text(picture.alt or _("What the picture shows"), picture.name),
            users=users.get((picture.name, picture.media_id), []),
        )
        for picture in queries.pictures(edition.pk)
    ]


def _page(
    request: HttpRequest,
    edition: Edition,
    form: PictureForm,
    *,
    status: int = 200,
    notice: str = "",
) -> HttpResponse:
    assert isinstance(request.user, User)
    context: dict[str, Any] = {
        "draft": edition,
        "state": state_of(edition, request.user),
        "form": form,
        "notice": notice,
        "pictures": _shown(edition),
        "uploads": queries.unfinished_uploads(edition.pk),
    }
    return render(request, "authoring/pictures/list.html", context, status=status)
