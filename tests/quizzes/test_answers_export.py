"""The answers to a test as a file: who gets it, what stands in it, what never does."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courseware.accounts.actions import grant_role
from courseware.accounts.models import RoleGrant, User
from courseware.audit.models import AuditDetail, AuditEvent
from quizzes import actions
from quizzes.models import Answer
from quizzes.queries import raw
from tests.cast import SINCE, Cast, person
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import NOW, Sitting, answer_all, answers, begin, save, sit
from tests.reports.test_trail_page import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
FORMULA = "=HYPERLINK(1)"


ASKS = {"asks_confidence": True}


@pytest.fixture
def sat(cast: Cast) -> Sitting:
    """One attempt that is marked, with a formula typed into a short answer; one that is open."""
    sitting = sit("Zoe", slug="raw", types=("short", "single"), per_objective=2, rules=ASKS)
    attempt = begin(sitting)
    answer_all(attempt)
    for answer in answers(attempt):
        if answer.question.type == "short":
            save(attempt, answer.position, {f"q{answer.position}": FORMULA}, answer.sequence)
            last = answer.position
    Answer.objects.filter(attempt=attempt, position=last).update(confidence=3, seconds=42)
    actions.finish_attempt(attempt=attempt, now=NOW)
    begin(sitting, now=NOW)
    return sitting


def address(sitting: Sitting) -> str:
    return reverse("admin:statistics_answers", args=[sitting.edition.course_id, TEST_KEY])


def file_of(client: Client, sitting: Sitting) -> str:
    response = client.post(address(sitting))
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/csv")
    return b"".join(response).decode("utf-8-sig")


def test_a_row_for_every_answer_with_the_version_it_was_given_to(cast: Cast, sat: Sitting) -> None:
    rows = list(csv.DictReader(io.StringIO(file_of(signed_in(cast.ingrid, is_fresh=True), sat))))
    stored = list(Answer.objects.filter(attempt__state="graded").order_by("pk"))
    assert len(rows) == len(stored) == 4
    for row, answer in zip(rows, stored, strict=True):
        assert row["Question"] == answer.question.key
        assert row["Fingerprint of its content (SHA-256)"] == answer.content_hash
        assert (row["Edition"], row["Language"]) == (str(sat.edition.number), "en")
        assert float(row["Mark"]) == float(answer.mark or 0)
        assert json.loads(row["Answer (JSON)"]) == answer.response
    assert {row["Attempt (no name)"] for row in rows} == {raw.pseudonym(stored[0].attempt_id)}
    [sure] = [row for row in rows if row["How sure (1 to 3)"]]
    assert (sure["How sure (1 to 3)"], sure["Seconds"], sure["Type"]) == ("3", "42", "short")


def test_nothing_in_it_leads_to_a_person_or_runs_in_a_spreadsheet(cast: Cast, sat: Sitting) -> None:
    text = file_of(signed_in(cast.rafael, is_fresh=True), sat)
    answer = Answer.objects.filter(attempt__state="graded").earliest("pk")
    person_on_it = sat.person
    for leak in (
        "Zoe",
        person_on_it.family_name,
        str(person_on_it.email),
        "N-ZOE",
        str(person_on_it.pk),
        str(answer.attempt_id),
        str(sat.enrolment.pk),
    ):
        assert leak not in text
    assert FORMULA in text  # as it was typed, inside a cell that begins otherwise
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if re.match(r"\s*[=+\-@]", cell)]


def test_it_is_asked_for_twice_and_recorded_once(cast: Cast, sat: Sitting) -> None:
    stale = signed_in(cast.ingrid)
    assert stale.get(address(sat))["Location"].startswith("/accounts/reauthenticate/")
    assert stale.post(address(sat))["Location"] == address(sat)
    assert not AuditEvent.objects.filter(verb="answers.exported").exists()
    fresh = signed_in(cast.ingrid, is_fresh=True)
    page = fresh.get(address(sat)).content.decode()
    assert "It holds no names." in page
    file_of(fresh, sat)
    event = AuditEvent.objects.get(verb="answers.exported")
    assert (event.actor_id, event.subject_id) == (cast.ingrid.pk, str(sat.edition.course_id))
    assert AuditDetail.objects.get(event=event).data == {"activity": TEST_KEY}


@pytest.mark.parametrize("name", ["sat", "sam", "carol", "audrey", "adam"])
def test_nobody_else_gets_it(cast: Cast, sat: Sitting, name: str) -> None:
    who: User = sat.person if name == "sat" else getattr(cast, name)
    client = signed_in(who, is_fresh=True)
    for answered in (client.get(address(sat)), client.post(address(sat))):
        assert answered.status_code == 404
    statistics = client.get(
        reverse("admin:statistics_test", args=[sat.edition.course_id, TEST_KEY])
    )
    assert "Export the answers" not in statistics.content.decode()


def test_an_instructor_of_another_course_does_not(sat: Sitting, cast: Cast) -> None:
    other = person("Other", cast.force)
    for slug, status in (("elsewhere", 404), ("raw", 200)):
        grant_role(
            person=other, role="instructor", course_slug=slug, from_on=SINCE, by=None, now=NOW
        )
        assert signed_in(other, is_fresh=True).get(address(sat)).status_code == status


def test_a_permission_that_ends_meanwhile_ends_the_file(
    cast: Cast, sat: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "AT_ONCE", 2)
    pieces = actions.export_answers(
        course=sat.edition.course, activity_key=TEST_KEY, by=cast.ingrid, now=NOW
    )
    steps = raw.raw_answers

    def ended_after_one(*given: Any) -> Any:
        for number, step in enumerate(steps(*given)):
            if number:
                RoleGrant.objects.filter(person=cast.ingrid).update(to_on=SINCE)
            yield step

    monkeypatch.setattr(raw, "raw_answers", ended_after_one)
    lines = b"".join(pieces).decode().splitlines()
    assert "This export ended early" in lines[-1]
    assert len(lines) == 1 + 2 + 1


def test_it_reads_in_steps_of_one_query(
    sat: Sitting, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[..., Any]
) -> None:
    monkeypatch.setattr(raw, "AT_ONCE", 2)
    with django_assert_num_queries(3):  # two steps, and one that finds nothing
        assert sum(map(len, raw.raw_answers(sat.edition.course_id, TEST_KEY))) == 4
