"""Somebody who reads the fixture course of tests/fixtures/library, in a browser.

reader = reading()                      Alice, enrolled on level-two
reader.get("making-tea")                the page
reader.finish("making-tea")             its one button
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courseware.accounts.models import User
from courseware.bundles.actions import load_folder
from courseware.courses.models import Course, Edition
from courseware.enrolments.actions import enrol, report_attempt
from courseware.enrolments.models import Enrolment
from tests import asking
from tests.asking import signed_in
from tests.bundles.folders import FIXTURE
from tests.cast import person
from tests.courses_made import PUBLISHED, TEST_KEY
from tests.remembered import remembered

SLUG = "level-two"
EASY, HARD = "making-tea", "spilt-tea"


@dataclass(frozen=True)
class Reader:
    person: User
    client: Client
    enrolment: Enrolment
    slug: str = SLUG

    def address(self, key: str, name: str = "lesson") -> str:
        return reverse(name, args=[self.slug, key])

    def get(self, key: str) -> Any:
        return self.client.get(self.address(key))

    def page(self, key: str) -> str:
        return words(self.get(key))

    def finish(self, key: str) -> Any:
        return self.client.post(self.address(key, "lesson_finish"))

    def choose(self, choice: str, key: str = HARD) -> Any:
        return self.client.post(self.address(key, "lesson_choice"), {"choice": choice})

    def is_at(self, anchor: str, key: str = EASY) -> Any:
        return self.client.post(self.address(key, "lesson_position"), {"anchor": anchor})

    def pass_test(self) -> None:
        report_attempt(
            enrolment=Enrolment.objects.get(pk=self.enrolment.pk),
            activity_key=TEST_KEY,
            score=Fraction(1),
            is_passed=True,
            has_attempts_left=lambda _progress: True,
            content_hash="h",
            language="en",
            now=timezone.now(),
        )


def words(response: Any) -> str:
    """The page as one line of text and tags."""
    return unescape(re.sub(r"\s+", " ", response.content.decode()))


def loaded() -> Edition:
    return remembered(_loaded)


def _loaded() -> Edition:
    return load_folder(FIXTURE, now=PUBLISHED).edition


def reading(who: User | None = None, course: Course | None = None) -> Reader:
    somebody = who or person("Alice")
    course = course or loaded().course
    enrolment = enrol(person=somebody, course=course, by=None, now=timezone.now())
    return Reader(somebody, signed_in(somebody), enrolment, course.slug)


def queries_of(client: Client, address: str) -> int:
    """Statements of a page at its second view: the first one fills what is kept for ever."""
    assert client.get(address).status_code == 200
    return asking.queries_of(lambda: client.get(address))
