"""The fictional force on a small scale: made once, whole, through the actions; and its mailbox."""

import random
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courseware.accounts.models import User
from courseware.certificates.models import Certificate
from courseware.courses.models import Edition
from courseware.courses.queries import outline
from courseware.demo import force
from courseware.demo.answers import answer, chance
from courseware.demo.people import ACCOUNTS, PASSWORD
from courseware.enrolments import rules
from courseware.enrolments.models import Completion, Enrolment
from courseware.enrolments.queries import dates_of, with_state
from courseware.health.invariants import findings
from courseware.jobs.models import Job, Message
from quizzes.engine import registry
from quizzes.models import Answer, Attempt
from tests.bundles.folders import row_counts
from tests.courses_made import content_of

PEOPLE = 6
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _small_force(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(settings.LIBRARY_DIR / "c0-landscape", tmp_path / "library" / "c0-landscape")
    settings.LIBRARY_DIR = tmp_path / "library"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.KEYS_DIR = tmp_path / "keys"
    settings.DEMO = True
    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr(force, "TRAINEES", PEOPLE)


def built() -> bool:
    return force.build(now=timezone.now())


# ------------------------------------------------------------------ the force
@pytest.mark.django_db
def test_a_whole_force_is_made_once_and_holds_every_invariant() -> None:
    now = timezone.now()
    assert force.build(now=now)
    assert User.objects.count() == len(ACCOUNTS) + PEOPLE
    completions = Completion.objects.count()
    assert completions >= 2
    assert Certificate.objects.count() == completions
    assert Message.objects.filter(kind="certificate").count() == completions
    assert set(Message.objects.values_list("state", flat=True)) <= {"sent", "suppressed"}
    assert len(mail.outbox) == Message.objects.filter(state="sent").count()
    assert not Job.objects.exclude(state="done").exists()
    assert findings(now) == []
    assert Completion.objects.latest("completed_at").completed_at <= now
    assert_each_account_shows_its_state()
    assert outline(Edition.objects.get().pk, "en").is_dated_back
    before = row_counts()
    assert not force.build(now=now)
    assert row_counts() == before
    mailbox_shows_every_mail_and_its_document()


def assert_each_account_shows_its_state() -> None:
    expected = {
        "trainee@norland.example": rules.State.DUE_SOON,
        "halfway@norland.example": rules.State.IN_PROGRESS,
        "certified@norland.example": rules.State.DONE,
    }
    today = timezone.localdate()
    rows = with_state(Enrolment.objects.filter(person__email__in=expected), today)
    assert {row.person.email: row.state_on_day for row in rows} == expected
    assert all(rules.state(dates_of(row), today) == row.state_on_day for row in rows)
    for account in ACCOUNTS:
        where = {"service_number": account.login}
        if not account.login.startswith("N-"):
            where = {"email": f"{account.login}@norland.example"}
        somebody = User.objects.get(**where)
        assert somebody.check_password(PASSWORD)
        assert [grant.role for grant in somebody.grants.all()] == [account.role]


def mailbox_shows_every_mail_and_its_document() -> None:
    client = Client()
    letter = Message.objects.filter(kind="certificate", state="sent")[0]
    assert letter.subject in client.get(reverse("demo_mailbox")).content.decode()
    page = client.get(reverse("demo_letter", args=[letter.pk])).content.decode()
    assert letter.to_address in page
    html = client.get(reverse("demo_letter_html", args=[letter.pk]))
    assert html.content.decode() == letter.html.replace("<head>", '<head><base target="_blank">')
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "'unsafe-inline'" not in client.get("/").headers["Content-Security-Policy"]
    document = client.get(reverse("demo_attachment", args=[letter.pk]))
    assert document["Content-Type"] == "application/pdf"
    assert b"".join(document).startswith(b"%PDF")


@pytest.mark.django_db
def test_whoever_is_stopped_in_the_middle_starts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C during the first start leaves no half force behind."""

    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(force, "_history", stopped)
    with pytest.raises(KeyboardInterrupt):
        built()
    assert not User.objects.exists()
    monkeypatch.undo()
    monkeypatch.setattr(force, "TRAINEES", 1)
    assert built()


@pytest.mark.django_db
def test_not_outside_demo_mode(settings: LazySettings) -> None:
    settings.DEMO = False
    before = row_counts()
    with pytest.raises(RuntimeError, match="COURSEWARE_DEMO=1"):
        built()
    assert row_counts() == before


@pytest.mark.django_db
def test_not_where_there_are_people() -> None:
    User.objects.create_user(email="a@example.org", given_name="A", family_name="B")
    before = row_counts()
    assert not built()
    assert row_counts() == before


@pytest.mark.django_db
def test_the_mailbox_does_not_exist_outside_demo_mode(settings: LazySettings) -> None:
    pk = "00000000-0000-0000-0000-000000000000"
    addresses = [
        reverse("demo_mailbox"),
        *(reverse(f"demo_{name}", args=[pk]) for name in ("letter", "letter_html", "attachment")),
    ]
    assert Client().get(addresses[0]).status_code == 200
    settings.DEMO = False
    assert {Client().get(address).status_code for address in addresses} == {404}
    assert not Attempt.objects.exists()


@pytest.mark.django_db
def test_only_the_course_of_the_history_is_dated_back(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(
        ROOT / "courseware" / "library" / "c3-drug-markets",
        settings.LIBRARY_DIR / "c3-drug-markets",
    )
    monkeypatch.setattr(force, "TRAINEES", 1)
    assert built()
    back = {e.course.slug: outline(e.pk, "en").is_dated_back for e in Edition.objects.all()}
    assert back == {"c0-landscape": True, "c3-drug-markets": False}


# ------------------------------------------------------------------ invented answers
@pytest.mark.django_db
@pytest.mark.parametrize("asks", [False, True])
def test_only_a_test_that_asks_is_told_how_sure_somebody_was(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, asks: bool
) -> None:
    file = settings.LIBRARY_DIR / "c0-landscape" / "course.yaml"
    words = file.read_text("utf-8")
    rule = "  pass_percent:"
    assert words.count(rule) == 1
    file.write_text(words.replace(rule, f"  asks_confidence: {asks}\n{rule}"), "utf-8")
    monkeypatch.setattr(force, "TRAINEES", 1)
    assert built()
    marked = Answer.objects.filter(attempt__state=Attempt.State.GRADED)
    told = set(marked.values_list("confidence", flat=True))
    assert told <= {1, 2, 3} if asks else told == {None}
    assert marked.exists()


def test_the_chance_grows_with_ability_and_falls_with_difficulty() -> None:
    assert chance(0, 2) == 0.5
    assert chance(1, 2) > chance(0, 2) > chance(0, 3)
    assert chance(0, 1) > 0.5


@pytest.mark.parametrize("kind", sorted(registry.names()))
@pytest.mark.parametrize("ability", [-50.0, 50.0])
def test_an_invented_answer_is_one_the_engine_can_mark(kind: str, ability: float) -> None:
    engine = registry.get(kind)
    content = engine.validate(content_of(kind, 1))
    for seed in range(20):
        given = answer(
            random.Random(seed), type_name=kind, content=content, ability=ability, difficulty=2
        )
        mark = engine.grade(content, given)
        assert (mark == 1) == (ability > 0)
        assert 0 <= mark <= 1


def test_history_ends_before_today() -> None:
    assert timedelta(days=700) < force.HISTORY < timedelta(days=800)
