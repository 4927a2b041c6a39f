"""Matching: each left side gets a right side. The mark is the share of right pairs.

Right sides may repeat: they are offered once, and count wherever their text is right. An answer
is {"pairs": {left: right}}; rights count through the pairs first and the distractors after them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field

from quizzes.engine.choices import Choice, ChoiceGroup, Chosen
from quizzes.engine.content import Content, Fault, Model, Text, repeated
from quizzes.engine.contract import FIELD, Arrangement, QuestionType
from quizzes.engine.explanation import Explanation, Row, RowState, state_of
from quizzes.engine.messages import gettext_noop
from quizzes.engine.responses import Raw, Response, picked, value
from quizzes.engine.tokens import Deck


class Pair(Model):
    """A left side, what belongs to it, and why."""

    left: Text
    right: Text
    feedback: Text


class MatchingContent(Content):
    """A stem with pairs, and further right sides that belong to none of them."""

    pairs: Annotated[list[Pair], Field(min_length=2, max_length=12)]
    distractors: Annotated[list[Text], Field(max_length=12)] = []

    @property
    def rights(self) -> list[str]:
        """Every right side, repeated ones included."""
        return [pair.right for pair in self.pairs] + self.distractors

    @property
    def offered(self) -> list[int]:
        """The indexes of the right sides as offered: each text once."""
        first: dict[str, int] = {}
        for index, text in enumerate(self.rights):
            first.setdefault(text, index)
        return list(first.values())

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        yield from repeated("pairs", [pair.left for pair in self.pairs], inside="left")
        yield from repeated("distractors", self.distractors)
        belonging = {pair.right for pair in self.pairs}
        for index, text in enumerate(self.distractors):
            if text in belonging:
                message = gettext_noop("Is the right side of a pair, so it is no distractor.")
                yield Fault(f"distractors[{index}]", message)
        if len(self.offered) < 2:
            yield Fault("pairs", gettext_noop("There must be two different right sides."))

    def texts(self) -> Iterator[str]:
        yield from super().texts()
        for pair in self.pairs:
            yield pair.left
            yield pair.right
            yield pair.feedback
        yield from self.distractors


class Matching(QuestionType[MatchingContent]):
    """The learner picks a right side for every left side."""

    name = "matching"
    schema = MatchingContent

    def arrange(self, content: MatchingContent, rng: random.Random) -> Arrangement:
        return {
            "lefts": Deck.shuffled(range(len(content.pairs)), rng).rows,
            "rights": Deck.shuffled(content.offered, rng).rows,
        }

    def public(
        self,
        content: MatchingContent,
        arrangement: Arrangement,
        response: Response | None = None,
        *,
        name: str = FIELD,
    ) -> dict[str, Any]:
        own = pairs(response or {})
        rights = Deck.stored(arrangement["rights"])
        texts = content.rights
        return {
            "type": self.name,
            "instruction": "match",
            "stem": content.stem,
            "name": name,
            "lefts": [
                {
                    "name": f"{name}-{token}",
                    "token": token,
                    "text": content.pairs[left].left,
                    "chosen": rights.token(own.get(left)),
                }
                for token, left in Deck.stored(arrangement["lefts"]).entries
            ],
            "rights": [{"token": token, "text": texts[right]} for token, right in rights.entries],
        }

    def clean(
        self,
        content: MatchingContent,
        arrangement: Arrangement,
        raw: Raw,
        previous: Response | None = None,
        *,
        name: str = FIELD,
    ) -> Response:
        rights = Deck.stored(arrangement["rights"])
        given: dict[int, int] = {}
        for token, left in Deck.stored(arrangement["lefts"]).entries:
            field = f"{name}-{token}"
            if right := value(raw, field):
                given[left] = picked(rights, right, field)
        stored = {str(left): given[left] for left in sorted(given)}
        return {"pairs": stored} if stored else {}

    def is_complete(self, content: MatchingContent, response: Response) -> bool:
        return pairs(response).keys() == set(range(len(content.pairs)))

    def grade(self, content: MatchingContent, response: Response) -> Fraction:
        return _share(content, {left: left for left in range(len(content.pairs))}, pairs(response))

    def grade_by(self, content: MatchingContent, key: Response, response: Response) -> Fraction:
        return _share(content, pairs(key), pairs(response))

    def is_same(self, content: MatchingContent, one: Response, other: Response) -> bool:
        """By what was put beside what: two right sides may read the same."""
        texts = content.rights
        (given, wanted) = (
            {left: texts[right] for left, right in pairs(response).items()}
            for response in (one, other)
        )
        return given == wanted

    def explain(
        self, content: MatchingContent, arrangement: Arrangement, response: Response
    ) -> Explanation:
        mark = self.grade(content, response)
        own = pairs(response)
        texts = content.rights
        shown = Deck.stored(arrangement["lefts"]).entries
        return Explanation(
            type=self.name,
            stem=content.stem,
            mark=str(mark),
            state=state_of(mark, empty=not response),
            rows=tuple(
                _row(content.pairs[left], texts[own[left]] if left in own else "")
                for _, left in shown
            ),
            feedback=content.feedback,
        )

    def right_response(self, content: MatchingContent) -> Response:
        offered = {content.rights[index]: index for index in content.offered}
        return {"pairs": {str(i): offered[pair.right] for i, pair in enumerate(content.pairs)}}

    def random_guess(self, content: MatchingContent) -> Fraction:
        return Fraction(1, len(content.offered))

    def choices(self, content: MatchingContent) -> tuple[ChoiceGroup, ...]:
        texts = content.rights
        return tuple(
            ChoiceGroup(
                str(left),
                pair.left,
                tuple(
                    Choice(str(right), texts[right], texts[right] == pair.right)
                    for right in content.offered
                ),
            )
            for left, pair in enumerate(content.pairs)
        )

    def chosen(self, content: MatchingContent, response: Response) -> Chosen:
        return {str(left): (str(right),) for left, right in pairs(response).items()}


def _share(content: MatchingContent, key: dict[int, int], own: dict[int, int]) -> Fraction:
    """Of the lines, those with the right side that the key gives them, compared by their words."""
    texts = content.rights
    hits = sum(left in key and texts[right] == texts[key[left]] for left, right in own.items())
    return Fraction(hits, len(content.pairs))


def pairs(response: Response) -> dict[int, int]:
    """Return the index of the right side given to each left side."""
    return {int(left): right for left, right in response.get("pairs", {}).items()}


def _row(pair: Pair, given: str) -> Row:
    is_right = given == pair.right
    state: RowState = "right" if is_right else "wrong" if given else "missed"
    return Row(
        text=pair.left,
        chosen=bool(given),
        correct=is_right,
        state=state,
        feedback=pair.feedback,
        given=given,
        expected=pair.right,
    )
