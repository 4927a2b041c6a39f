"""Every write of quizzes. Keyword-only, atomic, with `now=`; the audit event is in the same
transaction.

    bank        a quiz and its questions
"""

from quizzes.actions.bank import add_question, add_quiz

__all__ = ["add_question", "add_quiz"]
