"""Multiple response: several options, one or more of them right.

How the choice is marked is the author's, and is told before answering:

    right_minus_wrong   the share of right options chosen less the share of wrong options chosen,
                        never below 0: choosing everything earns nothing (where nothing is said)
    proportional        the share of all options that were judged rightly: right ones chosen and
                        wrong ones left; no answer at all earns 0
    all_or_nothing      1 for exactly the right options, else 0
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb
from typing import Any, Literal

from quizzes.engine.content import Fault
from quizzes.engine.contract import FIELD, Arrangement
from quizzes.engine.messages import gettext_noop
from quizzes.engine.options import Choice, ChoiceContent, chosen
from quizzes.engine.responses import Response

type Credit = Literal["right_minus_wrong", "proportional", "all_or_nothing"]


class MultipleContent(ChoiceContent):
    """A stem with options, at least one of them right and one wrong."""

    credit: Credit = "right_minus_wrong"

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        if not self.right:
            yield Fault("options", gettext_noop("At least one option must be correct."))
        if len(self.right) == len(self.options):
            yield Fault("options", gettext_noop("At least one option must be wrong."))


class Multiple(Choice[MultipleContent]):
    """The learner chooses every option that applies."""

    name = "multiple"
    schema = MultipleContent
    instruction = "choose_all"
    takes_several = True

    def public(
        self,
        content: MultipleContent,
        arrangement: Arrangement,
        response: Response | None = None,
        *,
        name: str = FIELD,
    ) -> dict[str, Any]:
        shown = super().public(content, arrangement, response, name=name)
        return {**shown, "credit": content.credit}

    def grade(self, content: MultipleContent, response: Response) -> Fraction:
        return _mark(content, content.right, chosen(response))

    def grade_by(self, content: MultipleContent, key: Response, response: Response) -> Fraction:
        return _mark(content, chosen(key), chosen(response))

    def random_guess(self, content: MultipleContent) -> Fraction:
        """Return the mean over every way to tick the options, each as likely as another."""
        right = len(content.right)
        wrong = len(content.options) - right
        total = sum(
            comb(right, hits)
            * comb(wrong, slips)
            * _earned(content.credit, right, wrong, hits, slips)
            for hits in range(right + 1)
            for slips in range(wrong + 1)
        )
        return Fraction(total, 2 ** (right + wrong))


def _mark(content: MultipleContent, right: frozenset[int], own: frozenset[int]) -> Fraction:
    """The mark for the options `own` where those of `right` are right."""
    wrong = len(content.options) - len(right)
    return _earned(content.credit, len(right), wrong, len(own & right), len(own - right))


def _earned(credit: Credit, right: int, wrong: int, hits: int, slips: int) -> Fraction:
    """The mark for `hits` of the right options chosen and `slips` of the wrong ones."""
    if credit == "all_or_nothing":
        return Fraction(int(hits == right and not slips))
    if credit == "proportional":
        # Whoever ticks nothing has judged nothing, though the wrong options are unticked.
        judged = hits + wrong - slips if hits + slips else 0
        return Fraction(judged, right + wrong)
    # Of a key that was accepted later no option need be wrong.
    lost = Fraction(slips, wrong) if wrong else Fraction(0)
    return max(Fraction(0), Fraction(hits, right) - lost)
