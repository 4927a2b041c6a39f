"""Who sees whom: one test a condition, with the cast."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.http import Http404

from courseware.accounts import access, actions
from courseware.accounts.access import (
    SecondFactorNeeded,
    is_staff_person,
    may,
    may_for_course,
    may_see_person,
    people_in_scope,
    person_record,
    require,
    scope_units,
)
from courseware.accounts.models import RoleGrant, User
from courseware.audit.models import AuditEvent
from tests.cast import NOW, SINCE, Cast, person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "today", lambda: TODAY)


def _fresh(user: User) -> User:
    """The person as the next request loads them: grants are remembered for one request."""
    return User.objects.get(pk=user.pk)


# ------------------------------------------------------------------ may see a person
def test_everybody_sees_themselves(cast: Cast) -> None:
    assert may_see_person(cast.alice, cast.alice)


def test_a_trainee_sees_nobody_else(cast: Cast) -> None:
    assert not may_see_person(cast.alice, cast.sam)


def test_a_supervisor_sees_their_unit(cast: Cast) -> None:
    assert may_see_person(cast.sam, cast.alice)


def test_a_supervisor_sees_no_other_unit(cast: Cast) -> None:
    assert not may_see_person(cast.sam, cast.toni)


def test_hr_sees_their_unit(cast: Cast) -> None:
    assert may_see_person(cast.carol, cast.alice)


def test_hr_of_another_unit_sees_nothing(cast: Cast) -> None:
    assert not may_see_person(cast.charlie, cast.alice)


def test_an_auditor_sees_everybody(cast: Cast) -> None:
    assert may_see_person(cast.audrey, cast.alice)
    assert may_see_person(cast.audrey, cast.toni)


@pytest.mark.parametrize("name", ["ingrid", "rafael", "adam"])
def test_other_staff_see_no_records(cast: Cast, name: str) -> None:
    assert not may_see_person(getattr(cast, name), cast.alice)


def test_a_unit_includes_everything_below_it(cast: Cast) -> None:
    desk = actions.create_unit(name="Desk", code="desk", parent=cast.unit_a, by=None, now=NOW)
    deep = actions.create_unit(name="Deep", code="deep", parent=desk, by=None, now=NOW)
    bob = person("Bob", deep, "trainee")
    assert may_see_person(cast.carol, bob)
    assert not may_see_person(cast.charlie, bob)


def test_a_unit_does_not_include_what_lies_above_or_beside(cast: Cast) -> None:
    assert not may_see_person(cast.carol, cast.ingrid), "posted to the force itself"


def test_units_whose_numbers_begin_alike_are_not_confused(cast: Cast) -> None:
    """/1/2/ is no prefix of /1/25/: paths end with a stroke."""
    from courseware.accounts.models import Unit

    twin = Unit.objects.create(
        pk=int(f"{cast.unit_a.pk}5"),
        name="Twin",
        code="twin",
        parent=cast.force,
        path=f"/{cast.force.pk}/{cast.unit_a.pk}5/",
    )
    assert not may_see_person(cast.carol, person("Bob", twin, "trainee"))


def test_who_has_left_the_unit_is_no_longer_seen(cast: Cast) -> None:
    actions.post_person(person=cast.alice, unit=cast.unit_b, from_on=TODAY, by=cast.adam, now=NOW)
    assert not may_see_person(cast.carol, cast.alice)
    assert may_see_person(cast.charlie, cast.alice)


def test_who_is_to_come_is_not_seen_yet(cast: Cast) -> None:
    actions.post_person(
        person=cast.toni,
        unit=cast.unit_a,
        from_on=TODAY + timedelta(days=1),
        by=cast.adam,
        now=NOW,
    )
    assert not may_see_person(cast.carol, cast.toni)


@pytest.mark.parametrize(
    ("from_on", "to_on", "holds"),
    [
        (SINCE, None, True),
        (SINCE, TODAY, True),
        (TODAY, TODAY, True),
        (SINCE, TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=1), None, False),
    ],
)
def test_a_grant_holds_from_its_first_day_to_its_last(
    cast: Cast, from_on: date, to_on: date | None, holds: bool
) -> None:
    RoleGrant.objects.filter(person=cast.carol).update(from_on=from_on, to_on=to_on)
    assert may_see_person(_fresh(cast.carol), cast.alice) is holds


def test_an_ended_grant_allows_nothing_at_the_next_request(cast: Cast) -> None:
    grant = RoleGrant.objects.get(person=cast.carol)
    actions.end_grant(grant=grant, to_on=TODAY - timedelta(days=1), by=cast.adam, now=NOW)
    assert not may_see_person(_fresh(cast.carol), cast.alice)


def test_a_disabled_officer_sees_nothing(cast: Cast) -> None:
    actions.disable_person(person=cast.carol, by=cast.adam, now=NOW)
    assert not may_see_person(_fresh(cast.carol), cast.alice)
    assert not may_see_person(_fresh(cast.carol), cast.carol)


def test_a_moved_unit_takes_its_people_along(cast: Cast) -> None:
    actions.move_unit(unit=cast.unit_a, parent=cast.unit_b, by=cast.adam, now=NOW)
    assert may_see_person(cast.charlie, cast.alice)


# ------------------------------------------------------------------ scope
def test_the_scope_of_hr_is_the_subtree(cast: Cast) -> None:
    assert set(scope_units(cast.carol, "see completions")) == {cast.unit_a}


def test_a_role_without_the_permission_has_no_scope(cast: Cast) -> None:
    assert not scope_units(cast.sam, "export completions").exists()


def test_the_scope_of_an_auditor_is_the_force(cast: Cast) -> None:
    assert scope_units(cast.audrey, "see completions").count() == 3


def test_two_grants_add_up(cast: Cast) -> None:
    actions.grant_role(
        person=cast.carol, role="hr", unit=cast.unit_b, from_on=SINCE, by=cast.adam, now=NOW
    )
    assert set(scope_units(_fresh(cast.carol), "see completions")) == {cast.unit_a, cast.unit_b}


def test_people_in_scope_by_the_posting_of_the_day(cast: Cast) -> None:
    actions.post_person(person=cast.alice, unit=cast.unit_b, from_on=TODAY, by=cast.adam, now=NOW)
    before = people_in_scope(cast.carol, "see completions", TODAY - timedelta(days=1))
    assert cast.alice in before
    assert cast.alice not in people_in_scope(cast.carol, "see completions")


def test_an_instructor_of_one_course_answers_for_that_course(cast: Cast) -> None:
    ivan = person("Ivan", cast.force)
    actions.grant_role(
        person=ivan, role="instructor", course_slug="c1", from_on=SINCE, by=cast.adam, now=NOW
    )
    assert may_for_course(ivan, "grant attempt", "c1")
    assert not may_for_course(ivan, "grant attempt", "c2")


def test_an_instructor_of_all_courses_answers_for_each(cast: Cast) -> None:
    assert may_for_course(cast.ingrid, "grant attempt", "c2")


def test_a_reviewer_allows_no_attempts(cast: Cast) -> None:
    assert not may_for_course(cast.rafael, "grant attempt", "c2")


def test_an_administrator_answers_for_every_course(cast: Cast) -> None:
    assert may_for_course(cast.adam, "grant attempt", "c2")


# ------------------------------------------------------------------ permissions
def test_what_is_not_permitted_does_not_exist(cast: Cast) -> None:
    with pytest.raises(Http404):
        require(cast.alice, "use admin")


def test_a_superuser_is_an_administrator_and_no_more(db: None) -> None:
    root = User.objects.create_superuser(
        email="Root@example.org", given_name="Ro", family_name="Ot", password="x"
    )
    assert root.email == "root@example.org"
    assert may(root, "manage people")
    assert not may(root, "see questions")
    assert not may(root, "see completions")
    assert AuditEvent.objects.filter(verb="person.created", subject_id=str(root.pk)).exists()


def test_a_permission_needs_the_second_step(cast: Cast, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    cast.adam.signed_in_strongly = False
    with pytest.raises(SecondFactorNeeded):
        require(cast.adam, "use admin")
    cast.adam.signed_in_strongly = True
    require(cast.adam, "use admin")


def test_who_is_staff(cast: Cast) -> None:
    staff = {"sam", "carol", "charlie", "ingrid", "rafael", "audrey", "adam"}
    for name in ("alice", "toni", *staff):
        assert is_staff_person(getattr(cast, name)) is (name in staff), name


# ------------------------------------------------------------------ the record of a person
def test_looking_at_somebody_s_record_is_recorded(cast: Cast) -> None:
    assert person_record(cast.carol, cast.alice.pk, NOW) == cast.alice
    event = AuditEvent.objects.get(verb="record.viewed")
    assert (event.actor_id, event.subject_id) == (cast.carol.pk, str(cast.alice.pk))


def test_looking_at_one_s_own_record_is_not(cast: Cast) -> None:
    person_record(cast.alice, cast.alice.pk, NOW)
    assert not AuditEvent.objects.filter(verb="record.viewed").exists()


def test_an_unknown_record_and_one_out_of_scope_are_the_same(cast: Cast) -> None:
    for person_id in (cast.alice.pk, uuid4()):
        with pytest.raises(Http404):
            person_record(cast.charlie, person_id, NOW)
    assert not AuditEvent.objects.filter(verb="record.viewed").exists()
