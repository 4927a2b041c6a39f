"""The search page: what is found, by whom, how it is shown, and what it costs."""

from html import escape
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courseware.courses.actions import put_prerequisites
from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol, finish_lesson, withdraw
from courseware.enrolments.models import Enrolment
from courseware.search.models import SearchEntry
from courseware.search.queries import PAGE_SIZE
from tests.asking import signed_in
from tests.cast import Cast
from tests.lessons.readers import queries_of
from tests.search.searched import Finder, Page, filled, finding, taught

pytestmark = pytest.mark.django_db
PEOPLE = ("alice", "toni", "sam", "ingrid", "rafael", "carol", "charlie", "audrey", "adam")


def _course(slug: str = "alpha", **more: Any) -> Edition:
    return taught(
        slug,
        Page("one", "Harbour lights", f"A lantern of {slug}.\n\n## The long pier\n\nWet planks."),
        **more,
    )


# ------------------------------------------------------------------ whose courses
def test_only_ones_own_courses_are_searched(cast: Cast) -> None:
    finder = finding(cast.alice, _course())
    filled(_course("beta"))
    assert finder.titles("harbour") == ["Harbour lights"]
    page = finder.search("lantern")
    assert "lantern</mark> of alpha" in page
    assert "beta" not in page


@pytest.mark.parametrize("name", PEOPLE)
def test_no_role_finds_more_than_its_own_courses(
    cast: Cast, settings: LazySettings, name: str
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    filled(_course())
    finder = Finder(getattr(cast, name), signed_in(getattr(cast, name)))
    page = finder.search("lantern")
    assert "You are not on a course yet." in page
    assert finder.titles("lantern") == []
    assert 'href="/courses/alpha' not in page


def test_a_visitor_signs_in_first(cast: Cast) -> None:
    filled(_course())
    response = Client().get(reverse("search"), {"q": "lantern"})
    assert response["Location"].startswith(reverse("account_login"))
    assert Client().post(reverse("search")).status_code in {302, 405}
    assert signed_in(cast.alice).post(reverse("search")).status_code == 405


def test_who_left_a_course_no_longer_finds_it(cast: Cast) -> None:
    finder = finding(cast.alice, _course())
    enrolment = Enrolment.objects.get()
    withdraw(enrolment=enrolment, reason="left", by=cast.carol, now=timezone.now())
    assert finder.titles("harbour") == []


def test_a_draft_is_never_found(cast: Cast) -> None:
    finder = finding(cast.alice, _course())
    draft = taught("alpha", Page("one", "Secret draft", "Unborn."), is_published=False)
    filled(draft)
    assert finder.titles("unborn") == finder.titles("secret") == []
    assert not SearchEntry.objects.filter(edition=draft).exists()


def test_whoever_has_begun_searches_their_own_edition(cast: Cast) -> None:
    finder = finding(cast.alice, _course())
    waiting = finding(cast.toni)
    enrol(person=cast.toni, course=Enrolment.objects.get().course, by=None, now=timezone.now())
    finish_lesson(
        enrolment=Enrolment.objects.get(person=cast.alice),
        activity_key="one",
        content_hash="h",
        language="en",
        now=timezone.now(),
    )
    filled(taught("alpha", Page("one", "Harbour lights", "A beacon.")))
    assert finder.titles("lantern") == ["Harbour lights"]
    assert finder.titles("beacon") == []
    assert waiting.titles("beacon") == ["Harbour lights"]
    assert waiting.titles("lantern") == []


# ------------------------------------------------------------------ which words
@pytest.mark.parametrize(
    "query",
    ["Łukasz", "łukasz", "lukasz", "LUKA", "strasse", "STRASSE", "Straße", "cafe", "οδός", "ΟΔΟΣ"],
)
def test_capitals_and_accents_do_not_matter(cast: Cast, query: str) -> None:
    finder = finding(
        cast.alice, taught("alpha", Page("one", "Names", "Łukasz, Straße, café, οδός."))
    )
    assert finder.titles(query) == ["Names"]
    assert finder.titles(f"names {query}") == ["Names"]


def test_a_beginning_finds_a_word_and_an_ending_does_not(cast: Cast) -> None:
    finder = finding(cast.alice, _course())
    assert finder.titles("lant") == ["Harbour lights"]
    assert finder.titles("antern") == []


def test_every_word_must_be_there_in_any_order(cast: Cast) -> None:
    finder = finding(cast.alice, _course())
    assert finder.titles("planks pier") == ["The long pier"]
    assert finder.titles("lantern planks") == ["Harbour lights"]  # in two parts of one lesson
    assert finder.titles("lantern zebra") == []


def test_titles_come_before_terms_headings_and_text(cast: Cast) -> None:
    edition = taught(
        "alpha",
        Page("one", "Other", "Nothing.\n\n## In the text\n\nA rope.\n\n## Rope heading\n\nMore."),
        Page("two", "Rope lesson", "Text."),
        terms=[("knot", "knot", "Made of rope."), ("rope", "rope", "Twisted.")],
    )
    finder = finding(cast.alice, edition)
    assert finder.titles("rope") == [
        "Rope lesson",
        "rope",
        "Rope heading",
        "In the text",
        "knot",
    ]


def test_a_hit_leads_to_its_place(cast: Cast) -> None:
    edition = taught(
        "alpha",
        Page("one", "Knots", "Intro.\n\n## The bowline\n\nA loop."),
        terms=[("loop", "noose", "A round.")],
    )
    finder = finding(cast.alice, edition)
    lesson = reverse("lesson", args=["alpha", "one"])
    assert f'href="{lesson}#s-the-bowline"' in finder.raw("loop")
    assert 'id="s-the-bowline"' in finder.client.get(lesson).content.decode()
    assert f'href="{lesson}"' in finder.raw("knots")
    glossary = reverse("course_glossary", args=["alpha"])
    assert f'href="{glossary}#term-loop"' in finder.raw("noose")
    assert 'id="term-loop"' in finder.client.get(glossary).content.decode()
    page = finder.search("loop")
    assert "Section" in page
    assert '<span lang="en">Knots</span>' in page
    assert "A <mark>loop</mark>." in page


# ------------------------------------------------------------------ hard and locked
HARD = Page(
    "hard",
    "Hard lesson",
    "Grimness one.\n\n## A grim heading\n\nGrimness two.",
    sensitivity=2,
    topic="a hard topic",
)
MIXED = Page(
    "mixed",
    "Mixed lesson",
    "## Calm part\n\nCalm words.\n\n/// sensitive | stains\nGrimness three.\n///\n",
    sensitivity=1,
)


def test_a_hard_lesson_is_found_and_never_quoted(cast: Cast) -> None:
    finder = finding(cast.alice, taught("alpha", HARD))
    for query in ("grimness", "heading", "hard", "topic"):
        page = finder.search(query)
        assert finder.titles(query) == ["Hard lesson"]
        assert "Hard topic, not quoted here:" in page
        assert "a hard topic" in page
        assert "<mark>" not in page
        for words in ("Grimness one", "Grimness two", "grim heading"):
            assert words not in page
    assert not SearchEntry.objects.filter(text__contains="Grimness").exists()


def test_a_sensitive_section_is_found_and_never_quoted(cast: Cast) -> None:
    finder = finding(cast.alice, taught("alpha", MIXED))
    for query in ("grimness", "three"):
        page = finder.search(query)
        assert finder.titles(query) == ["Calm part"]
        assert "stains" in page
        assert "Grimness three" not in page
        assert "<mark>" not in page
    for query in ("calm", "calm grimness", "mixed"):
        assert "Grimness three" not in finder.search(query)
    assert "<mark>Calm</mark> <mark>words</mark>." in finder.search("calm words")


def test_a_locked_lesson_is_named_and_neither_quoted_nor_linked(cast: Cast) -> None:
    edition = taught(
        "alpha", Page("one", "First", "Open."), Page("two", "Second", "Later.", waits=True)
    )
    finder = finding(cast.alice, edition)
    page = finder.search("later")
    assert finder.titles("later") == ["Second"]
    assert "Locked" in page
    assert "The course page says when it opens." in page
    assert "<mark>" not in page
    assert reverse("lesson", args=["alpha", "two"]) not in page


def test_a_course_that_waits_for_another_is_named_too(cast: Cast) -> None:
    _course("basics")
    edition = _course()
    put_prerequisites(course=edition.course, slugs=["basics"])
    finder = finding(cast.alice, edition)
    assert finder.titles("lantern") == ["Harbour lights"]
    assert "<mark>" not in finder.search("lantern")


def test_an_exercise_does_not_give_its_answer_away(cast: Cast) -> None:
    text = (
        "//// self-check | Which?\n/// option | This\n    correct: true\n\nBecause of gravel.\n"
        "///\n/// option | That\n\nNo.\n///\n////\n"
    )
    finder = finding(cast.alice, taught("alpha", Page("one", "Exercise", text)))
    assert finder.titles("which") == ["Exercise"]
    assert finder.titles("gravel") == []


# ------------------------------------------------------------------ languages
def test_in_ones_own_language_else_in_english(cast: Cast, settings: LazySettings) -> None:
    settings.LANGUAGES = [("en", "English"), ("es", "Español")]
    both = taught(
        "both",
        Page("one", "Both", "A lantern.", spoken=(("es", "Un farol."),)),
        languages=("en", "es"),
    )
    english = taught("english", Page("one", "English only", "A lantern."))
    cast.alice.language = "es"
    cast.alice.save()
    finder = finding(cast.alice, both, english)
    assert finder.titles("farol") == ["Both"]
    assert finder.titles("lantern") == ["English only"]
    page = finder.raw("lantern")
    assert '<h3 class="hit-title" lang="en">' in page


# ------------------------------------------------------------------ hostile queries
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1 --",
    "%",
    "_",
    "%lantern%",
    "l_ntern",
    "lan\\tern",
    "\x00lantern",
    "\u202elantern",
    "\ud800",
    "x" * 10_000,
    "a " * 5_000,
    "{{ 7|add:7 }} {% now 'Y' %}",
)


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_query_is_only_words(cast: Cast, query: str) -> None:
    finder = finding(cast.alice, _course())
    response = finder.response(query.encode("utf-8", "replace").decode("utf-8"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "\u202e" not in page
    assert "\x00" not in page
    assert len(page) < 30_000


def test_a_sign_is_no_wildcard(cast: Cast) -> None:
    finder = finding(cast.alice, _course())
    for query in ("%", "_", "l_ntern", "lan%rn"):
        assert finder.titles(query) == []
    assert "Write at least one letter or figure." in finder.search("%_")


def test_what_is_quoted_is_escaped(cast: Cast) -> None:
    text = 'A `<b>rope</b>` & "ends"; &lt;script&gt;alert(1)&lt;/script&gt; here.'
    edition = taught(
        "alpha", Page("one", "<i>Title</i>", text), terms=[("t", "<u>term</u>", "<s>rope</s>")]
    )
    finder = finding(cast.alice, edition)
    page = finder.raw("rope")
    assert "&lt;b&gt;<mark>rope</mark>&lt;/b&gt;" in page
    assert "&lt;s&gt;<mark>rope</mark>&lt;/s&gt;" in page
    assert escape("<i>Title</i>") in page
    for raw in ("<script>alert", "<b>", "<i>Title", "<u>term", "<s>"):
        assert raw not in page


# ------------------------------------------------------------------ the page itself
def test_before_one_has_asked(cast: Cast) -> None:
    finder = finding(cast.alice, _course())
    for query in ("", "   ", "\x00"):
        page = finder.search(query)
        assert "All words must be there" in page
        assert reverse("glossary") in page
        assert "Nothing found" not in page


def test_without_a_hit_there_is_advice(cast: Cast) -> None:
    page = finding(cast.alice, _course()).search("zebra")
    assert "Nothing found for “zebra”" in page
    assert "Use fewer words" in page
    assert 'value="zebra"' in page


def test_findings_stand_under_their_course(cast: Cast) -> None:
    finder = finding(cast.alice, _course("beta", position=2), _course("alpha", position=1))
    page = finder.search("lantern")
    assert "2 results for “lantern”" in page
    assert page.index("Course alpha (en)") < page.index("Course beta (en)")
    assert page.count('<h2 id="found-') == 2


def _many(sections: int, slug: str = "alpha") -> Edition:
    text = "\n\n".join(f"## Heading {n:02}\n\nA pebble." for n in range(sections))
    return taught(slug, Page("one", "Many", text))


def test_many_findings_come_in_pages(cast: Cast) -> None:
    finder = finding(cast.alice, _many(45))
    pages = [finder.titles("pebble", page=str(number)) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 5]
    assert [*pages[0], *pages[1], *pages[2]] == [f"Heading {n:02}" for n in range(45)]
    assert "Page 2 of 3" in finder.search("pebble", page="2")
    assert 'href="?q=pebble&amp;page=3"' in finder.raw("pebble", page="2")
    assert finder.titles("pebble", page="99") == pages[2]
    for nonsense in ("0", "-1", "x", "9" * 5_000, "1e9"):
        assert finder.response("pebble", page=nonsense).status_code == 200


@pytest.mark.parametrize(("courses", "sections"), [(1, 2), (6, 40)])
def test_queries_of_a_search(cast: Cast, courses: int, sections: int) -> None:
    finder = finding(cast.alice, *(_many(sections, f"course-{n}") for n in range(courses)))
    address = reverse("search")
    # Session, person, enrolments, progress, prerequisites, what is filled, count, page.
    assert queries_of(finder.client, f"{address}?q=pebble") == 8
    assert queries_of(finder.client, f"{address}?q=pebble+heading+many") == 8
    assert queries_of(finder.client, address) == 2


def test_the_field_stands_on_every_page_of_who_is_signed_in(cast: Cast) -> None:
    field = 'id="site-search"'
    assert field in signed_in(cast.alice).get("/").content.decode()
    assert field not in Client().get("/").content.decode()
    assert field not in signed_in(cast.alice).get(reverse("search")).content.decode()
