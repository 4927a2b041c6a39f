"""Every write of quizzes. Keyword-only, atomic, with `now=`; the audit event is in the same
transaction.

    bank        a quiz and its questions come into a draft
    cloning     the tests of an edition into its copy
    editing     a question of a draft is changed, taken out
    copying     one of it or of another edition is copied into it
    settings    how a test of a draft is drawn, timed and marked
    exceptions  other rules for a person or a unit
    sitting     an attempt begins
    saving      an answer is kept
    finishing   an attempt is handed in and marked; the sweep
    errata      a question that was asked is wrong: proposed, decided, dropped
    dry_runs    whom it would change
    runs        one run at a time of what is counted in the background
    regrading   what was decided about it reaches the attempts
    invented    a whole attempt of a person who does not exist
    talks       one more attempt is allowed
    statistics  what the answers say about the questions
    outcomes    what these may answer besides success
"""

from quizzes.actions.bank import add_question, add_quiz, mark_question_text, show_pictures
from quizzes.actions.cloning import clone_quizzes
from quizzes.actions.copying import copy_question, duplicate_question
from quizzes.actions.dry_runs import ask_dry_run, compute_dry_run
from quizzes.actions.editing import (
    Stale,
    change_question,
    create_question,
    faults_of,
    remove_question,
    tag_questions,
)
from quizzes.actions.errata import (
    AlreadyDecided,
    NumbersChanged,
    decide_erratum,
    drop_erratum,
    propose_erratum,
)
from quizzes.actions.exceptions import (
    Exempted,
    decide_override,
    faults_of_override,
    follow_units,
    go_on_where_left,
    settle_overrides,
    take_back_override,
)
from quizzes.actions.finishing import (
    close_if_over,
    close_overdue,
    finish_attempt,
    grade,
    submit,
)
from quizzes.actions.invented import Invented, invent_answers
from quizzes.actions.outcomes import Closed, Conflict, Ended, NotAllowed, Saved
from quizzes.actions.raw import export_answers
from quizzes.actions.regrading import apply_erratum, regrade_attempt, regrade_stragglers
from quizzes.actions.saving import check_answer, save_answer
from quizzes.actions.settings import QuizSettings, change_quiz, quiz_state, settings_of
from quizzes.actions.sitting import start_attempt
from quizzes.actions.statistics import ask_statistics, compute_statistics
from quizzes.actions.talks import NotNeeded, grant_attempt

__all__ = [
    "AlreadyDecided",
    "Closed",
    "Conflict",
    "Ended",
    "Exempted",
    "Invented",
    "NotAllowed",
    "NotNeeded",
    "NumbersChanged",
    "QuizSettings",
    "Saved",
    "Stale",
    "add_question",
    "add_quiz",
    "apply_erratum",
    "ask_dry_run",
    "ask_statistics",
    "change_question",
    "change_quiz",
    "check_answer",
    "clone_quizzes",
    "close_if_over",
    "close_overdue",
    "compute_dry_run",
    "compute_statistics",
    "copy_question",
    "create_question",
    "decide_erratum",
    "decide_override",
    "drop_erratum",
    "duplicate_question",
    "export_answers",
    "faults_of",
    "faults_of_override",
    "finish_attempt",
    "follow_units",
    "go_on_where_left",
    "grade",
    "grant_attempt",
    "invent_answers",
    "mark_question_text",
    "propose_erratum",
    "quiz_state",
    "regrade_attempt",
    "regrade_stragglers",
    "remove_question",
    "save_answer",
    "settings_of",
    "settle_overrides",
    "show_pictures",
    "start_attempt",
    "submit",
    "tag_questions",
    "take_back_override",
]
