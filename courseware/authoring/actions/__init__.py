"""Every write of authoring: keyword-only, atomic, `by=` the actor, `now=` the time, with its
audit event in the same transaction.

    drafts      a draft is opened, taken on, worked on
    questions   its questions and tests are changed
"""

from courseware.authoring.actions.drafts import DraftClosed, contribute, open_draft
from courseware.authoring.actions.questions import (
    add_question,
    duplicate_question,
    remove_question,
    save_question,
    save_quiz,
)

__all__ = [
    "DraftClosed",
    "add_question",
    "contribute",
    "duplicate_question",
    "open_draft",
    "remove_question",
    "save_question",
    "save_quiz",
]
