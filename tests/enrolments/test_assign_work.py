"""An assignment confirmed: once, by many, with progress, through a kill, and the mail of it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courseware.accounts import actions as accounts
from courseware.accounts.models import RoleGrant, User
from courseware.audit.models import AuditEvent
from courseware.core import failpoints
from courseware.courses.actions import retire
from courseware.courses.models import Course
from courseware.enrolments.actions import withdraw
from courseware.enrolments.actions.batches import AT_ONCE
from courseware.enrolments.models import AssignmentBatch, DateChange, Enrolment
from courseware.jobs.models import Job, Message
from tests.cast import Cast
from tests.certificates.completed import work_off
from tests.enrolments.assigning import ASSIGN, NOW, Officer, crowd, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_time")]


# ------------------------------------------------------------------ said twice, at once, too late
def test_confirmed_twice_is_done_once(cast: Cast, carol: Officer) -> None:
    carol.look(source="unit", unit=str(cast.unit_a.pk))
    carol.confirm()
    events = AuditEvent.objects.count()
    carol.confirm(moves_due="yes")
    assert (Enrolment.objects.count(), AuditEvent.objects.count()) == (3, events)
    assert not AssignmentBatch.objects.get().moves_due
    work_off()
    assert Message.objects.filter(kind="enrolments.assigned").count() == 3


def test_two_officers_confirm_the_same_people(cast: Cast, carol: Officer) -> None:
    adam = Officer(cast.adam)
    for officer in (carol, adam):
        assert "Put 3 people" in officer.look(source="unit", unit=str(cast.unit_a.pk))
    carol.confirm()
    page = adam.confirm()
    assert "Was on the course; nothing changed" in page
    assert Enrolment.objects.count() == 3
    assert set(Enrolment.objects.values_list("assigned_by", flat=True)) == {cast.carol.pk}
    work_off()
    assert Message.objects.filter(kind="enrolments.assigned").count() == 3


def test_a_role_that_ended_between_look_and_yes(cast: Cast, carol: Officer) -> None:
    carol.look(source="unit", unit=str(cast.unit_a.pk))
    grant = RoleGrant.objects.get(person=cast.carol)
    accounts.end_grant(grant=grant, to_on=date(2026, 3, 1), by=None, now=NOW)
    assert carol.client.post(f"{ASSIGN}{carol.batch.pk}/").status_code == 404
    assert not Enrolment.objects.exists()


def test_a_role_that_ends_in_the_middle_ends_the_work_and_says_so(
    cast: Cast, carol: Officer
) -> None:
    crowd(cast, AT_ONCE + 1)
    carol.look(source="unit", unit=str(cast.unit_a.pk))
    assert "0 of 204 people are done" in carol.confirm()
    grant = RoleGrant.objects.get(person=cast.carol)
    accounts.end_grant(grant=grant, to_on=date(2026, 3, 1), by=None, now=NOW)
    work_off()
    assert not Enrolment.objects.exists()
    assert set(carol.batch.rows.values_list("outcome", flat=True)) == {"out-of-reach"}


def test_who_has_moved_away_meanwhile_is_left_out(cast: Cast, carol: Officer) -> None:
    carol.look(source="unit", unit=str(cast.unit_a.pk))
    accounts.post_person(
        person=cast.alice, unit=cast.unit_b, from_on=date(2026, 3, 2), by=None, now=NOW
    )
    page = carol.confirm()
    assert "no longer among the people you can assign" in page
    assert not Enrolment.objects.filter(person=cast.alice).exists()
    assert Enrolment.objects.count() == 2


def test_a_course_that_was_retired_meanwhile(cast: Cast, carol: Officer, course: Course) -> None:
    carol.look(source="unit", unit=str(cast.unit_a.pk))
    retire(course=course, by=cast.ingrid, now=NOW)
    assert "the course can no longer be taken" in carol.confirm()
    assert not Enrolment.objects.exists()
    assert "No course can be taken yet" in text_of(carol.client.get(ASSIGN))


def test_a_day_that_passed_between_look_and_yes(
    carol: Officer, at_the_time: time_machine.Traveller
) -> None:
    carol.look(source="person", words="Alice", due_on="2026-03-02")
    at_the_time.move_to(NOW + timedelta(days=1))
    carol.client.force_login(carol.user)
    assert "The due date has passed since you made this." in carol.confirm()
    assert not Enrolment.objects.exists()


# ------------------------------------------------------------------ many people
def test_many_are_left_to_the_worker_with_progress(cast: Cast, carol: Officer) -> None:
    crowd(cast, 300)
    page = carol.look(source="unit", unit=str(cast.unit_a.pk))
    assert "Put 303 people on the course" in page
    assert "Page 1 of 4" in page
    page = carol.confirm()
    assert "0 of 303 people are done" in page
    assert "data-look-again" in page
    assert not Enrolment.objects.exists()
    work_off()
    page = carol.page()
    assert "data-look-again" not in page
    assert "Put on the course" in page
    assert Enrolment.objects.count() == 303
    job = Job.objects.get(kind="enrolments.assign")
    assert (job.state, job.progress_done, job.progress_total) == ("done", 303, 303)
    assert Message.objects.filter(kind="enrolments.assigned").count() == 303


class Killed(BaseException):
    pass


@pytest.mark.parametrize("point", ["assignment.some_done", "assignment.some_told"])
def test_killed_in_the_middle_it_is_done_again_without_doubles(
    cast: Cast,
    carol: Officer,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    at_the_time: time_machine.Traveller,
) -> None:
    crowd(cast, 250)
    carol.look(source="unit", unit=str(cast.unit_a.pk))
    carol.confirm()
    hits: list[str] = []

    def kill(name: str) -> None:
        hits.append(name)
        if name == point and hits.count(point) == 2:
            raise Killed

    monkeypatch.setattr(failpoints, "hit", kill)
    with pytest.raises(Killed):
        work_off()
    done = Enrolment.objects.count()
    assert done == (200 if point.endswith("done") else 253)
    at_the_time.shift(timedelta(minutes=10))  # its lease runs out
    work_off()
    assert Enrolment.objects.count() == 253
    assert AuditEvent.objects.filter(verb="enrolment.created").count() == 253
    assert DateChange.objects.count() == 253
    told = Message.objects.filter(kind="enrolments.assigned")
    assert set(told.values_list("key", flat=True)) == {
        str(pk) for pk in Enrolment.objects.values_list("pk", flat=True)
    }
    assert carol.batch.rows.filter(outcome="put").count() == 253


def test_a_parked_job_is_said(cast: Cast, carol: Officer) -> None:
    crowd(cast, AT_ONCE + 1)
    carol.look(source="unit", unit=str(cast.unit_a.pk))
    carol.confirm()
    Job.objects.filter(kind="enrolments.assign").update(state="parked")
    assert "The work has stopped before its end." in carol.page()


def reads(queries: CaptureQueriesContext) -> int:
    """What is asked; rows are written in as many pieces as the database likes."""
    return sum(query["sql"].startswith("SELECT") for query in queries)


def test_a_look_costs_the_same_for_one_and_for_five_hundred(cast: Cast, carol: Officer) -> None:
    crowd(cast, 500)

    def cost(typed: str) -> tuple[int, int, int]:
        with CaptureQueriesContext(connection) as asked:
            carol.look(source="list", typed=typed)
        with CaptureQueriesContext(connection) as looked:
            carol.page()
        with CaptureQueriesContext(connection) as filtered:
            carol.page("?show=new&page=2")
        assert len(asked) < 40
        return reads(asked), len(looked), len(filtered)

    cost("p0@example.org")  # the outline of a published edition is read once in a process
    one = cost("p0@example.org")
    assert cost("\n".join(f"p{n}@example.org" for n in range(500))) == one
    assert one[0] < 25
    assert one[1] < 15


def test_the_yes_costs_the_same_for_one_and_for_a_hundred(cast: Cast, carol: Officer) -> None:
    crowd(cast, 101)

    def cost(first: int, last: int) -> tuple[int, int]:
        carol.look(source="list", typed="\n".join(f"P-{n}" for n in range(first, last)))
        with CaptureQueriesContext(connection) as queries:
            carol.client.post(f"{ASSIGN}{carol.batch.pk}/")
        return reads(queries), len(queries)

    one, hundred = cost(0, 1), cost(1, 101)
    assert Enrolment.objects.count() == 101
    assert hundred[0] == one[0]
    assert hundred[1] < 60


# ------------------------------------------------------------------ the mail
def test_the_mail_says_course_and_day_once_in_the_person_s_language(
    cast: Cast, carol: Officer
) -> None:
    User.objects.filter(pk=cast.sam.pk).update(language="es", email=None)
    carol.look(source="unit", unit=str(cast.unit_a.pk))
    carol.confirm()
    work_off()
    letters = {m.recipient_id: m for m in Message.objects.filter(kind="enrolments.assigned")}
    alice = letters[cast.alice.pk]
    assert alice.subject == "New course: Course made-course (en), due Tuesday 30 June"
    assert "http://" in alice.text
    assert "/courses/made-course/" in alice.text
    assert "Complete it by" in alice.html
    assert "Example" not in alice.subject
    assert letters[cast.sam.pk].language == "es"
    assert letters[cast.sam.pk].state == "suppressed", "kept, though there is no address"
    work_off()
    assert Message.objects.filter(kind="enrolments.assigned").count() == 3


def test_who_was_taken_off_before_the_mail_is_not_told(cast: Cast, carol: Officer) -> None:
    carol.look(source="person", words="Alice")
    carol.confirm()
    withdraw(enrolment=Enrolment.objects.get(), reason="wrong", by=cast.carol, now=NOW)
    work_off()
    assert not Message.objects.filter(kind="enrolments.assigned").exists()
