"""Forms of submitting and deciding. `review` and `seen` say what the reviewer was shown."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courseware.authoring.models import Review

_LONG = 4_000


class SubmitForm(forms.Form):
    note = forms.CharField(
        label=_("A note to the reviewer (optional)"),
        required=False,
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


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
