"""Every string of every page is marked for translation: in a language that nobody speaks, nothing
is left that a person could read, except what courses and people say themselves.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import translation

from courseware.accounts.models import SupportContact, Unit, User
from courseware.certificates.models import Certificate
from courseware.courses.models import (
    Category,
    Course,
    Edition,
    EditionLanguage,
    GlossaryTerm,
    Source,
)
from courseware.jobs.models import Message
from lessons.models import LessonText
from quizzes.models import QuestionText
from tests import pseudo
from tests.cast import PASSWORD, Cast
from tests.exhibition import Exhibition, build_exhibition
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
#: Languages by their own names, and time zones.
_NAMES = ("English", "Interlingua", "CET", "CEST")
_CONTENT: tuple[type[models.Model], ...] = (
    SupportContact,
    Unit,
    User,
    Category,
    Course,
    Edition,
    EditionLanguage,
    GlossaryTerm,
    Source,
    LessonText,
    QuestionText,
    Certificate,
    Message,
)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _strings(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _strings(entry)


def content() -> list[str]:
    """Every text in the database that somebody wrote, the longest first."""
    found = set[str]()
    for model in _CONTENT:
        for row in model._default_manager.values():
            found.update(text for value in row.values() for text in _strings(value))
    found.update(str(person) for person in User.objects.all())
    long_enough = {text for text in found if len(text) > 2 and not text.isdigit()}
    return sorted(long_enough | set(_NAMES), key=len, reverse=True)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locale")
    pseudo.build_pseudo(folder)
    return folder


@pytest.fixture
def _language(settings: LazySettings, catalogue: Path) -> None:
    settings.LOCALE_PATHS = [catalogue]
    settings.LANGUAGES = [("en", "English"), (pseudo.CODE, "Interlingua")]


@pytest.fixture
def shown(
    cast: Cast, settings: LazySettings, tmp_path: Path, _language: None
) -> Iterator[Exhibition]:
    settings.DEMO, settings.SECOND_FACTOR_REQUIRED = True, False
    settings.MEDIA_ROOT, settings.KEYS_DIR = tmp_path / "media", tmp_path / "keys"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    User.objects.update(language=pseudo.CODE)
    for person in vars(cast).values():
        person.refresh_from_db()
    logging.disable(logging.CRITICAL)
    yield remembered(_pseudo_exhibition, cast)
    logging.disable(logging.NOTSET)


def _pseudo_exhibition(cast: Cast) -> Exhibition:
    """Of people whose language is another, so that their mails and rows are too."""
    return build_exhibition(cast)


def _client(person: User | None, *, is_strict: bool = False) -> Client:
    client = Client(
        headers={"accept-language": pseudo.CODE},
        raise_request_exception=False,
        enforce_csrf_checks=is_strict,
    )
    if person is not None:
        client.force_login(person)
    return client


def _unmarked(name: str, texts: list[str], written: list[str]) -> set[str]:
    left = (pseudo.left_over(text, written) for text in texts)
    return {f"{name}: {words}" for words in left if words}


def _listed(unmarked: set[str]) -> str:
    return "\n".join(sorted(unmarked))


@pytest.mark.usefixtures("_language")
def test_a_marked_text_is_pseudo_and_an_unmarked_one_is_found() -> None:
    with translation.override(pseudo.CODE):
        assert translation.gettext("Hand in") == "Ħȧƞḓ īƞ"
        assert translation.gettext("Saved %(time)s") == "Şȧṽḗḓ %(time)s"
    page = '<p>Ħȧƞḓ īƞ <b>Unmarked words</b></p><p lang="en">Content</p><img alt="Words">'
    assert _unmarked("here", pseudo.visible(page), []) == {"here: Unmarked words", "here: Words"}
    assert pseudo.left_over("Ħȧƞḓ Final test 12:30 7K3M", ["Final test"]) == ""


def test_no_string_of_a_page_is_unmarked(shown: Exhibition, cast: Cast) -> None:
    tours: list[tuple[User | None, list[tuple[str, str]]]] = [
        (None, shown.signed_out() + shown.demo()),
        (cast.alice, shown.training() + shown.testing()),
        (cast.toni, shown.nothing_yet()),
        (cast.carol, shown.reporting() + shown.assigning()),
    ]
    written = content()
    unmarked = set[str]()
    for person, stops in tours:
        client = _client(person)
        for name, address in stops:
            page = client.get(address).content.decode()
            unmarked |= _unmarked(name, pseudo.visible(page), written)
    assert not unmarked, _listed(unmarked)


def test_no_answer_to_a_form_is_unmarked(shown: Exhibition, cast: Cast) -> None:
    visitor, alice = _client(None), _client(cast.alice)
    attempt = f"/attempts/{shown.open_attempt.pk}"
    code = reverse("verify", args=[shown.valid.code])
    choice = "/courses/level-two/lessons/spilt-tea/choice"
    answered = {
        "sign in, wrong": visitor.post("/accounts/login/", {"login": "a", "password": "b"}),
        "sign in, empty": visitor.post("/accounts/login/", {}),
        "reset, empty": visitor.post("/accounts/password/reset/", {}),
        "code, wrong": visitor.post("/verify/", {"code": "x"}),
        "name, empty": visitor.post(code, {}),
        "name, wrong": visitor.post(code, {"name": "Somebody"}),
        "name, right": visitor.post(code, {"name": "Alice Example"}),
        "forged": _client(None, is_strict=True).post(code),
        "settings, wrong": alice.post("/accounts/profile/", {"language": "x1", "time_zone": "y1"}),
        "settings": alice.post("/accounts/profile/", {"language": pseudo.CODE}, follow=True),
        "password, wrong": alice.post(
            "/accounts/password/change/", {"oldpassword": "x", "password1": "y", "password2": "z"}
        ),
        "stale tab, all": alice.post(f"{attempt}/all/save", _stale(shown)),
        "none chosen": alice.post(f"{attempt}/all/choose", _stale(shown)),
        "stale tab": alice.post(f"{attempt}/{_answered(shown)}/save", {}),
        "later": alice.post(choice, {"choice": "later"}, follow=True),
        "no choice": alice.post(choice, {"choice": "x"}, follow=True),
        "handed in": alice.post(f"{attempt}/submit", follow=True),
        "too late": alice.post(f"{attempt}/1/save", {"q1": "x"}, follow=True),
    }
    carol = _client(cast.carol)
    carol.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answered["filters, wrong"] = carol.get("/reports/completions/?completed_to=soon&course=x")
    answered["export"] = carol.get("/reports/completions/export/?due_from=2026-01-01")
    for _ in range(6):
        answered["name, paused"] = visitor.post(code, {"name": "Somebody"})
    written = content()
    unmarked = set[str]()
    for name, response in answered.items():
        unmarked |= _unmarked(name, pseudo.visible(response.content.decode()), written)
    assert not unmarked, _listed(unmarked)


def _stale(shown: Exhibition) -> dict[str, str]:
    """Every answer is taken away again on a page that is older than it."""
    return {f"q{answer.position}-sequence": "99" for answer in shown.open_attempt.answers.all()}


def _answered(shown: Exhibition) -> int:
    return shown.open_attempt.answers.filter(sequence__gt=0).earliest("position").position


def test_what_the_script_is_told_is_marked(shown: Exhibition, cast: Cast) -> None:
    """JSON of saves that were kept, refused or in conflict."""
    alice = _client(cast.alice)
    unmarked = set[str]()
    written = content()
    for answer in shown.open_attempt.answers.select_related("question"):
        name = f"q{answer.position}"
        for value in ("nonsense", "x" * 3_000, "1,2,3"):
            told = alice.post(
                f"/attempts/{shown.open_attempt.pk}/{answer.position}/save",
                {name: value, f"{name}-sequence": answer.sequence, f"{name}-open": "zz"},
                headers={"accept": "application/json"},
            ).json()
            said = [str(told.get(key, "")) for key in ("problem", "message", "saved")]
            unmarked |= _unmarked(answer.question.type, said, written)
    assert not unmarked, _listed(unmarked)


def test_no_word_of_a_mail_is_unmarked(shown: Exhibition, cast: Cast) -> None:
    written = content()
    unmarked = set[str]()
    assert Message.objects.exists()
    for message in Message.objects.all():
        own = {" ".join(text.split()) for text in (message.subject, message.text, message.html)}
        known = [text for text in written if text not in own]
        said = [message.subject, *message.text.splitlines(), *pseudo.visible(message.html)]
        unmarked |= _unmarked(message.kind, said, known)
    assert not unmarked, _listed(unmarked)
