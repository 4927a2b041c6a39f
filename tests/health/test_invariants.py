"""The invariants hold in a world made through the actions, and each of them can fail.

The world is made once and broken many times, each time inside a savepoint that is taken back.
What the database refuses to change is broken with its triggers removed.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from courseware.accounts.actions import create_unit, post_person
from courseware.accounts.models import Unit
from courseware.bundles.actions import load_folder
from courseware.certificates.models import Certificate, CertificateEvent, CertificateHolder
from courseware.courses.models import Course
from courseware.enrolments import rules
from courseware.enrolments.actions import enrol, finish_lesson, set_due
from courseware.enrolments.models import ActivityProgress, Completion, DateChange, Enrolment
from courseware.health import freezing
from courseware.health.invariants import findings
from courseware.jobs import registry
from courseware.jobs.models import Job, Message
from lessons.models import Media
from quizzes import actions as quizzes
from quizzes.models import Answer, Attempt, Question
from tests.bundles.folders import FIXTURE
from tests.cast import SINCE, person
from tests.certificates.completed import work_off
from tests.courses_made import PUBLISHED, TEST_KEY
from tests.quizzes.sitting import NOW, answer_all, sit
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(hours=1)
OLD = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
def _own_installation(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.KEYS_DIR = tmp_path / "keys"
    monkeypatch.setattr(registry, "_periods", {})
    with time_machine.travel(NOW, tick=False):
        yield


# ------------------------------------------------------------------ the world
def read_all(enrolment: Enrolment, now: datetime = NOW) -> None:
    for key in ("lesson-1", "lesson-2"):
        finish_lesson(
            enrolment=enrolment, activity_key=key, content_hash="h", language="en", now=now
        )


def start(enrolment: Enrolment, now: datetime = NOW) -> Attempt:
    return quizzes.start_attempt(enrolment=enrolment, activity_key=TEST_KEY, language="en", now=now)


def pass_test(enrolment: Enrolment, now: datetime = NOW) -> None:
    attempt = start(enrolment, now)
    answer_all(attempt, now=now)
    quizzes.finish_attempt(attempt=attempt, now=now)


def make_world() -> None:
    """Alice, of a station, has passed in two periods; Toni sits the test; Sam has a due date."""
    remembered(_world)


def _world() -> None:
    load_folder(FIXTURE, now=PUBLISHED)
    alice = sit("Alice", lessons=2)
    force = create_unit(name="Norland", code="norland", parent=None, by=None, now=NOW)
    station = create_unit(name="Station", code="station", parent=force, by=None, now=NOW)
    post_person(person=alice.person, unit=station, from_on=SINCE, by=None, now=NOW)
    for now in (NOW - timedelta(days=2), NOW):
        enrolment = enrol(person=alice.person, course=alice.edition.course, by=None, now=now)
        read_all(enrolment, now)
        pass_test(enrolment, now)
        work_off()
    toni = enrol(person=person("Toni"), course=alice.edition.course, by=None, now=NOW)
    read_all(toni)
    start(toni)
    sam = enrol(person=person("Sam"), course=alice.edition.course, by=None, now=NOW)
    set_due(enrolment=sam, due_on=NOW.date(), reason="assigned", by=None, now=NOW)


def newest_certificate() -> Certificate:
    return Certificate.objects.order_by("-serial")[0]


def passed() -> Attempt:
    attempt = Attempt.objects.filter(is_passed=True).first()
    assert attempt is not None
    return attempt


def running() -> Attempt:
    return Attempt.objects.get(state=Attempt.State.OPEN)


# ------------------------------------------------------------------ how it is broken
def certificate_lost() -> None:
    pk = newest_certificate().pk
    Message.objects.filter(key=str(pk)).delete()
    CertificateEvent.objects.filter(certificate=pk).delete()
    CertificateHolder.objects.filter(certificate=pk).delete()
    Certificate.objects.filter(pk=pk).delete()


def completion_lost() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM enrolments_completion")


def replaced_one_counts() -> None:
    CertificateEvent.objects.filter(kind="superseded").delete()


def never_issued() -> None:
    CertificateEvent.objects.filter(kind="issued").delete()


def code_misspelt() -> None:
    Certificate.objects.filter(pk=newest_certificate().pk).update(code="o0")


def document_changed() -> None:
    Certificate.objects.filter(pk=newest_certificate().pk).update(pdf_sha256="0" * 64)


def document_forgotten() -> None:
    Certificate.objects.filter(pk=newest_certificate().pk).update(
        pdf_file="", pdf_sha256="", pdf_made_at=None
    )


def mail_lost() -> None:
    Message.objects.filter(key=str(newest_certificate().pk)).delete()


def mail_waits_for_nobody() -> None:
    Message.objects.filter(key=str(newest_certificate().pk)).update(state="waiting")


def mail_of_nothing() -> None:
    Message.objects.filter(key=str(newest_certificate().pk)).update(key="nothing")


def answer_of_another_test() -> None:
    Answer.objects.filter(attempt=passed(), position=1).update(
        question=Question.objects.exclude(quiz=passed().quiz).first()
    )


def answer_too_late() -> None:
    late = passed().deadline_at + timedelta(days=1)
    Answer.objects.filter(attempt=passed()).update(saved_at=late)


def two_open_attempts() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_open_attempt")
    second = running()
    second.pk, second.number, second._state.adding = None, 9, True
    Attempt.objects.bulk_create([second])


def too_many_attempts() -> None:
    ActivityProgress.objects.filter(activity_key=TEST_KEY).update(attempts_used=9)


def verdict_changed() -> None:
    Attempt.objects.filter(pk=passed().pk).update(is_passed=False)


def score_changed() -> None:
    Attempt.objects.filter(pk=passed().pk).update(score_numerator=1, score_denominator=3)


def best_score_changed() -> None:
    ActivityProgress.objects.filter(enrolment=passed().enrolment_id, activity_key=TEST_KEY).update(
        best_score=99
    )


def answer_changed() -> None:
    Answer.objects.filter(attempt=passed(), position=1).update(response={})


def never_closed() -> None:
    before = NOW - timedelta(days=9)
    Attempt.objects.filter(pk=running().pk).update(
        started_at=before, deadline_at=before + timedelta(days=7)
    )


def unit_misplaced() -> None:
    Unit.objects.filter(code="station").update(path="/elsewhere/")


def picture_without_file() -> None:
    Media.objects.update(file="lessons/00/gone.svg")


def file_without_row() -> None:
    for folder in ("lessons/00", "certificates/00"):
        name = default_storage.save(f"{folder}/stray.svg", ContentFile(b"x"))
        os.utime(default_storage.path(name), (OLD, OLD))


def expiry_moved() -> None:
    Enrolment.objects.filter(completed_on__isnull=False).update(expires_on=NOW.date())


def due_date_moved() -> None:
    Enrolment.objects.filter(due_on__isnull=False).update(due_on=SOON.date() + timedelta(3))


def due_date_without_row() -> None:
    DateChange.objects.filter(field="due_on").delete()


def completion_of_nothing() -> None:
    Enrolment.objects.update(expires_on=None, withdrawn_at=NOW)
    Enrolment.objects.update(completed_on=None)


def progress_lost() -> None:
    ActivityProgress.objects.filter(enrolment=passed().enrolment_id, activity_key=TEST_KEY).update(
        state="in_progress", done_at=None
    )


def attempts_not_counted() -> None:
    ActivityProgress.objects.update(attempts_used=0)


def nobody_marks_it() -> None:
    Attempt.objects.filter(pk=running().pk).update(
        state="submitted", submitted_at=NOW - timedelta(hours=1)
    )


#: What each break must be called, besides what else it breaks.
BREAKS: dict[Callable[[], None], tuple[str, str]] = {
    certificate_lost: ("I1", "neither a certificate nor an unfinished job"),
    completion_lost: ("I1", "has no completion"),
    replaced_one_counts: ("I1", "2 current certificates"),
    never_issued: ("I1", "no event of issue"),
    code_misspelt: ("I2", "malformed"),
    document_changed: ("I2", "does not match its hash"),
    document_forgotten: ("I2", "no document"),
    mail_lost: ("I3", "no mail"),
    mail_waits_for_nobody: ("I3", "waits without a job"),
    mail_of_nothing: ("I3", "belongs to no certificate"),
    answer_of_another_test: ("I4", "of another quiz"),
    answer_too_late: ("I4", "too late"),
    two_open_attempts: ("I5", "open at once"),
    too_many_attempts: ("I5", "More attempts than were allowed"),
    verdict_changed: ("I6", "not what the answers earn"),
    score_changed: ("I6", "not what the answers earn"),
    answer_changed: ("I6", "not what the answers earn"),
    best_score_changed: ("I6", "is not the best"),
    never_closed: ("I7", "open after its deadline"),
    unit_misplaced: ("I9", "one by one there are 1"),
    picture_without_file: ("I10", "file is missing"),
    file_without_row: ("I10", "has no row"),
    expiry_moved: ("I11", "not the rule's"),
    due_date_moved: ("I11", "without a dated row"),
    due_date_without_row: ("I11", "without a dated row"),
    completion_of_nothing: ("I12", "A completion of an open enrolment"),
    progress_lost: ("I12", "Progress and completion disagree"),
    attempts_not_counted: ("I12", "counted wrongly"),
    nobody_marks_it: ("I12", "nobody will mark it"),
}


class TakeBack(Exception):
    """Ends the savepoint."""


def said_after(break_it: Callable[[], None]) -> list[str]:
    said: list[str] = []
    try:
        with transaction.atomic():
            freezing.remove()
            break_it()
            said = [str(finding) for finding in findings(SOON)]
            raise TakeBack
    except TakeBack:
        return said


def test_a_world_made_through_the_actions_is_clean_and_each_invariant_can_fail() -> None:
    make_world()
    assert Certificate.objects.count() == 2
    assert Completion.objects.count() == 2
    assert findings(SOON) == []
    unseen = {}
    for break_it, (invariant, words) in BREAKS.items():
        said = said_after(break_it)
        if not any(line.startswith(f"{invariant} ") and words in line for line in said):
            unseen[break_it.__name__] = said
    assert unseen == {}
    assert {invariant for invariant, _ in BREAKS.values()} == {
        *(f"I{number}" for number in range(1, 8)),
        *(f"I{number}" for number in range(9, 13)),
    }


def test_states_are_compared_with_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    sit()
    assert findings(SOON) == []
    monkeypatch.setattr(rules, "state", lambda *_: rules.State.EXPIRED)
    [found] = findings(SOON)
    assert str(found).startswith("I11 ")
    assert "SQL says not-started, the rule expired." in str(found)


def test_a_lost_document_is_found() -> None:
    make_world()
    (Path(default_storage.path("")) / newest_certificate().pdf_file).unlink()
    said = [str(finding) for finding in findings(SOON)]
    assert any(line.startswith("I2 ") and "is missing" in line for line in said)
    assert any(line.startswith("I10 ") and "is gone" in line for line in said)


def test_a_waiting_job_is_as_good_as_its_certificate_and_a_cancelled_one_is_not() -> None:
    alice = sit("Alice")
    pass_test(alice.enrolment)
    assert findings(SOON) == []
    Job.objects.filter(kind="certificates.issue").update(state="cancelled", finished_at=NOW)
    assert [finding.invariant for finding in findings(SOON)] == ["I1"]


def test_a_finding_names_nobody() -> None:
    make_world()
    said = " ".join(line for break_it in BREAKS for line in said_after(break_it))
    for word in ("Alice", "Toni", "Sam", "Example", "example.org"):
        assert word not in said


# ------------------------------------------------------------------ the command
def test_the_command_says_that_all_is_well_or_what_is_not() -> None:
    sit()
    out = StringIO()
    call_command("verify_integrity", stdout=out)
    assert out.getvalue() == "All invariants hold.\n"
    Enrolment.objects.update(due_on=NOW.date())
    freezing.remove()
    lost = len(freezing.missing())
    with pytest.raises(CommandError, match=rf"^{lost + 1} findings. Nothing was changed.$"):
        call_command("verify_integrity", stdout=out)
    assert "I11 " in out.getvalue()
    assert "freezing enrolments_completion_update: the trigger is missing" in out.getvalue()
    assert Course.objects.count() == 1
