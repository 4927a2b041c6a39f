"""How a test is drawn, timed and marked, as a form."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from quizzes.actions import QuizSettings, settings_of
from quizzes.models import Quiz


def _number(label: Any, help_text: Any = "", *, is_required: bool = True) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control input-short", "autocomplete": "off"})
    return forms.IntegerField(
        label=label, help_text=help_text, required=is_required, widget=widget, min_value=0
    )


class QuizForm(forms.Form):
    draw_count = _number(_("Questions asked"), _("They add up from the objectives below."))
    pass_percent = _number(_("Pass mark, in %"))
    attempts_allowed = _number(_("Attempts"))
    window_days = _number(_("Days until an attempt closes"), _("From its start."))
    time_limit_minutes = _number(
        _("Time limit in minutes (optional)"), _("Empty: no time limit."), is_required=False
    )
    cap_truefalse = _number(
        _("At most so many true or false questions (optional)"), is_required=False
    )
    cap_negative_stem = _number(
        _("At most so many questions that ask for the exception (optional)"), is_required=False
    )

    def __init__(
        self, quiz: Quiz, objectives: list[tuple[str, str, int]], data: QueryDict | None = None
    ) -> None:
        """`objectives`: key, words, and how many questions the pool has."""
        now = settings_of(quiz)
        initial = {
            "draw_count": now.draw_count,
            "pass_percent": now.pass_percent,
            "attempts_allowed": now.attempts_allowed,
            "window_days": now.window_days,
            "time_limit_minutes": now.time_limit_minutes,
            "cap_truefalse": now.caps.get("truefalse"),
            "cap_negative_stem": now.caps.get("negative_stem"),
        }
        super().__init__(data=data, initial=initial)
        self._objectives = [key for key, _words, _count in objectives]
        for key, words, count in objectives:
            have = ngettext("%(n)s question", "%(n)s questions", count) % {"n": count}
            self.fields[f"quota-{key}"] = _number(f"{key} · {words}" if words else key, have)
            self.initial[f"quota-{key}"] = now.quotas.get(key, 0)

    def quotas(self) -> list[forms.BoundField]:
        return [self[f"quota-{key}"] for key in self._objectives]

    def rules(self) -> list[forms.BoundField]:
        return [bound for bound in self if not bound.name.startswith("quota-")]

    def settings(self) -> QuizSettings:
        """Of a valid form."""
        typed = self.cleaned_data
        caps = {
            "truefalse": typed["cap_truefalse"],
            "negative_stem": typed["cap_negative_stem"],
        }
        return QuizSettings(
            draw_count=typed["draw_count"],
            pass_percent=typed["pass_percent"],
            attempts_allowed=typed["attempts_allowed"],
            window_days=typed["window_days"],
            time_limit_minutes=typed["time_limit_minutes"],
            quotas={key: n for key in self._objectives if (n := typed[f"quota-{key}"])},
            caps={name: cap for name, cap in caps.items() if cap is not None},
        )

    def field_of(self, path: str) -> str | None:
        """The field that a fault of the settings is about."""
        name = path.replace("quotas.", "quota-").replace("caps.", "cap_")
        return name if name in self.fields else None
