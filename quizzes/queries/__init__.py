"""Reads about quizzes, each with a fixed number of SQL queries whatever the number of questions.

bank        what a quiz holds, in which languages
editing     what an author sees of the tests of a draft
marks       the exact mark of an answer, from the wording frozen at the start
terms       what holds for one person: the rules of the test and exceptions from them
sittings    a test before it begins, a question, all questions, the summary
pictures    which pictures of an edition its questions show
previewing  a content as a learner would see it, before it is anybody's
usage       how often a question was asked, and what the numbers say of its words
reach       what an exception does for those it is for
results     what a marked attempt shows
integrity   what must always hold (invariants I4 to I7)
"""

from quizzes.queries.bank import (
    FrozenQuiz,
    blueprint_of,
    candidate_of,
    complete,
    content_hash,
    frozen_hash,
    frozen_quiz,
    whole_languages,
)
from quizzes.queries.editing import (
    DraftPool,
    DraftQuestion,
    ObjectiveCount,
    draft_pool,
    draw_problems,
    is_stale,
    main_language,
    next_key,
    state_from,
    state_of,
)
from quizzes.queries.integrity import Finding, findings, recomputed_score
from quizzes.queries.marks import mark_of, marked
from quizzes.queries.pictures import picture_users, pictured
from quizzes.queries.previewing import Preview, preview
from quizzes.queries.reach import Reach, closed_since, reach_of
from quizzes.queries.results import (
    ResultPage,
    ReviewedQuestion,
    checked_question,
    instructors_after_void,
    result_page,
)
from quizzes.queries.sittings import (
    Place,
    SittingPage,
    StartPage,
    all_page,
    answers_of,
    field_name,
    grace,
    hand_in_by,
    hand_in_until,
    is_over,
    open_attempt,
    places_of,
    question_page,
    read,
    shown,
    start_page,
    summary_page,
    takes_answers,
    unmarked_attempt,
)
from quizzes.queries.terms import (
    Terms,
    day_of,
    has_unused,
    is_sitting,
    last_ended_at,
    path_of,
    plain_terms,
    serving_under,
    standing_overrides,
    terms_for,
    terms_now,
    undecided,
)
from quizzes.queries.usage import levels_in

__all__ = [
    "DraftPool",
    "DraftQuestion",
    "Finding",
    "FrozenQuiz",
    "ObjectiveCount",
    "Place",
    "Preview",
    "Reach",
    "ResultPage",
    "ReviewedQuestion",
    "SittingPage",
    "StartPage",
    "Terms",
    "all_page",
    "answers_of",
    "blueprint_of",
    "candidate_of",
    "checked_question",
    "closed_since",
    "complete",
    "content_hash",
    "day_of",
    "draft_pool",
    "draw_problems",
    "field_name",
    "findings",
    "frozen_hash",
    "frozen_quiz",
    "grace",
    "hand_in_by",
    "hand_in_until",
    "has_unused",
    "instructors_after_void",
    "is_over",
    "is_sitting",
    "is_stale",
    "last_ended_at",
    "levels_in",
    "main_language",
    "mark_of",
    "marked",
    "next_key",
    "open_attempt",
    "path_of",
    "picture_users",
    "pictured",
    "places_of",
    "plain_terms",
    "preview",
    "question_page",
    "reach_of",
    "read",
    "recomputed_score",
    "result_page",
    "serving_under",
    "shown",
    "standing_overrides",
    "start_page",
    "state_from",
    "state_of",
    "summary_page",
    "takes_answers",
    "terms_for",
    "terms_now",
    "undecided",
    "unmarked_attempt",
    "whole_languages",
]
