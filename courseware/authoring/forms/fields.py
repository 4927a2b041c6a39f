"""Form fields for what authors write: they take everything, so that the engine can say what is
wrong with it, in one voice and at its place.
"""

import re
from typing import Any

from django import forms

from courseware.authoring.forms.shapes import Choice, Lines, Number, Plain, Tick, Words

_WHOLE = re.compile(r"-?[0-9]{1,15}")


class Text(forms.CharField):
    """A text as it was typed, without space around it; line ends are those of a file."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.validators = []  # of its own it refuses a null character, and the text were lost
        self.original = ""  # the same words in the main language, where this is a translation

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class OneOfTheRows(forms.CheckboxInput):
    """A radio button that belongs to those of the other rows."""

    input_type = "radio"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        group, index = _row_of(name)
        context["widget"] |= {"name": f"{group}-right", "value": index}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        group, index = _row_of(name)
        return bool(data.get(f"{group}-right") == index)


def _row_of(name: str) -> tuple[str, str]:
    group, index, _field = name.rsplit("-", 2)
    return group, index


def form_field(field: Plain, language: str) -> forms.Field:
    """The form field of an entry of the table."""
    if isinstance(field, Tick):
        widget = OneOfTheRows() if field.is_single else forms.CheckboxInput()
        widget.attrs["class"] = "form-check-input"
        return forms.BooleanField(required=False, label=field.label, widget=widget)
    if isinstance(field, Choice):
        select = forms.Select(attrs={"class": "form-select"})
        return forms.ChoiceField(
            required=False,
            label=field.label,
            help_text=field.help,
            choices=field.choices,
            widget=select,
        )
    if isinstance(field, Number) or not field.lines:
        attrs = {"class": "form-control input-short", "autocomplete": "off"}
        own = {"inputmode": "decimal"} if isinstance(field, Number) else {"lang": language}
        line = forms.TextInput(attrs=attrs | own)
        return Text(label=field.label, help_text=field.help, widget=line)
    area = forms.Textarea(
        attrs={
            "class": "form-control",
            "rows": field.lines,
            "lang": language,
            "autocomplete": "off",
        }
    )
    return Text(label=field.label, help_text=field.help, widget=area)


def shown(field: Plain, value: Any) -> Any:
    """A value of a content as its form field shows it."""
    if isinstance(field, Tick):
        return bool(value)
    if isinstance(field, Lines):
        return "\n".join(str(line) for line in value or ())
    return "" if value is None else str(value)


def written(field: Plain, value: Any) -> Any:
    """What was typed as the value of a content."""
    if isinstance(field, Tick):
        return bool(value)
    text = str(value or "")
    if isinstance(field, Lines):
        return [line.strip() for line in text.split("\n") if line.strip()]
    if isinstance(field, Number) and _WHOLE.fullmatch(text):
        return int(text)
    return text


def is_left_out(field: Plain, value: Any, before: dict[str, Any]) -> bool:
    """An optional field without a value, unless an empty one was written before; a rule that holds
    anyway, unless it was written down before.
    """
    if isinstance(field, Choice):
        return not value or (value == field.choices[0][0] and field.name not in before)
    if value not in ("", []) or not getattr(field, "is_optional", False):
        return False
    return isinstance(field, Number) or field.name not in before


def is_words(field: Plain) -> bool:
    return isinstance(field, Words | Lines)
