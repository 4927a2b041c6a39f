"""Forms for the words, terms and sources of a draft. Named fields only.

With each form travels, as `opened`, what its values were made from (see courses.actions.seen).
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courseware.core.form_fields import DayInput
from courseware.courses.models import GlossaryTerm, Source
from courseware.courses.queries import Words

if TYPE_CHECKING:  # generic in the stubs only
    SourceBase = forms.ModelForm[Source]
else:
    SourceBase = forms.ModelForm

_LONG = 4_000
_LINE = 200
#: Words by key: the part of `Words`, and what a field of it is called.
_BY_KEY = (
    ("activity_titles", gettext_lazy("Title of %(key)s"), 1),
    ("objective_texts", gettext_lazy("Objective %(key)s"), 2),
    ("must_pass", gettext_lazy("Must-pass point %(key)s"), 2),
)


def _area(label: Any, rows: int, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    """One row is a line."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=_LONG if rows > 1 else _LINE,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput(),
    )


class WordsForm(forms.Form):
    """Title, purpose, audience, what changed, and the words of every key. A draft may be saved
    half-written: what is missing is asked for when it is sent.
    """

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    purpose = _area(gettext_lazy("Purpose"), 3)
    audience = _area(gettext_lazy("Audience"), 2)
    change_note = _area(
        gettext_lazy("What changed"), 3, gettext_lazy("Trainees read it beside the new edition.")
    )

    def __init__(self, *args: Any, words: Words, original: Words | None = None, **named: Any):
        super().__init__(*args, **named)
        self.words = words
        for part, label, rows in _BY_KEY:
            for key, text in getattr(words, part).items():
                field = self.fields[f"{part}-{key}"] = _area(label % {"key": key}, rows)
                field.initial = text
        for name in ("title", "purpose", "audience", "change_note"):
            self.fields[name].initial = getattr(words, name)
        if original is not None:
            self._say_what_it_translates(original)

    def _say_what_it_translates(self, original: Words) -> None:
        for name, text in flat(original).items():
            if name in self.fields and text:
                self.fields[name].help_text = text

    def made(self) -> Words:
        """What was typed."""
        data = self.cleaned_data
        return Words(
            title=data["title"],
            purpose=data["purpose"],
            audience=data["audience"],
            change_note=data["change_note"],
            activity_titles=self._part("activity_titles"),
            objective_texts=self._part("objective_texts"),
            must_pass=self._part("must_pass"),
        )

    def _part(self, part: str) -> dict[str, str]:
        return {key: self.cleaned_data[f"{part}-{key}"] for key in getattr(self.words, part)}


def flat(words: Words) -> dict[str, str]:
    """Every text by the name of its field."""
    texts = {
        "title": words.title,
        "purpose": words.purpose,
        "audience": words.audience,
        "change_note": words.change_note,
    }
    for part, _label, _rows in _BY_KEY:
        texts |= {f"{part}-{key}": text for key, text in getattr(words, part).items()}
    return texts


class TermForm(forms.Form):
    """A glossary term. Its key is given once: lessons name it."""

    key = forms.SlugField(
        label=gettext_lazy("Key"),
        max_length=60,
        help_text=gettext_lazy("Small letters, figures and hyphens. Lessons name the term by it."),
    )
    term = forms.CharField(
        label=gettext_lazy("Term"), max_length=GlossaryTerm._meta.get_field("term").max_length
    )
    definition = _area(gettext_lazy("Definition"), 4, required=True)

    def __init__(self, *args: Any, is_new: bool, **named: Any):
        super().__init__(*args, **named)
        if not is_new:
            del self.fields["key"]


class SourceForm(SourceBase):
    """A source. Its key is given once: lessons cite it."""

    class Meta:
        model = Source
        fields = (
            "key",
            "title",
            "publisher",
            "year",
            "published_on",
            "url",
            "certainty",
            "status",
            "seen",
            "checked_on",
            "note",
            "review_by",
        )
        labels = {
            "key": gettext_lazy("Key"),
            "title": gettext_lazy("Title"),
            "publisher": gettext_lazy("Publisher"),
            "year": gettext_lazy("Year"),
            "published_on": gettext_lazy("Published on (optional)"),
            "url": gettext_lazy("Address (optional)"),
            "certainty": gettext_lazy("Certainty"),
            "status": gettext_lazy("Status (optional)"),
            "seen": gettext_lazy("How it was seen"),
            "checked_on": gettext_lazy("Looked up on"),
            "note": gettext_lazy("Note (optional)"),
            "review_by": gettext_lazy("Look at it again by"),
        }
        help_texts = {
            "key": gettext_lazy("Lessons cite the source by it, for example SRC-12."),
            "checked_on": gettext_lazy("Left empty for a source that was not looked up."),
        }
        widgets = {
            "published_on": DayInput(),
            "checked_on": DayInput(),
            "review_by": DayInput(),
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, is_new: bool, **named: Any):
        super().__init__(*args, **named)
        self.fields["key"].validators.append(forms.SlugField.default_validators[0])
        if not is_new:
            del self.fields["key"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("seen") == Source.Seen.NOT_SEEN and data.get("checked_on"):
            self.add_error(
                "checked_on", _("A source that was not looked up has no such day. Empty it.")
            )
        if data.get("seen") not in {None, Source.Seen.NOT_SEEN} and not data.get("checked_on"):
            self.add_error("checked_on", _("Enter the day on which the source was looked up."))
        return data

    def columns(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}
