"""The two fields of the public page. Named fields only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courseware.core.ids import normalise_code


class CodeForm(forms.Form):
    """A code as people type it: any case, with or without dashes, O for 0, I for 1."""

    code = forms.CharField(
        label=_("Verification code"),
        max_length=60,
        error_messages={
            "required": _("Enter the code that is printed on the certificate."),
            "max_length": _("A code has 16 letters and digits."),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        code = normalise_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                _("A code has 16 letters and digits, like 7K3M-Q9TX-4HBR-W2ZD. Compare again.")
            )
        return code


class NameForm(forms.Form):
    """The name as it is printed."""

    name = forms.CharField(
        label=_("Name on the certificate"),
        max_length=200,
        error_messages={
            "required": _("Enter the name that is printed on the certificate."),
            "max_length": _("A name on a certificate is shorter than this."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
