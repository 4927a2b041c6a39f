"""A course in two languages, and somebody who changes between them: nothing is lost, and what is in
another language than the page says so. The course is the small one of tests/fixtures.
"""

import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from courseware.bundles.actions import load_folder
from courseware.certificates import wording
from courseware.certificates.actions.issuing import printed
from courseware.core.languages import is_foreign, lang_of, language_name
from courseware.courses.models import Edition
from courseware.enrolments.models import Completion, ReadingPosition
from courseware.jobs.models import Message
from courseware.search.actions import fill
from lessons import queries
from lessons.labels import WORDS
from lessons.models import Rendering
from quizzes.actions import save_answer
from quizzes.models import Attempt
from tests.bundles.folders import bilingual_copy_of
from tests.certificates.completed import issued
from tests.courses_made import PUBLISHED, make_course
from tests.lessons.readers import EASY, HARD, Reader, reading, words
from tests.quizzes.sitting import answers, right
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(tmp_path: Path, settings: LazySettings) -> Edition:
    settings.MEDIA_ROOT = tmp_path / "media"
    return remembered(_bilingual)


def _bilingual() -> Edition:
    with TemporaryDirectory() as folder:
        edition = load_folder(bilingual_copy_of(Path(folder)), now=PUBLISHED).edition
    for language in ("en", "es"):
        fill(edition_id=edition.pk, language=language, now=PUBLISHED)
    return edition


@pytest.fixture
def reader(edition: Edition) -> Reader:
    return reading(course=edition.course)


def speak(client: Client, language: str, following: str = "/") -> Any:
    return client.post(reverse("set_language"), {"language": language, "next": following})


def begin_test(reader: Reader) -> Attempt:
    reader.client.post(reverse("quizzes:start", args=[reader.slug, "final-test"]))
    return Attempt.objects.get()


def question(reader: Reader, attempt: Attempt, position: int = 1) -> str:
    return words(reader.client.get(reverse("quizzes:question", args=[attempt.pk, position])))


# ------------------------------------------------------------------ reading
def test_the_page_the_lesson_and_the_outline_follow_the_choice(reader: Reader) -> None:
    assert '<html lang="en"' in reader.page(EASY)
    assert speak(reader.client, "es", reader.address(EASY))["Location"] == reader.address(EASY)
    page = reader.page(EASY)
    assert '<html lang="es"' in page
    assert "Caliente primero la tetera." in page
    assert "<h1>Preparar té</h1>" in page
    assert "Té derramado" in page
    assert 'alt="Una tetera con tapa."' in page
    assert "Warm the pot" not in page
    assert reader.get(EASY)["Content-Language"] == "es"
    reader.person.refresh_from_db()
    assert reader.person.language == "es"


def test_the_place_in_a_lesson_is_found_again(reader: Reader) -> None:
    reader.get(EASY)
    reader.is_at("s-how-warm")
    speak(reader.client, "es")
    assert 'href="#s-cómo-de-caliente" data-continue' in reader.page(EASY)
    reader.is_at("s-cuánto-tiempo")
    speak(reader.client, "en")
    assert 'href="#s-how-long" data-continue' in reader.page(EASY)
    assert ReadingPosition.objects.get().anchor == "s-cuánto-tiempo"


def test_a_place_that_is_in_no_language_begins_at_the_top(reader: Reader) -> None:
    reader.get(EASY)
    reader.is_at("s-nowhere")
    speak(reader.client, "es")
    assert "data-continue" not in reader.page(EASY)


def test_where_headings_differ_the_lesson_begins_at_the_top(edition: Edition) -> None:
    key = queries.page(edition.pk, EASY, "es")
    queries.rendered.cache_clear()
    row = Rendering.objects.get(pk=queries.rendering_key(key.content_hash, "full", "es"))
    row.outline = row.outline[1:]
    row.save()
    place = queries.same_place(edition.pk, EASY, "s-how-warm", language="es", mode="full")
    queries.rendered.cache_clear()
    assert place == ""


def test_the_light_version_has_places_of_its_own(edition: Edition) -> None:
    there = queries.same_place(edition.pk, HARD, "s-what-then", language="es", mode="light")
    assert there == "s-y-después"
    assert queries.same_place(edition.pk, HARD, "", language="es", mode="light") == ""


def test_a_choice_about_a_hard_lesson_holds_in_every_language(reader: Reader) -> None:
    reader.choose("light")
    speak(reader.client, "es")
    page = reader.page(HARD)
    assert "Pida un paño." in page
    assert "La mancha de la alfombra" not in page


