"""The words, terms and sources of a draft, one form a thing, saved by compare-and-set.

What somebody else saved meanwhile is shown beside what was typed; nothing typed is lost.
"""

from collections.abc import Mapping
from copy import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courseware.accounts.models import User
from courseware.authoring import actions
from courseware.authoring.access import edition_for, row_in
from courseware.authoring.forms.words import SourceForm, TermForm, WordsForm, flat
from courseware.authoring.queries.states import state_of
from courseware.authoring.views.editions import frame
from courseware.courses.actions import Stale, seen
from courseware.courses.models import Edition, EditionLanguage, GlossaryTerm
from courseware.courses.queries import languages_of, words_in

CONFLICT = 409


def _conflict(form: BaseForm, theirs: Mapping[str, Any]) -> list[dict[str, str]]:
    """Field by field: what stands there now, and what was typed."""
    return [
        {
            "label": str(form.fields[name].label),
            "theirs": str(theirs[name] or ""),
            "mine": str(form.cleaned_data[name] or ""),
        }
        for name in form.fields
        if name in theirs and str(theirs[name] or "") != str(form.cleaned_data[name] or "")
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, edition_id: UUID, language: str) -> HttpResponse:
    assert isinstance(request.user, User)
    draft = edition_for(request.user, edition_id)
    try:
        current = words_in(draft, language)
    except EditionLanguage.DoesNotExist:
        raise Http404 from None
    main = languages_of(draft)[0]
    original = words_in(draft, main) if language != main else None
    context = frame(draft, state_of(draft, request.user)) | {"language": language, "main": main}
    form = WordsForm(request.POST or None, words=current, original=original)
    context |= {"form": form, "opened": request.POST.get("opened") or seen(current)}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.save_words(
                edition=draft,
                language=language,
                words=form.made(),
                seen=context["opened"],
                by=request.user,
                now=timezone.now(),
            )
        except Stale as stale:
            context["conflict"] = _conflict(form, flat(stale.current))
            context["opened"], status = seen(stale.current), CONFLICT
        except actions.DraftClosed as closed:
            context["problem"], status = str(closed), CONFLICT
        else:
            return _saved(request, draft, changed)
    return render(request, "authoring/words.html", context, status=status)


def _saved(request: HttpRequest, draft: Edition, changed: bool, *to: Any) -> HttpResponse:
    if changed:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Nothing was different, so nothing was saved."))
    return redirect(*to) if to else redirect("admin:authoring_edition", draft.pk)


# ------------------------------------------------------------------ glossary
def _terms(draft: Edition, language: str) -> QuerySet[GlossaryTerm]:
    return GlossaryTerm.objects.filter(edition=draft, language=language)


@require_http_methods(["GET", "HEAD"])
def terms(request: HttpRequest, edition_id: UUID, language: str) -> HttpResponse:
    assert isinstance(request.user, User)
    draft = edition_for(request.user, edition_id)
    languages = languages_of(draft)
    if language not in languages:
        raise Http404
    context = frame(draft, state_of(draft, request.user)) | {
        "language": language,
        "languages": languages,
        "terms": _terms(draft, language).order_by("term"),
    }
    return render(request, "authoring/terms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def term(request: HttpRequest, edition_id: UUID, language: str, key: str = "") -> HttpResponse:
    """One term; a new one without a key."""
    assert isinstance(request.user, User)
    draft = edition_for(request.user, edition_id)
    if language not in languages_of(draft):
        raise Http404
    row = row_in(_terms(draft, language), key) if key else None
    form = TermForm(request.POST or None, is_new=row is None, initial=_values(row, TERM))
    context = frame(draft, state_of(draft, request.user)) | {
        "form": form,
        "row": row,
        "language": language,
    }
    context["opened"] = request.POST.get("opened", seen(row) if row else "")
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            changed = actions.save_term(
                edition=draft,
                language=language,
                key=row.key if row else data["key"],
                term=data["term"],
                definition=data["definition"],
                seen=context["opened"],
                by=request.user,
                now=timezone.now(),
            )
        except Stale as stale:
            status = _stale(context, form, stale.current, TERM, is_new=row is None)
        except actions.DraftClosed as closed:
            context["problem"], status = str(closed), CONFLICT
        else:
            return _saved(request, draft, changed, "admin:authoring_terms", draft.pk, language)
    return render(request, "authoring/term.html", context, status=status)


TERM = ("term", "definition")


def _values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names} if row is not None else {}


