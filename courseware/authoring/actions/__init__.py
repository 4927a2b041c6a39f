"""Every write of authoring: keyword-only, atomic, `by=` the actor, `now=` the time, with its
audit event in the same transaction.

    drafts      a draft is opened, taken on, worked on, thrown away
    interchange  questions of other systems come in, its own go out
    lessons     its lessons and pictures are changed
    questions   its questions and tests are changed
    reviews     it is sent for review, withdrawn, returned, or approved and so published
    moving      people in progress go on in the new edition
    translations  a translation is kept as it is
    words       its words, glossary and sources are changed
"""

from courseware.authoring.actions.banked import InDraft, duplicate_from_bank, tag_from_bank
from courseware.authoring.actions.drafts import DraftClosed, contribute, discard, open_draft
from courseware.authoring.actions.interchange import (
    ImportMoved,
    ImportRefused,
    TakenIn,
    drop_import,
    export_questions,
    forget_imports,
    keep_import,
    take_in,
)
from courseware.authoring.actions.lessons import remove_picture, save_lesson, upload_picture
from courseware.authoring.actions.questions import (
    add_question,
    duplicate_question,
    remove_question,
    save_question,
    save_quiz,
    tag_questions,
)
from courseware.authoring.actions.reviews import (
    NotReady,
    Outdated,
    OwnWork,
    ReviewError,
    TranslationsStale,
    approve,
    send_back,
    submit,
    withdraw_submission,
)
from courseware.authoring.actions.translations import TranslationMoved, keep_translation
from courseware.authoring.actions.words import (
    InUse,
    remove_source,
    remove_term,
    save_source,
    save_term,
    save_words,
)

__all__ = [
    "DraftClosed",
    "ImportMoved",
    "ImportRefused",
    "InDraft",
    "InUse",
    "NotReady",
    "Outdated",
    "OwnWork",
    "ReviewError",
    "TakenIn",
    "TranslationMoved",
    "TranslationsStale",
    "add_question",
    "approve",
    "contribute",
    "discard",
    "drop_import",
    "duplicate_from_bank",
    "duplicate_question",
    "export_questions",
    "forget_imports",
    "keep_import",
    "keep_translation",
    "open_draft",
    "remove_picture",
    "remove_question",
    "remove_source",
    "remove_term",
    "save_lesson",
    "save_question",
    "save_quiz",
    "save_source",
    "save_term",
    "save_words",
    "send_back",
    "submit",
    "tag_from_bank",
    "tag_questions",
    "take_in",
    "upload_picture",
    "withdraw_submission",
]
