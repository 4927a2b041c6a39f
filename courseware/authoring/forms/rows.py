"""The rows of a list in a question's content, as forms and back: options, steps, pairs, parts.

Owns: which rows count, in which order, and where each stood before. Must not: judge.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courseware.authoring.forms.fields import (
    Text,
    form_field,
    is_left_out,
    is_words,
    shown,
    written,
)
from courseware.authoring.forms.shapes import PARTS, Label, Plain, Rows

if TYPE_CHECKING:
    FormSet = BaseFormSet[forms.Form]  # generic in the stubs only
else:
    FormSet = BaseFormSet

type Content = Mapping[str, Any]

#: Posted rows beyond the most that a type takes, so that it can be said that they are too many.
_ROWS_TO_SPARE = 8
#: One step of a path: "options[2]." is the third option.
STEP = re.compile(r"([a-z_]+)(?:\[([0-9]+)\])?\.?")


@dataclass(frozen=True)
class Spot:
    """Where something is on the page. `form` is None where no single field is meant."""

    label: str
    anchor: str
    form: forms.Form | None = None
    field: str = ""
    group: "RowForms | None" = None


@dataclass(frozen=True)
class ShownRow:
    """One row for the template."""

    form: forms.Form
    label: str
    is_right: bool = False  # as the original says, where this is a translation

    @property
    def entries(self) -> list[forms.BoundField]:
        own = {"ORDER", "DELETE", "correct", "type"}
        return [bound for bound in self.form if bound.name not in own]


class RowForms:
    """The rows of one list."""

    def __init__(
        self,
        rows: Rows,
        values: list[Any],
        *,
        prefix: str,
        language: str,
        data: QueryDict | None,
        originals: list[Any] | None = None,
    ) -> None:
        self.rows = rows
        self.prefix = prefix
        self.before = originals if originals is not None else values
        self.is_translation = originals is not None
        self.is_fixed = rows.is_fixed or self.is_translation
        self.problems: list[str] = []
        fields = {
            field.name: form_field(field, language)
            for field in rows.fields
            if originals is None or is_words(field)
        }
        made = formset_factory(
            type("RowForm", (forms.Form,), fields),
            formset=_RowFormSet,
            extra=0,
            can_order=rows.is_ordered and not self.is_fixed,
            can_delete=not self.is_fixed,
            max_num=rows.most,
            absolute_max=rows.most + _ROWS_TO_SPARE,
        )
        initial = [_initial(rows, value) for value in values]
        self.formset: FormSet = made(data=data, prefix=prefix, initial=initial)
        if originals is not None:
            for form, original in zip(self.formset.forms, originals, strict=False):
                put_originals(form, rows.fields, _row(rows, original))

    @property
    def anchor(self) -> str:
        return f"rows-{self.prefix}"

    @property
    def is_full(self) -> bool:
        return len(self.formset.forms) >= self.rows.most

    @cached_property
    def kept(self) -> list[tuple[int, forms.Form]]:
        """The rows that count, in the order that was asked for, with the place they had."""
        found = list(enumerate(self.formset.forms))
        if not self.formset.is_bound:
            return found
        self.formset.is_valid()
        found = [(index, form) for index, form in found if not self._is_gone(form)]
        return (
            found if self.is_fixed or not self.rows.is_ordered else sorted(found, key=self._order)
        )

    def _is_gone(self, form: forms.Form) -> bool:
        if self.is_fixed:
            return False
        is_blank = not any(
            form.cleaned_data.get(field.name)
            for field in self.rows.fields
            if isinstance(form.fields.get(field.name), Text)
        )
        return is_blank or bool(form.cleaned_data.get("DELETE"))

    def _order(self, row: tuple[int, forms.Form]) -> tuple[int, int, int]:
        """A row that was given another's number goes to the side from which it came."""
        index, form = row
        number = form.cleaned_data.get("ORDER")
        if number is None:
            return len(self.formset.forms) + 1, 0, index
        moved = number - (index + 1)
        return number, (moved > 0) - (moved < 0), index

    def shown(self) -> Iterator["ShownRow"]:
        """The rows as they stand on the page."""
        for index, form in enumerate(self.formset.forms):
            before = self.before[index] if index < len(self.before) else {}
            is_right = self.is_translation and isinstance(before, Mapping) and before.get("correct")
            yield ShownRow(form, str(self.rows.one) % {"number": index + 1}, bool(is_right))

    def blank(self) -> "ShownRow | None":
        """What the script copies for another row."""
        if self.is_fixed:
            return None
        return ShownRow(self.formset.empty_form, str(self.rows.one) % {"number": "__number__"})

    def values(self) -> list[Any]:
        return [self._value(index, form) for index, form in self.kept]

    def _value(self, index: int, form: forms.Form) -> Any:
        before = _row(self.rows, self.before[index]) if index < len(self.before) else {}
        value = dict(before) if self.is_translation else {}
        for field in self.rows.fields:
            if field.name not in form.fields:
                continue
            typed = written(field, form.cleaned_data.get(field.name))
            if not is_left_out(field, typed, before):
                value[field.name] = typed
        return value["text"] if self.rows.is_texts else value

    def origins(self) -> list[int | None]:
        return [index if index < len(self.before) else None for index, _form in self.kept]

    def locate(self, index: int | None, rest: str) -> Spot:
        label = str(self.rows.label)
        if index is None or index >= len(self.kept):
            return Spot(label, self.anchor, group=self)
        place, form = self.kept[index]
        label = str(self.rows.one) % {"number": place + 1}
        return spot_in(form, rest or "text", f"{label}, ", self.anchor)


