"""Which question types exist. A new type is one file in `types/` and one line here."""

from __future__ import annotations

from typing import Any

from quizzes.engine.contract import QuestionType
from quizzes.engine.types.matching import Matching
from quizzes.engine.types.multiple import Multiple
from quizzes.engine.types.numeric import Numeric
from quizzes.engine.types.ordering import Ordering
from quizzes.engine.types.scenario import Scenario
from quizzes.engine.types.short import Short
from quizzes.engine.types.single import Single
from quizzes.engine.types.truefalse import TrueFalse

_SIMPLE: dict[str, QuestionType[Any]] = {
    kind.name: kind
    for kind in (
        Single(),
        Multiple(),
        TrueFalse(),
        Ordering(),
        Matching(),
        Numeric(),
        Short(),
    )
}
# A case is made of questions of the other types, so it is given them.
_ALL: dict[str, QuestionType[Any]] = {**_SIMPLE, Scenario.name: Scenario(_SIMPLE)}


def get(type_name: str) -> QuestionType[Any]:
    """Return a type by its name; KeyError when there is none."""
    return _ALL[type_name]


def names() -> tuple[str, ...]:
    """Return the names of all types, in the order an author is offered them."""
    return tuple(_ALL)
