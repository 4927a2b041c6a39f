"""Every address × everybody × GET and POST, against the written table. No row, no pass.

Each request is taken back afterwards, so that no answer depends on the one before. What is refused
looks the same for an id that does not exist.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from courseware.jobs.models import Heartbeat
from lessons.models import Media
from quizzes.actions import Exempted, decide_override, grant_attempt
from quizzes.models import Answer
from tests.access_matrix import EVERYBODY, MATRIX, SIGN_IN, VISITOR, Outcome
from tests.cast import Cast
from tests.certificates.completed import body_of
from tests.courses_made import TEST_KEY
from tests.exhibition import Exhibition, build_exhibition
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
HALVES = (EVERYBODY[:4], EVERYBODY[4:7], EVERYBODY[7:])
#: A catch-all and the admin's old-style redirect; they have no name and lead nowhere of their own.
NAMELESS = "None"


def names(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern, space)
        elif isinstance(pattern, URLPattern) and str(pattern.name) != NAMELESS:
            yield f"{prefix}{pattern.name}"


class Addresses:
    """The address of every name, with Alice's ids and with ids that nobody has."""

    def __init__(self, shown: Exhibition, cast: Cast) -> None:
        attempt, nothing = shown.open_attempt.pk, uuid4()
        answered = Answer.objects.filter(attempt=attempt, sequence__gt=0).earliest("position")
        private = Media.objects.filter(is_public=False).earliest("pk")
        lesson = (["c0-landscape", "two-families"], ["c0-landscape", "nowhere"])
        self._arguments: dict[str, tuple[list[Any], list[Any]]] = {
            "course": (["c0-landscape"], ["nowhere"]),
            "course_glossary": (["c0-landscape"], ["nowhere"]),
            "lesson": lesson,
            "lesson_finish": lesson,
            "lesson_position": lesson,
            "lesson_choice": (["level-two", "spilt-tea"], ["level-two", "nowhere"]),
            "media": ([private.pk, "svg"], ["0" * 64, "svg"]),
            "verify": ([shown.valid.code], ["0000-0000-0000-0000"]),
            "account_reset_password_from_key": (["abc", "def-x"], ["abd", "def-x"]),
            "open_invitation": (["abc"], ["abd"]),
            "mfa_remove_webauthn": ([1], [2]),
            "mfa_edit_webauthn": ([1], [2]),
            "quizzes:start": (["eight", TEST_KEY], ["eight", "nowhere"]),
            "quizzes:question": ([attempt, 1], [nothing, 1]),
            "quizzes:save": ([attempt, answered.position], [nothing, 1]),
            "quizzes:result": ([shown.passed_attempt.pk], [nothing]),
            "admin:app_list": (["quizzes"], ["jobs"]),
            "admin:view_on_site": (["1", "1"], ["1", "2"]),
        }
        self._of_authoring(shown)
        counted = shown.counted.course_id
        for name in ("test", "units", "answers"):
            self._arguments[f"admin:statistics_{name}"] = ([counted, TEST_KEY], [nothing, TEST_KEY])
        self._arguments["admin:statistics_question"] = (
            [counted, TEST_KEY, "T-Q1"],
            [nothing, TEST_KEY, "T-Q1"],
        )
        course, wrong = shown.pool.course_id, shown.erratum.pk
        for name in ("one", "decide", "numbers", "drop"):
            self._arguments[f"admin:quizzes_errata_{name}"] = ([wrong], [nothing])
        for name, rest in (("questions", []), ("propose", ["T-Q1"])):
            known, unknown = [course, TEST_KEY, *rest], [nothing, TEST_KEY, *rest]
            self._arguments[f"admin:quizzes_errata_{name}"] = (known, unknown)
        self._arguments["admin:quizzes_override_take_back"] = ([_exception(shown, cast)], [nothing])
        for name in ("all", "save_all", "choose", "summary", "submit"):
            self._arguments[f"quizzes:{name}"] = ([attempt], [nothing])
        self._arguments["training_record"] = ([cast.alice.pk], [nothing])
        for name in ("assignment", "assignment_rows"):
            self._arguments[name] = ([shown.looked_at.pk], [nothing])
        self._arguments["withdraw_enrolment"] = ([shown.open_attempt.enrolment_id], [nothing])
        for name in ("certificate", "certificate_pdf", "certificate_image"):
            self._arguments[name] = ([shown.valid.pk], [nothing])
        for name in ("demo_letter", "demo_letter_html", "demo_attachment"):
            self._arguments[name] = ([shown.letter.pk], [nothing])

    def _of_authoring(self, shown: Exhibition) -> None:
        """Ingrid's draft, the one she sent for review, and an edition of the distribution."""
        draft, submitted, nothing = shown.draft.pk, shown.submitted.pk, uuid4()
        course = shown.draft.course_id
        published = shown.draft.course.editions.get(number=1).pk
        term, source = shown.draft.terms.earliest("key"), shown.draft.sources.earliest("key")
        of_edition: dict[str, tuple[Any, ...]] = {
            **dict.fromkeys(("edition", "submit", "discard", "translations"), (draft,)),
            **dict.fromkeys(("sources", "source_add"), (draft,)),
            **dict.fromkeys(("withdraw", "review", "approve", "return"), (submitted,)),
            **dict.fromkeys(("words", "terms", "term_add"), (draft, "en")),
            **dict.fromkeys(("term", "term_remove"), (draft, "en", term.key)),
            **dict.fromkeys(("source", "source_remove"), (draft, source.key)),
            **dict.fromkeys(("lesson", "lesson_preview"), (draft, "making-tea", "en")),
            "pictures": (draft,),
            "picture_remove": (draft, shown.draft.pictures.earliest("pk").pk),
            "confirm": (published,),
            **dict.fromkeys(("questions", "questions_tag", "bring", "export"), (shown.pool.pk,)),
            "import": (shown.pool.pk, shown.brought.pk),
            "test": (shown.pool.pk, TEST_KEY),
            **dict.fromkeys(("question", "question_preview"), (shown.pool.pk, "T-Q1", "en")),
            **dict.fromkeys(
                ("question_new", "question_new_preview"), (shown.pool.pk, TEST_KEY, "single")
            ),
            **dict.fromkeys(("question_copy", "question_remove"), (shown.pool.pk, "T-Q1")),
        }
        for name, (edition, *rest) in of_edition.items():
            self._arguments[f"admin:authoring_{name}"] = ([edition, *rest], [nothing, *rest])
        for name in ("course", "open_draft", "from_bank", "retire"):
            self._arguments[f"admin:authoring_{name}"] = ([course], [nothing])

    def of(self, name: str) -> tuple[str, str | None]:
        """The address with Alice's ids, and with unknown ones if it has any."""
        known, unknown = self._arguments.get(name) or self._of_admin(name)
        return reverse(name, args=known), reverse(name, args=unknown) if known else None

    def _of_admin(self, name: str) -> tuple[list[Any], list[Any]]:
        parts = name.removeprefix("admin:").rsplit("_", 2)
        if len(parts) < 3 or parts[2] not in {"change", "delete", "history", "preview"}:
            return [], []
        app, model, _view = parts
        rows = apps.get_model(app, model)._default_manager.order_by("pk")
        row = rows.first()
        key = row.pk if row is not None else 1
        return [key], ["987654321" if str(key).isdigit() else str(uuid4())]


