"""What every page knows: the force, the mode, the navigation."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from courseware.accounts.models import User

NavItem = dict[str, object]


def site(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    return {
        "demo": settings.DEMO,
        "force_name": settings.FORCE_NAME,
        "site_url": settings.SITE_URL,
        "nav": _nav(request.path) if isinstance(user, User) else [],
        "staff_nav": _staff_nav(user) if isinstance(user, User) else [],
    }


def _nav(path: str) -> list[NavItem]:
    items: list[tuple[str, str, str]] = [
        (_("My training"), reverse("home"), "journal-text"),
        (_("My certificates"), reverse("certificates"), "award"),
    ]
    return [
        {"label": label, "url": url, "icon": icon, "current": path == url}
        for label, url, icon in items
    ]


def _staff_nav(user: User) -> list[NavItem]:
    if not user.is_staff:
        return []
    return [{"label": _("Administration"), "url": reverse("admin:index"), "icon": "gear"}]
