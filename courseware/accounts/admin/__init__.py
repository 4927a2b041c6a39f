"""People, units, postings, role grants and support contacts, for administrators.

Every change goes through `actions`, which record it; Django's own log stays empty, because the
audit trail is the log. Passwords are never shown or set here. Giving and ending roles asks for a
fresh second step.
"""

from courseware.accounts.admin.grants import RoleGrantAdmin
from courseware.accounts.admin.people import PersonAdmin
from courseware.accounts.admin.postings import PostingAdmin
from courseware.accounts.admin.support import SupportContactAdmin
from courseware.accounts.admin.units import UnitAdmin

__all__ = ["PersonAdmin", "PostingAdmin", "RoleGrantAdmin", "SupportContactAdmin", "UnitAdmin"]
