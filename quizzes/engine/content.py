"""What every question's content has, and how an author's faults are named.

Owns the base schema, the building blocks of the types' schemas and the way from pydantic's
errors to a place an author recognises ("options[2].feedback"). It must not know any single type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)

from quizzes.engine.messages import gettext_noop
from quizzes.engine.pictures import Files, addressed, files_beside, without_files
from quizzes.engine.words import normalised

TEXT_LIMIT = 4_000
NUMBER_DIGITS = 20


@dataclass(frozen=True)
class Fault:
    """One thing an author has to put right: where, and a sentence with values for its places."""

    path: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        sentence = self.message % self.params if self.params else self.message
        return f"{self.path}: {sentence}" if self.path else sentence

    def below(self, prefix: str) -> Fault:
        """Return the fault as seen from an enclosing content."""
        return Fault(f"{prefix}.{self.path}" if self.path else prefix, self.message, self.params)


class ContentError(ValueError):
    """A question's content breaks the format; `faults` says every place and reason."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(str(fault) for fault in self.faults))


def _not_blank(text: str) -> str:
    if not text:
        raise ValueError(gettext_noop("Must not be empty."))
    return text


def _exact_number(value: object) -> object:
    """Take a whole number, a decimal or its text as the decimal an author sees in the file."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError(gettext_noop("Must be a number."))
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(gettext_noop("Must be a number.")) from None
    if not number.is_finite():
        raise ValueError(gettext_noop("Must be a number."))
    exponent = number.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    if max(number.adjusted(), places) >= NUMBER_DIGITS:
        raise ValueError(gettext_noop("Has too many digits."))
    return number


def _not_negative(number: Decimal) -> Decimal:
    if number < 0:
        raise ValueError(gettext_noop("Must not be negative."))
    return number


def _with_pictures(text: str, info: ValidationInfo) -> str:
    """After the limits: an author's text is as long as it was written."""
    return addressed(text, info.context or {})


# Strict: an unquoted True or 90 in YAML is not text, and silently becoming "True" would hide it.
_Line = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, max_length=TEXT_LIMIT)]
OptionalText = Annotated[_Line, AfterValidator(_with_pictures)]
Text = Annotated[_Line, AfterValidator(_not_blank), AfterValidator(_with_pictures)]
Number = Annotated[Decimal, BeforeValidator(_exact_number)]
Tolerance = Annotated[Number, AfterValidator(_not_negative)]


class Model(BaseModel):
    """A piece of content: unknown fields are faults, values never change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Content(Model):
    """What every question has: the stem, and a general feedback where its type asks for one."""

    stem: Text
    feedback: OptionalText = ""

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong although every single field is well-formed."""
        yield from ()

    def texts(self) -> Iterator[str]:
        """Yield every text of the content, secret or not."""
        yield self.stem
        yield self.feedback


def read[M: Model](schema: type[M], raw: Mapping[str, Any], pictures: Files | None = None) -> M:
    """Return the fields as a model, or raise ContentError with every field at fault."""
    try:
        return schema.model_validate(dict(raw), context=pictures)
    except ValidationError as error:
        raise ContentError(faults_of(error)) from error


def parsed[C: Content](schema: type[C], raw: Mapping[str, Any]) -> C:
    """Return the content, or raise ContentError: fields first, then what they say together.

    Texts come out as a page shows them: with the address of each picture that has a file.
    """
    content = read(schema, without_files(raw), files_beside(raw))
    faults = list(content.faults())
    if faults:
        raise ContentError(faults)
    return content


_OWN_WORDS = {
    "missing": gettext_noop("This field is missing."),
    "extra_forbidden": gettext_noop("This field does not belong here."),
    "string_type": gettext_noop("Must be text; put quotation marks around it."),
    "string_pattern_mismatch": gettext_noop("Does not have the form that is asked for here."),
    "bool_type": gettext_noop("Must be true or false."),
    "int_type": gettext_noop("Must be a whole number."),
    "list_type": gettext_noop("Must be a list."),
    "model_type": gettext_noop("Must be a group of fields."),
    "dict_type": gettext_noop("Must be a group of fields."),
}


def faults_of(error: ValidationError) -> list[Fault]:
    """Say pydantic's findings in the words and places of the format."""
    found = []
    for item in error.errors(include_url=False):
        context = item.get("ctx", {})
        path = path_of(item["loc"])
        if item["type"] == "value_error":
            found.append(Fault(path, str(context["error"])))
        elif item["type"] == "literal_error":
            message = gettext_noop("Must be one of: %(choices)s.")
            found.append(Fault(path, message, {"choices": context["expected"]}))
        elif item["type"] == "string_too_long":
            message = gettext_noop("Is longer than %(limit)s characters.")
            found.append(Fault(path, message, {"limit": context["max_length"]}))
        elif item["type"] == "too_short":
            message = gettext_noop("Needs at least %(count)s entries.")
            found.append(Fault(path, message, {"count": context["min_length"]}))
        elif item["type"] == "too_long":
            message = gettext_noop("Takes at most %(count)s entries.")
            found.append(Fault(path, message, {"count": context["max_length"]}))
        else:
            found.append(Fault(path, _OWN_WORDS.get(item["type"], item["msg"])))
    return found


def path_of(location: Iterable[int | str]) -> str:
    """Return a place as an author writes it: ("options", 2, "text") is options[2].text."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return path


def repeated(field_name: str, texts: Sequence[str], *, inside: str = "") -> Iterator[Fault]:
    """Yield a fault for each text that says the same as an earlier one of the list."""
    seen: dict[str, int] = {}
    for index, text in enumerate(texts):
        same = normalised(text) or text
        if same in seen:
            path = f"{field_name}[{index}]" + (f".{inside}" if inside else "")
            message = gettext_noop("Says the same as entry %(earlier)s of the list.")
            yield Fault(path, message, {"earlier": seen[same] + 1})
        else:
            seen[same] = index
