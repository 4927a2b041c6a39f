"""How an audit event names whoever acts."""

from uuid import UUID

from courseware.accounts.models import User


def id_of(by: User | None) -> UUID | None:
    """None: the system."""
    return by.pk if by is not None else None
