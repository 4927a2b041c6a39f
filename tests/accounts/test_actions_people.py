"""People, sessions, units, postings and grants are written by actions, each with its event."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from courseware.accounts import actions
from courseware.accounts.models import Posting, RoleGrant, Unit, User
from courseware.audit.models import AuditEvent
from tests.cast import NOW, PASSWORD, SINCE, Cast, person

pytestmark = pytest.mark.django_db


def _verbs(subject: object) -> list[str]:
    events = AuditEvent.objects.filter(subject_id=str(subject)).order_by("id")
    return [event.verb for event in events]


# ------------------------------------------------------------------ people
def test_every_act_on_a_person_leaves_its_event(cast: Cast) -> None:
    assert _verbs(cast.alice.pk) == ["person.created", "posting.started", "grant.given"]


def test_addresses_are_stored_in_lower_case() -> None:
    made = actions.create_person(
        given_name="A", family_name="B", email=" A.B@Example.ORG ", by=None, now=NOW
    )
    assert made.email == "a.b@example.org"


def test_a_person_needs_something_to_sign_in_with() -> None:
    with pytest.raises(ValidationError):
        actions.create_person(given_name="A", family_name="B", by=None, now=NOW)


def test_the_database_refuses_a_person_who_cannot_sign_in() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User(given_name="A", family_name="B").save()


@pytest.mark.parametrize("field", ["email", "service_number"])
def test_two_people_do_not_share_a_sign_in_whatever_the_case(field: str) -> None:
    value = {"email": "one@example.org", "service_number": "n-1"}[field]
    actions.create_person(given_name="A", family_name="B", by=None, now=NOW, **{field: value})
    with pytest.raises(ValidationError):
        actions.create_person(
            given_name="C", family_name="D", by=None, now=NOW, **{field: value.upper()}
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        User(given_name="C", family_name="D", **{field: value.upper()}).save()


def test_a_service_number_cannot_look_like_an_address() -> None:
    with pytest.raises(ValidationError, match="@"):
        actions.create_person(
            given_name="A", family_name="B", service_number="x@example.org", by=None, now=NOW
        )


@pytest.mark.parametrize(
    "name", ["Eve\nBcc: all@example.org", "Eve\r", "Eve\x00", "Eve\u2028", "Eve\x85", "\u202eevE"]
)
def test_names_cannot_carry_headers_or_turn_the_text(name: str) -> None:
    with pytest.raises(ValidationError):
        actions.create_person(
            given_name=name, family_name="X", email="eve@example.org", by=None, now=NOW
        )


@pytest.mark.parametrize(
    "email",
    [
        "eve@example.org\nBcc: all@example.org",
        "eve@example.org\r\nBcc:all@example.org",
        "eve@example.org\rall@example.org",
        "eve\n@example.org",
        "eve@example.org\x00",
        "eve@exam\u2028ple.org",
        "eve@exam\u202eple.org",
    ],
)
def test_addresses_cannot_carry_headers(email: str, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="email"):
        actions.create_person(given_name="Eve", family_name="X", email=email, by=None, now=NOW)
    with pytest.raises(ValidationError, match="email"):
        actions.update_person(person=cast.alice, email=email, by=cast.adam, now=NOW)
    cast.alice.refresh_from_db()
    assert cast.alice.email == "alice@example.org"


@pytest.mark.parametrize("name", ["Zoë", "Łukasz", "Σωκράτης", "محمد", "O'Neil-Ünal", "Ŵyn"])
def test_names_of_every_script_are_welcome(name: str) -> None:
    made = actions.create_person(
        given_name=name, family_name="X", email="x@example.org", by=None, now=NOW
    )
    assert made.given_name == name


def test_without_a_password_nobody_signs_in() -> None:
    made = actions.create_person(
        given_name="A", family_name="B", email="a@example.org", by=None, now=NOW
    )
    assert not made.has_usable_password()


def test_a_profile_change_is_recorded_by_field_name_only(cast: Cast) -> None:
    changed = actions.update_profile(
        person=cast.alice, by=cast.alice, now=NOW, certificate_name="A. Example", time_zone=""
    )
    assert changed == ["certificate_name"]
    event = AuditEvent.objects.get(verb="profile.updated")
    assert event.detail.data == {"fields": ["certificate_name"]}


@pytest.mark.parametrize("field", ["email", "given_name", "is_active", "is_superuser", "password"])
def test_a_person_cannot_change_more_than_the_profile(cast: Cast, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        actions.update_profile(person=cast.alice, by=cast.alice, now=NOW, **{field: "x"})


@pytest.mark.parametrize(("field", "value"), [("language", "tlh"), ("time_zone", "../etc/passwd")])
def test_a_profile_takes_only_what_is_offered(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(ValidationError):
        actions.update_profile(person=cast.alice, by=cast.alice, now=NOW, **{field: value})


def test_disabling_is_recorded_once_and_enabling_undoes_it(cast: Cast) -> None:
    assert actions.disable_person(person=cast.alice, by=cast.adam, now=NOW)
    assert not actions.disable_person(person=cast.alice, by=cast.adam, now=NOW)
    assert actions.enable_person(person=cast.alice, by=cast.adam, now=NOW)
    assert _verbs(cast.alice.pk)[3:] == ["person.disabled", "person.enabled"]


def test_a_session_does_not_come_back_when_a_person_is_enabled_again(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    actions.disable_person(person=cast.alice, by=cast.adam, now=NOW)
    actions.enable_person(person=cast.alice, by=cast.adam, now=NOW)
    assert "_auth_user_id" not in client.session


# ------------------------------------------------------------------ units
def test_a_path_names_all_units_above(cast: Cast) -> None:
    assert cast.unit_a.path == f"/{cast.force.pk}/{cast.unit_a.pk}/"


def test_moving_a_unit_takes_everything_below_along(cast: Cast) -> None:
    desk = actions.create_unit(name="Desk", code="desk", parent=cast.unit_a, by=None, now=NOW)
    actions.move_unit(unit=cast.unit_a, parent=cast.unit_b, by=cast.adam, now=NOW)
    desk.refresh_from_db()
    assert desk.path == f"/{cast.force.pk}/{cast.unit_b.pk}/{cast.unit_a.pk}/{desk.pk}/"
    assert _verbs(cast.unit_a.pk)[-1] == "unit.moved"


def test_a_unit_cannot_lie_inside_itself(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="inside itself"):
        actions.move_unit(unit=cast.force, parent=cast.unit_a, by=cast.adam, now=NOW)


def test_a_unit_moved_to_where_it_lies_is_not_an_event(cast: Cast) -> None:
    actions.move_unit(unit=cast.unit_a, parent=cast.force, by=cast.adam, now=NOW)
    assert _verbs(cast.unit_a.pk) == ["unit.created"]


def test_units_cannot_lie_deeper_than_their_path_can_say(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.unit_b.pk).update(path="/1" * 99 + "/")
    with pytest.raises(ValidationError, match="deep"):
        actions.move_unit(unit=cast.unit_a, parent=cast.unit_b, by=cast.adam, now=NOW)


def test_a_unit_s_name_changes_without_moving_it(cast: Cast) -> None:
    assert actions.update_unit(unit=cast.unit_a, by=cast.adam, now=NOW, name="North") == ["name"]
    with pytest.raises(ValueError, match="path"):
        actions.update_unit(unit=cast.unit_a, by=cast.adam, now=NOW, path="/")


# ------------------------------------------------------------------ postings
def test_a_new_posting_ends_the_open_one_the_day_before(cast: Cast) -> None:
    actions.post_person(
        person=cast.alice, unit=cast.unit_b, from_on=date(2026, 3, 1), by=cast.adam, now=NOW
    )
    spans = list(cast.alice.postings.order_by("from_on").values_list("unit", "to_on"))
    assert spans == [(cast.unit_a.pk, date(2026, 2, 28)), (cast.unit_b.pk, None)]


def test_postings_do_not_overlap(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="another posting"):
        actions.post_person(
            person=cast.alice, unit=cast.unit_b, from_on=SINCE, by=cast.adam, now=NOW
        )
    assert cast.alice.postings.get().to_on is None


def test_the_database_refuses_a_second_open_posting(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(person=cast.alice, unit=cast.unit_b, from_on=date(2026, 1, 1))


def test_the_database_refuses_a_posting_that_ends_before_it_starts(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(
            person=cast.alice,
            unit=cast.unit_b,
            from_on=date(2026, 1, 2),
            to_on=date(2026, 1, 1),
        )


def test_a_posting_ends_on_a_day(cast: Cast) -> None:
    posting = cast.alice.postings.get()
    actions.end_posting(posting=posting, to_on=date(2026, 1, 31), by=cast.adam, now=NOW)
    assert _verbs(cast.alice.pk)[-1] == "posting.ended"


# ------------------------------------------------------------------ grants
@pytest.mark.parametrize(
    ("role", "with_unit", "course", "words"),
    [
        ("hr", False, "", "which unit"),
        ("administrator", True, "", "not belong to a unit"),
        ("auditor", False, "c0", "not belong to a course"),
        ("emperor", False, "", "no such role"),
    ],
)
def test_a_grant_fits_the_scope_of_its_role(
    cast: Cast, role: str, with_unit: bool, course: str, words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        actions.grant_role(
            person=cast.toni,
            role=role,
            unit=cast.unit_a if with_unit else None,
            course_slug=course,
            from_on=SINCE,
            by=cast.adam,
            now=NOW,
        )


def test_nobody_gives_a_role_to_themselves(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="themselves"):
        actions.grant_role(person=cast.adam, role="auditor", from_on=SINCE, by=cast.adam, now=NOW)


def test_a_grant_ends_by_date_and_is_kept(cast: Cast) -> None:
    grant = RoleGrant.objects.get(person=cast.carol)
    ended = actions.end_grant(grant=grant, to_on=date(2026, 1, 1), by=cast.adam, now=NOW)
    assert ended.to_on == date(2026, 1, 1)
    assert _verbs(cast.carol.pk)[-1] == "grant.ended"


def test_a_grant_that_has_not_begun_can_be_taken_back(cast: Cast) -> None:
    grant = actions.grant_role(
        person=cast.toni, role="auditor", from_on=date(2027, 1, 1), by=cast.adam, now=NOW
    )
    actions.end_grant(grant=grant, to_on=date(2026, 12, 1), by=cast.adam, now=NOW)
    assert not RoleGrant.objects.filter(person=cast.toni, role="auditor").exists()
    assert _verbs(cast.toni.pk)[-2:] == ["grant.given", "grant.ended"]


def test_the_database_refuses_a_grant_that_ends_before_it_starts(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            person=cast.toni,
            role="auditor",
            from_on=date(2026, 1, 2),
            to_on=date(2026, 1, 1),
            granted_at=NOW,
        )


def test_the_cast_helper_makes_one_more_person(cast: Cast) -> None:
    assert person("Bob", cast.unit_a, "trainee").postings.get().unit == cast.unit_a
