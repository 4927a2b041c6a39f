"""A browser in which people of the demo force sign in, and pictures small enough for a repository.

    with open_camera("http://localhost:8000") as camera:
        page = camera.sign_in("instructor")
        camera.take(page, "instructor-courses")

Owns: signing in, the size and colours of a picture. Must not: know what is on it.
"""

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

from courseware.demo.people import DOMAIN, PASSWORD
from tests.chromium import FLAGS

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
#: The repository holds every picture that ever was: none may be large.
MOST_BYTES = 80_000
_WIDTH = 1280
_COLOURS = (224, 128, 64, 32)


@dataclass
class Camera:
    browser: Browser
    url: str

    def sign_in(self, login: str, *, height: int = 720) -> Page:
        context = self.browser.new_context(
            base_url=self.url,
            viewport=ViewportSize(width=_WIDTH, height=height),
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/Brussels",
            accept_downloads=True,
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto("/accounts/login/")
        name = login if login.startswith("N-") else f"{login}@{DOMAIN}"
        page.get_by_label("E-mail address or service number").fill(name)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/")
        return page

    def take(self, page: Page, name: str, *, height: int = 720, top: Locator | None = None) -> None:
        """What is seen at this height of the window, from `top` on if it is given."""
        page.set_viewport_size(ViewportSize(width=_WIDTH, height=height))
        if top is None:
            page.evaluate("scrollTo(0, 0)")
        else:
            top.evaluate(
                "element => scrollTo(0, element.getBoundingClientRect().top + scrollY - 16)"
            )
        page.wait_for_timeout(300)
        (FOLDER / f"{name}.png").write_bytes(small(page.screenshot()))


def small(png: bytes) -> bytes:
    """With as many colours as fit."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in _COLOURS:
        kept = io.BytesIO()
        few = picture.quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(kept, "PNG", optimize=True)
        if kept.tell() <= MOST_BYTES:
            return kept.getvalue()
    raise ValueError(f"The picture stays larger than {MOST_BYTES} bytes: take less height.")


@contextmanager
def open_camera(url: str) -> Iterator[Camera]:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield Camera(browser, url)
        browser.close()
