"""How allauth behaves here.

Nobody signs up; mail goes out through rows; addresses in mails come from SITE_URL; failed tries
are counted before anything is hashed; a new password ends the person's other sessions.
Must not: hold a second copy of an address: allauth's EmailAddress table stays empty.
"""

import logging
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from courseware.accounts import browsers, mails
from courseware.accounts.actions import end_sessions, record_sign_in_change
from courseware.accounts.middleware import begin_session
from courseware.accounts.models import User
from courseware.accounts.passwords import NEW_PASSWORD_DUE

log = logging.getLogger("courseware.accounts")

_NO_MATCH = _("This did not match an account. Check what you typed and try again.")


def display_name(user: User) -> str:
    return str(user)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    error_messages = DefaultAccountAdapter.error_messages | {
        # One sentence whatever was wrong and however it was typed.
        "email_password_mismatch": _NO_MATCH,
        "username_password_mismatch": _NO_MATCH,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    # -------------------------------------------------------------- addresses
    def is_safe_url(self, url: str) -> bool:
        """Only pages of this site; the default would allow every host of ALLOWED_HOSTS."""
        request = allauth_context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        return mails.reset_url(key)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    # -------------------------------------------------------------- failed tries
    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        login = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
        return f"{login}:{browsers.known_as(request, login)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before hashing; too many end in a 429 for known and unknown alike."""
        self._login_failed_rl_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed",
            key=self._get_login_attempts_cache_key(request, **credentials),
        )
        if not self._login_failed_rl_usage:
            raise ImmediateHttpResponse(ratelimit.respond_429(request))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        log.info("A sign-in failed.")

    def reauthenticate(self, user: User, password: str) -> bool:
        """allauth looks the person up again by an address it does not hold; we know who it is."""
        request = allauth_context.request
        self.pre_authenticate(request, username=f"again:{user.pk}")
        right = bool(user.check_password(password))
        if right:
            self._rollback_login_failed_rl_usage()
        return right

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Where a second step exists, confirming means the second step."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [m for m in methods if m["id"] != "reauthenticate"] or methods

    # -------------------------------------------------------------- signing in
    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        begin_session(request, user)
        log.info("Person %s signed in.", user.pk)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not request.session.get("shared_computer"):
            browsers.remember(response, [n for n in (user.email, user.service_number) if n])
        return response

    # -------------------------------------------------------------- passwords
    def set_password(self, user: User, password: str) -> None:
        request = allauth_context.request
        with transaction.atomic():
            user.set_password(password)
            user.save(update_fields=["password"])
            end_sessions(person=user, but_key=request.session.session_key)
        request.session.pop(NEW_PASSWORD_DUE, None)
        self._forget_failed_tries(request, user)

    def _forget_failed_tries(self, request: HttpRequest, user: User) -> None:
        """Whoever has just set a new password is not made to wait for the old one's mistakes."""
        rates = str(app_settings.RATE_LIMITS["login_failed"]).split(",")
        by_account = ",".join(rate for rate in rates if rate.strip().endswith("/key"))
        for login in filter(None, (user.email, user.service_number)):
            ratelimit.clear(
                request,
                app="allauth.account",
                action="login_failed",
                config={"login_failed": by_account},
                key=self._get_login_attempts_cache_key(request, username=login),
            )

    # -------------------------------------------------------------- mail
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail as a row; a worker sends it. Only the reset link comes this way."""
        mails.post_reset_link(
            person=context["user"], url=context["password_reset_url"], now=timezone.now()
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """A change of how somebody signs in: an audit event, and a mail where there is one."""
        now = timezone.now()
        name = template_prefix.rpartition("/")[2]
        change = mails.CHANGES[name]
        if name in {"totp_activated", "webauthn_added"}:
            # Setting one up showed it: nobody is asked for the same step twice in a row.
            record_authentication(allauth_context.request, user, "mfa", type=name)
        with transaction.atomic():
            record_sign_in_change(person=user, verb=change.verb, by=user, now=now)
            if settings.ACCOUNT_EMAIL_NOTIFICATIONS and user.email:
                mails.post_security_notice(person=user, change=change, now=now)
