"""What an instructor writes of a lesson, and the picture they bring.

A lesson that cannot be shown is refused here, with its line, before any transaction begins: a
preview, a reader's page and a publication then never meet one. What is merely wrong (a link that is
not kept, a source that is not there) is said and kept: it is a draft.
"""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courseware.authoring.queries.lessons import HARD, OpenLesson
from courseware.core.form_fields import DayInput
from courseware.core.markup import MarkupError, strip_controls
from courseware.core.pictures import MAX_BYTES, MAX_SIDE, NotAPicture, read_header
from courseware.core.sentences import sentence
from lessons.bounded import Shown, rendered
from lessons.dialect import Mode
from lessons.queries import LessonWords

# Tabs and line ends are the only control characters of a text.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MODES: dict[str, Mode] = {"markdown": "full", "light_markdown": "light"}
_MAX_ALT = 1_000


def at_line(message: str, line: int | None) -> str:
    """The sentence, after the number of the line where there is one."""
    if line is None:
        return message
    return gettext("Line %(line)s: %(message)s") % {"line": line, "message": message}


class _Text(forms.CharField):
    """A long text, kept as it was typed. Line ends become those of Markdown."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)
        self.validators = []  # a zero byte is said with its line, like every control character

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        super().validate(value.strip())
        if found := _CONTROLS.search(value):
            line = value.count("\n", 0, found.start()) + 1
            message = gettext("An invisible control character stands here. Type the line anew.")
            raise forms.ValidationError(at_line(message, line), code="control-character")


class _Words(forms.CharField):
    """A short text of one line, as a reader sees it."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if strip_controls(value) != value:
            raise forms.ValidationError(_("An invisible character stands in the words."))


class LessonForm(forms.Form):
    """Unbound it shows what is kept, bound it shows what was typed."""

    title = _Words(label=_("Title"), max_length=200)
    topic = _Words(
        label=_("Topic of the warning"),
        max_length=120,
        required=False,
        help_text=_("Completes the sentence: “This lesson talks about …”"),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=240)
    review_by = forms.DateField(
        label=_("Look at it again by"),
        widget=DayInput(),
    )
    objectives = forms.MultipleChoiceField(
        label=_("Objectives"), widget=forms.CheckboxSelectMultiple
    )
    sources = forms.MultipleChoiceField(
        label=_("Sources"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What the text cites is added by itself when you save."),
    )
    fits = forms.BooleanField(required=False)
    markdown = _Text(label=_("Text"))
    light_markdown = _Text(label=_("Text-light version"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, opened: OpenLesson, data: Any = None) -> None:
        words = opened.words
        initial = {name: getattr(words, name) for name in self.base_fields if hasattr(words, name)}
        super().__init__(data, initial=initial, prefix=None, label_suffix="")
        self.opened = opened
        self.shown: dict[Mode, Shown] = {}
        for name, choices in (("objectives", opened.objectives), ("sources", opened.sources)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(key, f"{key} {title}") for key, title in choices]
        self.fields["topic"].required = opened.sensitivity == HARD

    def clean(self) -> dict[str, Any]:
        for name, mode in _MODES.items():
            text = self.cleaned_data.get(name)
            if not text:
                continue
            try:
                self.shown[mode] = rendered(text, self.opened.resolver(mode))
            except MarkupError as error:
                self.add_error(name, at_line(sentence(error.message, error.params), error.line))
        return self.cleaned_data

    def words(self) -> LessonWords:
        """What was typed. Keys keep the order they had; what is new follows in the course's."""
        before, given = self.opened.words, self.cleaned_data
        cited = {key for shown in self.shown.values() for key in shown.sources}
        return LessonWords(
            title=given["title"],
            topic=given["topic"],
            markdown=given["markdown"],
            light_markdown=given["light_markdown"],
            minutes=given["minutes"],
            objectives=_ordered(
                before.objectives, set(given["objectives"]), self.opened.objectives
            ),
            sources=_ordered(before.sources, set(given["sources"]) | cited, self.opened.sources),
            review_by=given["review_by"],
        )


def _ordered(
    before: tuple[str, ...], wanted: set[str], known: list[tuple[str, str]]
) -> tuple[str, ...]:
    order = dict.fromkeys([*before, *(key for key, _title in known)])
    there = {key for key, _title in known}
    return tuple(key for key in order if key in wanted and key in there)


class PictureForm(forms.Form):
    """A file and what it shows. Judged by its header; nothing is decoded while somebody waits."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP, at most 10 MB and 20 million pixels."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        allow_empty_file=True,
    )
    alt = forms.CharField(
        label=_("What it shows"),
        max_length=_MAX_ALT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Read aloud in place of the picture. Say what matters in it, in a sentence."),
        error_messages={"required": _("Say what the picture shows.")},
    )
    caption = forms.CharField(
        label=_("Caption (optional)"),
        max_length=_MAX_ALT,
        required=False,
        help_text=_("Stands under the picture for everybody."),
    )
    description = forms.CharField(
        label=_("Long description (optional)"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everything that the picture tells, in a few sentences."),
    )

    def clean_alt(self) -> str:
        alt = strip_controls(" ".join(str(self.cleaned_data["alt"]).split()))
        if not alt:
            raise forms.ValidationError(_("Say what the picture shows."))
        return alt

    def clean_caption(self) -> str:
        return strip_controls(" ".join(str(self.cleaned_data["caption"]).split()))

    def clean_description(self) -> str:
        return strip_controls(str(self.cleaned_data["description"]))

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 10 MB. Save the picture smaller and send it again.")
            )
        self.content = file.read()
        try:
            header = read_header(self.content)
        except NotAPicture:
            raise forms.ValidationError(
                _(
                    "The file is not a PNG, JPEG or WebP picture, whatever its name says. "
                    "Save it as one of them and send it again."
                )
            ) from None
        if header.is_animated:
            raise forms.ValidationError(
                _("The picture moves. Only still pictures are taken; save one frame of it.")
            )
        if not header.is_within_limits:
            raise forms.ValidationError(
                _(
                    "The picture has %(width)s × %(height)s pixels. At most 20 million are taken, "
                    "and no side longer than %(side)s. Save it smaller and send it again."
                ),
                params={
                    "width": number_format(header.width, force_grouping=True),
                    "height": number_format(header.height, force_grouping=True),
                    "side": number_format(MAX_SIDE, force_grouping=True),
                },
            )
        return file
