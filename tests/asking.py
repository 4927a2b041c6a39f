"""What tests of pages ask with: somebody who is signed in, and what an answer costs."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courseware.accounts.models import User

_PLUMBING = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def signed_in(somebody: User) -> Client:
    client = Client()
    client.force_login(somebody)
    return client


def queries_of(call: Callable[[], object]) -> int:
    """Statements that read or write rows; savepoints exist only inside tests."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return sum(not query["sql"].startswith(_PLUMBING) for query in captured)