def test_progress_is_one_whatever_the_languages(reader: Reader) -> None:
    reader.finish(EASY)
    speak(reader.client, "es")
    reader.choose("continue")
    reader.finish(HARD)
    attempt = begin_test(reader)
    assert (attempt.language, attempt.number) == ("es", 1)


def test_sources_keep_their_language_and_say_so(reader: Reader) -> None:
    assert 'class="source-title">' in reader.page(EASY)
    speak(reader.client, "es")
    page = reader.page(EASY)
    assert re.search(r'<span class="source-title" lang="en">', page)
    assert re.search(r'<details class="source-record">.*?<p lang="en">', page)
    course = words(reader.client.get(reverse("course", args=[reader.slug])))
    assert '<cite lang="en">' in course


def test_a_course_without_words_in_the_language_says_so() -> None:
    edition = make_course(languages=("es",))
    reader = reading(course=edition.course)
    course = words(reader.client.get(reverse("course", args=[reader.slug])))
    assert "This course is in Spanish." in course
    assert '<h1 lang="es">Course made-course (es)</h1>' in course
    home = words(reader.client.get("/"))
    assert re.search(r'<a href="/courses/made-course/" lang="es">Course made-course', home)
    lesson = reader.page("lesson-1")
    assert '<html lang="en"' in lesson
    assert "In Spanish" in lesson
    assert '<h1 lang="es">The lesson-1</h1>' in lesson
    assert '<div class="lesson-text" lang="es"' in lesson
    speak(reader.client, "es")
    assert 'lang="es">Course made-course' not in words(reader.client.get("/"))


# ------------------------------------------------------------------ the test
def ready(reader: Reader, language: str) -> Attempt:
    speak(reader.client, language)
    reader.finish(EASY)
    reader.choose("continue")
    reader.finish(HARD)
    return begin_test(reader)


def test_an_open_test_stays_in_the_language_it_was_begun_in(reader: Reader) -> None:
    attempt = ready(reader, "es")
    before = question(reader, attempt)
    assert "attempt-language" not in before
    [stem] = re.findall(r'<span class="question-stem" lang="es">(.*?)</span>', before)
    speak(reader.client, "en")
    page = question(reader, attempt)
    assert stem in page
    assert "You began this attempt in Spanish" in page
    start = words(reader.client.get(reverse("quizzes:start", args=[reader.slug, "final-test"])))
    assert "You began this attempt in Spanish" in start
    reader.client.post(reverse("quizzes:start", args=[reader.slug, "final-test"]))
    assert Attempt.objects.get().language == "es"


def test_answers_given_before_the_change_are_there_after_it(reader: Reader) -> None:
    attempt = ready(reader, "es")
    first = answers(attempt)[0]
    save_answer(
        attempt=attempt, position=1, raw=right(first), seen_sequence=0, now=attempt.started_at
    )
    chosen = re.findall(r'value="(\w+)" checked', question(reader, attempt))
    speak(reader.client, "en")
    assert re.findall(r'value="(\w+)" checked', question(reader, attempt)) == chosen != []


def test_a_test_in_another_language_says_so_before_it_begins() -> None:
    reader = reading(course=make_course(lessons=0, languages=("es",)).course)
    address = reverse("quizzes:start", args=[reader.slug, "final-test"])
    assert "The questions of this test are in Spanish." in words(reader.client.get(address))
    attempt = begin_test(reader)
    assert attempt.language == "es"
    assert "You began this attempt in Spanish" in question(reader, attempt)


def hand_in(reader: Reader, attempt: Attempt) -> str:
    for answer in answers(attempt):
        save_answer(
            attempt=attempt,
            position=answer.position,
            raw=right(answer),
            seen_sequence=answer.sequence,
            now=attempt.started_at,
        )
    reader.client.post(reverse("quizzes:submit", args=[attempt.pk]))
    return words(reader.client.get(reverse("quizzes:result", args=[attempt.pk])))


