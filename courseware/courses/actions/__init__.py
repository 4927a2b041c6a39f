"""The few writes that open, publish, confirm and retire an edition.

Every action is keyword-only and atomic, takes `by` (None: the distribution) and `now`, and
writes its audit event in the same transaction.

    editions        courses and their editions: opened, filled, published, confirmed, retired
    cloning         a new draft from a published edition
    activities      one activity of a draft: its minutes and its title
    translations    what a translation was made from
    wording         the words, terms and sources of a draft are changed
"""

from courseware.courses.actions.activities import change_minutes, change_title
from courseware.courses.actions.cloning import clone_edition
from courseware.courses.actions.editions import (
    EditionError,
    add_activity,
    add_structure,
    add_words,
    confirm_language,
    discard_draft,
    language_hash,
    open_edition,
    publish_edition,
    put_category,
    put_course,
    put_prerequisites,
    retire,
    sha256_of,
)
from courseware.courses.actions.translations import mark_term, mark_words
from courseware.courses.actions.wording import (
    Stale,
    change_words,
    drop_source,
    drop_term,
    put_source,
    put_term,
    seen,
)

__all__ = [
    "EditionError",
    "Stale",
    "add_activity",
    "add_structure",
    "add_words",
    "change_minutes",
    "change_title",
    "change_words",
    "clone_edition",
    "confirm_language",
    "discard_draft",
    "drop_source",
    "drop_term",
    "language_hash",
    "mark_term",
    "mark_words",
    "open_edition",
    "publish_edition",
    "put_category",
    "put_course",
    "put_prerequisites",
    "put_source",
    "put_term",
    "retire",
    "seen",
    "sha256_of",
]
