"""A whole installation with its web server, for journeys that need every part to be real.

    with running(tmp_path) as house:              # SQLite and the embedded broker
    with running(tmp_path, SERVICES) as house:    # PostgreSQL and RabbitMQ
        page = visit(house.url)
        house.site.kill("worker")

Owns: the port, starting all three processes, waiting until they answer. Must not: know what a test
does with it; installations themselves are tests/faults/harness.py's.
"""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.cast import PASSWORD
from tests.faults.harness import EMBEDDED, Shape, Site, open_site, wait_for


@dataclass(frozen=True)
class House:
    site: Site
    url: str
    port: int


@contextmanager
def running(folder: Path, shape: Shape = EMBEDDED, **environment: str) -> Iterator[House]:
    """Migrated and empty; web, worker and beat run in demo mode."""
    port = _free_port()
    url = f"http://localhost:{port}"
    with open_site(folder, shape, PORT=str(port), SITE_URL=url, **environment) as site:
        site.start("worker")
        site.start("beat")
        site.start("web", port=port)
        wait_for(lambda: _answers(url), f"the web server answers\n{site.log('web')}", 30)
        yield House(site, url, port)


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Through the form, as a person does."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address or service number").fill(login)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="My training")).to_be_visible()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
