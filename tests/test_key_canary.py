"""Keys, feedback, model answers, tolerances and known slips reach nobody before the result.

Every secret field of every type of question carries a word or a number of its own. A trainee with
an open test looks at every page, saves right, wrong, impossible and stale answers, runs into
errors and gets mail: none of them is ever met. After the result all of them are, so they were there
to be found.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courseware.audit.models import AuditDetail
from courseware.courses.actions import (
    add_activity,
    add_structure,
    add_words,
    open_edition,
    publish_edition,
    put_category,
    put_course,
)
from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol
from courseware.jobs.models import Job, Message
from quizzes import actions
from quizzes.actions import add_question, add_quiz, start_attempt
from quizzes.engine import registry
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.models import Answer, Attempt
from tests.cast import Cast
from tests.certificates.completed import work_off
from tests.courses_made import PUBLISHED, TEST_KEY
from tests.crawling import crawl
from tests.quizzes.sitting import answers, fields, right

pytestmark = pytest.mark.django_db
WORD = "Quokka"
SECRET = re.compile(r"quokka|78126\.5|78131\.5|0\.0625|0\.03125", re.IGNORECASE)


class Contents:
    """One content per type. Each secret text is made of WORD and a number, and remembered."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def _secret(self, what: str) -> str:
        self.words.append(f"{WORD}{len(self.words):03d} {what}")
        return self.words[-1]

    def _options(self, count: int = 4, right: int = 1) -> list[dict[str, Any]]:
        return [
            {
                "text": f"Option {number}",
                "correct": number < right,
                "feedback": self._secret("feedback of an option"),
            }
            for number in range(count)
        ]

    def of(self, kind: str) -> dict[str, Any]:
        made: dict[str, Any] = getattr(self, f"_{kind}")()
        return {"stem": f"A question of type {kind}?", **made}

    def _single(self) -> dict[str, Any]:
        return {"options": self._options(), "feedback": self._secret("general")}

    def _multiple(self) -> dict[str, Any]:
        return {"options": self._options(right=2), "feedback": self._secret("general")}

    def _truefalse(self) -> dict[str, Any]:
        first, second = self._options(count=2)
        return {
            "options": [first | {"text": "True"}, second | {"text": "False"}],
            "feedback": self._secret("general"),
        }

    def _ordering(self) -> dict[str, Any]:
        return {
            "sequence": ["Step one", "Step two", "Step three"],
            "feedback": self._secret("order"),
            "partial_feedback": [
                {"before": 2, "after": 1, "feedback": self._secret("order, in part")}
            ],
        }

    def _matching(self) -> dict[str, Any]:
        return {
            "pairs": [
                {"left": f"Left {n}", "right": f"Right {n}", "feedback": self._secret("pair")}
                for n in range(3)
            ],
            "distractors": ["Right 9"],
            "feedback": self._secret("general"),
        }

    def _numeric(self) -> dict[str, Any]:
        return {
            "answer": 78126.5,
            "tolerance": 0.0625,
            "unit": "euros",
            "feedback": self._secret("number"),
            "errors": [
                {
                    "value": 78131.5,
                    "tolerance": 0.03125,
                    "feedback": self._secret("known slip of a number"),
                }
            ],
        }

    def _short(self) -> dict[str, Any]:
        return {
            "accept": [self._secret("accepted")],
            "model_answer": self._secret("model answer"),
            "feedback": self._secret("word"),
            "errors": [
                {
                    "accept": [self._secret("known slip")],
                    "feedback": self._secret("known slip of a word"),
                }
            ],
        }

    def _scenario(self) -> dict[str, Any]:
        kinds = ("single", "ordering", "matching", "numeric", "short", "truefalse")
        return {
            "feedback": self._secret("case"),
            "parts": [
                {"key": letter, "type": kind, **self.of(kind)}
                for letter, kind in zip("abcdef", kinds, strict=True)
            ],
        }


@pytest.fixture
def contents() -> Contents:
    return Contents()


@pytest.fixture
def attempt(cast: Cast, contents: Contents) -> Attempt:
    enrolment = enrol(
        person=cast.alice, course=_edition(contents).course, by=None, now=timezone.now()
    )
    return start_attempt(
        enrolment=enrolment, activity_key=TEST_KEY, language="en", now=timezone.now()
    )


def _edition(contents: Contents, *, attempts: int = 1, **rules: Any) -> Edition:
    kinds = registry.names()
    edition = open_edition(
        course=put_course(
            key="SECRET",
            slug="secret",
            category=put_category(key="foundations", name="Foundations", position=0),
            position=0,
        ),
        origin=Edition.Origin.DISTRIBUTION,
        by=None,
        now=PUBLISHED,
    )
    add_structure(edition=edition, objectives=[("O1", "apply")], sources=[])
    add_words(
        edition=edition,
        language="en",
        title="A course with secrets",
        purpose="To be tested.",
        audience="Tests.",
        change_note="First.",
        activity_titles={TEST_KEY: "Final test"},
        objective_texts={"O1": "Keep a secret"},
        terms=[],
    )
    quiz = add_quiz(
        activity=add_activity(edition=edition, key=TEST_KEY, kind="quiz", position=1, minutes=9),
        draw_count=len(kinds),
        pass_percent=100,
        attempts_allowed=attempts,
        quotas={"O1": len(kinds)},
        **rules,
    )
    for position, kind in enumerate(kinds, start=1):
        add_question(
            quiz=quiz,
            envelope=QuestionEnvelope(
                key=f"S-Q{position}",
                type=kind,
                objective="O1",
                lesson="none",
                bloom="apply",
                difficulty=1,
            ),
            position=position,
            wordings={"en": contents.of(kind)},
        )
    return publish_edition(edition=edition, by=None, now=PUBLISHED)


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.alice)
    return client


