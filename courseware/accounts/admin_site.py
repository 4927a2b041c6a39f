"""The admin site: entered by role, with a second step, and through the one sign-in page.

Owns: who gets in. What they see inside is each ModelAdmin's, by role permission. Must not: have a
sign-in form, a sign-out or a password form of its own; those would pass by second steps and
throttles.
"""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from courseware.accounts.access import may, require
from courseware.accounts.models import User

PERMISSION = "use admin"
#: Tables of libraries, which they register by themselves: second steps, sessions, addresses and
#: groups. What is needed of them has a door of ours; the tables themselves are nobody's to browse.
_OF_LIBRARIES = frozenset({"account", "auth", "mfa", "usersessions"})

#: Words of Django's own lists and forms that its catalogues lack in a language of ours. They stand
#: here to be collected; ours are read before Django's.
WORDS_OF_DJANGO = (
    _("- Select an option -"),
    _("Run"),
    _("Search %(name)s"),
    _("Pagination %(name)s"),
    _("Filter by %(field_name)s"),
)


def _may_open(owner: object, request: HttpRequest) -> bool:
    """Whether the role has anything to do with the list that a view belongs to."""
    if not isinstance(owner, admin.ModelAdmin):
        return True
    return owner.has_view_or_change_permission(request) or owner.has_add_permission(request)


class CoursewareAdminSite(admin.AdminSite):
    site_header = _("Courseware administration")
    site_title = _("Courseware administration")
    index_title = _("What you can change")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and may(request.user, PERMISSION)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        is_one = isinstance(model_or_iterable, type)
        models: list[Any] = [model_or_iterable] if is_one else list(model_or_iterable)
        ours = [model for model in models if model._meta.app_label not in _OF_LIBRARIES]
        super().register(ours, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """404 for whoever may not come in, or has no such list; a missing second step is asked
        for. Before any view, because Django's own look the row up first and so tell that it exists.
        """
        inner: Callable[..., HttpResponse] = super().admin_view(view, cacheable)

        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if isinstance(request.user, User):
                require(request.user, PERMISSION)
                if not _may_open(getattr(view, "__self__", None), request):
                    raise Http404
            return inner(request, *args, **kwargs)

        return update_wrapper(gate, inner)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if isinstance(request.user, User):
            if not self.has_permission(request):
                raise Http404
            return redirect("admin:index")
        following = request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index"))
        query = urlencode({REDIRECT_FIELD_NAME: following})
        return redirect(f"{reverse('account_login')}?{query}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("profile")
