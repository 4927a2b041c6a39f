"""The one form of the app: a talk with a trainee, and one more attempt."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courseware.enrolments.models import ActivityProgress
from quizzes.models import Talk

if TYPE_CHECKING:  # generic in the stubs only
    Choice = forms.ModelChoiceField[ActivityProgress]
    Form = forms.ModelForm[Talk]
else:
    Choice = forms.ModelChoiceField
    Form = forms.ModelForm


class ProgressChoice(Choice):
    """Says who it is and for which test."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.enrolment.person} · {obj.enrolment.course.key} · {obj.activity_key}"


class TalkForm(Form):
    """Who, and what was talked about. Anybody else's trainees are not among the choices."""

    progress = ProgressChoice(
        queryset=ActivityProgress.objects.none(),
        label=_("Trainee and test"),
        help_text=_(
            "People without attempts left, on the courses for which you may allow one more."
        ),
    )
    reason = forms.CharField(
        label=_("What you talked about, and why one more attempt makes sense"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2_000,
    )

    class Meta:
        model = Talk
        fields = ["reason"]
