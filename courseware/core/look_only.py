"""Lists of the admin that are looked at and not changed.

Owns: the answer to Django's five questions for such a list. Must not: say who somebody is; the
user's own `has_perm` answers by role.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]  # generic in the stubs only
else:
    Base = admin.ModelAdmin


class LookOnlyAdmin(Base):
    """Seen by whoever holds one of `seen_with`, role permissions in their two words; added,
    changed and deleted by nobody.
    """

    seen_with: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return any(
            request.user.has_perm(f"courseware.{permission.replace(' ', '_')}")
            for permission in self.seen_with
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
