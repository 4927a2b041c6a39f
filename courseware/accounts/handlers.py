"""Work of accounts: what is kept about sessions goes when they are over."""

from courseware.accounts.actions import forget_sessions
from courseware.jobs.registry import Work

FORGET = "accounts.forget_sessions"


def forget(work: Work) -> None:
    """Kind "accounts.forget_sessions"."""
    forget_sessions(now=work.now)