class _RowFormSet(FormSet):
    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "ORDER" in form.fields:
            order = form.fields["ORDER"]
            order.label = _("Place")
            order.widget = forms.NumberInput(attrs={"class": "form-control", "min": 1, "max": 99})
            form.initial.setdefault("ORDER", (index or 0) + 1)
            order.initial = (index or 0) + 1
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove")
            form.fields["DELETE"].widget.attrs["class"] = "form-check-input"


class PartHeads(RowForms):
    """Key and type of the parts, their order, and which are taken out."""

    def __init__(
        self, values: list[Any], *, prefix: str, data: QueryDict | None, is_fixed: bool
    ) -> None:
        self.rows = PARTS
        self.prefix = prefix
        self.before = values
        self.is_translation = self.is_fixed = is_fixed
        self.problems = []
        made = formset_factory(
            _PartHead,
            formset=_RowFormSet,
            extra=0,
            can_order=not is_fixed,
            can_delete=not is_fixed,
            max_num=PARTS.most,
            absolute_max=PARTS.most + 1,
        )
        initial = [{"type": part.get("type", "")} for part in values]
        self.formset = made(data=data, prefix=prefix, initial=initial)

    def _is_gone(self, form: forms.Form) -> bool:
        return bool(form.cleaned_data.get("DELETE"))


class _PartHead(forms.Form):
    type = forms.CharField(required=False, widget=forms.HiddenInput)


def _row(rows: Rows, value: Any) -> dict[str, Any]:
    return {"text": value} if rows.is_texts else dict(value)


def _initial(rows: Rows, value: Any) -> dict[str, Any]:
    row = _row(rows, value)
    return {field.name: shown(field, row.get(field.name)) for field in rows.fields}


def put_originals(form: forms.Form, fields: tuple[Plain, ...], original: Content) -> None:
    for field in fields:
        own = form.fields.get(field.name)
        if isinstance(own, Text):
            own.original = shown(field, original.get(field.name))


def spot_in(form: forms.Form, path: str, before: str, anchor: str) -> Spot:
    """A field of a form; "accept[2]" is the third line of one."""
    step = STEP.match(path)
    name = step[1] if step and step[1] in form.fields else path
    if name not in form.fields:
        return Spot(before.rstrip(", "), anchor)
    label: Label = form.fields[name].label or name
    if step and step[2]:
        line = gettext("line %(number)s") % {"number": int(step[2]) + 1}
        label = f"{label}, {line}"
    return Spot(f"{before}{label}", form[name].id_for_label, form, name)
