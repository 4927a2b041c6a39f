"""What the jobs of this app do: seal, and tell the outside.

Must not: decide anything; the actions are idempotent.
"""

from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

from courseware.audit import actions
from courseware.jobs import registry
from courseware.jobs.registry import JobKind, Retry, Work

SEAL, STRAGGLERS, TELL = "audit.seal", "audit.seal_stragglers", "audit.post_seal"
#: What one run takes: some seconds. The next run is a minute away.
_AT_ONCE = 50_000


def seal(work: Work) -> None:
    """Kind "audit.seal": everything of the last days that no seal covers."""
    _seal(work, from_the_beginning=False)


def seal_stragglers(work: Work) -> None:
    """Kind "audit.seal_stragglers": whatever a wrong clock or a long stop hid from the others."""
    _seal(work, from_the_beginning=True)


def _seal(work: Work, *, from_the_beginning: bool) -> None:
    try:
        actions.seal_events(now=work.now, limit=_AT_ONCE, from_the_beginning=from_the_beginning)
    except ImproperlyConfigured as error:
        raise Retry(f"Nothing can be sealed. {error}") from error


def post_seal(work: Work) -> None:
    """Kind "audit.post_seal": the newest seal, to the address outside."""
    actions.post_newest_seal(now=work.now)


def register() -> None:
    registry.register(
        JobKind(SEAL, seal, description="Seals the newest events of the audit trail."),
        every=timedelta(minutes=1),
    )
    registry.register(
        JobKind(
            STRAGGLERS, seal_stragglers, description="Seals events that the minute's look missed."
        ),
        every=timedelta(days=1),
    )
    registry.register(
        JobKind(TELL, post_seal, description="Mails the newest seal to SEAL_MAIL_TO."),
        every=timedelta(days=1),
    )
