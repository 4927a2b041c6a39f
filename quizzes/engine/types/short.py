"""Short answer: a term, compared with a list of accepted forms. The mark is 0 or 1.

An answer is {"text": what was typed, trimmed}. It is compared without case, accents, punctuation
at the ends and double spaces; nothing else is guessed, so authors list the forms they accept.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field

from quizzes.engine.choices import OTHER, RIGHT, Choice, ChoiceGroup, Chosen
from quizzes.engine.content import Content, Fault, Model, Text, repeated
from quizzes.engine.contract import FIELD, Arrangement, QuestionType
from quizzes.engine.explanation import Explanation, state_of
from quizzes.engine.messages import gettext_noop
from quizzes.engine.responses import CHARACTER_LIMIT, Raw, Response, value
from quizzes.engine.words import normalised

type Forms = Annotated[
    list[Annotated[Text, Field(max_length=CHARACTER_LIMIT)]], Field(min_length=1, max_length=100)
]


class KnownSlip(Model):
    """Answers that show a known misunderstanding."""

    accept: Forms
    feedback: Text


class ShortContent(Content):
    """A stem with the accepted forms and the answer to show afterwards."""

    accept: Forms
    model_answer: Text
    feedback: Text
    errors: list[KnownSlip] = []

    @cached_property
    def accepted(self) -> frozenset[str]:
        """The accepted forms as they are compared."""
        return _compared(self.accept)

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        yield from _comparable("accept", self.accept)
        yield from repeated("accept", self.accept)
        for index, slip in enumerate(self.errors):
            path = f"errors[{index}].accept"
            yield from _comparable(path, slip.accept)
            for number, form in enumerate(slip.accept):
                if normalised(form) in self.accepted:
                    message = gettext_noop("Is also accepted as right, so it is no mistake.")
                    yield Fault(f"{path}[{number}]", message)

    def texts(self) -> Iterator[str]:
        yield from super().texts()
        yield from self.accept
        yield self.model_answer
        for slip in self.errors:
            yield from slip.accept
            yield slip.feedback


class Short(QuestionType[ShortContent]):
    """The learner writes a word or two."""

    name = "short"
    schema = ShortContent

    def arrange(self, content: ShortContent, rng: random.Random) -> Arrangement:
        return {}

    def public(
        self,
        content: ShortContent,
        arrangement: Arrangement,
        response: Response | None = None,
        *,
        name: str = FIELD,
    ) -> dict[str, Any]:
        return {
            "type": self.name,
            "instruction": "write_words",
            "stem": content.stem,
            "name": name,
            "value": (response or {}).get("text", ""),
            "limit": CHARACTER_LIMIT,
        }

    def clean(
        self,
        content: ShortContent,
        arrangement: Arrangement,
        raw: Raw,
        previous: Response | None = None,
        *,
        name: str = FIELD,
    ) -> Response:
        text = value(raw, name)
        return {"text": text} if text else {}

    def is_complete(self, content: ShortContent, response: Response) -> bool:
        return bool(response.get("text"))

    def grade(self, content: ShortContent, response: Response) -> Fraction:
        return Fraction(int(_given(response) in content.accepted))

    def is_same(self, content: ShortContent, one: Response, other: Response) -> bool:
        return _given(one) == _given(other)

    def explain(
        self, content: ShortContent, arrangement: Arrangement, response: Response
    ) -> Explanation:
        mark = self.grade(content, response)
        given = _given(response)
        matched = (slip for slip in content.errors if given in _compared(slip.accept))
        return Explanation(
            type=self.name,
            stem=content.stem,
            mark=str(mark),
            state=state_of(mark, empty=not response),
            given=response.get("text", ""),
            expected=content.model_answer,
            notes=tuple(slip.feedback for slip in matched)[:1],
            feedback=content.feedback,
        )

    def right_response(self, content: ShortContent) -> Response:
        return {"text": content.accept[0]}

    def random_guess(self, content: ShortContent) -> Fraction:
        return Fraction(0)

    def choices(self, content: ShortContent) -> tuple[ChoiceGroup, ...]:
        """The accepted forms together, each known slip, anything else."""
        slips = (
            Choice(str(index), slip.accept[0], False) for index, slip in enumerate(content.errors)
        )
        options = (Choice(RIGHT, content.accept[0], True), *slips, Choice(OTHER, "", False))
        return (ChoiceGroup("", "", options),)

    def chosen(self, content: ShortContent, response: Response) -> Chosen:
        if not response:
            return {}
        if self.grade(content, response):
            return {"": (RIGHT,)}
        given = _given(response)
        for index, slip in enumerate(content.errors):
            if given in _compared(slip.accept):
                return {"": (str(index),)}
        return {"": (OTHER,)}


def _given(response: Response) -> str:
    return normalised(response.get("text", ""))


def _compared(forms: Iterable[str]) -> frozenset[str]:
    return frozenset(normalised(form) for form in forms)


def _comparable(path: str, forms: Sequence[str]) -> Iterator[Fault]:
    for index, form in enumerate(forms):
        if not normalised(form):
            message = gettext_noop("Nothing is left of this form when punctuation is put aside.")
            yield Fault(f"{path}[{index}]", message)
