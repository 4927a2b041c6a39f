"""The outermost layer of a request: /healthz and /readyz answer before anything else.

No session, any host name and no redirect to https: a load balancer asks by address. /healthz
touches nothing; /readyz asks the database (see `queries`).
"""

from collections.abc import Callable
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from courseware.health.queries import readiness

GetResponse = Callable[[HttpRequest], HttpResponse]
_NO_STORE = {"Cache-Control": "no-store"}


class ProbeMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"status": "alive"}, headers=_NO_STORE)
        if request.path == "/readyz":
            return _readyz()
        return self.get_response(request)


def _readyz() -> JsonResponse:
    findings = readiness(now=timezone.now())
    ready = all(finding.ok for finding in findings.values())
    return JsonResponse(
        {
            "status": "ready" if ready else "not ready",
            "checks": {name: asdict(finding) for name, finding in findings.items()},
        },
        status=200 if ready else 503,
        headers=_NO_STORE,
    )
