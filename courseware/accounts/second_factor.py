"""Second steps: what allauth should know about us, and what this session has shown.

Owns: names and secrets of second steps. Must not: trust a mark of our own in the session; only
allauth's record of how somebody signed in counts, and only for the person it belongs to.
"""

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest

from courseware.accounts.models import User

TYPES = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_second_factor(user: User) -> bool:
    """An authenticator app or a key is set up. Recovery codes alone are not a second step."""
    return bool(is_mfa_enabled(user, types=TYPES))


def shown_in_session(request: HttpRequest, user: User) -> bool:
    """This session was opened, or confirmed since, with a second step or a passkey."""
    return any(
        record.get("method") == "mfa" for record in get_authentication_records(request, user)
    )


def _vault() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(hashlib.sha256(f"second factor:{key}".encode()).digest())
            )
            for key in keys
        ]
    )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Names from the settings, never from the Host header; secrets encrypted in the table."""

    def _get_site_name(self) -> str:
        return f"Courseware, {settings.FORCE_NAME}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": self._get_site_name()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": str(user)}

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()
