"""Ordering: steps to be put in the right order. The mark is 1 for the right order, else 0.

Each step has a select with the positions, so the question works without a script. An answer is
{"positions": {step: position}, "complete": bool}; steps count from 0 in the right order,
positions from 1 as a learner sees them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import factorial
from typing import Annotated, Any

from pydantic import Field, StrictInt

from quizzes.engine.choices import Choice, ChoiceGroup, Chosen
from quizzes.engine.content import Content, Fault, Model, Text, repeated
from quizzes.engine.contract import FIELD, Arrangement, QuestionType
from quizzes.engine.explanation import Explanation, Row, RowState, state_of
from quizzes.engine.messages import gettext_noop
from quizzes.engine.responses import Raw, Response, ResponseError, value
from quizzes.engine.tokens import Deck


class Slip(Model):
    """A known mistake: step `before` of the right order was put before step `after`."""

    before: StrictInt
    after: StrictInt
    feedback: Text


class OrderingContent(Content):
    """A stem with steps in the right order.

    Three steps at least: two that never start in the right order would give the answer away.
    """

    sequence: Annotated[list[Text], Field(min_length=3, max_length=12)]
    feedback: Text
    partial_feedback: list[Slip] = []

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        yield from repeated("sequence", self.sequence)
        count = len(self.sequence)
        for index, slip in enumerate(self.partial_feedback):
            for side, position in (("before", slip.before), ("after", slip.after)):
                if not 1 <= position <= count:
                    message = gettext_noop("Must be a position from 1 to %(count)s.")
                    yield Fault(f"partial_feedback[{index}].{side}", message, {"count": count})
            if slip.before <= slip.after:
                message = gettext_noop("Must be a later step than `after`, or there is no mistake.")
                yield Fault(f"partial_feedback[{index}].before", message)

    def texts(self) -> Iterator[str]:
        yield from super().texts()
        yield from self.sequence
        for slip in self.partial_feedback:
            yield slip.feedback


class Ordering(QuestionType[OrderingContent]):
    """The learner gives each step its position."""

    name = "ordering"
    schema = OrderingContent

    def arrange(self, content: OrderingContent, rng: random.Random) -> Arrangement:
        right = list(range(len(content.sequence)))
        start = list(right)
        while start == right:
            rng.shuffle(start)
        return {"steps": Deck.in_order(start, rng).rows}

    def public(
        self,
        content: OrderingContent,
        arrangement: Arrangement,
        response: Response | None = None,
        *,
        name: str = FIELD,
    ) -> dict[str, Any]:
        own = positions(response or {})
        return {
            "type": self.name,
            "instruction": "put_in_order",
            "stem": content.stem,
            "name": name,
            "positions": list(range(1, len(content.sequence) + 1)),
            "steps": [
                {
                    "name": f"{name}-{token}",
                    "token": token,
                    "text": content.sequence[step],
                    "position": own.get(step),
                }
                for token, step in Deck.stored(arrangement["steps"]).entries
            ],
        }

    def clean(
        self,
        content: OrderingContent,
        arrangement: Arrangement,
        raw: Raw,
        previous: Response | None = None,
        *,
        name: str = FIELD,
    ) -> Response:
        deck = Deck.stored(arrangement["steps"])
        given: dict[int, int] = {}
        for token, step in deck.entries:
            field = f"{name}-{token}"
            if position := value(raw, field):
                given[step] = _position(position, len(deck.entries), field)
        if not given:
            return {}
        complete = sorted(given.values()) == list(range(1, len(deck.entries) + 1))
        stored = {str(step): given[step] for step in sorted(given)}
        response = {"positions": stored, "complete": complete}
        twice = sorted(position for position, n in Counter(given.values()).items() if n > 1)
        if twice:
            listed = ", ".join(str(position) for position in twice)
            raise ResponseError(
                "position_twice", field=name, partial=response, params={"positions": listed}
            )
        return response

    def is_complete(self, content: OrderingContent, response: Response) -> bool:
        own = positions(response)
        return sorted(own.values()) == list(range(1, len(content.sequence) + 1))

    def grade(self, content: OrderingContent, response: Response) -> Fraction:
        right = {step: step + 1 for step in range(len(content.sequence))}
        return Fraction(int(positions(response) == right))

    def is_same(self, content: OrderingContent, one: Response, other: Response) -> bool:
        return positions(one) == positions(other)

    def explain(
        self, content: OrderingContent, arrangement: Arrangement, response: Response
    ) -> Explanation:
        mark = self.grade(content, response)
        own = positions(response)
        return Explanation(
            type=self.name,
            stem=content.stem,
            mark=str(mark),
            state=state_of(mark, empty=not response),
            rows=tuple(
                _row(text, own.get(step), step + 1) for step, text in enumerate(content.sequence)
            ),
            notes=tuple(slip.feedback for slip in content.partial_feedback if _made(slip, own)),
            feedback=content.feedback,
        )

    def right_response(self, content: OrderingContent) -> Response:
        right = {str(step): step + 1 for step in range(len(content.sequence))}
        return {"positions": right, "complete": True}

    def random_guess(self, content: OrderingContent) -> Fraction:
        return Fraction(1, factorial(len(content.sequence)))

    def choices(self, content: OrderingContent) -> tuple[ChoiceGroup, ...]:
        places = range(1, len(content.sequence) + 1)
        return tuple(
            ChoiceGroup(
                str(step),
                text,
                tuple(Choice(str(place), str(place), place == step + 1) for place in places),
            )
            for step, text in enumerate(content.sequence)
        )

    def chosen(self, content: OrderingContent, response: Response) -> Chosen:
        return {str(step): (str(place),) for step, place in positions(response).items()}


def positions(response: Response) -> dict[int, int]:
    """Return the position given to each step, both as numbers."""
    return {int(step): position for step, position in response.get("positions", {}).items()}


def _position(text: str, count: int, field: str) -> int:
    # The short list of accepted texts also refuses "+1", "٣" and numbers of a thousand digits.
    for position in range(1, count + 1):
        if text == str(position):
            return position
    raise ResponseError("unknown_position", field=field, params={"count": count})


def _row(text: str, given: int | None, expected: int) -> Row:
    state: RowState = "missed" if given is None else "right" if given == expected else "wrong"
    return Row(
        text=text,
        chosen=given is not None,
        correct=given == expected,
        state=state,
        given="" if given is None else str(given),
        expected=str(expected),
    )


def _made(slip: Slip, own: dict[int, int]) -> bool:
    early, late = own.get(slip.before - 1), own.get(slip.after - 1)
    return early is not None and late is not None and early < late
