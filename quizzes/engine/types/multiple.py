"""Multiple response: several options, one or more of them right.

The mark is the share of right options chosen less the share of wrong options chosen, never below
0: choosing everything earns nothing, and a wrong choice costs as much as a right one gains.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb

from quizzes.engine.content import Fault
from quizzes.engine.messages import gettext_noop
from quizzes.engine.options import Choice, ChoiceContent, chosen
from quizzes.engine.responses import Response


class MultipleContent(ChoiceContent):
    """A stem with options, at least one of them right and one wrong."""

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

    def grade(self, content: MultipleContent, response: Response) -> Fraction:
        right = len(content.right)
        wrong = len(content.options) - right
        own = chosen(response)
        return _mark(len(own & content.right), right, len(own - content.right), wrong)

    def random_guess(self, content: MultipleContent) -> Fraction:
        """Return the mean over every way to tick the options, each as likely as another."""
        right = len(content.right)
        wrong = len(content.options) - right
        total = sum(
            comb(right, hits) * comb(wrong, slips) * _mark(hits, right, slips, wrong)
            for hits in range(right + 1)
            for slips in range(wrong + 1)
        )
        return Fraction(total, 2 ** (right + wrong))


def _mark(hits: int, right: int, slips: int, wrong: int) -> Fraction:
    return max(Fraction(0), Fraction(hits, right) - Fraction(slips, wrong))
