"""What every page knows: the force, the mode, the navigation."""

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
        "account_nav": _account_nav(request.path) if signed_in else [],
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


def _account_nav(path: str) -> list[NavItem]:
    return _items(
        path,
        [
            (_("My settings"), reverse("profile"), "gear"),
            (_("Talk to someone"), reverse("support"), "chat-left-text"),
        ],
    )


def _staff_nav(request: HttpRequest) -> list[NavItem]:
    """By the session's hint, without a query on every page; the site itself asks again."""
    if not nav_roles(request) & roles_with("use admin"):
        return []
    return _items(request.path, [(_("Administration"), reverse("admin:index"), "gear")])
