"""Who may see and steer work in the admin."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from courseware.accounts.models import User
from courseware.audit.models import AuditEvent
from courseware.jobs import actions
from courseware.jobs.models import Job, Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
JOBS = "/admin/jobs/job/"


def sign_in(client: Client, person: User) -> None:
    client.force_login(person)


def post_one() -> Job:
    actions.post_message(
        kind="certificate",
        key="c1",
        recipient_id=None,
        to_address="alice@example.org",
        language="en",
        subject="Your certificate",
        text="The words of the mail.",
        html="<p>The words of the mail.</p>",
        now=NOW,
    )
    return Job.objects.get(kind=actions.MAIL)


def test_an_administrator_sees_and_gives_up(cast: Any, client: Client) -> None:
    job = post_one()
    sign_in(client, cast.adam)
    assert client.get(JOBS).status_code == 200
    assert client.get(f"{JOBS}{job.pk}/change/").status_code == 200
    client.post(JOBS, {"action": "give_up", "_selected_action": [str(job.pk)]})
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    client.post(JOBS, {"action": "try_now", "_selected_action": [str(job.pk)]})
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    verbs = AuditEvent.objects.filter(actor_id=cast.adam.pk).values_list("verb", flat=True)
    assert {"job.cancelled", "job.retried"} <= set(verbs)


def test_the_words_of_a_mail_are_not_shown(cast: Any, client: Client) -> None:
    post_one()
    sign_in(client, cast.adam)
    page = client.get(f"/admin/jobs/message/{Message.objects.get().pk}/change/")
    assert page.status_code == 200
    assert b"The words of the mail" not in page.content


def test_nothing_can_be_added_or_deleted(cast: Any, client: Client) -> None:
    job = post_one()
    sign_in(client, cast.adam)
    assert client.get(f"{JOBS}add/").status_code in {403, 404}
    assert client.post(f"{JOBS}{job.pk}/delete/", {"post": "yes"}).status_code in {403, 404}


def test_an_instructor_sees_none_of_it(cast: Any, client: Client) -> None:
    post_one()
    sign_in(client, cast.ingrid)
    assert client.get(JOBS).status_code in {302, 403, 404}
