"""Every write of authoring: keyword-only, atomic, `by=` the actor, `now=` the time, with its
audit event in the same transaction.

    drafts      a draft is opened, taken on, worked on
"""

from courseware.authoring.actions.drafts import DraftClosed, contribute, open_draft

__all__ = ["DraftClosed", "contribute", "open_draft"]
