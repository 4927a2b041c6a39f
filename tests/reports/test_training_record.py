"""A person's record: whole, theirs, read by who answers for them and by nobody else, recorded."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from courseware.accounts import actions as accounts
from courseware.accounts.models import User
from courseware.audit.models import AuditEvent
from courseware.enrolments.actions import (
    enrol,
    open_activity,
    remember_position,
    set_due,
    withdraw,
)
from courseware.enrolments.models import ActivityProgress, Enrolment
from courseware.reports.queries.record import training_record
from lessons.models import ReadingChoice
from tests.cast import Cast
from tests.certificates.completed import body_of, complete, issued
from tests.courses_made import make_course
from tests.reports.conftest import browser
from tests.reports.worlds import NOW, TODAY

pytestmark = pytest.mark.django_db


def address(person: User) -> str:
    return reverse("training_record", args=[person.pk])


def read(reader: User, person: User) -> str:
    response = browser(reader).get(address(person))
    assert response.status_code == 200
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def alice(cast: Cast) -> User:
    """Two periods of one course, the first completed, the second moved and begun."""
    edition = make_course(slug="first", lessons=1)
    done_at = NOW - timedelta(days=700)
    issued(complete(cast.alice, edition, now=done_at), now=done_at)
    second = enrol(person=cast.alice, course=edition.course, by=cast.carol, now=NOW)
    for day, reason in ((40, "assigned"), (60, "sick leave")):
        due_on = TODAY + timedelta(day)
        set_due(enrolment=second, due_on=due_on, reason=reason, by=cast.carol, now=NOW)
    open_activity(enrolment=second, activity_key="final-test", now=NOW)
    ActivityProgress.objects.filter(enrolment=second).update(attempts_used=2, attempts_granted=1)
    return cast.alice


# ------------------------------------------------------------------ what is in it
def test_every_period_with_its_dates_its_changes_and_its_outcome(cast: Cast, alice: User) -> None:
    [course] = training_record(alice, language="en", today=TODAY).courses
    second, first = course.periods
    assert course.outline.title == "Course first (en)"
    assert (first.number, first.state, first.edition) == (1, "expiring", 1)
    assert (first.score, first.attempts_used) == (Decimal("90.0000"), 0)
    assert first.certificate is not None
    assert (first.certificate.status, first.certificate.serial[:5]) == ("valid", "FIRST")
    assert [(c.field, c.reason, c.by) for c in first.changes] == [("expires_on", "completed", None)]
    assert (second.number, second.state, second.certificate) == (2, "in-progress", None)
    assert (second.attempts_used, second.attempts_granted) == (2, 1)
    assert [(c.reason, c.new, c.by) for c in second.changes] == [
        ("assigned", TODAY + timedelta(40), cast.carol),
        ("sick leave", TODAY + timedelta(60), cast.carol),
    ]
    said = read(cast.carol, alice)
    for words in (
        "Alice Example",
        "Service number N-ALICE",
        "Unit A",
        "Period 2 In progress",
        "by Carol Example",
        "2 (1 was allowed in addition)",
        "sick leave",
        "Period 1 Expiring",
        "Score 90 %",
    ):
        assert words in said


def test_postings_stand_with_their_ranks_and_days(cast: Cast) -> None:
    accounts.post_person(
        person=cast.alice, unit=cast.unit_b, rank="Sergeant", from_on=TODAY, by=None, now=NOW
    )
    said = read(cast.charlie, cast.alice)
    assert "Unit B, Sergeant" in said
    assert "Unit B Sergeant 2 March 2026 still there" in said
    assert "Unit A – 1 January 2025 1 March 2026" in said


def test_a_period_taken_back_says_so(cast: Cast) -> None:
    enrolment = enrol(
        person=cast.alice, course=make_course(slug="first").course, by=cast.carol, now=NOW
    )
    withdraw(enrolment=enrolment, reason="left the unit", by=cast.carol, now=NOW)
    said = read(cast.carol, cast.alice)
    assert "Period 1 Withdrawn" in said
    assert "Taken off the course 2 March 2026" in said


def test_what_somebody_chose_read_or_answered_is_not_in_it(cast: Cast, alice: User) -> None:
    """Nothing of the record changes with private things."""
    before = read(cast.carol, alice)
    enrolment = Enrolment.objects.get(person=alice, period=2)
    ReadingChoice.objects.create(
        enrolment=enrolment, activity_key="lesson-1", is_light=True, paused_at=NOW
    )
    remember_position(enrolment=enrolment, activity_key="lesson-1", anchor="s-2", now=NOW)
    assert read(cast.carol, alice) == before
    assert not [w for w in ("lesson-1", "s-2", "light", "pause", "Option") if w in before]


def test_nothing_yet_is_said(cast: Cast) -> None:
    assert "No course yet" in read(cast.alice, cast.alice)


# ------------------------------------------------------------------ whose
def test_a_record_of_another_unit_is_like_one_that_does_not_exist(cast: Cast, alice: User) -> None:
    for reader in (cast.charlie, cast.toni, cast.ingrid, cast.rafael, cast.adam):
        client = browser(reader)
        bodies = []
        for url in (address(alice), reverse("training_record", args=[uuid4()])):
            response = client.get(url)
            assert response.status_code == 404
            bodies.append(body_of(response).replace(url, ""))
        assert bodies[0] == bodies[1]
    assert not AuditEvent.objects.filter(verb="record.viewed").exists()


def test_reading_somebody_s_record_is_recorded_and_one_s_own_is_not(
    cast: Cast, alice: User
) -> None:
    for reader in (cast.alice, cast.carol, cast.sam, cast.audrey):
        read(reader, alice)
    seen = AuditEvent.objects.filter(verb="record.viewed", subject_id=str(alice.pk))
    assert set(seen.values_list("actor_id", flat=True)) == {
        cast.carol.pk,
        cast.sam.pk,
        cast.audrey.pk,
    }


def test_whoever_moved_is_read_by_the_new_unit_only(cast: Cast, alice: User) -> None:
    accounts.post_person(person=alice, unit=cast.unit_b, from_on=TODAY, by=None, now=NOW)
    assert browser(cast.carol).get(address(alice)).status_code == 404
    assert "Period 1" in read(cast.charlie, alice)


def test_everybody_finds_their_own_record_in_their_menu(cast: Cast) -> None:
    for person in (cast.alice, cast.carol, cast.adam):
        assert f'href="{address(person)}"' in browser(person).get("/").content.decode()


def test_hr_takes_somebody_off_from_their_record(cast: Cast, alice: User) -> None:
    second = Enrolment.objects.get(person=alice, period=2)
    link = f"{reverse('withdraw_enrolment', args=[second.pk])}?next={address(alice)}"
    page = browser(cast.carol).get(address(alice)).content.decode()
    assert re.findall(r'href="(/[^"]*withdraw[^"]*)"', page) == [link]
    for reader in (cast.alice, cast.sam, cast.audrey):
        assert link not in browser(reader).get(address(alice)).content.decode()
    response = browser(cast.carol).post(link, {"reason": "wrong course", "next": address(alice)})
    assert (response.status_code, response["Location"]) == (302, address(alice))
    assert "Period 2 Withdrawn" in read(cast.carol, alice)
    page = browser(cast.carol).get(address(alice)).content.decode()
    assert reverse("withdraw_enrolment", args=[second.pk]) not in page


# ------------------------------------------------------------------ its price
def test_a_long_record_costs_what_a_short_one_does(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, url = browser(cast.carol), address(cast.alice)

    def add(slug: str, periods: int) -> None:
        edition = make_course(slug=slug, lessons=1)
        for number in range(periods):
            at = NOW - timedelta(days=100 - number)
            issued(complete(cast.alice, edition, now=at), now=at)

    add("first", 1)
    client.get(url)
    # session, reader; the person, grants, whether they serve here, three of the event;
    # within reach to be taken off; postings; periods, date changes, certificates, their events
    with django_assert_num_queries(14):
        client.get(url)
    for slug in ("second", "third"):
        add(slug, 3)
    client.get(url)
    with django_assert_num_queries(14):
        client.get(url)
