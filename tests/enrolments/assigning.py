"""Assigning as an HR officer does it: through the pages.

hr = officer(cast.carol)
page = hr.look(source="list", typed="alice@example.org")     the second step, nothing done yet
page = hr.confirm()

batch = looked_at(by, course, "alice@example.org", now=now)      without the pages
carried_out(batch, now=now)
"""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from courseware.accounts.models import User
from courseware.courses.models import Course
from courseware.enrolments.actions import (
    carry_out_some,
    confirm_assignment,
    draft_assignment,
)
from courseware.enrolments.models import AssignmentBatch
from courseware.enrolments.queries.assigning import of_lines
from courseware.enrolments.schema import read_list
from tests.cast import SINCE, Cast

ASSIGN = "/training/assign/"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = date(2026, 6, 30)
ALICE, TONI, SAM = "alice@example.org", "toni@example.org", "sam@example.org"


class Officer:
    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.user = user
        self._batch = ""  # the last one looked at

    def ask(self, *, file: bytes | None = None, **fields: str) -> Any:
        """The first step, as it answers."""
        data: dict[str, Any] = {"course": "made-course", "due_on": "2026-06-30", **fields}
        if file is not None:
            data["file"] = SimpleUploadedFile("list.csv", file, content_type="text/csv")
        return self.client.post(ASSIGN, data)

    def look(self, *, file: bytes | None = None, **fields: str) -> str:
        """The page of the second step."""
        response = self.ask(file=file, **fields)
        assert response.status_code == 302, text_of(response)
        self._batch = response["Location"].removeprefix(ASSIGN).strip("/")
        return self.page()

    @property
    def batch(self) -> AssignmentBatch:
        return AssignmentBatch.objects.get(pk=self._batch)

    def page(self, query: str = "") -> str:
        response = self.client.get(f"{ASSIGN}{self.batch.pk}/{query}")
        assert response.status_code == 200
        return text_of(response)

    def confirm(self, **fields: str) -> str:
        response = self.client.post(f"{ASSIGN}{self.batch.pk}/", fields)
        assert response.status_code == 302
        return self.page()


def text_of(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


def crowd(cast: Cast, number: int) -> list[User]:
    """So many more people in unit A, without paying for a password each."""
    people = User.objects.bulk_create(
        User(
            email=f"p{n}@example.org",
            service_number=f"P-{n}",
            given_name=f"P{n}",
            family_name="Crowd",
            password="!",
        )
        for n in range(number)
    )
    for one in people:
        one.postings.create(unit=cast.unit_a, from_on=SINCE)
    return people


def looked_at(by: User, course: Course, typed: str, *, now: datetime) -> AssignmentBatch:
    """A list that was looked at and not confirmed; due in four months."""
    today, due_on = now.date(), now.date() + timedelta(days=120)
    return draft_assignment(
        course=course,
        source=AssignmentBatch.Source.LIST,
        candidates=of_lines(by, read_list(typed), course, due_on=due_on, today=today),
        due_on=due_on,
        by=by,
        now=now,
    )


def carried_out(batch: AssignmentBatch, *, now: datetime) -> AssignmentBatch:
    confirm_assignment(batch=batch, moves_due=False, by=batch.made_by, now=now)
    while carry_out_some(batch_id=batch.pk, now=now, today=now.date()):
        pass
    return batch
