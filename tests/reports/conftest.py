"""What tests of reports share: the day, and somebody's browser."""

import csv
import io
from collections.abc import Iterable, Iterator

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from courseware.accounts.models import User
from tests.cast import PASSWORD
from tests.reports.worlds import NOW, World, make_frame

COMPLETIONS = "/reports/completions/"
EXPORT, FILE = f"{COMPLETIONS}export/", f"{COMPLETIONS}export/file"


@pytest.fixture(autouse=True)
def _on_that_day(settings: LazySettings) -> Iterator[None]:
    settings.SECOND_FACTOR_REQUIRED = False
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def frame(db: None) -> World:
    return make_frame()


def browser(person: User, *, confirmed: bool = False) -> Client:
    """Signed in; `confirmed`: has just shown once more who they are."""
    client = Client()
    client.force_login(person)
    if confirmed:
        assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


def table_of(response: Iterable[bytes]) -> list[dict[str, str]]:
    """The rows of a CSV answer, as a program reads them."""
    body = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))
