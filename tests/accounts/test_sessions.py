"""How long a session lasts, who ends it, and what it costs."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courseware.accounts import actions
from courseware.accounts.access import ROLES_HINT
from courseware.accounts.handlers import FORGET, forget
from courseware.jobs.registry import Work
from tests.accounts.conftest import SignIn
from tests.cast import NOW, SINCE, Cast

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PAGE = "/accounts/sessions/"


def _uses_until(client: Client, traveller: time_machine.Traveller, minutes: int, step: int) -> bool:
    """Uses a page every `step` minutes for `minutes`; False as soon as it is refused."""
    for _ in range(minutes // step):
        traveller.shift(timedelta(minutes=step))
        if client.get(PAGE).status_code != 200:
            return False
    return True


def test_a_trainee_s_session_ends_after_twelve_hours_of_use(cast: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        client = sign_in(cast.alice)
        assert _uses_until(client, traveller, 11 * 60 + 50, 10)
        traveller.shift(timedelta(minutes=11))
        assert client.get(PAGE).status_code == 302
        assert "_auth_user_id" not in client.session


def test_a_trainee_may_read_one_page_for_two_hours(cast: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        client = sign_in(cast.alice)
        traveller.shift(timedelta(hours=2))
        assert client.get(PAGE).status_code == 200


def test_a_staff_session_ends_after_an_idle_hour(
    cast: Cast, sign_in: SignIn, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    with time_machine.travel(START, tick=False) as traveller:
        client = sign_in(cast.adam)
        assert _uses_until(client, traveller, 180, 55)
        traveller.shift(timedelta(minutes=61))
        response = client.get(PAGE, follow=True)
        assert "signed out after a time without use" in response.content.decode()


def test_a_session_on_a_shared_computer_ends_soon_and_with_the_browser(
    cast: Cast, sign_in: SignIn
) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        client = sign_in(cast.alice, shared="on")
        assert client.cookies["courseware_session"]["max-age"] == ""
        assert "courseware_browser" not in client.cookies
        assert _uses_until(client, traveller, 40, 10)
        traveller.shift(timedelta(minutes=16))
        assert client.get(PAGE).status_code == 302


def test_otherwise_the_cookie_lasts_as_long_as_the_session(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.alice).cookies["courseware_session"]["max-age"] == 12 * 60 * 60


def test_a_disabled_person_is_out_at_the_next_click(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    actions.disable_person(person=cast.alice, by=cast.adam, now=NOW)
    assert client.get(PAGE).status_code == 302


def test_a_new_staff_role_ends_the_sessions_opened_without_it(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    actions.grant_role(person=cast.alice, role="auditor", from_on=SINCE, by=cast.adam, now=NOW)
    assert client.get(PAGE).status_code == 302


def test_people_see_their_sessions_and_end_one(cast: Cast, sign_in: SignIn) -> None:
    here, there = sign_in(cast.alice), sign_in(cast.alice)
    page = here.get("/accounts/sessions/").content.decode()
    assert page.count('name="session"') == 1
    number = page.split('name="session" value="')[1].split('"')[0]
    assert here.post("/accounts/sessions/", {"session": number}).status_code == 302
    assert there.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200


def test_nobody_ends_somebody_else_s_session(cast: Cast, sign_in: SignIn) -> None:
    alice, toni = sign_in(cast.alice), sign_in(cast.toni)
    sign_in(cast.toni)
    number = toni.get("/accounts/sessions/").content.decode().split('name="session" value="')[1]
    response = alice.post("/accounts/sessions/", {"session": number.split('"')[0]})
    assert response.status_code == 404
    assert toni.get(PAGE).status_code == 200


def test_people_end_all_their_other_sessions(cast: Cast, sign_in: SignIn) -> None:
    here, there, other = sign_in(cast.alice), sign_in(cast.alice), sign_in(cast.toni)
    here.post("/accounts/sessions/")
    statuses = [client.get(PAGE).status_code for client in (here, there, other)]
    assert statuses == [200, 302, 200]


def test_what_is_kept_of_a_session_goes_when_it_has_run_out(cast: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        sign_in(cast.alice)
        traveller.shift(timedelta(hours=8))
        sign_in(cast.toni)
        assert actions.forget_sessions(now=START + timedelta(hours=8)) == 0
        traveller.shift(timedelta(hours=5))
        late = sign_in(cast.sam)
        forget(Work(uuid4(), FORGET, "", {}, 1, START + timedelta(hours=13)))
        assert set(UserSession.objects.values_list("user", flat=True)) == {
            cast.toni.pk,
            cast.sam.pk,
        }
        assert Session.objects.count() == 2
        assert late.get(PAGE).status_code == 200


def test_a_session_that_is_being_opened_is_not_forgotten(cast: Cast) -> None:
    """Its row may be there before the session's own is."""
    now = timezone.now()
    for minutes in (1, 60):
        UserSession.objects.create(
            user=cast.alice,
            ip="192.0.2.1",
            session_key=f"without-{minutes}",
            created_at=now - timedelta(minutes=minutes),
        )
    assert actions.forget_sessions(now=now) == 1
    assert UserSession.objects.get().session_key == "without-1"


def test_a_trainee_s_request_costs_session_and_person(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(cast.alice)
    with django_assert_num_queries(2):
        client.get("/accounts/password/reset/done/")


def test_a_signed_out_request_costs_nothing(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        Client().get("/accounts/login/")


def test_the_roles_in_the_session_allow_nothing(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    session = client.session
    session[ROLES_HINT] = ["administrator"]
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session["account_authentication_methods_user"] = str(cast.alice.pk)
    session.save()
    assert client.get("/admin/").status_code in {302, 404}
    assert client.get("/admin/accounts/user/").status_code in {302, 404}


def test_pages_of_a_signed_in_person_are_kept_by_no_cache(cast: Cast, sign_in: SignIn) -> None:
    assert "no-store" in sign_in(cast.alice).get(PAGE)["Cache-Control"]
