"""One course, two languages, one person who changes between them in the middle of everything."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from courseware.bundles.actions import load_folder
from courseware.certificates.models import Certificate
from courseware.enrolments.models import Completion
from quizzes.models import Attempt
from tests.bundles.folders import bilingual_copy_of
from tests.cast import Cast
from tests.certificates.completed import issued
from tests.e2e.answering import answer, give, right_plan
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import put_on

EASY, HARD = "/courses/level-two/lessons/making-tea/", "/courses/level-two/lessons/spilt-tea/"
TEST = "/courses/level-two/tests/final-test/"
C0 = "/courses/c0-landscape/"
READ_IN_SPANISH = [
    "Dos familias de delitos con tecnología",
    "Contar lo que no se denuncia",
    "Cuatro herramientas: cifrado, VPN, web oscura y moneda virtual",
    "El Derecho en un solo mapa",
    "Primer interviniente I: los dispositivos en el lugar de los hechos",
    "Primer interviniente II: los datos que están en otro lugar",
    "La persona que tiene delante, y usted",
]


@pytest.fixture
def learner(cast: Cast, browser_page: OpenPage, tmp_path: Path) -> Cast:
    """Alice, on the small course in English and Spanish."""
    edition = load_folder(bilingual_copy_of(tmp_path), now=timezone.now()).edition
    put_on(cast.alice, edition)
    return cast


def speak(page: Page, language: str) -> None:
    page.locator("details.menu", has=page.locator("form[data-language]")).locator("summary").click()
    page.locator(f"form[data-language] button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def finish(page: Page) -> None:
    page.locator(".finish-end button").click()


def test_a_course_in_two_languages(browser_page: OpenPage, learner: Cast) -> None:
    page = browser_page(learner.alice, width=390, height=500)
    page.goto(EASY)
    expect(page.get_by_role("heading", level=1, name="Making tea")).to_be_visible()
    _change_in_the_middle_of_the_lesson(page)
    finish(page)
    page.locator("button.choice[value=continue]").click()
    expect(page.get_by_text("La mancha de la alfombra era grande.")).to_be_visible()
    finish(page)
    _begin_in_spanish_and_go_on_in_english(page)
    page.locator("#hand-in").click()
    expect(page.get_by_role("heading", level=1, name="Your result")).to_be_visible()
    expect(page.locator(".question-stem[lang=es]").first).to_be_visible()
    _look_at_the_certificate(page)


def _change_in_the_middle_of_the_lesson(page: Page) -> None:
    with page.expect_response("**/position"):  # a few seconds later
        page.locator("#s-how-long").evaluate("heading => heading.scrollIntoView()")
        expect(page.locator("#s-how-long")).to_be_in_viewport()
    speak(page, "es")
    expect(page.get_by_role("heading", level=1, name="Preparar té")).to_be_visible()
    expect(page).to_have_url(re.compile("#s-cu%C3%A1nto-tiempo$|#s-cuánto-tiempo$"))
    expect(page.get_by_role("heading", name="¿Cuánto tiempo?")).to_be_in_viewport()


def _begin_in_spanish_and_go_on_in_english(page: Page) -> None:
    page.goto(TEST)
    expect(page.get_by_role("heading", level=1, name="Prueba final")).to_be_visible()
    page.locator("form.form-actions button").click()
    stem = page.locator(".question-stem").first
    expect(stem).to_be_visible()
    attempt = Attempt.objects.get()
    assert attempt.language == "es"
    plan = right_plan(attempt)
    asked = stem.inner_text()
    give(page, plan[1]["steps"][0])
    expect(page.locator("#saved.is-saved")).to_be_visible()
    speak(page, "en")
    expect(page.get_by_text("You began this attempt in Spanish")).to_be_visible()
    assert stem.inner_text() == asked
    expect(page.locator(".option input:checked").first).to_be_checked()
    for position in sorted(plan):
        if position > 1:
            page.goto(f"/attempts/{attempt.pk}/{position}/")
            answer(page, plan[position])
    page.goto(f"/attempts/{attempt.pk}/summary/")


def _look_at_the_certificate(page: Page) -> None:
    with ThreadPoolExecutor() as elsewhere:  # signing runs a loop of its own
        certificate = elsewhere.submit(_issue).result()
    assert certificate.language == "es"
    page.goto(f"/certificates/{certificate.pk}/")
    title = page.get_by_role("heading", level=1, name="Té en la comisaría")
    expect(title).to_have_attribute("lang", "es")
    expect(page.get_by_text("Completed on")).to_be_visible()
    speak(page, "es")
    expect(title).to_be_visible()
    assert Certificate.objects.count() == 1


def _issue() -> Certificate:
    try:
        return issued(Completion.objects.get(), now=timezone.now())
    finally:
        connection.close()
        if connection.connection is not None:  # Django keeps one to a database in memory
            connection.connection.close()


def test_without_a_script_nothing_is_lost_either(browser_page: OpenPage, learner: Cast) -> None:
    page = browser_page(learner.alice, java_script_enabled=False)
    page.goto(EASY)
    speak(page, "es")
    expect(page).to_have_url(re.compile(f"{EASY}$"))
    expect(page.get_by_role("heading", level=1, name="Preparar té")).to_be_visible()
    finish(page)
    expect(page).to_have_url(re.compile(f"{HARD}$"))
    speak(page, "en")
    expect(page.get_by_text("This lesson talks about spilt tea.")).to_be_visible()


def test_a_stranger_chooses_a_language_and_keeps_it(browser_page: OpenPage, cast: Cast) -> None:
    page = browser_page(locale="en-GB")
    page.goto("/verify/")
    speak(page, "es")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    spanish = browser_page(locale="es-ES")
    spanish.goto("/verify/")
    expect(spanish.locator("html")).to_have_attribute("lang", "es")


# ------------------------------------------------------------------ the course that is shipped
def test_the_first_course_is_read_and_tested_in_spanish(browser_page: OpenPage, cast: Cast) -> None:
    edition = load_folder(settings.LIBRARY_DIR / "c0-landscape", now=timezone.now()).edition
    put_on(cast.alice, edition)
    page = browser_page(cast.alice, width=390)
    page.goto(C0)
    speak(page, "es")
    expect(page.locator("main [lang=en]").filter(visible=True)).to_have_count(0)
    page.get_by_role("link", name="Empezar el curso").click()
    _look_at_a_figure_and_a_term(page)
    for title in READ_IN_SPANISH:
        expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()
        _only_sources_are_in_english(page)
        finish(page)
    _begin_the_final_test(page)
    page.goto(f"{C0}glossary/")
    expect(page.locator("dt", has_text="cifra negra")).to_be_visible()
    expect(page.locator("main [lang=en]")).to_have_count(0)


def _look_at_a_figure_and_a_term(page: Page) -> None:
    figure = page.get_by_role(
        "img", name=re.compile("^Una pregunta de prueba lleva a dos familias")
    )
    figure.scroll_into_view_if_needed()
    address = str(figure.get_attribute("src"))
    assert (
        "<title>Dos familias de delitos con tecnología</title>" in page.request.get(address).text()
    )
    word = page.locator(".term-word", has_text="denegación de servicio").first
    word.focus()
    expect(page.locator(".term-tip").filter(visible=True)).to_contain_text("satura de tráfico")
    page.keyboard.press("Escape")


def _only_sources_are_in_english(page: Page) -> None:
    """Titles of sources and what is known of them have no translation, and say so."""
    english = page.locator("main [lang=en]")
    assert english.count()
    assert english.evaluate_all("all => all.filter(each => !each.closest('.source-note'))") == []


def _begin_the_final_test(page: Page) -> None:
    expect(page.get_by_role("heading", level=1, name="Prueba final")).to_be_visible()
    page.get_by_role("button", name="Empezar la prueba").click()
    stem = page.locator(".question-stem").first
    expect(stem).to_be_visible()
    attempt = Attempt.objects.get()
    assert attempt.language == "es"
    plans = right_plan(attempt)
    # A case is not answered with its first part, and any question may be drawn as the first.
    position = next(place for place, plan in plans.items() if plan["type"] != "scenario")
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    asked = stem.inner_text()
    give(page, plans[position]["steps"][0])
    expect(page.locator("#saved.is-saved")).to_be_visible()
    speak(page, "en")
    expect(page.get_by_text("You began this attempt in Spanish")).to_be_visible()
    assert stem.inner_text() == asked
    expect(page.locator("#answered-count")).to_have_text("1")
    speak(page, "es")
    expect(page.locator("#answered-count")).to_have_text("1")
