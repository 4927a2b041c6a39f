"""The admin of quizzes: who sees the bank and the attempts, and who may allow one more."""

import pytest

from courseware.accounts.actions import grant_role
from courseware.accounts.models import User
from courseware.audit.models import AuditEvent
from courseware.enrolments.models import ActivityProgress
from quizzes import actions
from quizzes.engine import registry
from quizzes.models import Attempt, Question, Talk
from tests.asking import signed_in
from tests.cast import Cast, person
from tests.courses_made import CANARY
from tests.quizzes.sitting import NOW, Sitting, begin, sit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
QUESTIONS, ATTEMPTS, TALKS = (f"/admin/quizzes/{name}/" for name in ("question", "attempt", "talk"))


@pytest.fixture
def failed(cast: Cast) -> Sitting:
    sitting = sit("Nora", attempts=1, types=registry.names(), objectives=1, per_objective=8)
    actions.finish_attempt(attempt=begin(sitting), now=NOW)
    return sitting


def instructor_elsewhere() -> User:
    other = person("Olga")
    grant_role(
        person=other,
        role="instructor",
        course_slug="somewhere-else",
        from_on=NOW.date().replace(year=2025),
        by=None,
        now=NOW,
    )
    return other


@pytest.mark.parametrize(
    ("name", "bank", "attempts"),
    [
        ("ingrid", 200, 200),
        ("rafael", 200, 404),
        ("adam", 404, 200),
        ("alice", 404, 404),
        ("sam", 404, 404),
        ("carol", 404, 404),
        ("audrey", 404, 404),
    ],
)
def test_who_may_look(cast: Cast, failed: Sitting, name: str, bank: int, attempts: int) -> None:
    client = signed_in(getattr(cast, name))
    assert client.get(QUESTIONS).status_code == bank
    assert client.get(ATTEMPTS).status_code == attempts
    assert client.get(TALKS).status_code == attempts
    assert client.get(f"{TALKS}add/").status_code == attempts


def test_every_type_of_question_can_be_read_with_its_key(cast: Cast, failed: Sitting) -> None:
    client = signed_in(cast.ingrid)
    for question in Question.objects.all():
        page = client.get(f"{QUESTIONS}{question.pk}/change/").content.decode()
        assert CANARY in page, question.type
        assert 'type="submit"' not in page.split("submit-row")[-1]


def test_the_bank_can_be_searched(cast: Cast, failed: Sitting) -> None:
    page = signed_in(cast.ingrid).get(QUESTIONS, {"q": "Question 3"}).content.decode()
    assert "T-Q3" in page
    assert "T-Q4" not in page


def test_an_instructor_of_another_course_finds_nothing_here(failed: Sitting) -> None:
    client = signed_in(instructor_elsewhere())
    assert "T-Q1" not in client.get(QUESTIONS).content.decode()
    assert "Nora" not in client.get(ATTEMPTS).content.decode()
    assert "Nora" not in client.get(f"{TALKS}add/").content.decode()
    attempt = Attempt.objects.get()
    assert client.get(f"{ATTEMPTS}{attempt.pk}/change/").status_code == 302
    progress = ActivityProgress.objects.get()
    client.post(f"{TALKS}add/", {"progress": progress.pk, "reason": "mine"})
    assert not Talk.objects.exists()


def test_looking_at_an_attempt_leaves_a_trace_and_hides_its_seed(
    cast: Cast, failed: Sitting
) -> None:
    attempt = Attempt.objects.get()
    page = signed_in(cast.ingrid).get(f"{ATTEMPTS}{attempt.pk}/change/").content.decode()
    assert "Nora" in page
    assert str(attempt.seed) not in page
    event = AuditEvent.objects.get(verb="record.viewed")
    assert (event.actor_id, event.subject_id) == (cast.ingrid.pk, str(attempt.pk))


def test_a_talk_is_noted_and_one_more_attempt_allowed(cast: Cast, failed: Sitting) -> None:
    client = signed_in(cast.ingrid)
    assert "Nora Example" in client.get(f"{TALKS}add/").content.decode()
    progress = ActivityProgress.objects.get()
    assert client.post(f"{TALKS}add/", {"progress": progress.pk, "reason": " "}).status_code == 200
    assert not Talk.objects.exists()
    data = {
        "progress": progress.pk,
        "reason": "We read lesson 3 again together.",
        "is_granted": "on",
    }
    said = client.post(f"{TALKS}add/", data, follow=True).content.decode()
    assert "Nora Example may sit the test once more." in said
    talk = Talk.objects.get()
    assert str(talk) not in said
    assert (talk.by, talk.enrolment) == (cast.ingrid, failed.enrolment)
    client.post(f"{TALKS}add/", data)  # pressed twice
    assert ActivityProgress.objects.get().attempts_granted == 1
    assert begin(failed).number == 2
    page = client.get(f"{TALKS}{talk.pk}/change/").content.decode()
    assert "We read lesson 3 again" in page
    assert "<textarea" not in page


def test_nothing_else_can_be_changed(cast: Cast, failed: Sitting) -> None:
    client = signed_in(cast.ingrid)
    attempt, question = Attempt.objects.get(), Question.objects.first()
    assert question is not None
    for url in (
        f"{ATTEMPTS}add/",
        f"{ATTEMPTS}{attempt.pk}/delete/",
        f"{QUESTIONS}add/",
        f"{QUESTIONS}{question.pk}/delete/",
    ):
        assert client.get(url).status_code == 403
    assert client.post(f"{QUESTIONS}{question.pk}/change/", {"key": "X"}).status_code == 403