def _stale(
    context: dict[str, Any], form: BaseForm, current: Any, names: tuple[str, ...], *, is_new: bool
) -> int:
    """Put what stands there now beside what was typed; the next save replaces it knowingly."""
    if is_new:
        form.add_error("key", _("This key is taken. Choose another one."))
    elif current is None:
        context["problem"] = _(
            "Somebody took this out of the draft while you had it open. What you typed stands "
            "below; copy it if you need it."
        )
    else:
        context["conflict"] = _conflict(form, _values(current, names))
        context["opened"] = seen(current)
    return CONFLICT


@require_http_methods(["GET", "HEAD", "POST"])
def remove_term(request: HttpRequest, edition_id: UUID, language: str, key: str) -> HttpResponse:
    assert isinstance(request.user, User)
    draft = edition_for(request.user, edition_id)
    row = row_in(_terms(draft, language), key)
    if request.method != "POST":
        context = frame(draft, state_of(draft, request.user)) | {"row": row, "language": language}
        return render(request, "authoring/term_remove.html", context)
    try:
        actions.remove_term(
            edition=draft, language=language, key=key, by=request.user, now=timezone.now()
        )
    except actions.DraftClosed as closed:
        messages.error(request, str(closed))
    else:
        messages.success(request, _("The term is taken out of this draft."))
    return redirect("admin:authoring_terms", draft.pk, language)


# ------------------------------------------------------------------ sources
@require_http_methods(["GET", "HEAD"])
def sources(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    draft = edition_for(request.user, edition_id)
    context = frame(draft, state_of(draft, request.user)) | {
        "sources": draft.sources.order_by("key")
    }
    return render(request, "authoring/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, edition_id: UUID, key: str = "") -> HttpResponse:
    """One source; a new one without a key."""
    assert isinstance(request.user, User)
    draft = edition_for(request.user, edition_id)
    row = row_in(draft.sources.all(), key) if key else None
    # A form of a model writes what was typed into its instance: the page needs the row as it is.
    form = SourceForm(request.POST or None, instance=copy(row), is_new=row is None)
    context = frame(draft, state_of(draft, request.user)) | {"form": form, "row": row}
    context["opened"] = request.POST.get("opened", seen(row) if row else "")
    status = 200
    if request.method == "POST" and form.is_valid():
        names = tuple(form.columns())
        try:
            changed = actions.save_source(
                edition=draft,
                key=row.key if row else form.cleaned_data["key"],
                columns=form.columns(),
                seen=context["opened"],
                by=request.user,
                now=timezone.now(),
            )
        except Stale as stale:
            status = _stale(context, form, stale.current, names, is_new=row is None)
        except actions.DraftClosed as closed:
            context["problem"], status = str(closed), CONFLICT
        else:
            return _saved(request, draft, changed, "admin:authoring_sources", draft.pk)
    return render(request, "authoring/source.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_source(request: HttpRequest, edition_id: UUID, key: str) -> HttpResponse:
    assert isinstance(request.user, User)
    draft = edition_for(request.user, edition_id)
    row = row_in(draft.sources.all(), key)
    if request.method != "POST":
        return render(
            request,
            "authoring/source_remove.html",
            frame(draft, state_of(draft, request.user)) | {"row": row},
        )
    try:
        actions.remove_source(edition=draft, key=key, by=request.user, now=timezone.now())
    except (actions.DraftClosed, actions.InUse) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The source is taken out of this draft."))
    return redirect("admin:authoring_sources", draft.pk)
