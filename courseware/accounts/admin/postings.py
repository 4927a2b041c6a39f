"""Where people serve: posted to a unit from a day on, and until a day. What was is not edited."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courseware.accounts import actions
from courseware.accounts.admin.by_role import ByRole, actor
from courseware.accounts.models import Posting, User


class PostingForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Posting
        fields = ["person", "unit", "rank", "from_on", "to_on"]
        help_texts = {
            "from_on": _("A posting that is still open ends on the day before."),
            "to_on": _("Left empty while the posting lasts."),
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        is_new = self.instance.pk is None
        person: User | None = data.get("person") if is_new else self.instance.person
        from_on = data.get("from_on") if is_new else self.instance.from_on
        if not is_new and not data.get("to_on") and "to_on" not in self.errors:
            raise ValidationError({"to_on": _("Say the last day of this posting.")})
        if person and from_on and "to_on" not in self.errors:
            actions.check_posting(
                person=person,
                from_on=from_on,
                to_on=data.get("to_on"),
                posting=None if is_new else self.instance,
            )
        return data

    def validate_constraints(self) -> None:
        """The same rules stand in `check_posting`, with words that help; and a new posting may
        meet an open one, which then ends."""


@admin.register(Posting)
class PostingAdmin(ByRole):
    """Adding posts somebody; changing only says when a posting ends."""

    needs = "courseware.manage_people"
    form = PostingForm
    list_display = ("person", "unit", "rank", "from_on", "to_on")
    list_select_related = ("person", "unit")
    list_filter = ("unit",)
    search_fields = ("person__family_name", "person__service_number", "unit__name")
    autocomplete_fields = ("person", "unit")
    fields = ("person", "unit", "rank", "from_on", "to_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields[:4] if obj else ()

    def save_model(self, request: HttpRequest, obj: Posting, form: Any, change: bool) -> None:
        by, now = actor(request), timezone.now()
        if change:
            actions.end_posting(posting=obj, to_on=form.cleaned_data["to_on"], by=by, now=now)
            return
        made = actions.post_person(by=by, now=now, **form.cleaned_data)
        obj.pk = made.pk
