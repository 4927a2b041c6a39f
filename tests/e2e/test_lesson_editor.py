"""An instructor writes a lesson in a browser: the preview follows, nothing typed is lost.

The hostile texts are typed with the browser's own protection off.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Page, Request, expect

from courseware.authoring.views import lessons as views
from courseware.courses.models import Edition
from lessons.models import Picture
from tests.authoring.drafts_made import small_draft
from tests.authoring.lesson_editing import HARD, Desk
from tests.cast import Cast
from tests.certificates.completed import work_off
from tests.e2e.conftest import OpenPage
from tests.e2e.test_hostile_content import CARRIERS, CORPUS, TOUCH, WATCH
from tests.lessons.pictures_made import claiming, with_places


@pytest.fixture
def draft(cast: Cast, settings: LazySettings, _own_files: None) -> Edition:
    settings.SECOND_FACTOR_REQUIRED = False
    return small_draft(cast.ingrid)


@pytest.fixture
def desk(draft: Edition, cast: Cast) -> Desk:
    return Desk(draft, cast.ingrid)


def opened(browser_page: OpenPage, desk: Desk, **options: Any) -> Page:
    page = browser_page(desk.person, **options)
    page.goto(desk.address)
    return page


def typed(page: Page, text: str) -> None:
    page.locator("#id_markdown").fill(text)


def status(page: Page) -> Any:
    return expect(page.locator("#status"))


PAUSE = 500  # milliseconds, longer than the preview waits for the next key
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")


# ------------------------------------------------------------------ writing
def test_the_preview_follows_and_ctrl_s_saves(browser_page: OpenPage, desk: Desk) -> None:
    page = opened(browser_page, desk)
    typed(page, "## A new part\n\n[x](javascript:alert(1))\n\nThe end.\n")
    expect(page.locator("#preview h2#s-a-new-part")).to_be_visible()
    status(page).to_have_text("Not saved yet")
    line = page.locator("#problems [data-line]")
    expect(line).to_have_text("Line 3")
    line.click()
    chosen = page.locator("#id_markdown").evaluate(
        "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    )
    assert chosen == "[x](javascript:alert(1))"
    page.keyboard.press("Control+s")
    status(page).to_have_text(SAVED)
    assert desk.words().markdown.startswith("## A new part\n")
    typed(page, "Once more, with what the answer said.\n")
    page.get_by_role("button", name="Save", exact=True).click()
    status(page).to_have_text(SAVED)
    assert desk.words().markdown == "Once more, with what the answer said.\n"


def test_the_light_text_has_its_tab(browser_page: OpenPage, draft: Edition, cast: Cast) -> None:
    desk = Desk(draft, cast.ingrid, HARD)
    page = opened(browser_page, desk)
    expect(page.locator("#id_light_markdown")).to_be_hidden()
    page.get_by_role("radiogroup").get_by_text("Text-light version").click()
    expect(page.locator("#id_markdown")).to_be_hidden()
    page.locator("#id_light_markdown").fill("Few words.\n")
    expect(page.locator("#preview")).to_contain_text("Preview of the text-light version")
    expect(page.locator("#preview .lesson-text")).to_have_text("Few words.")
    page.keyboard.press("Control+s")
    status(page).to_have_text(SAVED)
    assert desk.words().light_markdown == "Few words.\n"


def test_on_a_phone_one_of_both_is_shown(browser_page: OpenPage, desk: Desk) -> None:
    page = opened(browser_page, desk, width=390)
    expect(page.locator("#preview")).to_be_hidden()
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.locator("#preview")).to_be_visible()
    expect(page.locator("#id_markdown")).to_be_hidden()
    page.get_by_role("button", name="Text", exact=True).click()
    expect(page.locator("#id_markdown")).to_be_visible()


def test_without_a_script_the_buttons_do_the_same(browser_page: OpenPage, desk: Desk) -> None:
    page = opened(browser_page, desk, java_script_enabled=False)
    typed(page, "## Only looked at\n")
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.locator("#preview h2#s-only-looked-at")).to_be_visible()
    assert desk.words() == desk.opened
    expect(page.locator("#id_markdown")).to_have_value("## Only looked at\n")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert desk.words().markdown == "## Only looked at\n"


# ------------------------------------------------------------------ nothing is lost
def test_leaving_asks_and_the_text_is_offered_again(browser_page: OpenPage, desk: Desk) -> None:
    page = opened(browser_page, desk)
    typed(page, "Never saved.\n")
    status(page).to_have_text("Not saved yet")
    asked = []

    def leave(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.locator("#id_markdown")).not_to_have_value("Never saved.\n")
    expect(page.get_by_text("A text of yours from")).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#id_markdown")).to_have_value("Never saved.\n")
    page.keyboard.press("Control+s")
    status(page).to_have_text(SAVED)
    page.reload()
    expect(page.locator("#kept")).to_be_hidden()


def test_a_text_put_back_overwrites_nobody(
    browser_page: OpenPage, desk: Desk, draft: Edition, cast: Cast
) -> None:
    page = opened(browser_page, desk)
    typed(page, "Mine, never saved.\n")
    status(page).to_have_text("Not saved yet")
    page.on("dialog", lambda dialog: dialog.accept())
    Desk(draft, cast.ingrid).save(markdown="Theirs.\n")
    page.reload()
    page.get_by_role("button", name="Put it back").click()
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", name="Two versions of this lesson")).to_be_visible()
    assert desk.words().markdown == "Theirs.\n"


def test_without_a_connection_the_text_stays(browser_page: OpenPage, desk: Desk) -> None:
    page = opened(browser_page, desk)
    page.context.set_offline(True)
    typed(page, "On the train.\n")
    page.keyboard.press("Control+s")
    status(page).to_contain_text("Not saved: no connection.")
    expect(page.locator("[data-preview-state]")).to_contain_text("No preview")
    page.context.set_offline(False)
    page.keyboard.press("Control+s")
    status(page).to_have_text(SAVED)
    assert desk.words().markdown == "On the train.\n"


def test_signed_out_meanwhile(browser_page: OpenPage, desk: Desk) -> None:
    page = opened(browser_page, desk)
    page.context.clear_cookies()
    typed(page, "Written after the night.\n")
    page.keyboard.press("Control+s")
    status(page).to_contain_text("Not saved: you are signed out.")
    expect(page.locator("#id_markdown")).to_have_value("Written after the night.\n")
    client = Client()
    client.force_login(desk.person)
    fresh = next(iter(client.cookies.values()))
    page.context.add_cookies([{"name": fresh.key, "value": fresh.value, "url": page.url}])
    page.keyboard.press("Control+s")  # the token of the page is an old one: it is fetched anew
    status(page).to_have_text(SAVED)
    assert desk.words().markdown == "Written after the night.\n"


def test_two_editors_of_one_lesson(
    browser_page: OpenPage, desk: Desk, draft: Edition, cast: Cast
) -> None:
    page = opened(browser_page, desk)
    Desk(draft, cast.ingrid).save(markdown="Common.\n\nTheir words.\n")
    typed(page, "Common.\n\nMy words.\n")
    page.keyboard.press("Control+s")
    trouble = page.locator("#trouble section")
    expect(trouble).to_be_focused()
    expect(trouble.locator("del").first).to_have_text("Their")
    expect(trouble.locator("ins").first).to_have_text("My")
    expect(page.locator("#id_markdown")).to_have_value("Common.\n\nMy words.\n")
    page.get_by_role("button", name="Save mine in its place").click()
    status(page).to_have_text(SAVED)
    assert desk.words().markdown == "Common.\n\nMy words.\n"
    expect(page.locator("#trouble section")).to_have_count(0)


def test_taking_theirs_keeps_mine_within_reach(
    browser_page: OpenPage, desk: Desk, draft: Edition, cast: Cast
) -> None:
    page = opened(browser_page, desk)
    Desk(draft, cast.ingrid).save(markdown="Theirs.\n")
    typed(page, "Mine.\n")
    page.keyboard.press("Control+s")
    page.get_by_role("link", name="Take theirs").click()
    expect(page.locator("#id_markdown")).to_have_value("Theirs.\n")
    expect(page.get_by_role("button", name="Put it back")).to_be_visible()
    page.get_by_role("button", name="Throw it away").click()
    page.reload()
    expect(page.locator("#kept")).to_be_hidden()


# ------------------------------------------------------------------ hostile
def test_no_preview_runs_anything(
    browser_page: OpenPage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_LIMITS", {"preview": "9999/m/user"})
    page = browser_page(desk.person, bypass_csp=True)
    page.add_init_script(WATCH)
    left: list[str] = []

    def note(request: Request) -> None:
        if urlsplit(request.url).hostname not in {"localhost", None}:
            left.append(request.url)

    page.on("request", note)
    page.clock.install()  # so that the pause after the last key is over at once
    page.goto(desk.address)
    old = page.locator("#preview > [data-old]")
    for text in CORPUS:
        page.locator("#preview").evaluate("place => { place.firstElementChild.dataset.old = '' }")
        expect(old).to_have_count(1)
        typed(page, text)
        page.clock.fast_forward(PAUSE)
        expect(old).to_have_count(0)  # this text's own is shown
        assert page.evaluate(TOUCH) == "", text
        assert page.evaluate(CARRIERS) == [], text
    typed(page, "\n\n".join(CORPUS))
    page.keyboard.press("Control+s")
    assert left == []


# ------------------------------------------------------------------ pictures
def test_a_picture_is_brought_prepared_and_shown(
    browser_page: OpenPage, desk: Desk, draft: Edition
) -> None:
    page = browser_page(desk.person)
    page.goto(f"/admin/courses/edition/{draft.pk}/pictures/")

    def bring(content: bytes) -> None:
        page.set_input_files(
            "#id_file", {"name": "house.jpg", "mimeType": "image/jpeg", "buffer": content}
        )
        page.get_by_label("What it shows").fill("A house with a red door")
        page.get_by_role("button", name="Upload the picture").click()

    bring(claiming(13_000, 13_000))
    expect(page.get_by_text("The picture has 13,000 × 13,000 pixels.").first).to_be_visible()
    bring(with_places())
    expect(page.get_by_text("Being prepared", exact=True)).to_be_visible()
    work_off()
    expect(page.get_by_role("heading", name="house.webp")).to_be_visible()
    picture = page.get_by_role("img", name="A house with a red door")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 40)
    lines = page.locator("pre").filter(has_text="house.webp").inner_text()
    page.goto(desk.address)
    typed(page, lines)
    expect(page.locator("#preview img")).to_have_attribute("alt", "A house with a red door")
    page.keyboard.press("Control+s")
    status(page).to_have_text(SAVED)
    assert Picture.objects.filter(edition=draft, name="house.webp").exists()
    assert "house.webp" in desk.text().figures
