"""A real Chromium, against a live server or against a whole installation.

    def test_reading(browser_page: OpenPage, cast: Cast) -> None:
        page = browser_page(cast.alice, width=390)
        page.goto("/")

    def test_a_journey(visit: Visit, tmp_path: Path) -> None:
        with running(tmp_path) as house:          # tests/e2e/houses.py
            page = visit(house.url)

`browser_page(person=None, **options)` opens a fresh browser context: signed in as `person`, with
relative addresses going to the live server. `visit(url, **options)` does the same for any address.
Options are Playwright's (`java_script_enabled`, `color_scheme`, `locale` …) and `width`, `height`.
At the end of a test no page may have thrown an error or met the content security policy.

Playwright's plain API keeps an event loop in this thread, which Django's ORM refuses by default;
tests take turns with it and never run inside it, so the refusal is switched off here.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import LazySettings, settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from courseware.accounts.models import User
from quizzes.models import Attempt
from tests.cast import Cast, build_cast
from tests.chromium import FLAGS
from tests.e2e.frames import bare_tables, framed
from tests.e2e.stage import begin, eight_types, position_of, put_on
from tests.migrated import copy_tables


class OpenPage(Protocol):
    def __call__(self, person: User | None = None, **options: Any) -> Page: ...


class Visit(Protocol):
    def __call__(self, url: str, **options: Any) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A file: with a database in memory all threads of the live server share one connection, and
    two requests at the same time get into each other's transactions."""
    database: dict[str, Any] = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(file)
        copy_tables(file)
        # Nobody cuts the power of this one; tests that kill have an installation of their own.
        database["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """Of the file that was copied Django's `migrate` finds nothing left to do."""
    return django_db_keepdb or connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(bare_tables())
        yield


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("No Chromium on this machine.")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def note_error(error: Error) -> None:
        troubles.append(str(error))

    def note_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            troubles.append(message.text)

    def open_page(url: str, **options: Any) -> Page:
        size = ViewportSize(width=options.pop("width", 1280), height=options.pop("height", 900))
        context = chromium.new_context(base_url=url, viewport=size, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", note_error)
        page.on("console", note_console)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles, troubles


@pytest.fixture
def browser_page(
    visit: Visit, live_server: LiveServer, settings: LazySettings, _own_files: None
) -> OpenPage:
    settings.SITE_URL = live_server.url

    def open_page(person: User | None = None, **options: Any) -> Page:
        page = visit(live_server.url, **options)
        if person is not None:
            page.context.add_cookies([session_cookie(person, live_server.url)])
        return page

    return open_page


@pytest.fixture
def attempt(cast: Cast) -> Attempt:
    """Alice's, with a question of every type."""
    return begin(put_on(cast.alice, eight_types()))


@pytest.fixture
def position(attempt: Attempt) -> int:
    """Where something is written."""
    return position_of(attempt, "short")


@pytest.fixture
def _own_files(settings: LazySettings, tmp_path: Path) -> None:
    """Files, key and throttles of each test are its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.KEYS_DIR = tmp_path / "keys"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, committed, so that the live server sees it too."""
    return framed(build_cast)


def session_cookie(person: User, url: str) -> Any:
    client = Client()
    client.force_login(person)
    cookie = next(iter(client.cookies.values()))
    return {"name": cookie.key, "value": cookie.value, "url": url}