def _text_of(response: Any) -> str:
    body = b"".join(response) if response.streaming else response.content
    return f"{response.headers}\n{body.decode(errors='replace')}"


def _raws(answer: Answer) -> Iterator[dict[str, Any]]:
    """Fields a browser or somebody with bad ideas might post."""
    name = f"q{answer.position}"
    kind = answer.question.type
    if kind in {"numeric", "short"}:
        yield {name: "12"}
        yield {name: "a" * 5_000}
        yield {name: "<b>"}
    elif kind == "scenario":
        yield {f"{name}-open": "b", f"{name}-b": "1"}
        yield {f"{name}-open": "a", f"{name}-final": "a"}
    else:
        yield dict(right(answer))
        yield dict(fields(answer, {"chosen": [1]})) if kind != "matching" else {}
    yield {name: "nonsense", f"{name}-nonsense": "1"}
    yield {}


def _saved(client: Client, attempt: Attempt) -> Iterator[str]:
    """Every answer to every way of saving: in order, out of order, as form and for the script."""
    for answer in answers(attempt):
        address = reverse("quizzes:save", args=[attempt.pk, answer.position])
        for raw in _raws(answer):
            for accepts in ("application/json", "text/html"):
                seen = Answer.objects.get(pk=answer.pk).sequence
                for sequence in (seen, seen + 5, ""):  # fresh, stale, missing
                    sent = {**raw, f"q{answer.position}-sequence": sequence}
                    yield _text_of(client.post(address, sent, headers={"accept": accepts}))
    yield _text_of(client.post(reverse("quizzes:save_all", args=[attempt.pk]), {"q1": "x"}))
    stale = {f"q{answer.position}-sequence": "99" for answer in answers(attempt)}
    for name in ("save_all", "choose"):
        yield _text_of(client.post(reverse(f"quizzes:{name}", args=[attempt.pk]), stale))


