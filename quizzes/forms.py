"""The forms of staff: a talk with a trainee, an exception from the rules of a test, a question
that turned out wrong.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courseware.accounts.models import Unit, User
from courseware.accounts.queries import person_by_login
from courseware.core.sentences import sentence
from courseware.courses.models import Course
from courseware.enrolments.models import ActivityProgress, Enrolment
from quizzes import actions
from quizzes.access import GRANT_ATTEMPT, tests_of
from quizzes.engine.content import Fault
from quizzes.models import Erratum, Override, Talk
from quizzes.queries.errata import Wording
from quizzes.queries.previewing import Preview, preview

if TYPE_CHECKING:  # generic in the stubs only
    Choice = forms.ModelChoiceField[ActivityProgress]
    Form = forms.ModelForm[Talk]
    UnitChoice = forms.ModelChoiceField[Unit]
    OverrideModelForm = forms.ModelForm[Override]
else:
    Choice = forms.ModelChoiceField
    Form = OverrideModelForm = forms.ModelForm
    UnitChoice = forms.ModelChoiceField

_NOTHING = _("Empty: as the test has it.")
_ZONE = _("A day and a time of day, in your time zone. Empty: as the test has it.")
_LIMITS = ("time_limit_minutes", "window_days", "opens_at", "closes_at")


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
        label=_("What you talked about, and why one more attempt makes sense or not yet"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2_000,
    )
    is_granted = forms.BooleanField(
        label=_("Allow one more attempt"),
        required=False,
        initial=True,
        help_text=_("Without it the talk is noted and the trainee goes on waiting."),
    )

    class Meta:
        model = Talk
        fields = ["reason"]


def _moment() -> forms.SplitDateTimeWidget:
    """The browser's own fields for a day and a time of day."""
    day: dict[str, Any] = {"type": "date", "aria-label": _("Day")}
    time: dict[str, Any] = {"type": "time", "aria-label": _("Time of day")}
    return forms.SplitDateTimeWidget(
        date_attrs=day, time_attrs=time, date_format="%Y-%m-%d", time_format="%H:%M"
    )


