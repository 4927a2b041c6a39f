"""Work and mail for administrators: what waits, what is parked, what failed, and two verbs.

Read-only but for the verbs, which go through `actions` and leave an audit event. The words of a
mail are not shown: they are between the force and its reader. It stands here and not in `jobs`,
which lies below the trail and below people and knows neither.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courseware.accounts.models import User
from courseware.core.look_only import LookOnlyAdmin
from courseware.health import actions
from courseware.jobs.models import Heartbeat, Job, Message


class WorkAdmin(LookOnlyAdmin):
    """Nothing here is edited; the verbs are for whoever sees it."""

    seen_with = ("manage jobs",)

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """Who may use the verbs, see `permissions` at each."""
        return self.has_view_permission(request)

    def _each(
        self, request: HttpRequest, rows: QuerySet[Any], act: Callable[[UUID, UUID, datetime], bool]
    ) -> None:
        user = request.user
        assert isinstance(user, User)
        now = timezone.now()
        done = sum(act(pk, user.pk, now) for pk in rows.values_list("pk", flat=True))
        self.message_user(
            request,
            ngettext("%(count)d row changed.", "%(count)d rows changed.", done) % {"count": done},
            messages.SUCCESS if done else messages.WARNING,
        )


@admin.register(Job)
class JobAdmin(WorkAdmin):
    list_display = ("kind", "state", "attempts", "next_try_at", "created_at", "last_error")
    list_filter = ("state", "kind")
    search_fields = ("key",)
    ordering = ("-created_at",)
    actions = ("try_now", "give_up")

    @admin.action(description=_("Try now"), permissions=["manage"])
    def try_now(self, request: HttpRequest, rows: QuerySet[Job]) -> None:
        self._each(request, rows, lambda pk, by, now: actions.retry_job(job_id=pk, by=by, now=now))

    @admin.action(description=_("Give up"), permissions=["manage"])
    def give_up(self, request: HttpRequest, rows: QuerySet[Job]) -> None:
        self._each(
            request, rows, lambda pk, by, now: actions.give_up_job(job_id=pk, by=by, now=now)
        )


@admin.register(Message)
class MessageAdmin(WorkAdmin):
    list_display = ("kind", "state", "to_address", "created_at", "sent_at", "last_error")
    list_filter = ("state", "kind", "language")
    search_fields = ("to_address", "key")
    exclude = ("subject", "text", "html")
    actions = ("send_again",)

    @admin.action(description=_("Send again what failed"), permissions=["manage"])
    def send_again(self, request: HttpRequest, rows: QuerySet[Message]) -> None:
        self._each(
            request,
            rows,
            lambda pk, by, now: actions.send_message_again(message_id=pk, by=by, now=now),
        )


@admin.register(Heartbeat)
class HeartbeatAdmin(WorkAdmin):
    list_display = ("name", "at")
