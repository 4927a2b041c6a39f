"""For instructors: the question bank, the attempts on their courses, and a talk that allows one
more.

Everything is read-only but the talk, which goes through an action and leaves an audit event. HR
sees nothing here. An attempt's seed is never shown: whoever knows it knows the order of options.
"""

from quizzes.admin import attempts, errata, exceptions, questions

__all__ = ["attempts", "errata", "exceptions", "questions"]
