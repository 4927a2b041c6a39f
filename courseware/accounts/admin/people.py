"""Who may come in: entered, closed, opened, signed out; links and lost second steps."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courseware.accounts import actions, mails
from courseware.accounts.access import require_fresh_step
from courseware.accounts.admin.by_role import ByRole, actor
from courseware.accounts.models import User


@admin.register(User)
class PersonAdmin(ByRole):
    needs = "courseware.manage_people"
    list_display = ("family_name", "given_name", "email", "service_number", "is_active")
    list_display_links = ("family_name", "given_name")
    list_filter = ("is_active", "language")
    search_fields = ("family_name", "given_name", "email", "service_number")
    ordering = ("family_name", "given_name")
    fields = (
        "given_name",
        "family_name",
        "email",
        "service_number",
        "certificate_name",
        "language",
        "time_zone",
        "is_active",
        "last_login",
    )
    readonly_fields = ("is_active", "last_login")
    actions = ("disable", "enable", "sign_out", "password_link", "remove_second_steps")

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fields if obj else self.fields[:4]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by, now = actor(request), timezone.now()
        if change:
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            actions.update_person(person=obj, by=by, now=now, **changes)
            return
        made = actions.create_person(by=by, now=now, **form.cleaned_data)
        obj.pk = made.pk
        obj._state.adding = False

    def _say(self, request: HttpRequest, count: int) -> None:
        self.message_user(
            request,
            ngettext("Done for %(count)d person.", "Done for %(count)d people.", count)
            % {"count": count},
        )

    @admin.action(description=_("Close the account and end its sessions"), permissions=["change"])
    def disable(self, request: HttpRequest, people: QuerySet[User]) -> None:
        by, now = actor(request), timezone.now()
        others = people.exclude(pk=by.pk)  # nobody locks themselves out by a wrong tick
        self._say(request, sum(actions.disable_person(person=p, by=by, now=now) for p in others))

    @admin.action(description=_("Open the account again"), permissions=["change"])
    def enable(self, request: HttpRequest, people: QuerySet[User]) -> None:
        by, now = actor(request), timezone.now()
        self._say(request, sum(actions.enable_person(person=p, by=by, now=now) for p in people))

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            actions.end_sessions(person=person)
        self._say(request, len(people))

    @admin.action(description=_("Make a link for a new password"), permissions=["change"])
    def password_link(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Shown once, to hand over in person; it works for one hour."""
        require_fresh_step(request)
        if len(people) != 1:
            text = gettext("Choose one person: a link is handed over in person.")
            self.message_user(request, text, messages.WARNING)
            return
        key = actions.make_reset_key(person=people[0], by=actor(request), now=timezone.now())
        self.message_user(
            request,
            gettext("Give this link to %(name)s in person. It works once, for one hour: %(link)s")
            % {"name": people[0], "link": mails.reset_url(key)},
        )

    @admin.action(description=_("Remove lost second steps"), permissions=["change"])
    def remove_second_steps(self, request: HttpRequest, people: QuerySet[User]) -> None:
        require_fresh_step(request)
        by, now = actor(request), timezone.now()
        count = 0
        for person in people.exclude(pk=by.pk):
            if actions.remove_second_factors(person=person, by=by, now=now):
                count += 1
                if person.email:
                    change = mails.CHANGES["second_steps_removed"]
                    mails.post_security_notice(person=person, change=change, now=now)
        self._say(request, count)