class OverrideForm(OverrideModelForm):
    """An exception for one person or one unit, as `reader` wants it.

    `decision` of a valid form is what `actions.decide_override` takes.
    """

    reader: ClassVar[User]
    decision: dict[str, Any]

    test = forms.ChoiceField(label=_("Test"))
    person = forms.CharField(
        label=_("Person"),
        required=False,
        help_text=_("E-mail address or service number of somebody on the course. Or a unit:"),
    )
    unit = UnitChoice(
        queryset=Unit.objects.order_by("path"),
        label=_("Unit"),
        required=False,
        help_text=_("For everybody who serves there or below it while the exception counts."),
    )
    extra_attempts = forms.IntegerField(
        label=_("More attempts"),
        required=False,
        min_value=0,
        help_text=_("For each person, on top of all they have. Empty: as the test has it."),
    )
    time_limit_minutes = forms.IntegerField(
        label=_("Time limit in minutes"), required=False, min_value=1, help_text=_NOTHING
    )
    window_days = forms.IntegerField(
        label=_("Days until an attempt closes"), required=False, min_value=1, help_text=_NOTHING
    )
    opens_at = forms.SplitDateTimeField(
        label=_("Not before"), required=False, widget=_moment(), help_text=_ZONE
    )
    closes_at = forms.SplitDateTimeField(
        label=_("Closes at"), required=False, widget=_moment(), help_text=_ZONE
    )
    skips_cooldown = forms.BooleanField(label=_("No waiting between attempts"), required=False)
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2_000
    )
    ends_on = forms.DateField(
        label=_("Counts until"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    class Meta:
        model = Override
        fields = ["reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["test"]
        choices.choices = [
            (f"{slug} {key}", f"{course} · {key}")
            for slug, course, key in tests_of(self.reader, GRANT_ATTEMPT)
        ]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if self.errors:
            return typed
        slug, _space, key = typed["test"].partition(" ")
        target = self._target(typed, slug)
        if target is None:
            return typed
        decision = {
            "course": Course.objects.get(slug=slug),
            "activity_key": key,
            "target": target,
            "exempted": actions.Exempted(
                extra_attempts=typed["extra_attempts"] or 0,
                **{name: typed[name] or None for name in _LIMITS},
                skips_cooldown=typed["skips_cooldown"],
            ),
            "reason": typed["reason"],
            "ends_on": typed["ends_on"],
            "by": self.reader,
            "now": timezone.now(),
        }
        for fault in actions.faults_of_override(**decision):
            self.add_error(fault.path or None, sentence(fault.message, fault.params))
        self.decision = decision
        return typed

    def _target(self, typed: dict[str, Any], slug: str) -> Enrolment | Unit | None:
        """Whom it is for; None with the reason at its field."""
        login, unit = typed["person"].strip(), typed["unit"]
        if bool(login) == (unit is not None):
            self.add_error(None, gettext("Name either a person or a unit."))
            return None
        if unit is not None:
            chosen: Unit = unit
            return chosen
        person = person_by_login(login)
        enrolment = (
            Enrolment.objects.filter(person=person, course__slug=slug, withdrawn_at__isnull=True)
            .order_by("-period")
            .first()
            if person
            else None
        )
        if enrolment is None:
            self.add_error(
                "person", gettext("Nobody with this address or number is on the course.")
            )
        return enrolment


# ------------------------------------------------------------------ errata
@dataclass(frozen=True)
class Correctable:
    """A wording with a learner's inputs for the answer that should count too."""

    wording: Wording
    preview: Preview
    is_chosen: bool
    problem: str = ""


class ProposeForm(forms.Form):
    """Which wordings are wrong, and what should become of their marks."""

    remedy = forms.ChoiceField(
        label=_("What should become of its marks"),
        choices=Erratum.Remedy.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": _("Say what should become of the marks.")},
    )
    wordings = forms.MultipleChoiceField(
        label=_("Which words are wrong"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the words that are wrong.")},
    )
    reason = forms.CharField(
        label=_("What is wrong with it"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4_000,
        error_messages={"required": _("Say what is wrong with the question.")},
    )

    def __init__(self, data: Any, *, wordings: Sequence[Wording]) -> None:
        super().__init__(data)
        self._wordings = wordings
        self._problems: dict[str, str] = {}
        choices: Any = self.fields["wordings"]
        choices.choices = [(own.content_hash, own.language) for own in wordings]
        self._previews = {
            own.content_hash: preview(
                own.type,
                own.content,
                key=own.content_hash,
                language=own.language,
                raw={name: data.getlist(name) for name in data} if data is not None else None,
                name=f"other{number}",
            )
            for number, own in enumerate(wordings, start=1)
        }

    @property
    def accepted(self) -> dict[str, dict[str, Any]]:
        """What was answered, by wording."""
        return {key: own.response for key, own in self._previews.items() if not own.problem}

    def say(self, faults: Iterable[Fault]) -> None:
        """Put what the action found wrong where it belongs."""
        for fault in faults:
            place, _dot, content_hash = fault.path.partition(".")
            if content_hash:
                self._problems.setdefault(content_hash, gettext(fault.message))
            else:
                self.add_error(place, gettext(fault.message))
        if self._problems:
            self.add_error(None, gettext("The other answer that should count is not right yet."))

    @property
    def rows(self) -> list[Correctable]:
        """What the page shows of each wording. Without a choice yet all are chosen."""
        chosen = set(self.data.getlist("wordings")) if self.is_bound else None  # type: ignore[attr-defined]
        return [
            Correctable(
                own,
                self._previews[own.content_hash],
                chosen is None or own.content_hash in chosen,
                self._problem(own.content_hash),
            )
            for own in self._wordings
        ]

    def _problem(self, content_hash: str) -> str:
        error = self._previews[content_hash].problem
        if error is None:
            return self._problems.get(content_hash, "")
        return sentence(error.message, error.params)


class DecideForm(forms.Form):
    """`seen` says which numbers were shown; there is no way to send others."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    lowering = forms.ChoiceField(
        label=_("Whom it would lower"),
        choices=[
            (Erratum.Lowering.KEEP, _("Nobody is lowered: score and pass stay where they are")),
            (Erratum.Lowering.LOWER, _("Results may fall; completions and certificates stay")),
        ],
        initial=Erratum.Lowering.KEEP,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    reason = forms.CharField(
        label=_("Reason of the decision"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4_000,
    )
