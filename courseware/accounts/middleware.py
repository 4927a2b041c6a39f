"""What every request of a signed-in person goes through, outermost first.

Refusal        too many tries (429) and a busy sign-in (503) say when to come back
Preferences    the person's language and time zone; no cache keeps their pages
SessionLimit   12 hours absolute; one idle hour for staff, 15 minutes on a shared computer
Gate           signed-out visitors are sent to the sign-in; an answer they sent waits for them
SecondFactor   staff show a second step, or set one up first (not in demo mode)
NewPassword    a password that was enough only beside a second step is replaced once that is gone

A trainee's request costs two queries here, session and person: roles are read every five minutes
and remembered in the session as a hint for menus and for the two rules above. A hint allows
nothing: `access` reads the grants again wherever a permission is used.
"""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from courseware.accounts.access import ROLES_HINT, SecondFactorNeeded, nav_roles, role_keys
from courseware.accounts.hashers import SignInBusy
from courseware.accounts.models import User
from courseware.accounts.passwords import NEW_PASSWORD_DUE
from courseware.accounts.roles import STAFF_ROLES
from courseware.accounts.second_factor import has_second_factor, shown_in_session
from courseware.core.kept_posts import is_taken, keep

GetResponse = Callable[[HttpRequest], HttpResponse]

#: Session keys. Times in seconds since the epoch.
SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
SHARED = "shared_computer"

# Writing the session at every request would cost a query each.
_STEP = 300
_STEP_WITH_IDLE_LIMIT = 60
_THROTTLED_FOR = "300"
_BUSY_FOR = "5"


def _now() -> int:
    return int(timezone.now().timestamp())


def begin_session(request: HttpRequest, user: User) -> None:
    """Start the clocks of a session that has just been opened."""
    request.session[SIGNED_IN_AT] = _now()
    _note(request, user)


def _note(request: HttpRequest, user: User) -> None:
    request.session[SEEN_AT] = _now()
    request.session[ROLES_HINT] = sorted(role_keys(user))


class RefusalMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", _THROTTLED_FOR)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, SignInBusy):
            return HttpResponse(
                render_to_string("503.html"), status=503, headers={"Retry-After": _BUSY_FOR}
            )
        return None


class PreferencesMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            language, zone = user.language, user.time_zone
        else:
            language, zone = translation.get_language_from_request(request), ""
        with translation.override(language), timezone.override(_zone(zone)):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            if not user.is_authenticated and response.get("Content-Type", "").startswith("text/"):
                patch_vary_headers(response, ("Accept-Language",))
            if user.is_authenticated and not response.has_header("Cache-Control"):
                response["Cache-Control"] = "private, no-store"
        return response


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name or settings.DEFAULT_USER_TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


class SessionLimitMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            if self._is_over(request):
                logout(request)
                messages.info(
                    request, _("You were signed out after a time without use. Sign in again.")
                )
            elif _now() - request.session.get(SEEN_AT, 0) >= self._step(request):
                request.session.setdefault(SIGNED_IN_AT, _now())
                _note(request, user)
        return self.get_response(request)

    @staticmethod
    def _idle_limit(request: HttpRequest) -> int:
        """Seconds without use after which the session ends; 0 for none."""
        if request.session.get(SHARED):
            return int(settings.SESSION_IDLE_SHARED)
        return int(settings.SESSION_IDLE_STAFF) if nav_roles(request) & STAFF_ROLES else 0

    def _step(self, request: HttpRequest) -> int:
        return _STEP_WITH_IDLE_LIMIT if self._idle_limit(request) else _STEP

    def _is_over(self, request: HttpRequest) -> bool:
        now = _now()
        if now - request.session.get(SIGNED_IN_AT, now) >= settings.SESSION_COOKIE_AGE:
            return True
        limit = self._idle_limit(request)
        return bool(limit) and now - request.session.get(SEEN_AT, now) >= limit


class GateMiddleware(LoginRequiredMiddleware):
    """Turns signed-out visitors to the sign-in; what they sent may wait for them."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        turned_away = super().process_view(request, view_func, view_args, view_kwargs)
        if turned_away is not None and is_taken(request, view_func):
            if keep(request, view_func, view_kwargs):
                messages.info(
                    request, _("What you sent is kept. Sign in again, and it is saved at once.")
                )
            else:
                messages.warning(
                    request,
                    _(
                        "What you sent could not be kept. Before you sign in, go back in your "
                        "browser and copy what you wrote."
                    ),
                )
        return turned_away


class SecondFactorMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            user.signed_in_strongly = shown_in_session(request, user)
            if self._is_missing(request, user):
                return self._ask(request, user)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A role given since the roles were last read: `access` noticed."""
        if isinstance(error, SecondFactorNeeded) and isinstance(request.user, User):
            return self._ask(request, request.user)
        return None

    @staticmethod
    def _is_missing(request: HttpRequest, user: User) -> bool:
        if not settings.SECOND_FACTOR_REQUIRED:
            return False
        if not nav_roles(request) & STAFF_ROLES:
            return False
        if request.path.startswith(_own_pages()):
            return False
        return not user.signed_in_strongly or not has_second_factor(user)

    @staticmethod
    def _ask(request: HttpRequest, user: User) -> HttpResponse:
        if not has_second_factor(user):
            messages.info(request, _("Your role needs a second step at sign-in. Set it up now."))
            return redirect("mfa_index")
        following = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('account_reauthenticate')}?{following}")


class NewPasswordMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and request.session.get(NEW_PASSWORD_DUE):
            if has_second_factor(user):
                del request.session[NEW_PASSWORD_DUE]
            elif not request.path.startswith(_own_pages()):
                messages.info(
                    request,
                    _(
                        "Without a second step your password is too short. "
                        "Choose a longer one, or set up a second step."
                    ),
                )
                return redirect("account_change_password")
        return self.get_response(request)


def _own_pages() -> str:
    """The folder of sign-in and of the person's own settings: where a second step is set up."""
    return reverse("account_login").removesuffix("login/")
