"""How a test is drawn, timed and marked, as a form."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from quizzes.actions import QuizSettings, settings_of
from quizzes.engine.envelope import is_tag
from quizzes.engine.testrules import LATER_RULES
from quizzes.models import Quiz


def _number(label: Any, help_text: Any = "", *, is_required: bool = True) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control input-short", "autocomplete": "off"})
    return forms.IntegerField(
        label=label, help_text=help_text, required=is_required, widget=widget, min_value=0
    )


class _TagLine(forms.CharField):
    """Something about tags in one line, commas between."""

    def __init__(self, label: Any, help_text: Any) -> None:
        widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
        super().__init__(label=label, help_text=help_text, required=False, widget=widget)

    def parts(self, value: Any) -> list[str]:
        return [part for piece in str(value or "").split(",") if (part := piece.strip())]


class TagsField(_TagLine):
    """Tags: "scene, exam" is ["exam", "scene"]."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        tags = sorted(set(self.parts(value)))
        for tag in tags:
            if not is_tag(tag):
                message = gettext("“%(tag)s” is no tag: use small letters, digits and hyphens.")
                raise forms.ValidationError(message % {"tag": tag})
        return tags


class TagQuotasField(_TagLine):
    """How many at least by tag: "scene: 3, phone: 1" is {"scene": 3, "phone": 1}."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return ", ".join(f"{tag}: {least}" for tag, least in sorted(value.items()))
        return value

    def to_python(self, value: Any) -> Any:
        quotas = {}
        for part in self.parts(value):
            tag, _colon, number = (piece.strip() for piece in part.partition(":"))
            if not is_tag(tag) or not re.fullmatch("[0-9]{1,3}", number):
                message = gettext("“%(part)s” is not a tag, a colon and a number, like scene: 3.")
                raise forms.ValidationError(message % {"part": part})
            quotas[tag] = int(number)
        return quotas


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, choices=choices, widget=widget)


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

    tag_quotas = TagQuotasField(
        _("At least so many by tag (optional)"),
        _("Inside the numbers by objective. A tag, a colon and a number: scene: 3, phone: 1"),
    )
    pool_tags = TagsField(
        _("Draw only questions tagged (optional)"),
        _("Tags with commas between them; a question with one of them may be drawn."),
    )
    withheld_tags = TagsField(
        _("Never draw questions tagged (optional)"), _("Tags with commas between them.")
    )
    cooldown_hours = _number(
        _("Hours between two attempts"), _("From the end of one to the start of the next.")
    )
    time_out = _choice(_("When the time is over, an attempt"), Quiz.TimeOut.choices)
    grace_minutes = _number(
        _("Minutes of grace (optional)"),
        _("Only where an attempt may still be handed in for a while."),
        is_required=False,
    )
    review = _choice(_("What is shown when"), Quiz.Review.choices)
    asks_confidence = forms.BooleanField(
        label=_("Ask how sure the person is, beside every question"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
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
            **{name: getattr(now, name) for name in LATER_RULES},
            "grace_minutes": now.grace_minutes or None,
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
            **{name: typed[name] for name in LATER_RULES}
            | {"grace_minutes": typed["grace_minutes"] or 0},
        )

    def field_of(self, path: str) -> str | None:
        """The field that a fault of the settings is about."""
        if path.startswith("tag_quotas."):
            return "tag_quotas"
        name = path.replace("quotas.", "quota-").replace("caps.", "cap_")
        return name if name in self.fields else None
