"""The mail that tells somebody they were put on a course.

Owns: its words. Must not: talk to a mail server (a row is written, a worker sends), or build an
address from a request: SITE_URL is the only source.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from courseware.courses.queries import outline
from courseware.enrolments.models import Enrolment
from courseware.jobs.actions import post_mail

ASSIGNED = "enrolments.assigned"


def post_assigned(*, enrolment: Enrolment, now: datetime) -> None:
    """One mail a period, in the person's language; posting it again changes nothing. Needs
    `person` and `course` loaded."""
    person = enrolment.person
    course = outline(enrolment.edition_id, person.language)
    with override(person.language):
        action_label = gettext("Open the course")
    post_mail(
        "course_assigned",
        {
            "name": person.given_name,
            "course": course.title,
            "purpose": course.purpose,
            "minutes": course.minutes,
            "due_on": enrolment.due_on,
            "action_url": f"{settings.SITE_URL}{reverse('course', args=[enrolment.course.slug])}",
            "action_label": action_label,
        },
        kind=ASSIGNED,
        key=str(enrolment.pk),
        recipient_id=person.pk,
        to_address=person.email,
        language=person.language,
        time_zone=person.time_zone,
        now=now,
    )
