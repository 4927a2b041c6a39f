"""The exact mark of an answer. Must not: write it."""

from fractions import Fraction

from quizzes.contents import content_of, kind_of
from quizzes.engine.marking import Marked
from quizzes.models import Answer


def mark_of(answer: Answer) -> Fraction:
    """From the wording frozen at the start. Raises ContentMissing if it is not what was asked."""
    return kind_of(answer).grade(content_of(answer), answer.response)


def marked(answer: Answer) -> Marked:
    """The stored mark, as the engine adds marks up."""
    question = answer.question
    return Marked(question.key, answer.mark or Fraction(0), question.objective, question.must_pass)
