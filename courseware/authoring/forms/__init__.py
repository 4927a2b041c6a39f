"""What instructors fill in. Forms read and show; what may be kept is judged by the actions.

shapes     the fields of every type of question, in words an author knows
content    a question's words, rows and parts as forms, and back as the content they stand for
editor     a whole question: its content, its place in the course, faults at their fields
quiz       how a test is drawn, timed and marked
words      the words, terms and sources of a draft
reviews    submitting and deciding
"""

from courseware.authoring.forms.editor import Problem, QuestionEditor
from courseware.authoring.forms.quiz import QuizForm

__all__ = ["Problem", "QuestionEditor", "QuizForm"]
