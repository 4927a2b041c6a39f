"""Every page, looked at by axe-core at two widths and in both colour schemes, and by rule at 320.

No serious or critical finding; nothing wider than the screen; the first Tab stop leads to the
content, and whatever has the focus shows it.
"""

import re
from collections.abc import Iterable
from typing import Any, Literal

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from playwright.sync_api import Page, expect

from courseware.accounts.models import User
from courseware.certificates.views import public
from courseware.home import views as home
from tests.cast import PASSWORD, Cast
from tests.e2e.conftest import OpenPage
from tests.e2e.frames import framed
from tests.e2e.stage import away_from_the_browser, confirm_who_one_is
from tests.exhibition import Exhibition, build_exhibition
from tests.faults.harness import ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
WIDTHS = (1280, 390)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NARROWEST = 320
#: Where nothing but colours is different from the light page, only the rules about colours can find
#: anything else; where anything stands elsewhere or is hidden, every rule is asked once more.
RUN = """async (scheme) => {
  // A colour on its way from one scheme to the other is nobody's colour.
  await Promise.allSettled(document.getAnimations().map((moving) => moving.finished));
  const shape = () => document.documentElement.outerHTML + JSON.stringify(
    [...document.querySelectorAll("*")].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const { visibility, opacity, display } = getComputedStyle(element);
      return [x, y, width, height, visibility, opacity, display];
    })
  );
  const seen = shape();
  const options = { resultTypes: ["violations"], iframes: false };
  if (scheme === "dark" && seen === window.seenInLight) options.runOnly = ["cat.color"];
  window.seenInLight = seen;
  const found = await axe.run(document, options);
  return found.violations
    .filter((rule) => ["serious", "critical"].includes(rule.impact))
    .map((rule) => `${rule.id}: ` + rule.nodes.slice(0, 3).map(
      (node) => node.target.join(" ") + " (" + node.any.map((one) => one.message).join(" ") + ")"
    ).join(" | "));
}"""
SPOIL = """() => document.querySelector("main").insertAdjacentHTML(
  "beforeend",
  "<input><img src='/x.svg'><div style='width:600px;height:9px'></div>" +
  "<p style='color:#999;background:#fff'>Faint</p>"
)"""
SPOIL_THE_DARK = """(style) => {
  const sheet = document.createElement("style");
  sheet.textContent = `@media (prefers-color-scheme: dark) { .spoilt { ${style} } }`;
  document.head.append(sheet);
}"""
WIDER = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return "";
  const wide = [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && box.right > root.clientWidth + 1 && !element.closest(".table-scroll");
  });
  return `${root.scrollWidth} px: ` + wide.slice(0, 3).map(
    (element) => element.tagName + "." + element.className
  ).join(", ");
}"""
#: From now on each stop is noted: what has the focus, or "" where that can be seen.
NOTE_STOPS = """() => {
  window.stops = [];
  addEventListener("focusin", ({ target }) => {
    const marked = target.closest("label") || target;
    const seen = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const shows = seen(getComputedStyle(target)) || seen(getComputedStyle(marked));
    window.stops.push(shows ? "" : target.outerHTML.slice(0, 120));
  });
}"""


@pytest.fixture
def shown(cast: Cast, settings: LazySettings, _own_files: None) -> Exhibition:
    settings.DEMO = True
    settings.SECOND_FACTOR_REQUIRED = False
    return framed(_exhibition, cast)


def _exhibition(cast: Cast) -> Exhibition:
    return away_from_the_browser(lambda: build_exhibition(cast))


STALE_AND_EMPTY = """() => {
  const form = document.getElementById("attempt-form");
  const given = form.querySelectorAll("input:not([type=hidden]), select");
  for (const input of given) input.disabled = true;
  for (const input of form.querySelectorAll("[name$=-sequence]")) input.value = "99";
  form.submit();
}"""


def look(page: Page, name: str, *, is_ours: bool = True) -> list[str]:
    """Findings of the page that is open, at every width and in both schemes."""
    found = []
    page.evaluate(AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{name} at {width}, {scheme}: {line}" for line in page.evaluate(RUN, scheme)]
    if is_ours:
        page.set_viewport_size({"width": NARROWEST, "height": 700})
        if wider := page.evaluate(WIDER):
            found.append(f"{name} is wider than {NARROWEST} px: {wider}")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def walk(page: Page, stops: Iterable[tuple[str, str]], *, is_ours: bool = True) -> list[str]:
    found: list[str] = []
    for name, address in stops:
        response = page.goto(address)
        assert response is not None
        assert response.status < 500, name
        found += look(page, name, is_ours=is_ours)
    return found


def _listed(found: list[str]) -> str:
    return "\n".join(sorted(set(found)))


def test_the_looking_finds_what_is_wrong(browser_page: OpenPage, shown: Exhibition) -> None:
    page = browser_page(bypass_csp=True)
    page.goto("/accessibility/")
    page.evaluate(SPOIL)
    found = "\n".join(look(page, "spoilt"))
    for rule in ("label: ", "image-alt: ", "color-contrast: ", "is wider than 320 px"):
        assert rule in found


@pytest.mark.parametrize(
    ("element", "style", "rule"),
    [
        ("<p class=spoilt>Faint</p>", "color: #555; background: #444", "color-contrast"),
        # Shown in the dark only: its name is missing, which is no matter of colour.
        ("<input class=spoilt hidden>", "display: block !important", "label"),
    ],
)
def test_what_is_wrong_in_the_dark_only_is_found(
    browser_page: OpenPage, cast: Cast, element: str, style: str, rule: str
) -> None:
    page = browser_page(bypass_csp=True)
    page.goto("/accessibility/")
    assert look(page, "as it is") == []
    page.locator("main").evaluate(
        "(main, html) => main.insertAdjacentHTML('beforeend', html)", element
    )
    page.evaluate(SPOIL_THE_DARK, style)
    found = look(page, "spoilt", is_ours=False)
    assert {line.split(": ")[0] for line in found} == {
        f"spoilt at {width}, dark" for width in WIDTHS
    }
    assert all(f": {rule}: " in line for line in found)


@pytest.mark.parametrize(
    "part",
    [
        "signed_out",
        "demo",
        "training",
        "testing",
        "nothing_yet",
        "authoring",
        "asking",
        "counting",
        "reviewing",
        "correcting",
        "reporting",
        "auditing",
        "assigning",
    ],
)
def test_no_page_stands_in_anybody_s_way(
    shown: Exhibition, cast: Cast, browser_page: OpenPage, part: str
) -> None:
    reader: dict[str, User] = {
        "training": cast.alice,
        "testing": cast.alice,
        "nothing_yet": cast.toni,
        "authoring": cast.ingrid,
        "asking": cast.ingrid,
        "counting": cast.ingrid,
        "reviewing": cast.rafael,
        "correcting": cast.ingrid,
        "reporting": cast.carol,
        "auditing": cast.audrey,
        "assigning": cast.carol,
    }
    page = browser_page(reader.get(part), bypass_csp=True)
    found = walk(page, getattr(shown, part)())
    assert not found, _listed(found)


def test_the_admin_stands_in_nobody_s_way(
    shown: Exhibition, cast: Cast, browser_page: OpenPage
) -> None:
    page = browser_page(cast.ingrid, bypass_csp=True)
    found = walk(page, shown.staff(), is_ours=False)
    assert not found, _listed(found)


def test_the_bank_fits_a_laptop(shown: Exhibition, cast: Cast, browser_page: OpenPage) -> None:
    """Every column is in view; beside a column of filters the verdicts were not."""
    page = browser_page(cast.ingrid)
    page.set_viewport_size({"width": 1200, "height": 900})
    page.goto("/admin/quizzes/question/")
    table, box = page.locator("#result_list"), page.locator("#changelist-form .results")
    assert page.locator("th.column-verdict").is_visible()
    assert table.evaluate("e => e.scrollWidth") <= box.evaluate("e => e.clientWidth")


def test_pages_that_answer_a_form(shown: Exhibition, cast: Cast, browser_page: OpenPage) -> None:
    found = []
    page = browser_page(bypass_csp=True)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += look(page, "sign in, with errors")
    page.goto("/verify/")
    page.get_by_role("button", name="Check the certificate").click()
    found += look(page, "verification, with errors")
    page.goto(f"/verify/{shown.valid.code}/")
    for number, typed in enumerate(("Alice Example", *(["Somebody Else"] * 5))):
        page.get_by_label("Name on the certificate").fill(typed)
        page.get_by_role("button", name="Check the name").click()
        if number in {0, 1, 5}:
            found += look(page, f"name check, try {number + 1}")
    found += _conflict(browser_page(cast.alice, bypass_csp=True), shown)
    found += _conflicts(browser_page(cast.alice, bypass_csp=True), shown)
    page = browser_page(cast.alice, bypass_csp=True)
    page.goto("/courses/level-two/lessons/spilt-tea/")
    page.get_by_role("button", name="Continue").click()
    found += look(page, "lesson, hard")
    page = browser_page(cast.rafael, bypass_csp=True)
    page.goto(f"/admin/quizzes/erratum/{shown.erratum.pk}/decide/")
    confirm_who_one_is(page)
    found += look(page, "deciding on a wrong question")
    page.get_by_role("button", name="Decide and mark anew").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += look(page, "deciding on a wrong question, with errors")
    page = browser_page(cast.carol, bypass_csp=True)
    page.goto("/reports/completions/?due_from=2020-01-01&completed_to=soon&course=nowhere")
    expect(page.locator(".error-summary")).to_be_focused()
    found += look(page, "completions, with errors")
    page.goto("/reports/completions/export/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1, name="Export completions")).to_be_visible()
    found += look(page, "export of completions")
    assert not found, _listed(found)


def test_the_auditor_s_forms(shown: Exhibition, cast: Cast, browser_page: OpenPage) -> None:
    """Whom do you mean, nobody, one person; and what asks for the password before it exports."""
    found = []
    page = browser_page(cast.audrey, bypass_csp=True)
    for typed, words in (
        ("Nobody Atall", "Nobody is found under this"),
        ("Example", "Whom do you mean?"),
        ("N-ALICE", "By or about Alice Example"),
    ):
        page.goto("/reports/trail/")
        page.get_by_label("Person").fill(typed)
        page.get_by_role("button", name="Find").click()
        expect(page.get_by_text(words).first).to_be_visible()
        found += look(page, f"trail, searched for {typed}")
    page.get_by_role("link", name="Export").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Export the audit trail")).to_be_visible()
    found += look(page, "trail, export")
    for name, file in (
        ("Download the rows", ".csv"),
        ("Download the sealed trail", ".jsonl"),
        ("The script that checks it", "verify_trail.py"),
    ):
        with page.expect_download() as download:
            page.get_by_text(name).click()
        assert download.value.suggested_filename.endswith(file)
    assert not found, _listed(found)


def _conflict(page: Page, shown: Exhibition) -> list[str]:
    """The two answers, said by the script in the page."""
    position = next(address for name, address in shown.testing() if name == "question: short")
    page.goto(position)
    page.locator("[name$=-sequence]").evaluate("field => { field.value = '0' }")
    page.locator(".question input[type=text]").fill("something else")
    expect(page.get_by_text("Nothing was overwritten")).to_be_visible()
    return look(page, "conflict in the page")


def _conflicts(page: Page, shown: Exhibition) -> list[str]:
    """Several questions with two answers, said by the server; and when none was chosen."""
    page.goto(f"/attempts/{shown.open_attempt.pk}/all/")
    page.evaluate(STALE_AND_EMPTY)
    expect(page.get_by_role("heading", level=1)).to_have_text("Two answers to the same questions")
    found = look(page, "two answers to several questions")
    page.locator("main form").evaluate("form => { form.noValidate = true }")
    page.get_by_role("button", name="Go on with the chosen answers").click()
    expect(page.get_by_text("Choose which answer counts.").first).to_be_visible()
    return found + look(page, "two answers to several questions, none chosen")


def test_pages_for_bad_days(
    shown: Exhibition, browser_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    page = browser_page(bypass_csp=True)

    def fails_with(error: Exception) -> Any:
        def catalogue(_language: str) -> Any:
            raise error

        return catalogue

    for status, error in ((500, RuntimeError("a fault")), (503, OperationalError("away"))):
        monkeypatch.setattr(home, "catalogue", fails_with(error))
        response = page.goto("/")
        assert response is not None
        assert response.status == status
        found += look(page, str(status))
    monkeypatch.setattr(public, "_is_allowed", lambda _request, _action: False)
    response = page.goto(f"/verify/{shown.valid.code}/")
    assert response is not None
    assert response.status == 429
    found += look(page, "429")
    assert not found, _listed(found)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_keyboard_finds_its_way(
    shown: Exhibition, cast: Cast, browser_page: OpenPage, width: int
) -> None:
    """The first stop is the link to the content; every stop of the page can be seen."""
    found = []
    alice, carol = (browser_page(reader, width=width) for reader in (cast.alice, cast.carol))
    tour = [(alice, stop) for stop in [*shown.training(), *shown.testing()]]
    for page, (name, address) in [
        *tour,
        *((carol, stop) for stop in [*shown.reporting(), *shown.assigning()]),
    ]:
        skipping = page.get_by_role("link", name="Skip to the content")
        page.goto(address)
        page.keyboard.press("Tab")
        expect(skipping).to_be_focused()
        expect(skipping).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page, name).to_have_url(re.compile("#main$"))
        page.evaluate(NOTE_STOPS)
        for _ in range(12):
            page.keyboard.press("Tab")
        stops = page.evaluate("stops")
        assert stops, name
        found += [f"{name}: the focus cannot be seen on {hidden}" for hidden in stops if hidden]
    assert not found, _listed(found)
