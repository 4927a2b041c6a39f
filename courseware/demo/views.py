"""Every mail of the demo force, with what is attached. 404 outside demo mode."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from courseware.jobs.models import Message

_PAGE = 25
#: A mail carries its styles inline, because mail programs want it so; it may do nothing else.
_LETTER_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": ["'self'"],
}

_LINKS_LEAVE_THE_FRAME = '<base target="_blank">'


def _only_in_demo_mode() -> None:
    if not settings.DEMO:
        raise Http404


@require_safe
@login_not_required
def mailbox(request: HttpRequest) -> HttpResponse:
    _only_in_demo_mode()
    pages = Paginator(Message.objects.order_by("-created_at", "-pk"), _PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"page": page})


@require_safe
@login_not_required
@csp_override({**settings.SECURE_CSP, "frame-src": ["'self'"]})
def letter(request: HttpRequest, message_id: UUID) -> HttpResponse:
    _only_in_demo_mode()
    message = get_object_or_404(Message, pk=message_id)
    return render(request, "demo/letter.html", {"message": message})


@require_safe
@login_not_required
@xframe_options_sameorigin
@csp_override(_LETTER_POLICY)
def letter_html(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The HTML part as a mail program shows it; its links open beside the mailbox."""
    _only_in_demo_mode()
    html = get_object_or_404(Message, pk=message_id).html
    return HttpResponse(html.replace("<head>", f"<head>{_LINKS_LEAVE_THE_FRAME}", 1))


@require_safe
@login_not_required
def attachment(request: HttpRequest, message_id: UUID) -> HttpResponseBase:
    _only_in_demo_mode()
    message = get_object_or_404(Message, pk=message_id)
    if not message.attachment_file or not default_storage.exists(message.attachment_file):
        raise Http404
    return FileResponse(
        default_storage.open(message.attachment_file),
        filename=message.attachment_name,
        content_type="application/pdf",
    )
