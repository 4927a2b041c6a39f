"""The filters of reports, as they stand in their addresses.

A value that cannot be understood stays in its field with a message, and the report is shown
without it. A unit outside the scope is no message: it does not exist.
"""

from collections.abc import Sequence
from datetime import date, tzinfo
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courseware.accounts.queries import (
    MOST_MATCHES,
    MOST_UNITS,
    ScopeUnit,
    unit_choices,
    units_called,
    what_is_unclear,
)
from courseware.audit.verbs import SUBJECTS, VERBS
from courseware.core.form_fields import DAY_FORMATS, DayInput
from courseware.core.ui import STATES
from courseware.enrolments.rules import State
from courseware.reports.access import Scope
from courseware.reports.queries.completions import Filters
from courseware.reports.queries.courses import TaughtCourse
from courseware.reports.queries.trail import TrailFilters


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=DayInput({"class": "form-control"}),
        input_formats=DAY_FORMATS,
        error_messages={
            "invalid": _(
                "This is no date, so it was not used. Write year-month-day, for example 2026-05-31."
            )
        },
    )


def _chosen(label: Any, unknown: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": unknown},
    )


def _check_order(form: forms.Form, data: dict[str, Any], first: str, last: str) -> None:
    """Days the wrong way round are said and left out, both."""
    begins, ends = data.get(first), data.get(last)
    if begins and ends and begins > ends:
        form.add_error(last, _("This day is before the first one, so neither was used."))
        data[first] = None


class FilterForm(forms.Form):
    unit = _chosen(_("Unit"), "")
    # In place of the list where there are many: `unit` is what `unit_searched` was found to mean.
    unit_words = forms.CharField(
        label=_("Unit: a part of its name, or its code"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    unit_searched = forms.CharField(required=False, max_length=200)
    course = _chosen(
        _("Course"), _("There is no such course, so all courses are shown. Choose one.")
    )
    state = _chosen(_("State"), _("There is no such state, so every state is shown. Choose one."))
    completed_from = _day(_("Completed from"))
    completed_to = _day(_("Completed until"))
    due_from = _day(_("Due from"))
    due_to = _day(_("Due until"))

    def __init__(self, data: Any, *, scope: Scope, courses: Sequence[TaughtCourse]) -> None:
        """Raises Http404 for a unit outside the scope."""
        self.chosen_unit = scope.unit(data["unit"]) if data.get("unit") else None
        self.has_many_units = len(scope.units) > MOST_UNITS
        #: Which units the typed words can mean, where that is not one.
        self.unit_matches: list[ScopeUnit] = []
        # An address of this page, not its form:
        if self.has_many_units and self.chosen_unit and "unit_words" not in data:
            name = self.chosen_unit.name
            data = {**dict(data.items()), "unit_words": name, "unit_searched": name}
        super().__init__(data)
        self._scope = scope
        for field in self.fields.values():
            # In a sentence no label stands beside its field; its name is said all the same.
            field.widget.attrs["aria-label"] = field.label
        self._choose(
            "unit",
            gettext("all your units") if len(scope.tops) > 1 else "",
            unit_choices(scope.units),
        )
        self.fields["unit_words"].widget.attrs["placeholder"] = gettext("all your units")
        self._choose("course", gettext("all courses"), [(one.slug, one.label) for one in courses])
        self._choose("state", gettext("any state"), [(one.value, STATES[one][2]) for one in State])

    def _choose(self, name: str, everything: str, choices: list[Any]) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = [("", everything), *choices] if everything else choices

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for what in ("completed", "due"):
            _check_order(self, data, f"{what}_from", f"{what}_to")
        if self.has_many_units:
            self._look_for_unit(data)
        return data

    def _look_for_unit(self, data: dict[str, Any]) -> None:
        """Words that mean several units, or none, are said; the report is of all of them."""
        words = data.get("unit_words") or ""
        if self.chosen_unit and words == (data.get("unit_searched") or ""):
            return
        self.chosen_unit = None
        if not words:
            return
        found = units_called(self._scope.units, words)
        if problem := what_is_unclear(found):
            self.unit_matches = found[:MOST_MATCHES]
            self.add_error(
                "unit_words", f"{problem} {gettext('Until then all your units are shown.')}"
            )
        else:
            self.chosen_unit = found[0]

    @property
    def place(self) -> forms.BoundField:
        """The field that says which unit."""
        return self["unit_words" if self.has_many_units else "unit"]

    def filters(self, today: date) -> Filters:
        """What could be understood."""
        self.is_valid()
        data = self.cleaned_data
        tops = tuple(top.path for top in self._scope.tops)
        return Filters(
            today=today,
            paths=(self.chosen_unit.path,) if self.chosen_unit else tops,
            unit=self.chosen_unit,
            course=data.get("course") or "",
            state=State(data["state"]) if data.get("state") else None,
            completed_from=data.get("completed_from"),
            completed_to=data.get("completed_to"),
            due_from=data.get("due_from"),
            due_to=data.get("due_to"),
        )


class TrailForm(forms.Form):
    """What to look for in the audit trail. Who is looked for comes by id, never by name."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput())
    verb = _chosen(
        _("What happened"), _("There is no such act, so every act is shown. Choose one.")
    )
    type = _chosen(_("About"), _("There is no such type, so everything is shown. Choose one."))
    id = forms.CharField(
        label=_("Its id"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    since = _day(_("From"))
    until = _day(_("Until"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for name, everything, words in (
            ("verb", gettext("anything"), VERBS),
            ("type", gettext("anything"), SUBJECTS),
        ):
            field = cast(forms.ChoiceField, self.fields[name])
            field.choices = [("", everything), *words.items()]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        _check_order(self, data, "since", "until")
        return data

    def filters(self, zone: tzinfo) -> TrailFilters:
        """What could be understood."""
        self.is_valid()
        data = self.cleaned_data
        return TrailFilters(
            zone=zone,
            person=data.get("person"),
            verb=data.get("verb") or "",
            subject_type=data.get("type") or "",
            subject_id=data.get("id") or "",
            first=data.get("since"),
            last=data.get("until"),
        )


class WhoForm(forms.Form):
    """Typed words that may name somebody: posted, so that no name stands in an address."""

    who = forms.CharField(
        label=_("Person"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        error_messages={
            "required": _("Type a name, a service number or an e-mail address."),
            "max_length": _("This is too long to be a name. Type at most 120 characters."),
        },
    )
