"""Taking somebody off a course; and who sees which assignment, for how long."""

from datetime import timedelta

import pytest
import time_machine

from courseware.audit.models import AuditEvent
from courseware.courses.models import Course
from courseware.enrolments.actions import enrol, forget_assignments
from courseware.enrolments.models import AssignmentBatch, AssignmentRow, Enrolment
from tests.cast import Cast
from tests.certificates.completed import complete
from tests.enrolments.assigning import ASSIGN, NOW, Officer, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_time")]


# ------------------------------------------------------------------ taking off
def off(enrolment: Enrolment) -> str:
    return f"/training/enrolments/{enrolment.pk}/withdraw/"


def test_a_person_is_taken_off_with_a_reason(cast: Cast, carol: Officer, course: Course) -> None:
    enrolment = enrol(person=cast.alice, course=course, by=None, now=NOW)
    page = off(enrolment)
    assert "Alice Example" in text_of(carol.client.get(page))
    refused = carol.client.post(page, {"reason": " "})
    assert (refused.status_code, "Say why" in text_of(refused)) == (400, True)
    long = carol.client.post(page, {"reason": "x" * 201})
    assert "x" * 201 in text_of(long), "what was typed stays"
    done = carol.client.post(page, {"reason": "wrong course", "next": "https://evil.example/"})
    assert done["Location"] == ASSIGN
    enrolment.refresh_from_db()
    assert enrolment.withdrawn_at == NOW
    event = AuditEvent.objects.get(verb="enrolment.withdrawn")
    assert event.detail.data == {"reason": "wrong course"}
    again = text_of(carol.client.post(page, {"reason": "again"}, follow=True))
    assert "It had ended already." in again
    assert "was taken off the course already" in text_of(carol.client.get(page))


def test_a_completion_is_not_taken_back(cast: Cast, carol: Officer, course: Course) -> None:
    enrolment = complete(cast.alice, course.editions.get(), now=NOW).enrolment
    assert "A completion is never taken back here." in text_of(carol.client.get(off(enrolment)))
    carol.client.post(off(enrolment), {"reason": "x"})
    enrolment.refresh_from_db()
    assert enrolment.withdrawn_at is None


@pytest.mark.parametrize(
    ("name", "status"),
    [("charlie", 404), ("sam", 404), ("alice", 404), ("audrey", 404), ("adam", 200)],
)
def test_who_may_take_somebody_off(cast: Cast, course: Course, name: str, status: int) -> None:
    enrolment = enrol(person=cast.alice, course=course, by=None, now=NOW)
    client = Officer(getattr(cast, name)).client
    assert client.get(off(enrolment)).status_code == status


def test_the_page_leads_back_to_where_one_came_from(
    cast: Cast, carol: Officer, course: Course
) -> None:
    enrolment = enrol(person=cast.alice, course=course, by=None, now=NOW)
    done = carol.client.post(off(enrolment), {"reason": "x", "next": "/certificates/"})
    assert done["Location"] == "/certificates/"


# ------------------------------------------------------------------ who sees what, for how long
def test_an_assignment_is_its_maker_s(cast: Cast, carol: Officer) -> None:
    carol.look(source="person", words="Alice")
    page = f"{ASSIGN}{carol.batch.pk}/"
    for name in ("charlie", "adam", "audrey", "alice"):
        client = Officer(getattr(cast, name)).client
        assert client.get(page).status_code == 404, name
        assert client.post(page).status_code == 404, name
        assert client.get(f"{page}rows.csv").status_code == 404, name


def test_the_last_assignments_lead_back_to_what_became_of_them(carol: Officer) -> None:
    carol.look(source="person", words="Alice")
    assert str(carol.batch.pk) not in text_of(carol.client.get(ASSIGN)), "never confirmed"
    carol.confirm()
    assert f"{ASSIGN}{carol.batch.pk}/" in text_of(carol.client.get(ASSIGN))


def test_drafts_go_after_a_day_and_the_rest_after_ninety(
    carol: Officer, at_the_time: time_machine.Traveller
) -> None:
    carol.look(source="person", words="Alice")
    carol.confirm()
    kept = carol.batch
    carol.look(source="person", words="Sam")
    assert forget_assignments(now=NOW + timedelta(hours=23)) == 0
    assert forget_assignments(now=NOW + timedelta(hours=25)) == 1
    assert AssignmentBatch.objects.get() == kept
    assert forget_assignments(now=NOW + timedelta(days=91)) == 1
    assert not AssignmentRow.objects.exists()
    assert Enrolment.objects.count() == 1, "the record stays"


def test_the_menu_leads_there_for_whoever_may(cast: Cast, course: Course) -> None:
    for name, is_there in (("carol", True), ("adam", True), ("sam", False), ("alice", False)):
        client = Officer(getattr(cast, name)).client
        client.get("/")  # the roles are read
        assert (ASSIGN in text_of(client.get("/certificates/"))) is is_there, name
