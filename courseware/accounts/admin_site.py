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


class CoursewareAdminSite(admin.AdminSite):
    site_header = _("Courseware administration")
    site_title = _("Courseware administration")
    index_title = _("What you can change")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and may(request.user, PERMISSION)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """404 for whoever may not come in; a missing second step is asked for."""
        inner: Callable[..., HttpResponse] = super().admin_view(view, cacheable)

        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if isinstance(request.user, User):
                require(request.user, PERMISSION)
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
