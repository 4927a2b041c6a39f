"""Pages of a test. Each: input → one action or query → template.

starting    the page before the test, and its button
sitting     one question, all questions, the summary, handing in
saving      an answer is kept: for forms and for the script
choosing    which of two answers counts, for several questions at once
again       what could not be kept as it was sent, before its sender again
posted      what a form said, read and put back
reviewing   the result
statistics  what the answers say about the questions, inside the administration
numbers     numbers in words and figures
drawing     numbers as coordinates
"""

from quizzes.views.choosing import choose
from quizzes.views.reviewing import result
from quizzes.views.saving import save, save_all
from quizzes.views.sitting import everything, question, submit, summary
from quizzes.views.starting import start

__all__ = [
    "choose",
    "everything",
    "question",
    "result",
    "save",
    "save_all",
    "start",
    "submit",
    "summary",
]
