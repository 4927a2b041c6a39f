"""What was typed into a form of a draft that somebody discarded meanwhile, to be copied."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from courseware.authoring.access import DraftDiscarded

type View = Callable[..., HttpResponse]

GONE = 410
# What a form sends beside the words: its own marks, buttons and ticks, after a prefix.
_TECHNICAL = frozenset(
    "csrfmiddlewaretoken seen over opened do go show more type fits review people".split()
)


def keeping_words(view: View) -> View:
    """A form that comes too late is answered with its words; everything else stays a 404.

    The script of an editor asks for data: it says itself that the draft is gone, and the words
    stay in its form.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except DraftDiscarded as discarded:
            is_script = request.headers.get("Accept") == "application/json"
            if request.method != "POST" or is_script:
                raise
            context = {"texts": _words(request.POST), "at": discarded.at}
            return render(request, "authoring/discarded.html", context, status=GONE)

    return answered


def _words(sent: QueryDict) -> list[str]:
    """In the order of the form, once each. A number or a tick is no word."""
    texts = [
        text.strip()
        for name in sent
        if name.rpartition("-")[2] not in _TECHNICAL
        for text in sent.getlist(name)
    ]
    return list(dict.fromkeys(text for text in texts if text != "on" and not _is_number(text)))


def _is_number(text: str) -> bool:
    return not text or text.isdecimal()
