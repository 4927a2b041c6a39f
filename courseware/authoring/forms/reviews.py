"""Forms of submitting and deciding. `review` and `seen` say what the reviewer was shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courseware.authoring.models import Review

_LONG = 4_000


class SubmitForm(forms.Form):
    note = forms.CharField(
        label=_("A note to the reviewer (optional)"),
        required=False,
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # How many translations were stale on the page; asked for again where there are more by now.
    stale_seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    stale = forms.BooleanField(
        error_messages={"required": _("Say that they may be published so, or mend them first.")}
    )

    def __init__(self, data: Any, *, stale: int) -> None:
        super().__init__(data, initial={"stale_seen": stale})
        if not stale:
            del self.fields["stale"], self.fields["stale_seen"]
            return
        self.fields["stale"].label = ngettext(
            "Publish although %(count)d translation is older than its original",
            "Publish although %(count)d translations are older than their original",
            stale,
        ) % {"count": stale}

    @property
    def stale_accepted(self) -> int:
        return (self.cleaned_data.get("stale_seen") or 0) if self.cleaned_data.get("stale") else 0


class ApproveForm(forms.Form):
    review = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    people = forms.ChoiceField(
        label=_("People who are in the middle of an earlier edition"),
        choices=Review.People.choices,
        initial=Review.People.STAY,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    comment = forms.CharField(
        label=_("A note to the authors (optional)"),
        required=False,
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReturnForm(forms.Form):
    review = forms.UUIDField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("What has to change"),
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
