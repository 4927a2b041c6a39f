"""Whose certificate counts: asked by those who may not know certificates.

Certificates rest on enrolments and answer here, in `AppConfig.ready`; tests are their siblings and
ask.

Owns: the question. Must not: know a certificate.
"""

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet

from courseware.enrolments.models import Enrolment

type Certified = Callable[[QuerySet[Enrolment], date], QuerySet[Enrolment]]

_answers: list[Certified] = []


def answer(certified: Certified) -> None:
    """Said once, by the app that issues certificates."""
    _answers[:] = [certified]


def certified(enrolments: QuerySet[Enrolment], day: date) -> QuerySet[Enrolment]:
    """Those of them whose own certificate counts on that day: neither revoked nor expired, and its
    completion not annulled."""
    for narrowed in _answers:
        return narrowed(enrolments, day)
    return enrolments.none()
