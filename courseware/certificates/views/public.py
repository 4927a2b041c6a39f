"""Anybody checks a certificate: the form for a code, the page of a code, the signing certificate.

What the pages say rests on `queries.Facts`, which has no name. A code that no certificate has and
a text that cannot be a code get the same page, "Unknown", with status 404, however they come.

No referrer leaves the site: "same-origin" and not "no-referrer", under which browsers send no
origin either and the protection against forged forms would refuse every form of the page.
Must not: show what was typed.
"""

from collections.abc import Callable
from functools import wraps

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courseware.accounts.access import today
from courseware.certificates import actions, keys, queries
from courseware.certificates.actions import NameAnswer, Outcome
from courseware.certificates.forms import CodeForm, NameForm
from courseware.core.ids import grouped, normalise_code

# Wide: an academy or a ministry checks from behind one address. 80 random bits need no throttle
# against guessing; this one keeps a script from using up the server.
_LIMITS = {"look": "120/m/ip", "name": "30/m/ip"}
_APP = "courseware.certificates"

View = Callable[..., HttpResponse]


def _public(view: View) -> View:
    """Open to everybody, kept by nobody: no login, no index, no referrer to others, no store."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store"
        return response

    return login_not_required(wrapped)


@_public
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """The form for a code. It is posted, so that nothing typed lands in an address or a log."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("verify", grouped(form.cleaned_data["code"]))
    status = 400 if form.errors else 200
    return render(request, "certificates/verification.html", {"form": form}, status=status)


@_public
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What a code stands for; with POST, whether the typed name is the printed one."""
    if not _is_allowed(request, "look"):
        return _too_many(request)
    known = normalise_code(code)
    facts = queries.public_facts(known, today()) if known else None
    if known is None or facts is None:
        return _unknown(request)
    form, answer = NameForm(), None
    if request.method == "POST":
        if not _is_allowed(request, "name"):
            return _too_many(request)
        form = NameForm(request.POST)
        if form.is_valid():
            answer = actions.check_name(
                code=known, typed=form.cleaned_data["name"], now=timezone.now()
            )
            form = NameForm()
    context = {"facts": facts, "form": form, "answer": answer, **_signature()}
    return _answered(render(request, "certificates/verdict.html", context), form, answer)


def _answered(response: HttpResponse, form: NameForm, answer: NameAnswer | None) -> HttpResponse:
    if form.errors:
        response.status_code = 400
    if answer is not None and answer.outcome is Outcome.PAUSED:
        assert answer.again_at is not None
        left = (answer.again_at - timezone.now()).total_seconds()
        response.status_code = 429
        response["Retry-After"] = str(max(1, int(left) + 1))
    return response


def _unknown(request: HttpRequest) -> HttpResponse:
    context = {"code_form": CodeForm(), "language_next": reverse("verification")}
    return render(request, "certificates/unknown.html", context, status=404)


@_public
@require_safe
def signing_certificate(request: HttpRequest) -> HttpResponse:
    """The public half of the signing key, for whoever checks a file by themselves."""
    response = HttpResponse(keys.public_certificate(), content_type="application/x-pem-file")
    response["Content-Disposition"] = 'attachment; filename="signing-certificate.pem"'
    return response


def _signature() -> dict[str, str]:
    return {"fingerprint": keys.public_fingerprint()}


def _is_allowed(request: HttpRequest, action: str) -> bool:
    return bool(ratelimit.consume(request, app=_APP, action=action, config=_LIMITS, limit_get=True))


def _too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response
