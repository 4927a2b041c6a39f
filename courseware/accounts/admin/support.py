"""Whom people can talk to."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from courseware.accounts import actions
from courseware.accounts.admin.by_role import ByRole, actor
from courseware.accounts.models import SupportContact


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
        actions.save_support_contact(contact=obj, by=actor(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: SupportContact) -> None:
        actions.delete_support_contact(contact=obj, by=actor(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SupportContact]) -> None:
        for contact in queryset:
            self.delete_model(request, contact)
