"""What every signed-in request goes through.

SessionLimit   12 hours absolute; one idle hour for staff
Preferences    the person's language and time zone
SecondFactor   staff without a second factor set one up first (not in demo mode)
"""

import zoneinfo
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courseware.accounts.models import User
from courseware.accounts.queries import is_staff_person

GetResponse = Callable[[HttpRequest], HttpResponse]

#: Session keys, in seconds since the epoch.
SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
# Writing the session at every request would cost a query each; once in five minutes is enough.
_SEEN_STEP = 300


class SessionLimitMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._is_over(request):
            logout(request)
            messages.info(
                request, _("You were signed out after a time without use. Sign in again.")
            )
        return self.get_response(request)

    def _is_over(self, request: HttpRequest) -> bool:
        now = int(timezone.now().timestamp())
        session = request.session
        signed_in = session.setdefault(SIGNED_IN_AT, now)
        seen = session.get(SEEN_AT, 0)
        idle_limit = session.get("idle_limit", 0)
        if now - signed_in > settings.SESSION_COOKIE_AGE:
            return True
        if idle_limit and seen and now - seen > idle_limit:
            return True
        if now - seen >= _SEEN_STEP:
            session[SEEN_AT] = now
            assert isinstance(request.user, User)
            session["idle_limit"] = (
                settings.SESSION_IDLE_STAFF if is_staff_person(request.user) else 0
            )
        return False


class PreferencesMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            language, zone = user.language, user.time_zone
        else:
            language, zone = translation.get_language_from_request(request), ""
        with (
            translation.override(language),
            timezone.override(_zone(zone)),
        ):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            if user.is_authenticated and not response.has_header("Cache-Control"):
                response["Cache-Control"] = "private, no-store"
        return response


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name or settings.DEFAULT_USER_TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


class SecondFactorMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            settings.SECOND_FACTOR_REQUIRED
            and isinstance(user, User)
            and not request.path.startswith(reverse("account_login").removesuffix("login/"))
            and not request.path.startswith(settings.STATIC_URL)
            and not request.session.get("second_factor")
            and is_staff_person(user)
        ):
            if not is_mfa_enabled(user):
                messages.info(
                    request, _("Your role needs a second step at sign-in. Set it up now.")
                )
                return redirect("mfa_index")
            request.session["second_factor"] = True
        return self.get_response(request)
