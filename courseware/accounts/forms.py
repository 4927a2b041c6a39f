"""Forms of sign-in and of the person's own page. Named fields only."""

import zoneinfo
from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as AllauthResetPasswordKeyForm
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courseware.accounts import mails
from courseware.accounts.models import User
from courseware.accounts.passwords import ALONE, NEW_PASSWORD_DUE
from courseware.accounts.second_factor import has_second_factor


class LoginForm(AllauthLoginForm):  # type: ignore[misc]  # allauth is untyped
    """Sign-in by e-mail address or service number."""

    shared = forms.BooleanField(label=_("This is a shared computer"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address or service number")
        self.fields["login"].max_length = 254
        self.fields["login"].widget.attrs.update({"autocomplete": "username"})

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        # Kept in the session, because a second step may come between here and the sign-in.
        request.session["shared_computer"] = bool(self.cleaned_data["shared"])
        # Only here is the length known. It may be short if a second step was taken away.
        request.session.pop(NEW_PASSWORD_DUE, None)
        if len(self.cleaned_data["password"]) < ALONE and not has_second_factor(self.user):
            request.session[NEW_PASSWORD_DUE] = True
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        if request.session.get("shared_computer"):
            request.session.set_expiry(0)
        return response


class ResetPasswordForm(AllauthResetPasswordForm):  # type: ignore[misc]  # allauth is untyped
    """The same answer, and much the same work, for an address nobody has."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if not self.users:
            self._pretend()
        return str(super().save(request, **kwargs))

    def _pretend(self) -> None:
        """Write the mail and take it back: otherwise the time of the answer tells."""
        nobody = User(email=self.cleaned_data["email"], language=settings.LANGUAGE_CODE)
        with transaction.atomic():
            mails.post_reset_link(
                person=nobody, url=mails.reset_url("nobody-nothing"), now=timezone.now()
            )
            transaction.set_rollback(True)


def _label(form: forms.Form, **labels: Any) -> None:
    """Our words for allauth's fields, which write every word large."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs["placeholder"] = label


class ChangePasswordForm(AllauthChangePasswordForm):  # type: ignore[misc]  # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(
            self,
            oldpassword=_("Current password"),
            password1=_("New password"),
            password2=_("New password (again)"),
        )


class ResetPasswordKeyForm(AllauthResetPasswordKeyForm):  # type: ignore[misc]  # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, password1=_("New password"), password2=_("New password (again)"))


def zone_choices() -> list[tuple[str, Any]]:
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        region, slash, place = name.partition("/")
        if slash and region not in {"Etc", "SystemV", "posix", "right"}:
            regions.setdefault(region, []).append((name, place.replace("_", " ")))
    default = _("As the force: %(zone)s") % {"zone": settings.DEFAULT_USER_TIME_ZONE}
    return [("", default), *regions.items()]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is the person's own."""

    language = forms.ChoiceField(label=_("Language"), choices=lambda: list(settings.LANGUAGES))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices, required=False)

    class Meta:
        model = User
        fields = ["language", "time_zone", "certificate_name"]
        labels = {"certificate_name": _("Name on certificates (optional)")}
        help_texts = {
            "certificate_name": _(
                "Left empty, certificates show your given name and family name. A change counts"
                " for certificates issued from now on; those you have keep their name."
            )
        }
