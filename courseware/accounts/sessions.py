"""Sessions in the database: Django's own store, whose look-up at every request is prepared."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from courseware.core.prepared import Slot, prepared


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _session(key=self.session_key, now=timezone.now())
        if found:
            return found[0]
        self._session_key = None  # as Django's: an unknown key is never taken over
        return None


@prepared
def _session() -> QuerySet[Session]:
    return Session.objects.filter(
        session_key=Slot("key", CharField()), expire_date__gt=Slot("now", DateTimeField())
    )
