"""People, units, postings, role grants and support contacts, for administrators.

Every change goes through `actions`, which record it; Django's own log stays empty, because the
audit trail is the log. Passwords are never shown or set here. Giving and ending roles asks for a
fresh second step.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courseware.accounts import actions, mails
from courseware.accounts.access import require_fresh_step, today
from courseware.accounts.models import Posting, RoleGrant, SupportContact, Unit, User

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]  # generic in the stubs only
else:
    Base = admin.ModelAdmin


def _actor(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


class ByRole(Base):
    """Open to the role permission `needs` and to nobody else; nothing is deleted."""

    needs = ""
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.needs)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(self.needs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.needs)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(self.needs)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None  # the audit trail is the log

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None


# ------------------------------------------------------------------ people
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
        by, now = _actor(request), timezone.now()
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
        by, now = _actor(request), timezone.now()
        others = people.exclude(pk=by.pk)  # nobody locks themselves out by a wrong tick
        self._say(request, sum(actions.disable_person(person=p, by=by, now=now) for p in others))

    @admin.action(description=_("Open the account again"), permissions=["change"])
    def enable(self, request: HttpRequest, people: QuerySet[User]) -> None:
        by, now = _actor(request), timezone.now()
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
        key = actions.make_reset_key(person=people[0], by=_actor(request), now=timezone.now())
        self.message_user(
            request,
            gettext("Give this link to %(name)s in person. It works once, for one hour: %(link)s")
            % {"name": people[0], "link": mails.reset_url(key)},
        )

    @admin.action(description=_("Remove lost second steps"), permissions=["change"])
    def remove_second_steps(self, request: HttpRequest, people: QuerySet[User]) -> None:
        require_fresh_step(request)
        by, now = _actor(request), timezone.now()
        count = 0
        for person in people.exclude(pk=by.pk):
            if actions.remove_second_factors(person=person, by=by, now=now):
                count += 1
                if person.email:
                    change = mails.CHANGES["second_steps_removed"]
                    mails.post_security_notice(person=person, change=change, now=now)
        self._say(request, count)


@admin.register(Posting)
class PostingAdmin(ByRole):
    """To read. People are posted by the force's own data, through the action."""

    needs = "courseware.manage_people"
    list_display = ("person", "unit", "rank", "from_on", "to_on")
    list_select_related = ("person", "unit")
    list_filter = ("unit",)
    search_fields = ("person__family_name", "person__service_number", "unit__name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


# ------------------------------------------------------------------ units
class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Unit
        fields = ["name", "code", "parent", "closed_on"]

    def clean_parent(self) -> Unit | None:
        parent: Unit | None = self.cleaned_data["parent"]
        if self.instance.pk:
            actions.check_move(unit=self.instance, parent=parent)
        return parent


@admin.register(Unit)
class UnitAdmin(ByRole):
    needs = "courseware.manage_people"
    form = UnitForm
    list_display = ("name", "code", "parent", "closed_on")
    list_select_related = ("parent",)
    search_fields = ("name", "code")
    autocomplete_fields = ("parent",)

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        by, now, data = _actor(request), timezone.now(), form.cleaned_data
        if change:
            changes = {name: data[name] for name in form.changed_data if name != "parent"}
            actions.update_unit(unit=obj, by=by, now=now, **changes)
            actions.move_unit(unit=Unit(pk=obj.pk), parent=data["parent"], by=by, now=now)
            return
        made = actions.create_unit(
            name=data["name"], code=data["code"], parent=data["parent"], by=by, now=now
        )
        if data["closed_on"]:
            actions.update_unit(unit=made, by=by, now=now, closed_on=data["closed_on"])
        obj.pk = made.pk


# ------------------------------------------------------------------ roles
class RoleGrantForm(forms.ModelForm):  # type: ignore[type-arg]
    by: User | None = None  # set by the admin for the request

    class Meta:
        model = RoleGrant
        fields = ["person", "role", "unit", "course_slug", "from_on", "to_on"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("person") and data.get("role"):
            actions.check_grant(
                person=data["person"],
                role=data["role"],
                unit=data.get("unit"),
                course_slug=data.get("course_slug") or "",
                by=self.by,
            )
        return data


@admin.register(RoleGrant)
class RoleGrantAdmin(ByRole):
    needs = "courseware.manage_grants"
    form = RoleGrantForm
    list_display = ("person", "role", "unit", "course_slug", "from_on", "to_on", "granted_by")
    list_select_related = ("person", "unit", "granted_by")
    list_filter = ("role",)
    search_fields = ("person__family_name", "person__service_number")
    autocomplete_fields = ("person", "unit")
    actions = ("end_now",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A grant is ended and given anew, not edited; the list needs it for its action."""
        return obj is None and super().has_change_permission(request, obj)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_fresh_step(request)
        return super().add_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: Any, change: bool) -> None:
        made = actions.grant_role(by=_actor(request), now=timezone.now(), **form.cleaned_data)
        obj.pk = made.pk

    @admin.action(description=_("End these grants now"), permissions=["change"])
    def end_now(self, request: HttpRequest, grants: QuerySet[RoleGrant]) -> None:
        require_fresh_step(request)
        by, now, yesterday = _actor(request), timezone.now(), today() - timedelta(days=1)
        ended = [
            actions.end_grant(grant=grant, to_on=yesterday, by=by, now=now)
            for grant in grants
            if grant.to_on is None or grant.to_on > yesterday
        ]
        self.message_user(
            request,
            ngettext("%(count)d grant ended.", "%(count)d grants ended.", len(ended))
            % {"count": len(ended)},
        )


@admin.register(SupportContact)
class SupportContactAdmin(ByRole):
    needs = "courseware.manage_support_contacts"
    list_display = ("name", "unit", "language", "phone", "hours", "checked_on")
    list_select_related = ("unit",)
    list_filter = ("language",)
    autocomplete_fields = ("unit",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(self.needs)

    def save_model(
        self, request: HttpRequest, obj: SupportContact, form: Any, change: bool
    ) -> None:
        actions.save_support_contact(contact=obj, by=_actor(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: SupportContact) -> None:
        actions.delete_support_contact(contact=obj, by=_actor(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SupportContact]) -> None:
        for contact in queryset:
            self.delete_model(request, contact)
