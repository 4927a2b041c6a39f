"""Numeric: a number within a tolerance of the answer. The mark is 0 or 1.

An answer is {"text": what was typed, "values": [how it can be read]}. People write numbers in
many ways; "1,000" is a thousand to some and one to others. Every sensible reading is kept and the
answer is right when one of them is: nobody fails over a comma.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field

from quizzes.engine.choices import OTHER, RIGHT, Choice, ChoiceGroup, Chosen
from quizzes.engine.content import Content, Fault, Model, Number, OptionalText, Text, Tolerance
from quizzes.engine.contract import FIELD, Arrangement, QuestionType
from quizzes.engine.explanation import Explanation, state_of
from quizzes.engine.messages import gettext_noop
from quizzes.engine.responses import CHARACTER_LIMIT, Raw, Response, ResponseError, value

_DIGITS_LIMIT = 30
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u066b": ".", "\u066c": "'", "\u2019": "'"})

# Each pattern with the characters that group thousands in it. All are linear in the input.
_PATTERNS = (
    (re.compile(r"[0-9]+[.,]?"), ".,"),
    (re.compile(r"[0-9]*[.,][0-9]+"), ""),
    (re.compile(r"[1-9][0-9]{0,2}(?:[ '][0-9]{3})+(?:[.,][0-9]+)?"), " '"),
    (re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?"), ","),
    (re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?"), "."),
)


class KnownSlip(Model):
    """A number that shows a known misunderstanding."""

    value: Number
    tolerance: Tolerance = Decimal(0)
    feedback: Text


class NumericContent(Content):
    """A stem with a number, how far off one may be, and the unit shown beside the input."""

    answer: Number
    tolerance: Tolerance = Decimal(0)
    unit: Annotated[OptionalText, Field(max_length=40)] = ""
    feedback: Text
    errors: list[KnownSlip] = []

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        for index, slip in enumerate(self.errors):
            if _is_near(slip.value, self.answer, self.tolerance):
                message = gettext_noop("Counts as right: it is within the tolerance.")
                yield Fault(f"errors[{index}].value", message)

    def texts(self) -> Iterator[str]:
        yield from super().texts()
        yield self.unit
        for slip in self.errors:
            yield slip.feedback


class Numeric(QuestionType[NumericContent]):
    """The learner writes a number."""

    name = "numeric"
    schema = NumericContent

    def arrange(self, content: NumericContent, rng: random.Random) -> Arrangement:
        return {}

    def public(
        self,
        content: NumericContent,
        arrangement: Arrangement,
        response: Response | None = None,
        *,
        name: str = FIELD,
    ) -> dict[str, Any]:
        return {
            "type": self.name,
            "instruction": "write_number",
            "stem": content.stem,
            "name": name,
            "unit": content.unit,
            "value": (response or {}).get("text", ""),
            "limit": CHARACTER_LIMIT,
        }

    def clean(
        self,
        content: NumericContent,
        arrangement: Arrangement,
        raw: Raw,
        previous: Response | None = None,
        *,
        name: str = FIELD,
    ) -> Response:
        text = value(raw, name)
        if not text:
            return {}
        found = readings(text, content.unit)
        if not found:
            raise ResponseError("not_a_number", field=name, partial={"text": text})
        return {"text": text, "values": found}

    def is_complete(self, content: NumericContent, response: Response) -> bool:
        return bool(response.get("values"))

    def grade(self, content: NumericContent, response: Response) -> Fraction:
        return Fraction(int(_matches(response, content.answer, content.tolerance)))

    def is_same(self, content: NumericContent, one: Response, other: Response) -> bool:
        """Where a text can be read as several numbers, any of them."""
        return any(_matches(other, Decimal(value), Decimal(0)) for value in one.get("values", ()))

    def grade_by(self, content: NumericContent, key: Response, response: Response) -> Fraction:
        """Within the tolerance of any number that the key can be read as."""
        wanted = (Decimal(value) for value in key.get("values", ()))
        near = any(_matches(response, number, content.tolerance) for number in wanted)
        return Fraction(int(near))

    def explain(
        self, content: NumericContent, arrangement: Arrangement, response: Response
    ) -> Explanation:
        mark = self.grade(content, response)
        slips = () if mark else tuple(content.errors)
        return Explanation(
            type=self.name,
            stem=content.stem,
            mark=str(mark),
            state=state_of(mark, empty=not response),
            given=response.get("text", ""),
            expected=_written(content),
            notes=tuple(s.feedback for s in slips if _matches(response, s.value, s.tolerance))[:1],
            feedback=content.feedback,
        )

    def right_response(self, content: NumericContent) -> Response:
        text = _canonical(content.answer)
        return {"text": text, "values": [text]}

    def random_guess(self, content: NumericContent) -> Fraction:
        return Fraction(0)

    def choices(self, content: NumericContent) -> tuple[ChoiceGroup, ...]:
        """The right number, each known slip, anything else."""
        slips = (
            Choice(str(index), _canonical(slip.value), False)
            for index, slip in enumerate(content.errors)
        )
        options = (Choice(RIGHT, _written(content), True), *slips, Choice(OTHER, "", False))
        return (ChoiceGroup("", "", options),)

    def chosen(self, content: NumericContent, response: Response) -> Chosen:
        if not response:
            return {}
        if self.grade(content, response):
            return {"": (RIGHT,)}
        for index, slip in enumerate(content.errors):
            if _matches(response, slip.value, slip.tolerance):
                return {"": (str(index),)}
        return {"": (OTHER,)}


def readings(text: str, unit: str) -> list[str]:
    """Return every number the text can mean, as canonical decimals; none if it is no number."""
    number = _without_unit(_folded(text), _folded(unit))
    sign = ""
    if number[:1] in {"-", "+"}:
        sign = "-" if number[0] == "-" else ""
        number = number[1:].lstrip()
    if not number or len(number) > _DIGITS_LIMIT:
        return []
    found = set()
    for pattern, grouping in _PATTERNS:
        if pattern.fullmatch(number):
            digits = "".join(char for char in number if char not in grouping)
            found.add(_canonical(Decimal(sign + digits.replace(",", "."))))
    return sorted(found)


def _folded(text: str) -> str:
    """Return the text with plain spaces, signs and digits, without case."""
    same = unicodedata.normalize("NFKC", text).casefold().translate(_MINUS)
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in same)
    return " ".join("".join(digits).split())


def _without_unit(text: str, unit: str) -> str:
    if unit and text.endswith(unit):
        return text.removesuffix(unit).rstrip()
    if unit and text.startswith(unit):
        return text.removeprefix(unit).lstrip()
    return text


def _canonical(number: Decimal) -> str:
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    # Adding zero would round; the text is trimmed instead, and "-0" said as "0".
    whole = text.lstrip("-").lstrip("0") or "0"
    whole = f"0{whole}" if whole.startswith(".") else whole
    return f"-{whole}" if text.startswith("-") and whole != "0" else whole


def _written(content: NumericContent) -> str:
    return f"{_canonical(content.answer)} {content.unit}".rstrip()


def _matches(response: Response, wanted: Decimal, tolerance: Decimal) -> bool:
    return any(_is_near(Decimal(v), wanted, tolerance) for v in response.get("values", ()))


def _is_near(number: Decimal, wanted: Decimal, tolerance: Decimal) -> bool:
    # Fractions, because Decimal rounds a difference to 28 digits.
    return abs(Fraction(number) - Fraction(wanted)) <= Fraction(tolerance)
