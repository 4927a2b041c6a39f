"""A content as a learner would see it, before it belongs to anybody: made by the engine's own
verbs, so that it cannot differ from the real page.

Reads nothing from the database and keeps nothing. Must not: be shown to anybody who may not see
keys; the explanation holds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.engine import registry
from quizzes.engine.contract import QuestionType
from quizzes.engine.explanation import Explanation
from quizzes.engine.responses import Raw, Response, ResponseError
from quizzes.engine.tokens import generator

#: The name of the learner's inputs in a preview; no field of an editor begins with it.
NAME = "try"


@dataclass(frozen=True)
class Preview:
    """`question` is what the learner's template needs; `explanation` only once it is released."""

    question: dict[str, Any]
    explanation: Explanation | None
    problem: ResponseError | None
    response: Response


def preview(
    kind_name: str,
    written: Mapping[str, Any],
    *,
    key: str,
    language: str,
    raw: Raw | None = None,
    is_released: bool = False,
    name: str = NAME,
) -> Preview:
    """`raw` are the fields of a learner's answer, `name` what the inputs are called.

    Raises ContentError for an invalid content.

    The order and the tokens depend on the key alone, so what was tried stays while it is edited.
    """
    kind = registry.get(kind_name)
    content = kind.validate(written)
    arrangement = kind.arrange(content, generator(0, key))
    response: Response = {}
    problem = None
    try:
        response = _answer(kind, content, arrangement, raw or {}, name)
    except ResponseError as error:
        response, problem = error.partial or {}, error
    question = {
        "position": 1,
        "sequence": 0,
        "is_flagged": False,
        "language": language,
        "public": _public(kind, content, arrangement, response, name),
    }
    explanation = kind.explain(content, arrangement, response) if is_released else None
    return Preview(question, explanation, problem, response)


def _public(
    kind: QuestionType[Any],
    content: Any,
    arrangement: dict[str, Any],
    response: Response,
    name: str,
) -> dict[str, Any]:
    if kind.name != "scenario":
        return kind.public(content, arrangement, response, name=name)
    # A learner sees one part after another; an author sees, and tries, all of them at once.
    whole = {"parts": response.get("parts", {}), "final": [part.key for part in content.parts]}
    public = kind.public(content, arrangement, whole, name=name)
    for part in public["parts"]:
        part["final"] = False
    return {**public, "open": ""}


def _answer(
    kind: QuestionType[Any], content: Any, arrangement: dict[str, Any], raw: Raw, name: str
) -> Response:
    if kind.name != "scenario":
        return kind.clean(content, arrangement, raw, name=name)
    keys = [part.key for part in content.parts]
    answers: dict[str, Response] = {}
    for place, key in enumerate(keys):
        before: Response = {"parts": {}, "final": keys[:place]}
        opened = {**raw, f"{name}-open": key}
        answers |= kind.clean(content, arrangement, opened, before, name=name).get("parts", {})
    return {"parts": answers, "final": keys} if answers else {}
