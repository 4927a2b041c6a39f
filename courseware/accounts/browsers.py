"""Browsers a person has signed in with before have their own count of failed tries.

Six wrong passwords in five minutes close the door for a while. Counted by account alone, a
stranger could keep somebody out for ever; so a browser that has been let in before carries a
signed cookie and is counted apart. The cookie opens nothing: the password is still needed.

Must not: name the person in the cookie; it holds a random number and keyed hashes.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "__Host-browser" if settings.HTTPS else "courseware_browser"
_SALT = "courseware.accounts.browsers"
_AGE = 180 * 24 * 60 * 60


def _fingerprint(login: str) -> str:
    return salted_hmac(_SALT, login.strip().lower(), algorithm="sha256").hexdigest()[:32]


def remember(response: HttpResponse, logins: list[str]) -> None:
    """Let this browser be known for the person who signs in with `logins`."""
    value = {"n": secrets.token_urlsafe(12), "l": [_fingerprint(login) for login in logins]}
    response.set_cookie(
        COOKIE,
        signing.dumps(value, salt=_SALT),
        max_age=_AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def known_as(request: HttpRequest, login: str) -> str:
    """The browser's own number if it has been let in with `login` before, else ""."""
    try:
        value = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_AGE)
    except signing.BadSignature:
        return ""
    return str(value["n"]) if _fingerprint(login) in value["l"] else ""