def _exception(shown: Exhibition, cast: Cast) -> UUID:
    """One attempt more for Alice, which may be taken back."""
    now = timezone.now()
    override = decide_override(
        course=shown.open_attempt.enrolment.course,
        activity_key=TEST_KEY,
        target=shown.open_attempt.enrolment,
        exempted=Exempted(extra_attempts=1),
        reason="On sick leave.",
        ends_on=now.date() + timedelta(days=9),
        by=cast.ingrid,
        now=now,
    )
    return override.pk


class Person:
    """A signed-in client whose session survives whatever it asks for."""

    def __init__(self, cast: Cast, name: str) -> None:
        self.client = Client(raise_request_exception=False)
        if name != VISITOR:
            self.client.force_login(getattr(cast, name))
            self.client.get("/support/")  # notes when the session was last used, once for all
        self._cookies = {key: morsel.value for key, morsel in self.client.cookies.items()}

    def ask(self, method: str, address: str) -> tuple[Outcome, str]:
        """The outcome, and the page where there is one. Nothing is left behind."""
        self.client.cookies = SimpleCookie(self._cookies)
        with transaction.atomic():
            response = getattr(self.client, method)(address)
            if response.streaming:  # read to its end, a file is closed
                b"".join(response)
            body = "" if response.streaming else body_of(response)
            transaction.set_rollback(True)
        if response.status_code in {301, 302}:
            return urlsplit(response.headers["Location"]).path, ""
        return int(response.status_code), body


