"""What the choice types share: options with feedback, shown in a random order.

Owns the option's schema and every verb that does not depend on how many options are right. The
rules of a type and its mark belong to the types.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field, StrictBool

from quizzes.engine.choices import Choice as Countable
from quizzes.engine.choices import ChoiceGroup, Chosen
from quizzes.engine.content import Content, Fault, Model, Text, repeated
from quizzes.engine.contract import FIELD, Arrangement, QuestionType
from quizzes.engine.explanation import Explanation, Row, RowState, state_of
from quizzes.engine.responses import Raw, Response, ResponseError, picked, values
from quizzes.engine.tokens import Deck


class Option(Model):
    """One option, whether it is right, and why."""

    text: Text
    correct: StrictBool
    feedback: Text


class ChoiceContent(Content):
    """A stem with options."""

    options: Annotated[list[Option], Field(min_length=2, max_length=12)]

    @property
    def right(self) -> frozenset[int]:
        """The indexes of the right options."""
        return frozenset(i for i, option in enumerate(self.options) if option.correct)

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        yield from repeated("options", [option.text for option in self.options], inside="text")

    def texts(self) -> Iterator[str]:
        yield from super().texts()
        for option in self.options:
            yield option.text
            yield option.feedback


class Choice[C: ChoiceContent](QuestionType[C]):
    """A question answered by choosing options; an answer is {"chosen": [indexes]}."""

    instruction: ClassVar[str] = "choose_one"
    takes_several: ClassVar[bool] = False

    def arrange(self, content: C, rng: random.Random) -> Arrangement:
        return {"options": Deck.shuffled(range(len(content.options)), rng).rows}

    def public(
        self,
        content: C,
        arrangement: Arrangement,
        response: Response | None = None,
        *,
        name: str = FIELD,
    ) -> dict[str, Any]:
        own = chosen(response or {})
        return {
            "type": self.name,
            "instruction": self.instruction,
            "stem": content.stem,
            "name": name,
            "options": [
                {"token": token, "text": content.options[index].text, "chosen": index in own}
                for token, index in Deck.stored(arrangement["options"]).entries
            ],
        }

    def clean(
        self,
        content: C,
        arrangement: Arrangement,
        raw: Raw,
        previous: Response | None = None,
        *,
        name: str = FIELD,
    ) -> Response:
        deck = Deck.stored(arrangement["options"])
        tokens = values(raw, name)
        if len(tokens) > 1 and not self.takes_several:
            raise ResponseError("only_one", field=name)
        if len(tokens) > len(deck.entries):
            raise ResponseError("too_many", field=name)
        indexes = {picked(deck, token, name) for token in tokens}
        return {"chosen": sorted(indexes)} if indexes else {}

    def is_complete(self, content: C, response: Response) -> bool:
        return bool(chosen(response))

    def is_same(self, content: C, one: Response, other: Response) -> bool:
        return chosen(one) == chosen(other)

    def explain(self, content: C, arrangement: Arrangement, response: Response) -> Explanation:
        mark = self.grade(content, response)
        own = chosen(response)
        shown = Deck.stored(arrangement["options"]).entries
        return Explanation(
            type=self.name,
            stem=content.stem,
            mark=str(mark),
            state=state_of(mark, empty=not response),
            rows=tuple(_row(content.options[index], index in own) for _, index in shown),
            feedback=content.feedback,
        )

    def right_response(self, content: C) -> Response:
        return {"chosen": sorted(content.right)}

    def choices(self, content: C) -> tuple[ChoiceGroup, ...]:
        options = tuple(
            Countable(str(index), option.text, option.correct)
            for index, option in enumerate(content.options)
        )
        return (ChoiceGroup("", "", options, self.takes_several),)

    def chosen(self, content: C, response: Response) -> Chosen:
        own = tuple(str(index) for index in sorted(chosen(response)))
        return {"": own} if own else {}


def chosen(response: Response) -> frozenset[int]:
    """Return the indexes of the options that were chosen."""
    return frozenset(response.get("chosen", ()))


def _row(option: Option, is_chosen: bool) -> Row:
    state: RowState
    if is_chosen:
        state = "right" if option.correct else "wrong"
    else:
        state = "missed" if option.correct else "rest"
    return Row(
        text=option.text,
        chosen=is_chosen,
        correct=option.correct,
        state=state,
        feedback=option.feedback,
    )
