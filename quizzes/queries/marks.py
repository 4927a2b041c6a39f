"""The exact mark of an answer. Must not: write it."""

from fractions import Fraction

from courseware.courses.actions import sha256_of
from quizzes.contents import ContentMissing, content_of, kind_of, raw_content
from quizzes.engine.marking import Marked
from quizzes.models import Answer


def mark_of(answer: Answer) -> Fraction:
    """From the wording frozen at the start. Raises ContentMissing if it is not what was asked."""
    if sha256_of(raw_content(answer)) != answer.content_hash:
        raise ContentMissing(f"Attempt {answer.attempt_id}, question {answer.position}.")
    return kind_of(answer).grade(content_of(answer), answer.response)


def marked(answer: Answer) -> Marked:
    """The stored mark, as the engine adds marks up."""
    question = answer.question
    return Marked(question.key, answer.mark or Fraction(0), question.objective, question.must_pass)
