"""One edition: what stands in it, sending it for review, throwing it away, confirming it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courseware.accounts.models import User
from courseware.authoring import actions
from courseware.authoring.access import (
    draft_for,
    edition_for,
    edition_to_see,
    may_confirm,
    may_decide,
    may_write,
    to_confirm,
)
from courseware.authoring.forms.reviews import SubmitForm
from courseware.authoring.queries.editions import edition_page
from courseware.authoring.queries.findings import findings
from courseware.authoring.queries.states import EditionState, state_of
from courseware.authoring.queries.translations import stale_translations
from courseware.courses.actions import confirm_language
from courseware.courses.models import Edition


def frame(edition: Edition, state: EditionState) -> dict[str, Any]:
    """What the frame of every page of an edition needs."""
    return {"draft": edition, "state": state}


@require_safe
def edition(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    shown = edition_to_see(request.user, edition_id)
    is_draft = shown.published_at is None
    context = frame(shown, state_of(shown, request.user)) | {
        "page": edition_page(shown),
        "may_write": may_write(request.user, shown.course),
        "may_decide": may_decide(request.user, shown.course),
        "may_confirm": may_confirm(request.user, shown.course),
        "stale": len(stale_translations(shown)) if is_draft else 0,
    }
    return render(request, "authoring/edition.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """What was found stands on the page before the button, so that nobody presses in vain."""
    assert isinstance(request.user, User)
    shown = edition_for(request.user, edition_id)
    stale = len(stale_translations(shown)) if shown.published_at is None else 0
    form = SubmitForm(request.POST if request.method == "POST" else None, stale=stale)
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit(
                edition=shown,
                by=request.user,
                note=form.cleaned_data["note"],
                stale_accepted=form.stale_accepted,
                now=timezone.now(),
            )
        except actions.NotReady:
            pass  # the page lists what has to be put right
        except actions.TranslationsStale as more:
            stale, note = more.count, form.cleaned_data["note"]
            form = SubmitForm({"note": note, "stale_seen": stale}, stale=stale)
        except actions.ReviewError as error:
            messages.error(request, str(error))
            return redirect("admin:authoring_edition", edition_id)
        else:
            messages.success(request, _("The draft waits for a reviewer."))
            return redirect("admin:authoring_edition", shown.pk)
    state = state_of(shown, request.user)
    if not state.can_change:
        return redirect("admin:authoring_edition", shown.pk)
    found = findings(shown)
    context = frame(shown, state) | {
        "form": form,
        "stale": stale,
        "errors": [finding for finding in found if finding.is_error],
        "warnings": [finding for finding in found if not finding.is_error],
    }
    return render(request, "authoring/submit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """A GET, after signing in again, leads to the edition."""
    assert isinstance(request.user, User)
    shown = edition_for(request.user, edition_id)
    if request.method == "POST":
        try:
            done = actions.withdraw_submission(edition=shown, by=request.user, now=timezone.now())
        except actions.ReviewError as error:
            messages.error(request, str(error))
        else:
            if done:
                messages.success(request, _("The draft is yours to change again."))
            else:
                messages.info(request, _("Nobody was to decide on it any more."))
    return redirect("admin:authoring_edition", edition_id)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Asks first: what was written in it is gone."""
    assert isinstance(request.user, User)
    shown = draft_for(request.user, edition_id)
    if request.method != "POST":
        context = frame(shown, state_of(shown, request.user)) | {"page": edition_page(shown)}
        return render(request, "authoring/discard.html", context)
    try:
        actions.discard(edition=shown, by=request.user, now=timezone.now())
    except actions.DraftClosed as closed:
        messages.error(request, str(closed))
        return redirect("admin:authoring_edition", edition_id)
    messages.success(request, _("The draft is thrown away. Published editions are as they were."))
    return redirect("admin:authoring_course", shown.course_id)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """A reviewer of the force stands behind what the distribution shipped, language by language."""
    assert isinstance(request.user, User)
    shown = to_confirm(request.user, edition_id)
    if request.method == "POST":
        language = request.POST.get("language", "")
        words = shown.languages.filter(language=language).first()
        if words is None:
            messages.error(request, _("Choose a language of this edition."))
        elif confirm_language(words=words, by=request.user, now=timezone.now()):
            messages.success(
                request, _("Confirmed. Trainees no longer see that your force has not read it.")
            )
        else:
            messages.info(request, _("It was confirmed before."))
        return redirect("admin:authoring_confirm", shown.pk)
    context = frame(shown, state_of(shown, request.user)) | {"page": edition_page(shown)}
    return render(request, "authoring/confirm.html", context)
