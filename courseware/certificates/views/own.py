"""My certificates: the list, one certificate, its PDF and its share image.

Must not: draw anything; a worker made the files.
"""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courseware.accounts.access import today
from courseware.accounts.models import User
from courseware.certificates import actions, queries
from courseware.certificates.access import own_certificate
from courseware.certificates.queries.invariants import picture_of
from courseware.certificates.wording import verification_url


@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """Everything the person holds, and what is being made for them."""
    person = _person(request)
    context = {
        "certificates": queries.my_certificates(person, today()),
        "being_made": queries.being_made(person, translation.get_language()),
    }
    return render(request, "certificates/list.html", context)


@require_safe
def certificate(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    mine = queries.my_certificate(_person(request), certificate_id, today())
    context = {
        "mine": mine,
        "facts": mine.facts,
        "public_url": verification_url(mine.code),
        "breadcrumbs": [
            {"label": _("My certificates"), "url": reverse("certificates")},
            {"label": mine.facts.course_title},
        ],
    }
    return render(request, "certificates/certificate.html", context)


@require_safe
def certificate_pdf(request: HttpRequest, certificate_id: UUID) -> HttpResponseBase:
    """The signed file. Not there any more: a worker is asked for a duplicate, the page says so."""
    found = own_certificate(_person(request), certificate_id)
    if found.pdf_file:
        try:
            return _file(
                found.pdf_file, actions.document_name(found), "application/pdf", is_download=True
            )
        except FileNotFoundError:
            actions.ask_for_rebuild(certificate=found, now=timezone.now())
    response = render(request, "certificates/not_ready.html", {"id": found.pk}, status=503)
    response["Retry-After"] = "30"
    return response


@require_safe
def certificate_image(request: HttpRequest, certificate_id: UUID) -> HttpResponseBase:
    """The share image, which carries no name; `?download` saves it."""
    found = own_certificate(_person(request), certificate_id)
    name = f"{found.serial}.png"
    if not found.pdf_file:
        raise Http404
    try:
        return _file(
            picture_of(found.pdf_file), name, "image/png", is_download="download" in request.GET
        )
    except FileNotFoundError as error:
        raise Http404 from error


def _file(stored: str, shown: str, content_type: str, *, is_download: bool) -> FileResponse:
    response = FileResponse(
        default_storage.open(stored),
        as_attachment=is_download,
        filename=shown,
        content_type=content_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the gate let nobody else through
    return request.user
