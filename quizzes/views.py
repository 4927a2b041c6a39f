"""Pages of a test."""

from django.http import Http404, HttpRequest, HttpResponse


def start(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    raise Http404
