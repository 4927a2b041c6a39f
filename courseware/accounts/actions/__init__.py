"""Every write about people, units, postings and grants.

    create_person, disable_person, enable_person, end_sessions
    update_profile (by the person), update_person (by an administrator)
    create_unit, update_unit, move_unit          the only writers of Unit.path
    post_person, end_posting                     one person serves in one unit at a time
    grant_role, end_grant                        a grant is ended by date, never deleted
    invite_person, accept_invitation             a link that sets the first password

Each is atomic, takes `by` (None: the system) and `now`, and records its audit event in the same
transaction. A refused value raises ValidationError with words for the page. Must not: decide who
may call it; views and the admin ask `access` first.
"""

from courseware.accounts.actions.grants import (
    check_grant,
    end_grant,
    grant_details,
    grant_role,
)
from courseware.accounts.actions.invitations import accept_invitation, invite_person
from courseware.accounts.actions.people import (
    create_person,
    disable_person,
    enable_person,
    end_sessions,
    forget_sessions,
    make_reset_key,
    record_sign_in_change,
    remove_second_factors,
    update_person,
    update_profile,
)
from courseware.accounts.actions.postings import check_posting, end_posting, post_person
from courseware.accounts.actions.support import delete_support_contact, save_support_contact
from courseware.accounts.actions.units import check_move, create_unit, move_unit, update_unit

__all__ = [
    "accept_invitation",
    "check_grant",
    "check_move",
    "check_posting",
    "create_person",
    "create_unit",
    "delete_support_contact",
    "disable_person",
    "enable_person",
    "end_grant",
    "end_posting",
    "end_sessions",
    "forget_sessions",
    "grant_details",
    "grant_role",
    "invite_person",
    "make_reset_key",
    "move_unit",
    "post_person",
    "record_sign_in_change",
    "remove_second_factors",
    "save_support_contact",
    "update_person",
    "update_profile",
    "update_unit",
]