def test_the_certificate_is_in_the_language_of_the_test_and_the_mail_in_the_persons(
    reader: Reader, mailoutbox: list[Any]
) -> None:
    attempt = ready(reader, "es")
    speak(reader.client, "en")
    result = hand_in(reader, attempt)
    assert '<div class="question-stem" lang="es">' in result
    completion = Completion.objects.get()
    assert completion.language == "es"
    certificate = issued(completion)
    assert certificate.language == "es"
    assert certificate.snapshot["course"]["title"].startswith("Té en la comisaría")
    assert certificate.snapshot["objectives"][0] == "Preparar una tetera de té."
    message = Message.objects.get()
    assert message.language == "en"
    assert "Té en la comisaría" in message.subject
    mine = words(reader.client.get(reverse("certificate", args=[certificate.pk])))
    assert '<h1 lang="es">Té en la comisaría' in mine
    public = words(Client().get(reverse("verify", args=[certificate.code])))
    assert '<html lang="en"' in public
    assert '<span lang="es">Té en la comisaría' in public
    spanish = Client(headers={"Accept-Language": "es"})
    assert '<html lang="es"' in words(spanish.get(reverse("verify", args=[certificate.code])))


def test_the_words_of_a_spanish_certificate(reader: Reader) -> None:
    hand_in(reader, ready(reader, "es"))
    facts = wording.certificate_facts(printed(issued(Completion.objects.get())), "Alice Example")
    assert facts.language == "es"
    assert re.fullmatch(r"\d{1,2} de [a-z]+ de \d{4}", facts.completed_on)
    english = wording._labels()
    assert set(facts.labels) == set(english)


# ------------------------------------------------------------------ search and words
def search(client: Client, text: str) -> str:
    return words(client.get(reverse("search"), {"q": text}))


def test_search_is_in_the_language_of_the_reader_without_accents(reader: Reader) -> None:
    assert "Preparar té" not in search(reader.client, "tetera")
    speak(reader.client, "es")
    for asked in ("infusión", "infusion", "INFUSION"):
        assert "Preparar té" in search(reader.client, asked)
    found = search(reader.client, "cuanto tiempo")
    assert "#s-cuánto-tiempo" in found
    assert "How long" not in found
    speak(reader.client, "en")
    assert "Preparar té" not in search(reader.client, "tea")


def test_the_glossary_is_in_the_language_of_the_reader(reader: Reader) -> None:
    address = reverse("course_glossary", args=[reader.slug])
    assert "A coat for a pot." in words(reader.client.get(address))
    speak(reader.client, "es")
    page = words(reader.client.get(address))
    assert "Un abrigo para la tetera." in page
    assert "A coat for a pot." not in page


# ------------------------------------------------------------------ the switch
def test_a_page_that_answers_a_form_leads_nobody_away(reader: Reader) -> None:
    address = reverse("profile")
    assert "data-language" in words(reader.client.get(address))
    answer = reader.client.post(address, {"language": "xx"})
    assert answer.status_code == 400
    assert "data-language" not in words(answer)


def test_a_page_that_is_not_there_does_not_repeat_its_address() -> None:
    page = Client().get("/secret-place/").content.decode()
    assert "data-language" in page
    assert "secret-place" not in page


def test_caches_keep_languages_apart() -> None:
    response = Client().get(reverse("verification"))
    assert "Accept-Language" in response["Vary"]


def test_signing_in_brings_the_persons_language(reader: Reader) -> None:
    speak(reader.client, "es")
    elsewhere = Client(headers={"Accept-Language": "en"})
    elsewhere.force_login(reader.person)
    assert '<html lang="es"' in words(elsewhere.get("/"))


# ------------------------------------------------------------------ the parts
def test_a_rendering_is_named_by_our_own_words_too(monkeypatch: pytest.MonkeyPatch) -> None:
    before = queries.rendering_key("h", "full", "es")
    queries._own_words.cache_clear()
    changed = {word: f"{word}!" for word in WORDS}
    monkeypatch.setattr(queries, "labels", lambda language: changed)
    assert queries.rendering_key("h", "full", "es") != before
    queries._own_words.cache_clear()


def test_days_in_a_lesson_are_in_its_language() -> None:
    assert queries._day_in("es", date(2026, 11, 4)) == "4 de noviembre de 2026"
    assert queries._day_in("en", date(2026, 11, 4)) == "4 November 2026"


def test_what_is_foreign(settings: LazySettings) -> None:
    assert is_foreign("es")
    assert not is_foreign("en")
    assert not is_foreign("")
    assert lang_of("es") == ' lang="es"'
    assert lang_of("en") == ""
    assert lang_of('"><script>') == ' lang="&quot;&gt;&lt;script&gt;"'
    assert language_name("es") == "Spanish"
    assert language_name("tlh") == "tlh"