@pytest.fixture
def shown(cast: Cast, settings: LazySettings, tmp_path: Path) -> Iterator[Exhibition]:
    settings.DEMO = True  # the mailbox exists, and no second step is asked for
    settings.SECOND_FACTOR_REQUIRED = False
    settings.MEDIA_ROOT, settings.KEYS_DIR = tmp_path / "media", tmp_path / "keys"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    built = remembered(build_exhibition, cast)
    Heartbeat.objects.get_or_create(name="worker", defaults={"at": timezone.now()})
    logging.disable(logging.CRITICAL)  # thousands of refusals, all of them wanted
    yield built
    logging.disable(logging.NOTSET)


def _fits(outcome: Outcome, expected: Outcome) -> bool:
    if isinstance(outcome, str) and isinstance(expected, str):
        is_exact = expected in {"/", "/admin/", SIGN_IN}
        return outcome == expected if is_exact else outcome.startswith(expected)
    return outcome == expected


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(names()) - set(MATRIX) == set()
    assert set(MATRIX) - set(names()) == set()


@pytest.mark.parametrize(
    "people",
    [HALVES[0], *(pytest.param(people, marks=pytest.mark.wide) for people in HALVES[1:])],
    ids="-".join,
)
def test_everybody_gets_what_the_table_says(
    shown: Exhibition, cast: Cast, people: tuple[str, ...]
) -> None:
    grant_attempt(
        enrolment=shown.failed_attempt.enrolment,
        activity_key=TEST_KEY,
        by=cast.ingrid,
        reason="So that there is a talk.",
        now=shown.failed_attempt.started_at,
    )
    addresses = Addresses(shown, cast)
    wrong = []
    for name in people:
        person = Person(cast, name)
        for address_name, row in MATRIX.items():
            address, unknown = addresses.of(address_name)
            for method, expected in (("get", row.get[name]), ("post", row.post[name])):
                outcome, body = person.ask(method, address)
                if not _fits(outcome, expected):
                    wrong.append(f"{name}: {method} {address_name}: {outcome}, not {expected}")
                elif (
                    unknown
                    and outcome in {403, 404}
                    and row.get[name] in {403, 404, 405}  # whoever may look knows anyway
                    and person.ask(method, unknown) != (outcome, body)
                ):
                    wrong.append(f"{name}: {method} {address_name}: tells that the id exists")
    assert not wrong, "\n".join(wrong)


def test_outside_demo_mode_nobody_finds_the_mailbox(
    shown: Exhibition, cast: Cast, settings: LazySettings
) -> None:
    settings.DEMO = False
    addresses = Addresses(shown, cast)
    for name in (VISITOR, "alice", "adam"):
        person = Person(cast, name)
        for address in ("demo_mailbox", "demo_letter", "demo_letter_html", "demo_attachment"):
            assert person.ask("get", addresses.of(address)[0])[0] == 404
