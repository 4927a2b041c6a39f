"""Reads about quizzes, each with a fixed number of SQL queries whatever the number of questions.

bank        what a quiz holds, in which languages
"""

from quizzes.queries.bank import content_hash, whole_languages

__all__ = ["content_hash", "whole_languages"]
