"""True or false: a statement and its two options. The mark is 0 or 1.

The options keep their order, True before False, because everybody looks for them there; only
their tokens are random.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

from quizzes.engine.content import Fault
from quizzes.engine.contract import Arrangement
from quizzes.engine.messages import gettext_noop
from quizzes.engine.options import Choice, chosen
from quizzes.engine.responses import Response
from quizzes.engine.tokens import Deck
from quizzes.engine.types.single import SingleContent
from quizzes.engine.words import normalised


class TrueFalseContent(SingleContent):
    """A statement with two options, one of them right."""

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        if len(self.options) != 2:
            yield Fault("options", gettext_noop("There must be two options, True and False."))
        # Other languages have other words; only the English ones can be told apart here.
        elif [normalised(option.text) for option in self.options] == ["false", "true"]:
            yield Fault("options", gettext_noop("True must come first, then False."))


class TrueFalse(Choice[TrueFalseContent]):
    """The learner says whether a statement is true."""

    name = "truefalse"
    schema = TrueFalseContent

    def arrange(self, content: TrueFalseContent, rng: random.Random) -> Arrangement:
        return {"options": Deck.in_order(range(len(content.options)), rng).rows}

    def grade(self, content: TrueFalseContent, response: Response) -> Fraction:
        return Fraction(int(chosen(response) == content.right))

    def random_guess(self, content: TrueFalseContent) -> Fraction:
        return Fraction(1, len(content.options))
