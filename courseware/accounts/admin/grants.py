"""Roles with their dates: given after a fresh second step, ended, never edited."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courseware.accounts import actions
from courseware.accounts.access import require_fresh_step, today
from courseware.accounts.admin.by_role import ByRole, actor
from courseware.accounts.models import RoleGrant, User


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
                from_on=data.get("from_on"),
                to_on=data.get("to_on"),
                by=self.by,
            )
        return data

    def validate_constraints(self) -> None:
        """The same rule stands in `check_grant`, with words that help."""


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
        made = actions.grant_role(by=actor(request), now=timezone.now(), **form.cleaned_data)
        obj.pk = made.pk

    @admin.action(description=_("End these grants now"), permissions=["change"])
    def end_now(self, request: HttpRequest, grants: QuerySet[RoleGrant]) -> None:
        require_fresh_step(request)
        by, now, yesterday = actor(request), timezone.now(), today() - timedelta(days=1)
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
