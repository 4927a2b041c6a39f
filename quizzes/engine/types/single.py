"""Single choice: several options, exactly one right. The mark is 0 or 1."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from quizzes.engine.content import Fault
from quizzes.engine.messages import gettext_noop
from quizzes.engine.options import Choice, ChoiceContent, chosen
from quizzes.engine.responses import Response


class SingleContent(ChoiceContent):
    """A stem with options, one of them right."""

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        if len(self.right) != 1:
            message = gettext_noop("Exactly one option must be correct; %(count)s are.")
            yield Fault("options", message, {"count": len(self.right)})


class Single(Choice[SingleContent]):
    """The learner chooses one option."""

    name = "single"
    schema = SingleContent

    def grade(self, content: SingleContent, response: Response) -> Fraction:
        return Fraction(int(chosen(response) == content.right))

    def random_guess(self, content: SingleContent) -> Fraction:
        return Fraction(1, len(content.options))
