"""The mail that tells somebody that a test of theirs was marked anew.

Owns: its words. Must not: say the result, or build an address from a request: SITE_URL is the
only source.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from courseware.courses.queries import outline
from courseware.jobs.actions import post_mail
from quizzes.models import Attempt, Erratum

REMARKED = "quizzes.remarked"


def post_remarked(*, attempt: Attempt, erratum: Erratum, now: datetime) -> None:
    """One mail for an attempt and an erratum; posting it again changes nothing."""
    person = attempt.enrolment.person
    words = outline(attempt.quiz.activity.edition_id, person.language)
    with override(person.language):
        action_label = gettext("See your result")
    post_mail(
        "result_remarked",
        {
            "name": person.given_name,
            "course": words.title,
            "remedy": erratum.remedy,
            "action_url": f"{settings.SITE_URL}{reverse('quizzes:result', args=[attempt.pk])}",
            "action_label": action_label,
        },
        kind=REMARKED,
        key=f"{erratum.pk}:{attempt.pk}",
        recipient_id=person.pk,
        to_address=person.email,
        language=person.language,
        time_zone=person.time_zone,
        now=now,
    )
