"""Posted in the admin, through the actions; what does not fit is said at its field."""

from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from courseware.accounts.models import Posting
from courseware.audit.models import AuditEvent
from tests.accounts.conftest import SignIn
from tests.cast import SINCE, Cast

pytestmark = pytest.mark.django_db
POSTINGS = "/admin/accounts/posting/"


@pytest.fixture
def admin_page(cast: Cast, sign_in: SignIn, settings: LazySettings) -> Client:
    settings.SECOND_FACTOR_REQUIRED = False
    return sign_in(cast.adam)


def post(client: Client, cast: Cast, **fields: str) -> Any:
    data = {
        "person": str(cast.alice.pk),
        "unit": str(cast.unit_b.pk),
        "rank": "Sergeant",
        "from_on": "2026-03-01",
        "to_on": "",
        **fields,
    }
    return client.post(f"{POSTINGS}add/", data)


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    found: dict[str, list[str]] = dict(response.context["adminform"].form.errors)
    return found


def test_a_person_is_posted_and_the_open_posting_ends_the_day_before(
    cast: Cast, admin_page: Client
) -> None:
    assert post(admin_page, cast).status_code == 302
    new, old = Posting.objects.filter(person=cast.alice)
    assert (new.unit, new.rank, new.from_on) == (cast.unit_b, "Sergeant", date(2026, 3, 1))
    assert old.to_on == date(2026, 2, 28)
    event = AuditEvent.objects.filter(verb="posting.started").latest("at")
    assert (event.actor_id, event.subject_id) == (cast.adam.pk, str(cast.alice.pk))


def test_a_posting_ends_on_a_day_and_nothing_else_of_it_changes(
    cast: Cast, admin_page: Client
) -> None:
    posting = Posting.objects.get(person=cast.alice)
    page = f"{POSTINGS}{posting.pk}/change/"
    changed = {"to_on": "2026-06-30", "unit": str(cast.unit_b.pk), "from_on": "2020-01-01"}
    assert admin_page.post(page, changed).status_code == 302
    posting.refresh_from_db()
    assert (posting.to_on, posting.unit, posting.from_on) == (
        date(2026, 6, 30),
        cast.unit_a,
        SINCE,
    )
    assert AuditEvent.objects.filter(verb="posting.ended", actor_id=cast.adam.pk).count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"from_on": "2024-12-01"}, "from_on", "another posting on some of these days: Unit A"),
        ({"from_on": "2024-12-01", "to_on": "2025-01-01"}, "from_on", "another posting"),
        ({"to_on": "2026-02-01"}, "to_on", "The last day comes before the first."),
        ({"from_on": "yesterday"}, "from_on", "valid date"),
        ({"to_on": "30 February"}, "to_on", "valid date"),
        ({"unit": "987654"}, "unit", "valid choice"),
        ({"person": ""}, "person", "required"),
        ({"rank": "S\nBcc"}, "rank", "control characters"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_stays_typed(
    cast: Cast, admin_page: Client, fields: dict[str, str], field: str, words: str
) -> None:
    response = post(admin_page, cast, **fields)
    found = errors(response)
    assert list(found) == [field]
    assert words in str(found[field])
    if "rank" not in fields:
        assert 'value="Sergeant"' in response.content.decode()
    assert Posting.objects.filter(person=cast.alice).count() == 1


@pytest.mark.parametrize(
    ("to_on", "words"),
    [
        ("", "Say the last day"),
        ("2024-12-31", "comes before the first"),
        ("2026-07-01", "another posting"),
    ],
)
def test_an_end_that_does_not_fit_is_said(
    cast: Cast, admin_page: Client, to_on: str, words: str
) -> None:
    post(admin_page, cast)
    old = Posting.objects.get(person=cast.alice, to_on__isnull=False)
    response = admin_page.post(f"{POSTINGS}{old.pk}/change/", {"to_on": to_on})
    assert words in str(errors(response)["to_on"])


def test_the_person_s_page_shows_postings_and_roles_and_leads_on(
    cast: Cast, admin_page: Client
) -> None:
    post(admin_page, cast)
    page = admin_page.get(f"/admin/accounts/user/{cast.alice.pk}/change/").content.decode()
    for words in ("Unit A", "1 January 2025 to 28 February 2026", "Unit B Sergeant", "Trainee"):
        assert words in page
    further = f"{POSTINGS}add/?person={cast.alice.pk}"
    assert further in page
    assert f'value="{cast.alice.pk}" selected' in admin_page.get(further).content.decode()


def test_a_grant_that_ends_before_it_begins_is_said_at_its_field(
    cast: Cast, admin_page: Client
) -> None:
    admin_page.post("/accounts/reauthenticate/", {"password": "a long sentence for tests"})
    data = {
        "person": str(cast.toni.pk),
        "role": "auditor",
        "unit": "",
        "course_slug": "",
        "from_on": "2026-01-01",
        "to_on": "2025-12-31",
    }
    found = errors(admin_page.post("/admin/accounts/rolegrant/add/", data))
    assert found == {"to_on": ["The last day comes before the first."]}
