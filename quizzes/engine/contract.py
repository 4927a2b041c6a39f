"""The verbs every question type answers to.

A type is one file in `types/`: a schema of its content and a class with these verbs. Contents
come from authors, arrangements and answers are stored as JSON; none of them carries a version,
so a later release must still read what an earlier one wrote.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from quizzes.engine.choices import ChoiceGroup, Chosen
from quizzes.engine.content import Content, ContentError, Fault, parsed
from quizzes.engine.explanation import Explanation, Row
from quizzes.engine.responses import Raw, Response, ResponseError

__all__ = [
    "FIELD",
    "Arrangement",
    "ChoiceGroup",
    "Chosen",
    "Content",
    "ContentError",
    "Explanation",
    "Fault",
    "QuestionType",
    "Raw",
    "Response",
    "ResponseError",
    "Row",
    "is_empty",
]

type Arrangement = dict[str, Any]
"""How one attempt shows a question: the order, and a random token for everything selectable."""

FIELD = "answer"
"""The name of a question's input where the caller gives none."""


def is_empty(response: Response) -> bool:
    """Say whether nothing was answered: `clean` makes every such answer {}."""
    return not response


class QuestionType[C: Content](ABC):
    """One kind of question. Stateless; `content` is always what `validate` returned."""

    name: ClassVar[str]
    schema: type[C]

    def validate(self, content: Mapping[str, Any]) -> C:
        """Return the content as its schema, or raise ContentError naming every fault."""
        return parsed(self.schema, content)

    @abstractmethod
    def arrange(self, content: C, rng: random.Random) -> Arrangement:
        """Return how an attempt shows the question; drawn once and stored."""

    @abstractmethod
    def public(
        self,
        content: C,
        arrangement: Arrangement,
        response: Response | None = None,
        *,
        name: str = FIELD,
    ) -> dict[str, Any]:
        """Return what a learner may see before release, with what they have answered so far.

        Built field by field from what is public; its shape and size do not depend on the key.
        `name` is the input's name; every input in the result says its own.
        """

    @abstractmethod
    def clean(
        self,
        content: C,
        arrangement: Arrangement,
        raw: Raw,
        previous: Response | None = None,
        *,
        name: str = FIELD,
    ) -> Response:
        """Return posted fields as an answer ({} when empty), or raise ResponseError.

        `previous` is the stored answer; only a type whose parts become final looks at it.
        """

    @abstractmethod
    def is_complete(self, content: C, response: Response) -> bool:
        """Say whether nothing is left to answer."""

    @abstractmethod
    def grade(self, content: C, response: Response) -> Fraction:
        """Return the exact mark in 0…1."""

    def is_same(self, content: C, one: Response, other: Response) -> bool:
        """Say whether two answers mean the same, as marking compares them."""
        return one == other

    def grade_by(self, content: C, key: Response, response: Response) -> Fraction:
        """Return the mark if `key`, an answer, were what is right: by the rule of `grade`."""
        return Fraction(int(self.is_same(content, key, response)))

    def grade_with(self, content: C, keys: Sequence[Response], response: Response) -> Fraction:
        """Return the best mark by the content's own key or by one of `keys`."""
        own = self.grade(content, response)
        if is_empty(response):
            return own
        return max([own, *(self.grade_by(content, key, response) for key in keys)])

    def whole_key(self, content: C, key: Response) -> Response:
        """Return `key` with what is right in the place of what it leaves open on purpose."""
        return key

    @abstractmethod
    def explain(self, content: C, arrangement: Arrangement, response: Response) -> Explanation:
        """Return what the result page shows. It holds the key: call it after release only."""

    @abstractmethod
    def right_response(self, content: C) -> Response:
        """Return an answer that earns the full mark."""

    @abstractmethod
    def random_guess(self, content: C) -> Fraction:
        """Return the mark that blind guessing earns on average."""

    def choices(self, content: C) -> tuple[ChoiceGroup, ...]:
        """Return what there is to choose from, with the key; none where nothing can be counted."""
        return ()

    def chosen(self, content: C, response: Response) -> Chosen:
        """Return what an answer chose of `choices`."""
        return {}

    def search_text(self, content: C) -> str:
        """Return every text of the content, one a line, for checks and search."""
        return "\n".join(text for text in content.texts() if text)
