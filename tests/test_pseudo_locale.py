"""Every string for people is marked: in a language that nobody speaks, no plain word is left.

tests/pseudo.py makes the language from locale/en, so a message file that is behind shows too.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils.translation import trans_real

from courseware.accounts.models import SupportContact, User
from courseware.courses.models import EditionLanguage
from courseware.enrolments.actions import enrol
from tests import pseudo
from tests.cast import NOW, Cast
from tests.courses_made import TEST_KEY, make_course


@pytest.fixture
def _spoken(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    pseudo.build_pseudo(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), (pseudo.CODE, "Interlingua")]
    settings.LANGUAGE_CODE = pseudo.CODE
    _forget()
    yield
    _forget()


def _forget() -> None:
    """Django keeps catalogues in the process."""
    trans_real._translations = {}
    trans_real._default = None
    trans_real.get_languages.cache_clear()


def _content(person: User) -> list[str]:
    """What pages say that is not ours to translate, longest first."""
    words = EditionLanguage.objects.get()
    known = {
        *("Courseware", "Your force", "English", "Interlingua", "WCAG", "AA", "PDF", "JavaScript"),
        *("CourseWare", "QR", "TOTP", "Norland", "Ingrid Example", "Example service"),
        str(person),
        person.given_name,
        words.title,
        words.purpose,
        words.audience,
        words.change_note,
        words.edition.course.key,
        *words.activity_titles.values(),
        *words.objective_texts.values(),
    }
    return sorted((text for text in known if text), key=len, reverse=True)


def _open(cast: Cast) -> dict[Client, list[str]]:
    edition = make_course(lessons=2)
    enrol(person=cast.alice, course=edition.course, by=None, now=NOW)
    SupportContact.objects.create(
        name="Example service", checked_on=NOW.date(), language=pseudo.CODE
    )
    User.objects.filter(pk=cast.alice.pk).update(language=pseudo.CODE)
    stranger, person = Client(headers={"accept-language": pseudo.CODE}), Client()
    person.force_login(cast.alice)
    slug = edition.course.slug
    code = "0000-0000-0000-0000"
    return {
        stranger: ["/", "/verify/", f"/verify/{code}/", "/editions/", "/accessibility/"],
        person: [
            "/",
            f"/courses/{slug}/",
            f"/courses/{slug}/lessons/lesson-1/",
            f"/courses/{slug}/tests/{TEST_KEY}/",
            "/certificates/",
            "/support/",
            "/nowhere/",
        ],
    }


@pytest.mark.usefixtures("_spoken")
def test_no_page_has_a_plain_word(cast: Cast) -> None:
    pages = _open(cast)
    content = _content(cast.alice)
    found = {
        path: left
        for client, paths in pages.items()
        for path in paths
        for words in pseudo.visible(client.get(path).content.decode())
        if (left := pseudo.left_over(words, content))
    }
    assert found == {}


def test_a_plain_word_would_be_seen() -> None:
    page = f"<p>{pseudo.pseudo('Marked')} <b>forgotten</b></p>"
    assert [pseudo.left_over(words, []) for words in pseudo.visible(page)] == ["", "forgotten"]
