"""The floor's one page: 25 kB of rows for the person who is signed in."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

ROWS = 130
_TEMPLATE = engines["django"].from_string(
    "<!doctype html><html lang=en><head><title>{{ user.given_name }}</title></head><body><ol>"
    "{% for row in rows %}<li id=row-{{ row.number }}><h2>{{ row.title }}</h2>"
    "<p>{{ row.text }}</p>{% if row.is_odd %}<span>odd</span>{% else %}<span>even</span>{% endif %}"
    "</li>{% endfor %}</ol></body></html>"
)
_DATA = [
    {
        "number": number,
        "title": f"Row {number} of the floor",
        "text": "A sentence that is about as long as a line of a page of ours, no more. " * 1,
        "is_odd": number % 2,
    }
    for number in range(ROWS)
]


def page(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    return HttpResponse(_TEMPLATE.render({"rows": _DATA, "user": request.user}))


urlpatterns = [path("floor/", page)]
