"""What is asked before people are put on a course, or somebody is taken off. Named fields only.

A list that cannot be read at all is a message at its field; a wrong line of it is not: the rest
goes on, and the line is shown with the others. Must not: write.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courseware.accounts.access import people_in_scope, scope_units
from courseware.accounts.models import Unit, User
from courseware.accounts.queries import MOST_MATCHES as MOST_UNIT_MATCHES
from courseware.accounts.queries import (
    MOST_UNITS,
    in_reading_order,
    unit_choices,
    units_called,
    what_is_unclear,
)
from courseware.core.form_fields import DAY_FORMATS, DayInput
from courseware.courses.models import Course
from courseware.enrolments.access import ASSIGN
from courseware.enrolments.models import AssignmentBatch
from courseware.enrolments.queries.assigning import (
    Candidate,
    CourseOffer,
    of_lines,
    of_people,
    people_matching,
    people_of_unit,
)
from courseware.enrolments.schema import (
    MOST_BYTES,
    Line,
    ListError,
    Problem,
    read_list,
)

Source = AssignmentBatch.Source
#: So many people of one name are offered; more want a longer name.
MOST_MATCHES = 20
_PROBLEMS = {
    Problem.EMPTY: _("There is nobody in this list. Write one e-mail address or number a line."),
    Problem.TOO_LARGE: _("The file is larger than 1 MB. Nothing was read; divide it."),
    Problem.TOO_MANY: _("The list has more than 5,000 lines. Nothing was read; divide it."),
    Problem.WORKBOOK: _(
        "This is a spreadsheet's own format. Nothing was read. Open it, choose Save as, and take"
        " CSV UTF-8; then upload that file."
    ),
    Problem.NOT_TEXT: _(
        "This file is no text that can be read. Nothing was read; save it as CSV UTF-8."
    ),
    Problem.NO_PEOPLE_COLUMN: _(
        'No column is called "e-mail" or "service number". Nothing was read; name the column, or'
        " leave the line of names out."
    ),
}


class AssignForm(forms.Form):
    course = forms.ChoiceField(
        label=_("Course"),
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={
            "required": _("Choose a course."),
            "invalid_choice": _("This course can no longer be taken. Choose another one."),
        },
    )
    due_on = forms.DateField(
        label=_("To be completed by (optional)"),
        required=False,
        widget=DayInput({"class": "form-control input-medium"}),
        input_formats=DAY_FORMATS,
        error_messages={"invalid": _("Write the date as year-month-day, for example 2026-05-31.")},
    )
    source = forms.ChoiceField(
        label=_("Who"),
        widget=forms.RadioSelect,
        choices=[
            (Source.PERSON, _("One person")),
            (Source.UNIT, _("A unit with everything below it")),
            (Source.LIST, _("A list from a file or the clipboard")),
        ],
        initial=Source.PERSON,
        error_messages={
            "required": _("Choose how you name the people."),
            "invalid_choice": _("Choose how you name the people."),
        },
    )
    words = forms.CharField(
        label=_("Name, e-mail address or service number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    # Chosen among those who matched `searched`; other words are looked for anew.
    person = forms.CharField(required=False, max_length=36)
    searched = forms.CharField(required=False, max_length=100)
    unit = forms.ChoiceField(
        label=_("Unit"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": _("Choose one of the units you answer for.")},
    )
    # In place of the list where there are many: chosen among those that matched `unit_searched`.
    unit_words = forms.CharField(
        label=_("Unit: a part of its name, or its code"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    unit_searched = forms.CharField(required=False, max_length=100)
    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,.txt,text/csv"}),
    )
    typed = forms.CharField(
        label=_("Or paste the lines here"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 6, "spellcheck": "false"}),
    )

    def __init__(
        self,
        data: Any,
        files: Any,
        *,
        user: User,
        courses: Sequence[CourseOffer],
        today: date,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial)
        self._user, self._today = user, today
        self._lines: list[Line] = []
        self._units = {unit.pk: unit for unit in scope_units(user, ASSIGN)}
        self.has_courses = bool(courses)
        #: Whom the typed words can mean, offered one by one.
        self.matches: list[User] = []
        listed = [(one.slug, one.label) for one in courses]
        self._choose("course", gettext("Choose a course"), listed)
        units = unit_choices(in_reading_order(self._units.values()))
        self._choose("unit", gettext("Choose a unit"), units)
        self.has_many_units = len(units) > MOST_UNITS
        #: Which units the typed words can mean, where there are many.
        self.unit_matches: list[Unit] = []
        if self.has_many_units and (asked := self._unit(str(self.initial.get("unit", "")))):
            self.initial["unit_words"], self.unit_matches = asked.name, [asked]

    def _choose(self, name: str, first: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", first), *choices]

    def offer(self, person_id: str) -> None:
        """Come from a person's own page: the person is chosen already."""
        self.matches = [one] if (one := self._person(person_id)) else []

    # -------------------------------------------------------------- what is asked for
    def clean_due_on(self) -> date | None:
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on is not None and due_on < self._today:
            raise ValidationError(_("This day has passed. Choose a later one."))
        return due_on

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        look = {
            Source.PERSON: self._clean_person,
            Source.UNIT: self._clean_unit,
            Source.LIST: self._clean_list,
        }.get(data.get("source", ""))
        if look is not None:
            look(data)
        return data

    def _clean_person(self, data: dict[str, Any]) -> None:
        words = data.get("words") or ""
        is_same = words == (data.get("searched") or "")
        chosen = self._person(data.get("person") or "") if is_same else None
        if chosen is not None:
            self.matches = [chosen]
            return
        if "words" in self.errors:
            return
        if not words.strip():
            self.add_error("words", _("Write a name, an e-mail address or a service number."))
            return
        found = people_matching(self._user, words, today=self._today, limit=MOST_MATCHES + 1)
        self.matches = found[:MOST_MATCHES]
        if not found:
            self.add_error("words", _("Nobody you can assign is called so. Check what you typed."))
        elif len(found) > MOST_MATCHES:
            self.add_error(
                "words", _("More than 20 people match. Choose one of these, or write more.")
            )
        elif len(found) > 1:
            text = ngettext(
                "%(count)d person matches. Choose one.",
                "%(count)d people match. Choose one.",
                len(found),
            )
            self.add_error("words", text % {"count": len(found)})

    def _person(self, person_id: str) -> User | None:
        """Whoever is not within reach does not exist."""
        try:
            reach = people_in_scope(self._user, ASSIGN).filter(is_active=True)
            return reach.filter(pk=person_id).first() if person_id else None
        except ValidationError:  # not an id
            return None

    def _clean_unit(self, data: dict[str, Any]) -> None:
        if self.has_many_units:
            self._look_for_unit(data)
        elif not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Choose a unit."))

    def _look_for_unit(self, data: dict[str, Any]) -> None:
        words = (data.get("unit_words") or "").strip()
        is_same = words == (data.get("unit_searched") or "").strip()
        chosen = self._unit(data.get("unit") or "") if is_same else None
        known = self._units.values()
        found = [chosen] if chosen else units_called(known, words) if words else []
        self.unit_matches = found[:MOST_UNIT_MATCHES]
        self.errors.pop("unit", None)
        data["unit"] = str(found[0].pk) if len(found) == 1 else ""
        if not words:
            self.add_error("unit_words", _("Write a part of the unit's name, or its code."))
        elif problem := what_is_unclear(found):
            self.add_error("unit_words", problem)

    def _unit(self, key: str) -> Unit | None:
        return self._units.get(int(key)) if key.isdecimal() and len(key) < 19 else None

    def _clean_list(self, data: dict[str, Any]) -> None:
        file, typed = data.get("file"), data.get("typed") or ""
        if file is not None and typed.strip():
            self.add_error("file", _("There is a file and there are lines. Bring one of the two."))
            return
        name = "typed" if file is None else "file"
        try:
            if file is not None and file.size > MOST_BYTES:
                raise ListError(Problem.TOO_LARGE)
            self._lines = read_list(file.read() if file is not None else typed)
        except ListError as refusal:
            self.add_error(name, _PROBLEMS[refusal.problem])

    # -------------------------------------------------------------- what comes of it
    @property
    def chosen_course(self) -> Course:
        return Course.objects.get(slug=self.cleaned_data["course"])

    @property
    def chosen_unit(self) -> Unit | None:
        is_unit = self.cleaned_data["source"] == Source.UNIT
        return self._units[int(self.cleaned_data["unit"])] if is_unit else None

    def candidates(self, course: Course) -> list[Candidate]:
        """The rows of the assignment; the form is valid."""
        due_on, unit = self.cleaned_data["due_on"], self.chosen_unit
        if self.cleaned_data["source"] == Source.LIST:
            return of_lines(self._user, self._lines, course, due_on=due_on, today=self._today)
        if unit is not None:
            people = people_of_unit(self._user, unit, today=self._today)
            ids = list(people.values_list("pk", flat=True))
        else:
            ids = [person.pk for person in self.matches]
        return of_people(ids, course, due_on=due_on, today=self._today)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_(
            "It stays in the audit trail, so name nobody. For example: wrong course; has retired."
        ),
        error_messages={"required": _("Say why, in a few words.")},
    )
