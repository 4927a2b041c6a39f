"""A form that was sent after its session had ended is not lost: it waits for its sender.

    @kept_while_signed_out(wanted, again=…)   a view that takes such forms; `wanted` says which
    is_taken(request, view)                   whether a form sent there is one of these
    keep(request, view, kwargs)               the gate for signed-out visitors lets it wait before
                                              it turns them away; False: tell them that it cannot
    shown_again(request)                      where its sender has signed in again meanwhile, the
                                              form carries an old token: it is not taken, but shown

The form waits in the visitor's own session, on the server, without its token; whoever signs in
there and comes back to the address sends it again. The view checks it as it checks any other, so
somebody else who signs in at the same station finds nothing.

Owns: what is kept, and for how long. Must not: know what the form is about.
"""

import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

_KEY = "kept_post"
# Characters as they were typed: a hundred texts of 2,000 each, the most that a test can ask for,
# and the names of their fields.
_LIMIT = 250_000
_SECONDS = 3_600

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def kept_while_signed_out[**P](
    wanted: Callable[[Mapping[str, Any]], bool],
    *,
    again: Callable[..., HttpResponse],
) -> Callable[[View[P]], View[P]]:
    """`wanted` gets the address's values and says whether a form sent there may wait: nothing is
    kept for an address that somebody made up. `again` is called as the view is and answers with
    the page the form came from, filled in as it was sent; it stores nothing.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "GET" and (posted := _taken(request)) is not None:
                request.method = "POST"
                request.POST = posted  # type: ignore[assignment]  # has a setter
            return view(request, *args, **kwargs)

        wrapped.keeps_posts = wanted  # type: ignore[attr-defined]  # read by `keep`
        wrapped.shows_again = again  # type: ignore[attr-defined]  # by `shown_again`
        return wrapped

    return decorate


def is_taken(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether the view keeps what signed-out visitors send it, and this is such a form."""
    if request.method != "POST" or not hasattr(view, "keeps_posts"):
        return False
    # A script keeps what it sends until it is told that it was saved.
    return not request.headers.get("Accept", "").startswith("application/json")


def keep(request: HttpRequest, view: Callable[..., Any], values: Mapping[str, Any]) -> bool:
    """Let a signed-out visitor's form wait. False: it is too long, or nobody waits for it there."""
    wanted: Callable[[Mapping[str, Any]], bool] = view.keeps_posts  # type: ignore[attr-defined]
    posted = request.POST.copy()
    posted.pop("csrfmiddlewaretoken", None)
    fields = [(name, value) for name, found in posted.lists() for value in found]
    if sum(len(name) + len(value) for name, value in fields) > _LIMIT or not wanted(values):
        return False
    request.session[_KEY] = {
        "path": request.path,
        "body": posted.urlencode(),
        "at": int(time.time()),
    }
    return True


def shown_again(request: HttpRequest) -> HttpResponse | None:
    """The form of somebody signed in, to be sent once more. None: its view shows none, or none to
    this person.
    """
    match = request.resolver_match
    if match is None or not request.user.is_authenticated or request.method != "POST":
        return None
    again = getattr(match.func, "shows_again", None)
    if again is None:
        return None
    if request.headers.get("Accept", "").startswith("application/json"):
        return None  # as above
    try:
        shown: HttpResponse = again(request, *match.args, **match.kwargs)
    except Http404:
        return None
    return shown


def _taken(request: HttpRequest) -> QueryDict | None:
    kept = request.session.get(_KEY)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[_KEY]
    if time.time() - kept["at"] > _SECONDS:
        return None
    return QueryDict(kept["body"])
