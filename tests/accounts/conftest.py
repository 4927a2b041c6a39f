"""Signing in as a test does it, and counts of failed tries that start at nought."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from courseware.accounts.models import User
from tests.cast import PASSWORD

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _no_failed_tries_yet() -> None:
    cache.clear()


def totp_code(secret: str) -> str:
    """RFC 6238 with the defaults of authenticator apps, computed apart from the product."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@pytest.fixture
def sign_in() -> SignIn:
    """A client in which `person` has signed in by the page itself."""

    def do(person: User, client: Client | None = None, **fields: str) -> Client:
        client = client or Client()
        response = client.post(
            "/accounts/login/", {"login": person.email, "password": PASSWORD, **fields}
        )
        assert response.status_code == 302, response.content.decode()
        return client

    return do
