"""The glossary of a course, and the one over all courses of a person."""

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courseware.courses.models import Edition
from courseware.enrolments.actions import withdraw
from courseware.enrolments.models import Enrolment
from tests.asking import signed_in
from tests.cast import Cast
from tests.certificates.completed import body_of
from tests.lessons.readers import queries_of, words
from tests.search.searched import Finder, Page, finding, taught

pytestmark = pytest.mark.django_db
TERMS = [
    ("rope", "rope", "Twisted <b>fibres</b>."),
    ("anchor", "Anchor", "It holds."),
    ("ader", "Äder", "Also under A."),
    ("seven", "7 knots", "Fast."),
]
PAGES = (
    Page("one", "First lesson", "A [[rope]] and an [[anchor|iron]]."),
    Page("two", "Second lesson", "A [[rope]].", waits=True),
)


def _address(slug: str = "alpha") -> str:
    return reverse("course_glossary", args=[slug])


def _course(slug: str = "alpha", position: int = 0) -> Edition:
    return taught(slug, *PAGES, terms=TERMS, position=position)


def _page(finder: Finder, address: str) -> str:
    response = finder.client.get(address)
    assert response.status_code == 200
    return words(response)


def test_terms_stand_by_the_alphabet_with_the_lessons_that_use_them(cast: Cast) -> None:
    finder = finding(cast.alice, _course())
    page = _page(finder, _address())
    places = [page.index(f'id="term-{key}"') for key in ("seven", "ader", "anchor", "rope")]
    assert places == sorted(places)
    assert page.count('class="section letter"') == 3  # figures, A and R
    for number in (1, 2, 3):
        assert f'href="#letter-{number}"' in page
        assert f'id="letter-{number}"' in page
    rope = page[page.index('id="term-rope"') :]
    assert f'<a href="{reverse("lesson", args=["alpha", "one"])}">First lesson</a>' in rope
    assert "Second lesson" in rope  # named, not linked: it is locked
    assert reverse("lesson", args=["alpha", "two"]) not in page
    raw = finder.client.get(_address()).content.decode()
    assert "Twisted &lt;b&gt;fibres&lt;/b&gt;." in raw


def test_only_who_is_on_the_course_finds_its_glossary(cast: Cast, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    finder = finding(cast.alice, _course())
    for name in ("toni", "sam", "carol", "charlie", "ingrid", "rafael", "audrey", "adam"):
        client = signed_in(getattr(cast, name))
        here, nowhere = client.get(_address()), client.get(_address("nowhere"))
        assert here.status_code == nowhere.status_code == 404
        assert body_of(here) == body_of(nowhere)
    visitor = Client().get(_address())
    assert visitor["Location"].startswith(reverse("account_login"))
    withdraw(enrolment=Enrolment.objects.get(), reason="left", by=cast.carol, now=timezone.now())
    assert finder.client.get(_address()).status_code == 404


def test_a_course_without_terms_says_so(cast: Cast) -> None:
    finder = finding(cast.alice, taught("alpha", Page("one", "First", "Text.")))
    assert "This course has no glossary" in _page(finder, _address())
    assert "Your courses have no glossary" in _page(finder, reverse("glossary"))


def test_a_term_of_several_courses_stands_once_with_its_courses(cast: Cast) -> None:
    alpha = taught("alpha", PAGES[0], terms=TERMS, position=1)
    beta = taught(
        "beta",
        Page("one", "Other", "Text."),
        terms=[("rope", "ROPE", "Twisted <b>fibres</b>."), ("the-anchor", "anchor", "A weight.")],
        position=2,
    )
    page = _page(finding(cast.alice, alpha, beta), reverse("glossary"))
    assert page.count(">rope</dt>") == 1
    assert ">ROPE</dt>" not in page
    assert page.count("Twisted") == 1
    for address in (
        f"{_address()}#term-rope",
        f"{_address('beta')}#term-rope",
        f"{_address()}#term-anchor",
        f"{_address('beta')}#term-the-anchor",
    ):
        assert f'href="{address}"' in page
    assert page.count(">Anchor</dt>") == 1
    assert page.index("It holds.") < page.index("A weight.")


def test_terms_of_other_peoples_courses_and_of_drafts_are_not_listed(cast: Cast) -> None:
    finder = finding(cast.alice, _course())
    taught("beta", PAGES[0], terms=[("foreign", "foreign word", "x")])
    taught("alpha", PAGES[0], terms=[("draft", "draft word", "x")], is_published=False)
    page = _page(finder, reverse("glossary"))
    assert "rope" in page
    assert "foreign word" not in page
    assert "draft word" not in page
    assert "draft word" not in _page(finder, _address())


def test_who_is_on_no_course_reads_what_to_do(cast: Cast) -> None:
    _course()
    page = _page(finding(cast.toni), reverse("glossary"))
    assert "You are not on a course yet" in page
    assert "rope" not in page
    visitor = Client().get(reverse("glossary"))
    assert visitor["Location"].startswith(reverse("account_login"))


def test_terms_fall_back_to_english(cast: Cast, settings: LazySettings) -> None:
    settings.LANGUAGES = [("en", "English"), ("es", "Español")]
    cast.alice.language = "es"
    cast.alice.save()
    finder = finding(cast.alice, _course())
    assert '<dt lang="en">rope</dt>' in _page(finder, _address())
    assert '<dt lang="en">rope</dt>' in _page(finder, reverse("glossary"))


def test_pages_lead_to_the_glossaries(cast: Cast) -> None:
    finder = finding(cast.alice, _course())
    inside = _page(finder, reverse("course", args=["alpha"]))
    assert f'href="{_address()}"' in inside
    assert f'href="{reverse("glossary")}"' in inside
    outside = words(signed_in(cast.toni).get(reverse("course", args=["alpha"])))
    assert _address() not in outside
    assert reverse("glossary") not in words(Client().get("/"))


@pytest.mark.parametrize("size", [1, 30])
def test_queries_of_the_glossaries(cast: Cast, size: int) -> None:
    terms = [(f"t{n}", f"term {n}", f"Number {n}.") for n in range(size)]
    editions = [taught(f"course-{n}", *PAGES, terms=terms) for n in range(min(size, 5))]
    client = finding(cast.alice, *editions).client
    # Session, person, enrolment twice, progress, prerequisites, what is filled, uses, terms.
    assert queries_of(client, _address("course-0")) == 9
    # Session, person, enrolments, progress, prerequisites, terms.
    assert queries_of(client, reverse("glossary")) == 6
