"""Error pages: what happened, what was kept, what to do next. They work without a database."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from courseware.core.kept_posts import shown_again

RETRY_AFTER_SECONDS = "5"
# A page that is not there does not repeat its address, not even for its language switch.
_HOME: dict[str, object] = {"language_next": "/"}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", _HOME, status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        # Nobody may ask this request for a field again, not even for the token of a form on the
        # page, so the page is rendered without it. The browser still has the form.
        return HttpResponse(render_to_string("413.html"), status=413)
    return render(request, "400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing is done with the form. Where only its token is wrong, as after signing in again in
    another tab, a page that loses nothing shows it once more, with a token of its own; a form that
    came from another site is not shown.
    """
    if reason.startswith("CSRF ") and (page := shown_again(request)) is not None:
        return page
    return render(request, "403.html", {"csrf": True}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; a database that is away or busy is a 503 with Retry-After instead."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return unavailable(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The answer stays in the browser; the page or its script tries again."""
    if request.headers.get("Accept", "").startswith("application/json"):
        response: HttpResponse = JsonResponse({"error": "unavailable"}, status=503)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    return response
