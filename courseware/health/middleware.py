"""The outermost layer of a request: /healthz answers before anything else.

No database, no session, any host name: a load balancer asks by address.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class ProbeMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})
        return self.get_response(request)
