"""What a draft changes and does to people, and the decision on it.

A decision that could not be made shows the page as it is now, with the sentence that says why and
with what was typed.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courseware.accounts.models import User
from courseware.authoring import actions
from courseware.authoring.access import edition_to_see, may_decide, to_decide
from courseware.authoring.forms.reviews import ApproveForm, ReturnForm
from courseware.authoring.queries.changes import changes
from courseware.authoring.queries.findings import findings
from courseware.authoring.queries.impact import impact
from courseware.authoring.queries.states import State, state_of, waiting_review
from courseware.authoring.queries.translations import stale_translations
from courseware.authoring.views.editions import frame
from courseware.courses.models import Edition


@require_safe
def review(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    return _page(request, edition_to_see(request.user, edition_id), request.user)


def _page(
    request: HttpRequest,
    shown: Edition,
    user: User,
    *,
    approving: ApproveForm | None = None,
    returning: ReturnForm | None = None,
    problem: str = "",
) -> HttpResponse:
    state = state_of(shown, user)
    waits = state.state is State.IN_REVIEW
    decides = waits and may_decide(user, shown.course)
    submitted = state.review if decides else None
    first = {"review": submitted.pk, "seen": submitted.draft_hash} if submitted else {}
    context = frame(shown, state) | {
        "changes": changes(shown),
        "notes": shown.languages.exclude(change_note="").order_by("language"),
        "impact": impact(shown) if shown.published_at is None else None,
        "warnings": findings(shown) if decides else [],
        "stale": len(stale_translations(shown)) if decides else 0,
        "decides": decides,
        "approving": approving or ApproveForm(initial=first, prefix="approve"),
        "returning": returning or ReturnForm(initial=first, prefix="return"),
        "problem": problem,
    }
    return render(request, "authoring/review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """A GET, after signing in again, leads to the draft."""
    assert isinstance(request.user, User)
    shown = to_decide(request.user, edition_id)
    if request.method != "POST":
        return redirect("admin:authoring_review", shown.pk)
    form = ApproveForm(request.POST, prefix="approve")
    if not form.is_valid():
        return _page(request, shown, request.user, approving=form)
    data = form.cleaned_data
    try:
        actions.approve(
            edition=shown,
            review_id=data["review"],
            seen_hash=data["seen"],
            people=data["people"],
            comment=data["comment"],
            by=request.user,
            now=timezone.now(),
        )
    except actions.ReviewError as error:
        return _as_it_is_now(request, shown, error, form)
    messages.success(
        request,
        _("Edition %(number)s is published. From now on new trainees take it.")
        % {"number": shown.number},
    )
    return redirect("admin:authoring_edition", shown.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """A GET, after signing in again, leads to the draft."""
    assert isinstance(request.user, User)
    shown = to_decide(request.user, edition_id)
    if request.method != "POST":
        return redirect("admin:authoring_review", shown.pk)
    form = ReturnForm(request.POST, prefix="return")
    if not form.is_valid():
        return _page(request, shown, request.user, returning=form)
    data = form.cleaned_data
    try:
        actions.send_back(
            edition=shown,
            review_id=data["review"],
            comment=data["comment"],
            by=request.user,
            now=timezone.now(),
        )
    except actions.ReviewError as error:
        return _as_it_is_now(request, shown, error, form)
    messages.success(request, _("The draft went back to its authors with your comment."))
    return redirect("admin:authoring_edition", shown.pk)


def _as_it_is_now(
    request: HttpRequest,
    shown: Edition,
    error: actions.ReviewError,
    form: ApproveForm | ReturnForm,
) -> HttpResponse:
    """The form asks about the draft as it is now, and keeps what was typed."""
    assert isinstance(request.user, User)
    fresh = Edition.objects.select_related("course").filter(pk=shown.pk).first()
    if fresh is None:
        messages.error(request, str(error))
        return redirect("admin:authoring_course", shown.course_id)
    waiting = waiting_review(fresh.pk)
    now = {"review": waiting.pk, "seen": waiting.draft_hash} if waiting else {}
    again = type(form)(initial={**form.cleaned_data, **now}, prefix=form.prefix)
    response = _page(
        request,
        fresh,
        request.user,
        approving=again if isinstance(again, ApproveForm) else None,
        returning=again if isinstance(again, ReturnForm) else None,
        problem=str(error),
    )
    response.status_code = 409
    return response
