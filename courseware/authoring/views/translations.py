"""What waits for a translator, and the word that a translation still fits."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courseware.accounts.models import User
from courseware.authoring import actions
from courseware.authoring.access import edition_for
from courseware.authoring.queries.states import state_of
from courseware.authoring.queries.translations import Kind, stale_translations
from courseware.authoring.views.editions import frame

_KINDS: dict[str, Kind] = {
    "course": "course",
    "term": "term",
    "lesson": "lesson",
    "question": "question",
}


@require_http_methods(["GET", "HEAD", "POST"])
def translations(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    draft = edition_for(request.user, edition_id)
    if request.method == "POST":
        _keep(request, request.user, draft.pk)
        return redirect("admin:authoring_translations", draft.pk)
    context = frame(draft, state_of(draft, request.user)) | {"waiting": stale_translations(draft)}
    return render(request, "authoring/translations.html", context)


def _keep(request: HttpRequest, by: User, edition_id: UUID) -> None:
    kind = _KINDS.get(request.POST.get("kind", ""))
    if kind is None:
        messages.error(request, _("Choose one of the translations below."))
        return
    try:
        done = actions.keep_translation(
            edition=edition_for(by, edition_id),
            kind=kind,
            key=request.POST.get("key", ""),
            language=request.POST.get("language", ""),
            seen=request.POST.get("seen", ""),
            by=by,
            now=timezone.now(),
        )
    except actions.TranslationMoved:
        messages.error(
            request, _("The original has changed again since you looked. Compare it once more.")
        )
    except actions.DraftClosed as closed:
        messages.error(request, str(closed))
    else:
        if done:
            messages.success(request, _("Noted: the translation fits the original as it is now."))
        else:
            messages.info(request, _("It fitted before, so nothing was changed."))
