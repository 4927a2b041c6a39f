"""What a person is shown of a test, and when: three presets over the whole matrix.

    learn   everything, at every moment; a question's feedback as soon as it is answered
    check   nothing while the test is open, everything once it is marked, but for the questions
            while another attempt is open
    exam    the score at once; questions and answers only when nothing is left to sit

    WHAT            during   at once   later   again   closed
    result          -        LCE       LCE     LCE     LCE      score, passed or not, must-pass
    objectives      -        LCE       LCE     LCE     LCE      the score by objective
    own_answer      L        LC        LC      L       LCE      what was answered
    correctness     L        LC        LC      L       LCE      whether it was right
    mark            L        LC        LC      L       LCE      what it earned, out of what
    feedback        L        LC        LC      L       LCE      on what was chosen, and in general
    right_answer    L        LC        LC      L       LCE
    read_again      L        LC        LC      L       LCE      the lesson that teaches it

"At once" are the first minutes after marking; "later" lasts while another attempt may follow;
"again" is while the person sits another attempt, which may ask the same questions; "closed" is when
the test is passed or the last attempt is over, and none is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

AT_ONCE = timedelta(minutes=2)


class What(StrEnum):
    RESULT = "result"
    OBJECTIVES = "objectives"
    OWN_ANSWER = "own_answer"
    CORRECTNESS = "correctness"
    MARK = "mark"
    FEEDBACK = "feedback"
    RIGHT_ANSWER = "right_answer"
    READ_AGAIN = "read_again"


class When(StrEnum):
    DURING = "during"
    AT_ONCE = "at_once"
    LATER = "later"
    AGAIN = "again"
    CLOSED = "closed"


_SCORE = frozenset({What.RESULT, What.OBJECTIVES})
_QUESTION = frozenset(What) - _SCORE
_ALL, _NONE = frozenset(What), frozenset[What]()

PRESETS: Mapping[str, Mapping[When, frozenset[What]]] = {
    "learn": {
        When.DURING: _QUESTION,
        When.AT_ONCE: _ALL,
        When.LATER: _ALL,
        When.AGAIN: _ALL,
        When.CLOSED: _ALL,
    },
    "check": {
        When.DURING: _NONE,
        When.AT_ONCE: _ALL,
        When.LATER: _ALL,
        When.AGAIN: _SCORE,
        When.CLOSED: _ALL,
    },
    "exam": {
        When.DURING: _NONE,
        When.AT_ONCE: _SCORE,
        When.LATER: _SCORE,
        When.AGAIN: _SCORE,
        When.CLOSED: _ALL,
    },
}


def moment(
    *, graded_at: datetime | None, now: datetime, is_closed: bool, is_sitting: bool = False
) -> When:
    """Which column holds. `is_closed`: it is passed or no attempt is left. `is_sitting`: another
    attempt is open.
    """
    if graded_at is None:
        return When.DURING
    if is_sitting:
        return When.AGAIN
    if is_closed:
        return When.CLOSED
    return When.AT_ONCE if now - graded_at <= AT_ONCE else When.LATER


def shown(preset: str, when: When) -> frozenset[What]:
    """What may be shown; nothing for a preset nobody knows."""
    return PRESETS.get(preset, {}).get(when, _NONE)


def shows_questions(preset: str, when: When) -> bool:
    """Whether questions are shown with their key: every preset treats what belongs to a question
    as one, so that nobody can put together half of it.
    """
    return shown(preset, when) >= _QUESTION
