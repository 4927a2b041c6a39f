"""People who complete a small course, through the actions, and the work that follows.

completion = complete(cast.alice, make_course(lessons=1))
certificate = issued(completion)          what the worker does, without a worker
"""

import re
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from courseware.accounts.models import User
from courseware.certificates.actions import issue
from courseware.certificates.models import Certificate
from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol, finish_lesson, report_attempt
from courseware.enrolments.models import Completion
from courseware.jobs import runner
from tests.courses_made import TEST_KEY

DONE_AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
_OWN = re.compile(r'name="(?:csrfmiddlewaretoken|next)" value="[^"]*"')


def complete(person: User, edition: Edition, *, now: datetime = DONE_AT) -> Completion:
    """Enrol, finish the lessons and pass the test, all at `now`."""
    enrolment = enrol(person=person, course=edition.course, by=None, now=now)
    lessons = edition.activities.filter(kind="lesson").values_list("key", flat=True)
    for key in lessons:
        finish_lesson(
            enrolment=enrolment, activity_key=key, content_hash="h", language="en", now=now
        )
    completion = report_attempt(
        enrolment=enrolment,
        activity_key=TEST_KEY,
        score=Fraction(9, 10),
        is_passed=True,
        has_attempts_left=lambda _progress: True,
        content_hash="h",
        language="en",
        now=now,
    )
    assert completion is not None
    return completion


def issued(completion: Completion, *, now: datetime = DONE_AT) -> Certificate:
    return issue(completion_id=completion.pk, now=now)


def work_off() -> None:
    """Carry out what is due, in this process."""

    def here(job_id: UUID, token: UUID) -> None:
        runner.run_job(job_id=job_id, token=token)

    while runner.tick(publish=here):
        pass


def body_of(response: Any) -> str:
    """The page without what differs every time: the token against forged forms, and the page's own
    address in its language switch."""
    return _OWN.sub("", response.content.decode())
