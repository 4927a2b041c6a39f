"""Who may come in: entered, invited, closed, opened, signed out; links and lost second steps."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courseware.accounts import actions, invitations, mails
from courseware.accounts.access import require_fresh_step
from courseware.accounts.admin.by_role import ByRole, actor
from courseware.accounts.forms import zone_choices
from courseware.accounts.models import (
    SECOND_EMAIL,
    SECOND_NUMBER,
    WITHOUT_LOGIN,
    Posting,
    RoleGrant,
    User,
)


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(
        label=_("Language"),
        choices=lambda: list(settings.LANGUAGES),
        required=False,
        help_text=_("Of their pages and mails, the invitation among them. They can change it."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices, required=False)

    class Meta:
        model = User
        fields = [
            "given_name",
            "family_name",
            "email",
            "service_number",
            "certificate_name",
            "language",
            "time_zone",
        ]

    def _post_clean(self) -> None:
        """An address that was given and refused was given: its own message is enough."""
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if self.errors.keys() & {"email", "service_number"}:
            general = self.errors.get(NON_FIELD_ERRORS)
            if general and all(one.code == WITHOUT_LOGIN for one in general.as_data()):
                del self.errors[NON_FIELD_ERRORS]

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or settings.LANGUAGE_CODE

    def clean_email(self) -> str | None:
        email = (self.cleaned_data["email"] or "").strip().lower() or None
        self._refuse_second("email", email, SECOND_EMAIL)
        return email

    def clean_service_number(self) -> str | None:
        number = (self.cleaned_data["service_number"] or "").strip() or None
        self._refuse_second("service_number", number, SECOND_NUMBER)
        return number

    def _refuse_second(self, field: str, value: str | None, sentence: Any) -> None:
        """Whatever the case: people do not sign in by it."""
        others = User.objects.exclude(pk=self.instance.pk).alias(lower=Lower(field))
        if value and others.filter(lower=value.lower()).exists():
            # Refused, but given: else the person would be said to have neither of the two.
            setattr(self.instance, field, value)
            raise ValidationError(sentence)

    def validate_constraints(self) -> None:
        """The same rules stand above, with words that help."""


class StandingFilter(admin.SimpleListFilter):
    """Who has never come in, and whether they were asked."""

    title = _("sign-in")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("invited", _("Invited, not yet signed in")),
            ("not-invited", _("Neither invited nor signed in")),
            ("signed-in", _("Has signed in")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        conditions = {
            "invited": Q(last_login__isnull=True, invitation__isnull=False),
            "not-invited": Q(last_login__isnull=True, invitation__isnull=True),
            "signed-in": Q(last_login__isnull=False),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


@admin.register(User)
class PersonAdmin(ByRole):
    needs = "courseware.manage_people"
    form = PersonForm
    list_display = (
        "family_name",
        "given_name",
        "email",
        "service_number",
        "standing",
        "is_active",
    )
    list_display_links = ("family_name", "given_name")
    list_select_related = ("invitation",)
    list_filter = (StandingFilter, "is_active", "language")
    search_fields = ("family_name", "given_name", "email", "service_number")
    ordering = ("family_name", "given_name")
    fields = (
        "given_name",
        "family_name",
        "email",
        "service_number",
        "language",
        "time_zone",
        "certificate_name",
        "is_active",
        "standing",
        "postings",
        "roles",
    )
    readonly_fields = ("is_active", "standing", "postings", "roles")
    actions = ("invite", "disable", "enable", "sign_out", "password_link", "remove_second_steps")

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fields if obj else self.fields[:5]

    @admin.display(description=_("sign-in"))
    def standing(self, person: User) -> str:
        if person.last_login is not None:
            return gettext("Signed in, last on %(day)s") % {"day": _day(person.last_login)}
        invitation = getattr(person, "invitation", None)
        if invitation is None:
            return gettext("Not yet signed in")
        words = {"day": _day(invitation.sent_at)}
        if timezone.now() > invitation.sent_at + invitations.VALID_FOR:
            return gettext("Invited on %(day)s, not yet signed in; the link has run out") % words
        return gettext("Invited on %(day)s, not yet signed in") % words

    @admin.display(description=_("postings"))
    def postings(self, person: User) -> SafeString:
        rows = [
            (f"{posting.unit} {posting.rank}".strip(), posting)
            for posting in person.postings.select_related("unit")
        ]
        return _linked("posting", rows, person, gettext("Post to a unit"))

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> SafeString:
        rows = [
            (" · ".join(filter(None, (grant.get_role_display(), _over(grant)))), grant)
            for grant in person.grants.select_related("unit")
        ]
        return _linked("rolegrant", rows, person, gettext("Give a role"))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by, now = actor(request), timezone.now()
        if change:
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            changed = actions.update_person(person=obj, by=by, now=now, **changes)
            self._say_what_the_new_address_means(request, obj, changed)
            return
        made = actions.create_person(by=by, now=now, **form.cleaned_data)
        obj.pk = made.pk
        obj._state.adding = False
        if actions.invite_person(person=made, by=by, now=now):
            text = gettext("An invitation goes to %(address)s. Its link works for seven days.")
            self.message_user(request, text % {"address": made.email})
        else:
            text = gettext(
                "There is no e-mail address to send an invitation to. Choose the person in the list"
                ' and "Make a link for a new password", and hand the link over.'
            )
            self.message_user(request, text, messages.WARNING)

    def _say_what_the_new_address_means(
        self, request: HttpRequest, person: User, changed: list[str]
    ) -> None:
        if "email" in changed and person.last_login is None and hasattr(person, "invitation"):
            text = gettext(
                "The invitation went to the old address and no longer works. Send it again from"
                " the list of people."
            )
            self.message_user(request, text, messages.WARNING)

    def _say(self, request: HttpRequest, count: int) -> None:
        self.message_user(
            request,
            ngettext("Done for %(count)d person.", "Done for %(count)d people.", count)
            % {"count": count},
        )

    @admin.action(description=_("Send the invitation (again)"), permissions=["change"])
    def invite(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """The link sent before ends."""
        by, now = actor(request), timezone.now()
        chosen = list(people)
        sent = sum(actions.invite_person(person=person, by=by, now=now) for person in chosen)
        if sent:
            text = ngettext(
                "%(count)d invitation is on its way. A link sent before no longer works.",
                "%(count)d invitations are on their way. Links sent before no longer work.",
                sent,
            )
            self.message_user(request, text % {"count": sent})
        if left := len(chosen) - sent:
            text = ngettext(
                "%(count)d person got none: they have signed in already, have no e-mail address or"
                " a closed account, or were invited a moment ago.",
                "%(count)d people got none: they have signed in already, have no e-mail address or"
                " a closed account, or were invited a moment ago.",
                left,
            )
            self.message_user(request, text % {"count": left}, messages.WARNING)

    @admin.action(description=_("Close the account and end its sessions"), permissions=["change"])
    def disable(self, request: HttpRequest, people: QuerySet[User]) -> None:
        by, now = actor(request), timezone.now()
        others = people.exclude(pk=by.pk)  # nobody locks themselves out by a wrong tick
        self._say(request, sum(actions.disable_person(person=p, by=by, now=now) for p in others))

    @admin.action(description=_("Open the account again"), permissions=["change"])
    def enable(self, request: HttpRequest, people: QuerySet[User]) -> None:
        by, now = actor(request), timezone.now()
        self._say(request, sum(actions.enable_person(person=p, by=by, now=now) for p in people))

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            actions.end_sessions(person=person)
        self._say(request, len(people))

    @admin.action(description=_("Make a link for a new password"), permissions=["change"])
    def password_link(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Shown once, to hand over in person; it works for one hour."""
        require_fresh_step(request)
        if len(people) != 1:
            text = gettext("Choose one person: a link is handed over in person.")
            self.message_user(request, text, messages.WARNING)
            return
        key = actions.make_reset_key(person=people[0], by=actor(request), now=timezone.now())
        self.message_user(
            request,
            gettext("Give this link to %(name)s in person. It works once, for one hour: %(link)s")
            % {"name": people[0], "link": mails.reset_url(key)},
        )

    @admin.action(description=_("Remove lost second steps"), permissions=["change"])
    def remove_second_steps(self, request: HttpRequest, people: QuerySet[User]) -> None:
        require_fresh_step(request)
        by, now = actor(request), timezone.now()
        count = 0
        for person in people.exclude(pk=by.pk):
            if actions.remove_second_factors(person=person, by=by, now=now):
                count += 1
                if person.email:
                    change = mails.CHANGES["second_steps_removed"]
                    mails.post_security_notice(person=person, change=change, now=now)
        self._say(request, count)


def _over(grant: RoleGrant) -> str:
    return str(grant.unit) if grant.unit else grant.course_slug


def _linked(
    model: str,
    rows: list[tuple[str, Posting]] | list[tuple[str, RoleGrant]],
    person: User,
    add: str,
) -> SafeString:
    """Each with its days and the way to its own page; then the way to one more."""
    change = f"admin:accounts_{model}_change"
    lines = format_html_join(
        "",
        '<a href="{}">{}</a>, {}<br>',
        ((reverse(change, args=[row.pk]), words, _days(row)) for words, row in rows),
    )
    more = f"{reverse(f'admin:accounts_{model}_add')}?person={person.pk}"
    return lines + format_html('<a href="{}">{}</a>', more, add)


def _days(row: Posting | RoleGrant) -> str:
    words = {"first": date_format(row.from_on, "DATE_FORMAT")}
    if row.to_on is None:
        return gettext("since %(first)s") % words
    return gettext("%(first)s to %(last)s") % {
        **words,
        "last": date_format(row.to_on, "DATE_FORMAT"),
    }


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")
