"""The mails about signing in: the invitation, the reset link, and a notice of every change.

Owns: their words and addresses. Must not: talk to a mail server (a row is written, a worker
sends), or build an address from a request: SITE_URL is the only source.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, override

from courseware.accounts.models import User
from courseware.core.ids import new_id
from courseware.jobs.actions import post_mail

INVITATION = "accounts.invitation"


@dataclass(frozen=True)
class Change:
    """A change of how somebody signs in: the verb of its audit event, and the mail's sentence."""

    verb: str
    sentence: str | Promise


#: By the name of allauth's template for it.
CHANGES = {
    "password_changed": Change(
        "sign_in.password_changed", gettext_lazy("Your password was changed.")
    ),
    "password_set": Change("sign_in.password_set", gettext_lazy("A password was set.")),
    "password_reset": Change(
        "sign_in.password_reset", gettext_lazy("Your password was set anew through a link.")
    ),
    "totp_activated": Change(
        "sign_in.app_added", gettext_lazy("An authenticator app was added to your sign-in.")
    ),
    "totp_deactivated": Change(
        "sign_in.app_removed", gettext_lazy("The authenticator app was removed from your sign-in.")
    ),
    "recovery_codes_generated": Change(
        "sign_in.codes_made", gettext_lazy("New recovery codes were made.")
    ),
    "webauthn_added": Change(
        "sign_in.key_added", gettext_lazy("A passkey or security key was added to your sign-in.")
    ),
    "webauthn_removed": Change(
        "sign_in.key_removed",
        gettext_lazy("A passkey or security key was removed from your sign-in."),
    ),
    "second_steps_removed": Change(
        "sign_in.second_steps_removed",
        gettext_lazy("An administrator removed the second steps of your sign-in."),
    ),
}


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def reset_url(key: str) -> str:
    """`key` is allauth's "uid-token"."""
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return absolute(path.replace("UID-KEY", quote(key)))


def post_reset_link(*, person: User, url: str, now: datetime) -> None:
    with override(person.language):
        action_label = gettext("Set a new password")
    _post(
        person,
        "account_password_reset",
        {"action_url": url, "action_label": action_label, "service_number": person.service_number},
        now,
    )


def invitation_url(key: str) -> str:
    return absolute(reverse("open_invitation", kwargs={"key": key}))


def post_invitation(*, person: User, key: str, number: int, until: datetime, now: datetime) -> None:
    with override(person.language):
        action_label = gettext("Set your password")
    context: dict[str, object] = {
        "action_url": invitation_url(key),
        "action_label": action_label,
        "email": person.email,
        "service_number": person.service_number,
        "until": until,
    }
    _post(person, "invitation", context, now, key=f"{person.pk}:{number}", kind=INVITATION)


def post_security_notice(*, person: User, change: Change, now: datetime) -> None:
    _post(person, "account_security_notice", {"sentence": change.sentence, "at": now}, now)


def _post(
    person: User,
    template: str,
    context: dict[str, object],
    now: datetime,
    *,
    kind: str = "",
    key: str = "",
) -> None:
    post_mail(
        template,
        context,
        kind=kind or template,
        key=key or new_id().hex,  # each request is a mail of its own; the throttle bounds them
        recipient_id=person.pk,
        to_address=person.email,
        language=person.language,
        time_zone=person.time_zone,
        now=now,
    )
