"""Questions of other systems: the file that is brought, and what it does not say itself.

Must not: read a format itself; quizzes.interchange does.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courseware.authoring.forms.lessons import at_line
from courseware.authoring.forms.place import BLOOM_NAMES
from courseware.authoring.forms.shapes import SHAPES, Rows
from courseware.authoring.queries.importing import ImportPlan
from courseware.core.markup import strip_controls
from courseware.core.sentences import sentence
from quizzes.interchange import formats
from quizzes.interchange.decoding import Decoded, checked, decode
from quizzes.interchange.places import BLOOMS
from quizzes.interchange.records import MAX_BYTES, Finding, Picture, Unreadable

_MAX_ALT = 1_000
_STEP = re.compile(r"(?P<name>[a-z_]+)(?:\[(?P<index>[0-9]+)\])?")
_AUTO = "auto"


def said(finding: Finding, kind: str = "") -> str:
    """A finding in the reader's language, with its field but without its line.

    `kind` is the type of the question that it is about.
    """
    message = sentence(finding.message, finding.params)
    return f"{place_in_words(finding.place, kind)}: {message}" if finding.place else message


def place_in_words(path: str, kind: str) -> str:
    """ "options[1].text" as an author knows it: Option 2, Option."""
    words: list[str] = []
    fields: Sequence[Any] = SHAPES.get(kind, ())
    for step in _STEP.finditer(path):
        field = next((one for one in fields if one.name == step["name"]), None)
        if field is None:
            words.append(step[0])
        elif isinstance(field, Rows):
            named = {"number": int(step["index"]) + 1} if step["index"] else None
            words.append(str(field.one) % named if named else str(field.label))
            fields = field.fields
        else:
            words.append(str(field.label))
    return ", ".join(words)


class BringForm(forms.Form):
    """A file or a text, and its format. Afterwards `decoded` and `format_name` say what came."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[
            (_AUTO, _("Find out from the file")),
            *((name, form.title) for name, form in formats.FORMATS.items()),
        ],
        initial=_AUTO,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("At most 10 MB and 500 questions. UTF-8, UTF-16 or windows-1252."),
        widget=forms.FileInput(
            attrs={"class": "form-control", "accept": ".txt,.gift,.xml,.csv,text/*"}
        ),
    )
    text = forms.CharField(
        label=_("Or paste the questions"),
        required=False,
        strip=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 8, "spellcheck": "false"}),
    )

    decoded: Decoded
    format_name: str

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, label_suffix="")
        self.fields["text"].validators = []  # a zero byte is said with its line
        self.is_too_large = False

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        file: UploadedFile[Any] | None = given.get("file")
        text = given.get("text") or ""
        field = "file" if file else "text"
        if not file and not text.strip():
            if not self.is_too_large:
                self.add_error("file", _("Choose a file, or paste the questions below."))
            return given
        if file and text.strip():
            self.add_error("file", _("Choose a file or paste the questions, not both."))
            return given
        try:
            self._read(file, text, given.get("format", _AUTO))
        except Unreadable as refused:
            self.add_error(field, at_line(said(refused.finding), refused.finding.line or None))
        return given

    def _read(self, file: "UploadedFile[Any] | None", text: str, wanted: str) -> None:
        if file is not None and (file.size or 0) > MAX_BYTES:
            decode(b" " * (MAX_BYTES + 1))  # says so in its own words
        self.decoded = decode(file.read()) if file else Decoded(checked(text), "utf-8")
        found = formats.guess(self.decoded.text) if wanted == _AUTO else wanted
        self.format_name = found
        reading = formats.read(found, self.decoded.text)
        if not reading.questions and not reading.findings:
            self.add_error(
                "file" if file else "text",
                gettext("No question was found in it. Is it %(format)s?")
                % {"format": formats.FORMATS[found].title},
            )


class TakeInForm(forms.Form):
    """What the file does not say: where its new questions belong, and what its pictures show."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self, plan: ImportPlan, tests: Sequence[tuple[str, str]], data: Any = None
    ) -> None:
        super().__init__(data, initial={"seen": plan.seen}, label_suffix="")
        self.plan = plan
        if plan.counts.get("new"):
            self._ask("test", _("Test that new questions are added to"), tests, len(tests) > 1)
            self._ask("objective", _("Objective"), plan.course.objectives)
            self._ask("lesson", _("Lesson to read again"), plan.course.lessons)
            blooms = [(name, BLOOM_NAMES[name]) for name in BLOOMS]
            self._ask("bloom", _("What it asks for"), blooms, initial="apply")
            levels = [("1", _("1, easy")), ("2", _("2, middling")), ("3", _("3, hard"))]
            self._ask("difficulty", _("Difficulty"), levels, initial="1")
        for number, picture in enumerate(plan.pictures, start=1):
            self.fields[f"alt_{number}"] = self._words_of(picture)

    def _ask(
        self,
        name: str,
        label: Any,
        choices: Sequence[tuple[str, Any]],
        is_asked: bool | None = None,
        initial: str = "",
    ) -> None:
        """A choice, where a new question needs one."""
        if not (self.plan.lacks(name) if is_asked is None else is_asked):
            return
        blank = [] if initial else [("", _("Choose"))]
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=[*blank, *choices],
            initial=initial,
            widget=forms.Select(attrs={"class": "form-select"}),
            error_messages={"required": _("Choose one: questions of the file do not say it.")},
        )

    def _words_of(self, picture: Picture) -> forms.CharField:
        return forms.CharField(
            label=_("What %(name)s shows") % {"name": picture.name},
            initial=picture.alt,
            max_length=_MAX_ALT,
            widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
            error_messages={"required": _("Say what the picture shows.")},
        )

    def clean(self) -> dict[str, Any]:
        for name in [name for name in self.fields if name.startswith("alt_")]:
            if name in self.cleaned_data:
                words = strip_controls(" ".join(self.cleaned_data[name].split()))
                self.cleaned_data[name] = words
                if not words:
                    self.add_error(name, _("Say what the picture shows."))
        return self.cleaned_data

    @property
    def place_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "seen" and name[:4] != "alt_"]

    @property
    def alt_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("alt_")]

    def defaults(self) -> dict[str, Any]:
        """The place of a new question that does not say its own."""
        given = self.cleaned_data
        return {
            "objective": given.get("objective", ""),
            "lesson": given.get("lesson", ""),
            "bloom": given.get("bloom") or "apply",
            "difficulty": int(given.get("difficulty") or 1),
        }

    def alts(self) -> Mapping[str, str]:
        return {
            picture.mark: self.cleaned_data[f"alt_{number}"]
            for number, picture in enumerate(self.plan.pictures, start=1)
        }
