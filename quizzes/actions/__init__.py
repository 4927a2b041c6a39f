"""Every write of quizzes. Keyword-only, atomic, with `now=`; the audit event is in the same
transaction.

    bank        a quiz and its questions come into a draft
    cloning     the tests of an edition into its copy
    sitting     an attempt begins
    saving      an answer is kept
    finishing   an attempt is handed in and marked; the sweep
    invented    a whole attempt of a person who does not exist
    talks       one more attempt is allowed
    outcomes    what these may answer besides success
"""

from quizzes.actions.bank import add_question, add_quiz
from quizzes.actions.cloning import clone_quizzes
from quizzes.actions.finishing import (
    close_if_over,
    close_overdue,
    finish_attempt,
    grade,
    is_over,
    submit,
)
from quizzes.actions.invented import invent_answers
from quizzes.actions.outcomes import Closed, Conflict, NotAllowed, Saved
from quizzes.actions.saving import save_answer
from quizzes.actions.sitting import start_attempt
from quizzes.actions.talks import NotNeeded, grant_attempt

__all__ = [
    "Closed",
    "Conflict",
    "NotAllowed",
    "NotNeeded",
    "Saved",
    "add_question",
    "add_quiz",
    "clone_quizzes",
    "close_if_over",
    "close_overdue",
    "finish_attempt",
    "grade",
    "grant_attempt",
    "invent_answers",
    "is_over",
    "save_answer",
    "start_attempt",
    "submit",
]
