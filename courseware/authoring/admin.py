"""The entry in the administration's index that leads instructors and reviewers to their courses.

The pages themselves are views of authoring (see urls): the forms of the admin would edit a row,
and an edition is more than one.
"""

from typing import Any

from django.contrib import admin

from courseware.authoring.access import APPROVE, AUTHOR, CONFIRM
from courseware.core.look_only import LookOnlyAdmin
from courseware.courses.models import Course


@admin.register(Course)
class CourseAdmin(LookOnlyAdmin):
    seen_with = (AUTHOR, APPROVE, CONFIRM)

    def get_urls(self) -> list[Any]:
        return []  # authoring.urls has the list
