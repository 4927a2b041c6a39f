"""The list of public pages is the truth: every address of the product is compared with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from courseware.accounts.public import PUBLIC


def _every_address(resolver: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _every_address(pattern, space)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern.callback


def _names() -> tuple[set[str], set[str]]:
    """Names of (open, closed) addresses as the gate sees them."""
    opened: set[str] = set()
    closed: set[str] = set()
    for name, view in _every_address(get_resolver()):
        (closed if getattr(view, "login_required", True) else opened).add(name)
    return opened, closed


def test_what_is_open_is_what_the_list_says() -> None:
    opened, _ = _names()
    assert opened == set(PUBLIC)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/profile/",
        "/accounts/sessions/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/reauthenticate/",
        "/support/",
        "/admin/",
    ],
)
def test_a_visitor_is_sent_to_the_one_sign_in_page(db: None, path: str) -> None:
    response = Client().get(path, follow=True)
    assert response.request["PATH_INFO"] == "/accounts/login/"


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/email/",
        "/accounts/confirm-email/",
        "/accounts/signup/",
        "/accounts/3rdparty/",
        "/accounts/2fa/webauthn/signup/",
        "/accounts/login/code/",
    ],
)
def test_pages_nobody_needs_do_not_exist(db: None, path: str) -> None:
    assert Client().get(path).status_code == 404