def _errors(client: Client, attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for address in (
        reverse("quizzes:question", args=[attempt.pk, 99]),
        reverse("quizzes:save", args=[attempt.pk, 99]),
        reverse("quizzes:result", args=[attempt.pk]),
        "/media/" + "0" * 64 + ".svg",
    ):
        yield _text_of(client.get(address))
    for error in (OperationalError("away"), ValueError("a fault")):

        def fails(error: Exception = error, **_given: object) -> None:
            raise error

        with monkeypatch.context() as broken:
            broken.setattr(actions, "save_answer", fails)
            for accepts in ("application/json", "text/html"):
                response = client.post(
                    reverse("quizzes:save", args=[attempt.pk, 1]),
                    {"q1": "x"},
                    headers={"accept": accepts},
                )
                assert response.status_code in {500, 503}
                yield _text_of(response)


def test_no_secret_is_met_before_the_result(
    client: Client,
    attempt: Attempt,
    contents: Contents,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("DEBUG"):
        pages = crawl(client, "/", reverse("quizzes:question", args=[attempt.pk, 1]))
        for place in ("all", "summary"):
            pages |= crawl(client, reverse(f"quizzes:{place}", args=[attempt.pk]))
        assert reverse("quizzes:question", args=[attempt.pk, 8]) in pages
        told = list(pages.values())
        told += _saved(client, attempt)
        told += _errors(client, attempt, monkeypatch)
        told += crawl(client, "/", reverse("quizzes:all", args=[attempt.pk])).values()
        work_off()
    told += [sent.message().as_string() for sent in mail.outbox]
    told += [f"{m.subject} {m.text} {m.html}" for m in Message.objects.all()]
    told += [json.dumps(job.args) for job in Job.objects.all()]
    told += [json.dumps(detail.data) for detail in AuditDetail.objects.all()]
    # What a traceback of the error log shows is code, never a value of ours.
    told += [caplog.text]
    assert len(told) > 200
    assert [text for text in told if SECRET.search(text)] == []


def test_after_the_result_every_word_was_there_to_be_found(
    client: Client, attempt: Attempt, contents: Contents
) -> None:
    """The last word of each secret is on the result page, or belongs to a slip nobody made."""
    client.post(reverse("quizzes:submit", args=[attempt.pk]))
    page = _text_of(client.get(reverse("quizzes:result", args=[attempt.pk])))
    kept = [word for word in contents.words if word not in page]
    assert all("slip" in word or "accepted" in word or "in part" in word for word in kept), kept
    assert "78126.5" in page.replace("78,126.5", "78126.5").replace("\u202f", "")


def test_a_right_and_a_wrong_answer_are_answered_alike(client: Client, attempt: Attempt) -> None:
    """Same fields, same sizes: nobody reads the key from how the server says "saved"."""
    for answer in answers(attempt):
        if answer.question.type not in {"single", "multiple", "truefalse"}:
            continue
        address = reverse("quizzes:save", args=[attempt.pk, answer.position])
        name, size = f"q{answer.position}", set()
        public = answer.question.type
        tokens = _tokens(client, attempt, answer.position)
        for sequence, token in enumerate(tokens):
            response = client.post(
                address,
                {name: [token], f"{name}-sequence": sequence},
                headers={"accept": "application/json"},
            )
            assert response.status_code == 200, public
            size.add((len(response.content), frozenset(response.json())))
        assert len(size) == 1, public


def _tokens(client: Client, attempt: Attempt, position: int) -> list[str]:
    page = client.get(reverse("quizzes:question", args=[attempt.pk, position])).content.decode()
    return re.findall(rf'name="q{position}" value="([^"]+)"', page)


# ------------------------------------------------------------------ what a test shows when
def _begun(cast: Cast, edition: Edition) -> Attempt:
    enrolment = enrol(person=cast.alice, course=edition.course, by=None, now=timezone.now())
    return start_attempt(
        enrolment=enrolment, activity_key=TEST_KEY, language="en", now=timezone.now()
    )


def _everything_of(client: Client, attempt: Attempt) -> dict[str, str]:
    pages = crawl(client, reverse("quizzes:question", args=[attempt.pk, 1]))
    for place in ("all", "summary"):
        pages |= crawl(client, reverse(f"quizzes:{place}", args=[attempt.pk]))
    return pages


def _met(texts: Iterable[str]) -> set[str]:
    return {found for text in texts for found in re.findall(rf"{WORD}\d{{3}}", text)}


def test_a_test_for_learning_shows_what_was_checked_and_nothing_else(
    cast: Cast, client: Client, contents: Contents
) -> None:
    attempt = _begun(cast, _edition(contents, review="learn", asks_confidence=True))
    told = [*_everything_of(client, attempt).values(), *_saved(client, attempt)]
    for position in range(1, 9):  # unanswered, or not to be counted: nothing is checked yet
        address = reverse("quizzes:save", args=[attempt.pk, position])
        told.append(_text_of(client.post(address, {f"q{position}-sequence": "x", "check": "1"})))
    assert [text for text in told if SECRET.search(text)] == []
    chosen = Answer.objects.get(attempt=attempt, question__type="single")
    name = f"q{chosen.position}"
    sent = {**right(answers(attempt)[chosen.position - 1]), f"{name}-sequence": chosen.sequence}
    address = reverse("quizzes:save", args=[attempt.pk, chosen.position])
    assert client.post(address, {**sent, "check": "1"}).status_code == 302
    pages = _everything_of(client, attempt)
    own = pages.pop(reverse("quizzes:question", args=[attempt.pk, chosen.position]))
    assert _met([own]) == _met([str(chosen.question.texts.get(language="en").content)])
    assert [page for page, text in pages.items() if SECRET.search(text)] == []


def test_an_exam_shows_nothing_while_an_attempt_is_left(
    cast: Cast, client: Client, contents: Contents
) -> None:
    attempt = _begun(cast, _edition(contents, attempts=2, review="exam"))
    told = [*_everything_of(client, attempt).values(), *_saved(client, attempt)]
    client.post(reverse("quizzes:submit", args=[attempt.pk]))
    told += crawl(client, "/", reverse("quizzes:result", args=[attempt.pk])).values()
    address = reverse("quizzes:save", args=[attempt.pk, 1])
    late = client.post(address, {"q1": "x"}, headers={"accept": "application/json"})
    assert late.status_code == 410
    told += [_text_of(late), _text_of(client.post(address, {"q1": "x"}))]
    work_off()
    told += [sent.message().as_string() for sent in mail.outbox]
    assert [text for text in told if SECRET.search(text)] == []


def test_pages_that_hold_keys_do_not_exist_for_a_trainee(
    cast: Cast, client: Client, attempt: Attempt
) -> None:
    course = attempt.enrolment.course_id
    question = attempt.answers.earliest("pk").question
    addresses: dict[str, list[Any]] = {
        "statistics": [],
        "statistics_test": [course, TEST_KEY],
        "statistics_units": [course, TEST_KEY],
        "statistics_question": [course, TEST_KEY, question.key],
        "statistics_answers": [course, TEST_KEY],
        "quizzes_question_changelist": [],
        "quizzes_question_change": [question.pk],
        "quizzes_question_preview": [question.pk],
        "quizzes_attempt_change": [attempt.pk],
    }
    for name, arguments in addresses.items():
        for method in (client.get, client.post):
            refused = method(reverse(f"admin:{name}", args=arguments))
            assert refused.status_code in {404, 405}, name
            assert not SECRET.search(_text_of(refused)), name
