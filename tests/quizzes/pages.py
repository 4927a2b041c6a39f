"""Shared by the tests of an attempt's pages: a client, addresses, forms and what a page says."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from quizzes.models import Attempt
from tests.quizzes.sitting import Sitting

JSON = {"Accept": "application/json"}


def browser(sitting: Sitting) -> Client:
    client = Client()
    client.force_login(sitting.person)
    return client


def address(attempt: Attempt, name: str, *args: object) -> str:
    return reverse(f"quizzes:{name}", args=[attempt.pk, *args])


def body(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", response.content.decode()))


def posted(
    attempt: Attempt, position: int, raw: Mapping[str, object], seen: int = 0
) -> dict[str, object]:
    return {**raw, f"q{position}-sequence": str(seen)}
