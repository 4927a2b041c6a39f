"""Every write of enrolments: keyword-only, atomic, `by=` the actor, `now=` the time, with its audit
event in the same transaction.

    ledger    enrolling, dates, progress, completion
    moving    a period in progress goes on in a newer edition
"""

from courseware.enrolments.actions.ledger import (
    ISSUE_CERTIFICATE,
    EnrolmentError,
    count_attempt,
    enrol,
    finish_lesson,
    grant_attempt,
    open_activity,
    remember_position,
    report_attempt,
    set_due,
    withdraw,
)
from courseware.enrolments.actions.moving import move

__all__ = [
    "ISSUE_CERTIFICATE",
    "EnrolmentError",
    "count_attempt",
    "enrol",
    "finish_lesson",
    "grant_attempt",
    "move",
    "open_activity",
    "remember_position",
    "report_attempt",
    "set_due",
    "withdraw",
]
