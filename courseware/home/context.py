"""What every page knows: the force, the mode, the navigation."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courseware.accounts.access import nav_roles
from courseware.accounts.models import User
from courseware.accounts.roles import roles_with

NavItem = dict[str, object]


def site(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    signed_in = isinstance(user, User)
    return {
        "demo": settings.DEMO,
        "force_name": settings.FORCE_NAME,
        "site_url": settings.SITE_URL,
        "nav": _nav(request.path) if signed_in else [],
        "staff_nav": _staff_nav(request) if signed_in else [],
        "account_nav": _account_nav(request.path, user) if isinstance(user, User) else [],
    }


def _items(path: str, items: list[tuple[str, str, str]]) -> list[NavItem]:
    return [
        {"label": label, "url": url, "icon": icon, "current": path == url}
        for label, url, icon in items
    ]


def _nav(path: str) -> list[NavItem]:
    return _items(
        path,
        [
            (_("My training"), reverse("home"), "journal-text"),
            (_("My certificates"), reverse("certificates"), "award"),
        ],
    )


def _account_nav(path: str, user: User) -> list[NavItem]:
    return _items(
        path,
        [
            (
                _("My training record"),
                reverse("training_record", args=[user.pk]),
                "file-earmark-text",
            ),
            (_("My settings"), reverse("profile"), "gear"),
            (_("Talk to someone"), reverse("support"), "chat-left-text"),
        ],
    )


def _staff_nav(request: HttpRequest) -> list[NavItem]:
    """By the session's hint, without a query on every page; the pages themselves ask again."""
    return _items(
        request.path,
        [(page.label, page.url, page.icon) for page in staff_pages(request)],
    )


class StaffPage(NamedTuple):
    label: str
    url: str
    icon: str
    says: str  # what it is for, on the start page


def staff_pages(request: HttpRequest) -> list[StaffPage]:
    """Where the reader's roles lead, beside their own training."""
    roles = nav_roles(request)
    return [
        StaffPage(str(label), reverse(name), icon, str(says))
        for permissions, label, name, icon, says in _STAFF_PAGES
        if any(roles & roles_with(permission) for permission in permissions)
    ]


#: Permissions of which one is enough, label, name of the address, icon, what it is for.
_STAFF_PAGES: tuple[tuple[tuple[str, ...], Promise, str, str, Promise], ...] = (
    (
        ("author editions", "approve edition"),
        gettext_lazy("Courses"),
        "admin:courses_course_changelist",
        "pencil-square",
        gettext_lazy("The courses you write or review: their editions, drafts and what changed."),
    ),
    (
        ("see statistics",),
        gettext_lazy("Test statistics"),
        "admin:statistics",
        "bar-chart-line",
        gettext_lazy("What the answers say about the tests: which questions need checking."),
    ),
    (
        ("see completions",),
        gettext_lazy("Completions"),
        "completions",
        "people",
        gettext_lazy("Who has completed what in the units you answer for, and what is due."),
    ),
    (
        ("see audit trail",),
        gettext_lazy("Audit trail"),
        "trail",
        "shield-lock",
        gettext_lazy("What was done, by whom and when, with the seals that prove it."),
    ),
    (
        ("assign courses",),
        gettext_lazy("Assign training"),
        "assign",
        "mortarboard",
        gettext_lazy("Put people on a course: one, a unit, or a list."),
    ),
    (
        ("use admin",),
        gettext_lazy("Administration"),
        "admin:index",
        "gear",
        gettext_lazy("What your role lets you see and change."),
    ),
)
