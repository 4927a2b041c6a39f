"""Where people serve."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from courseware.accounts.admin.by_role import ByRole
from courseware.accounts.models import Posting


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
