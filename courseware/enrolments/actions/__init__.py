"""Every write of enrolments: keyword-only, atomic, `by=` the actor, `now=` the time, with its audit
event in the same transaction.

    enrolling a person is put on a course, its due date, and taken off it
    ledger    progress, completion
    assigning many people are put on a course: the one rule of page, list and command
    batches   an assignment from the first look to the last mail
    remarking a test is marked anew
    moving    a period in progress goes on in a newer edition
"""

from courseware.enrolments.actions.assigning import Placed, assign
from courseware.enrolments.actions.batches import (
    carry_out_some,
    confirm_assignment,
    draft_assignment,
    forget_assignments,
    note_rows_taken_away,
    tell_some,
)
from courseware.enrolments.actions.enrolling import EnrolmentError, enrol, set_due, withdraw
from courseware.enrolments.actions.ledger import (
    ISSUE_CERTIFICATE,
    count_attempt,
    finish_lesson,
    grant_attempt,
    open_activity,
    percent_of,
    remember_position,
    reopen_activity,
    report_attempt,
    report_void,
)
from courseware.enrolments.actions.moving import move
from courseware.enrolments.actions.remarking import follow_score, take_back_pass

__all__ = [
    "ISSUE_CERTIFICATE",
    "EnrolmentError",
    "Placed",
    "assign",
    "carry_out_some",
    "confirm_assignment",
    "count_attempt",
    "draft_assignment",
    "enrol",
    "finish_lesson",
    "follow_score",
    "forget_assignments",
    "grant_attempt",
    "move",
    "note_rows_taken_away",
    "open_activity",
    "percent_of",
    "remember_position",
    "reopen_activity",
    "report_attempt",
    "report_void",
    "set_due",
    "take_back_pass",
    "tell_some",
    "withdraw",
]
