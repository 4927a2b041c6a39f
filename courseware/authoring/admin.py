"""The entry in the administration's index that leads instructors and reviewers to their courses.

The pages themselves are views of authoring (see urls): the forms of the admin would edit a row,
and an edition is more than one.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from courseware.authoring.access import APPROVE, AUTHOR, CONFIRM
from courseware.courses.models import Course

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]  # generic in the stubs only
else:
    Base = admin.ModelAdmin


@admin.register(Course)
class CourseAdmin(Base):
    def get_urls(self) -> list[Any]:
        return []  # authoring.urls has the list

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return any(
            request.user.has_perm(f"courseware.{permission.replace(' ', '_')}")
            for permission in (AUTHOR, APPROVE, CONFIRM)
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
