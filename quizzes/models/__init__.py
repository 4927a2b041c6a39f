"""Quizzes.

Activity ── Quiz ── Question ── QuestionText (per language: typed JSON, see engine.types)
Enrolment ── Attempt ── Answer (one per drawn question, frozen order, compare-and-set)
Enrolment ── Talk (an instructor spoke with the trainee and granted an attempt)
Enrolment or Unit ── Override (other times, attempts, dates) ── ExtraAttempt (one that it let begin)
Erratum (a question was wrong) ── DryRun (whom it would change)
                               ── Regrade (what an attempt earns after it)
StatisticsRun ── ItemStatistics (what the answers say about the questions)

Owns: the bank, attempts, answers, marks. Must not: decide completion; it reports progress.
"""

from quizzes.models.attempts import Answer, Attempt
from quizzes.models.bank import Question, QuestionText, Quiz
from quizzes.models.decisions import DryRun, Erratum, ExtraAttempt, Override, Regrade, Talk
from quizzes.models.statistics import ItemStatistics, StatisticsRun

__all__ = [
    "Answer",
    "Attempt",
    "DryRun",
    "Erratum",
    "ExtraAttempt",
    "ItemStatistics",
    "Override",
    "Question",
    "QuestionText",
    "Quiz",
    "Regrade",
    "StatisticsRun",
    "Talk",
]
