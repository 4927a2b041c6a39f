"""What every page knows: the force, the mode, the navigation."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

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
        page
        for permissions, page in _staff_pages()
        if any(roles & roles_with(permission) for permission in permissions)
    ]


def _staff_pages() -> list[tuple[tuple[str, ...], StaffPage]]:
    """Each page with the permissions of which one is enough."""
    return [
        (
            ("author editions", "approve edition"),
            StaffPage(
                _("Courses"),
                reverse("admin:courses_course_changelist"),
                "pencil-square",
                _("The courses you write or review: their editions, drafts and what changed."),
            ),
        ),
        (
            ("see completions",),
            StaffPage(
                _("Completions"),
                reverse("completions"),
                "people",
                _("Who has completed what in the units you answer for, and what is due."),
            ),
        ),
        (
            ("see audit trail",),
            StaffPage(
                _("Audit trail"),
                reverse("trail"),
                "shield-lock",
                _("What was done, by whom and when, with the seals that prove it."),
            ),
        ),
        (
            ("assign courses",),
            StaffPage(
                _("Assign training"),
                reverse("assign"),
                "mortarboard",
                _("Put people on a course: one, a unit, or a list."),
            ),
        ),
        (
            ("use admin",),
            StaffPage(
                _("Administration"),
                reverse("admin:index"),
                "gear",
                _("What your role lets you see and change."),
            ),
        ),
    ]
