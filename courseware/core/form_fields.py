"""Pieces of forms that several apps ask with.

Owns: how a day is typed. Must not: say what a day is for; labels and messages are the form's.
"""

from typing import Any

from django import forms

#: As a browser sends a day, and as people write one.
DAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")


class DayInput(forms.DateInput):
    """The browser's own calendar; where it has none, year-month-day is typed."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")
