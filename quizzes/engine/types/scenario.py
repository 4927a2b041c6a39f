"""Scenario: a case in parts, each a question of another type. The mark is the mean of the parts.

Parts open one after another, and a part is final once the learner goes on: a later part may give
an earlier one away. An answer is {"parts": {key: answer}, "final": [keys]}.

A form sends, beside the open part's inputs, that part's key (`open_name`) and, when the learner
goes on, the same key again (`final_name`): a form sent twice then changes nothing, and one from
an old tab with another answer to a final part is refused with that answer.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from quizzes.engine.choices import ChoiceGroup, Chosen
from quizzes.engine.content import Content, ContentError, Fault, Model, Text, parsed, read
from quizzes.engine.contract import FIELD, Arrangement, QuestionType
from quizzes.engine.explanation import Explanation, state_of
from quizzes.engine.messages import gettext_noop
from quizzes.engine.pictures import FIELD as FILES
from quizzes.engine.responses import Raw, Response, ResponseError, value


class Part(Model):
    """One question of the case. Keys are short, so that no input's name equals another's."""

    key: str
    type: str
    content: Content


class ScenarioContent(Content):
    """An opening situation and its parts."""

    parts: list[Part]

    def texts(self) -> Iterator[str]:
        yield from super().texts()
        for part in self.parts:
            yield from part.content.texts()


class _WrittenPart(Model):
    key: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9]{0,2}$")]
    type: Text


class _WrittenScenario(Content):
    """The case as a file holds it, its parts not yet read."""

    parts: Annotated[list[dict[str, Any]], Field(min_length=2, max_length=8)]


class Scenario(QuestionType[ScenarioContent]):
    """The learner works through a case."""

    name = "scenario"
    schema = ScenarioContent

    def __init__(self, part_types: Mapping[str, QuestionType[Any]]) -> None:
        self._types = dict(part_types)

    def validate(self, content: Mapping[str, Any]) -> ScenarioContent:
        written = parsed(_WrittenScenario, content)
        beside = {FILES: content[FILES]} if FILES in content else {}
        parts: list[Part] = []
        faults: list[Fault] = []
        for index, raw in enumerate(written.parts):
            try:
                part = self._read({**raw, **beside})
            except ContentError as error:
                faults += [fault.below(f"parts[{index}]") for fault in error.faults]
            else:
                if any(part.key == earlier.key for earlier in parts):
                    message = gettext_noop("Another part has this key.")
                    faults.append(Fault(f"parts[{index}].key", message))
                parts.append(part)
        if faults:
            raise ContentError(faults)
        return ScenarioContent(stem=written.stem, feedback=written.feedback, parts=parts)

    def arrange(self, content: ScenarioContent, rng: random.Random) -> Arrangement:
        arranged = {
            part.key: self._types[part.type].arrange(part.content, rng) for part in content.parts
        }
        return {"parts": arranged}

    def public(
        self,
        content: ScenarioContent,
        arrangement: Arrangement,
        response: Response | None = None,
        *,
        name: str = FIELD,
    ) -> dict[str, Any]:
        answers, final = _stored(response)
        opened = _open_part(content, final)
        shown = [p for p in content.parts if p.key in final or p is opened]
        return {
            "type": self.name,
            "instruction": "work_through",
            "stem": content.stem,
            "name": name,
            "open_name": f"{name}-open",
            "final_name": f"{name}-final",
            "count": len(content.parts),
            "open": opened.key if opened else "",
            "is_last": opened is content.parts[-1],
            "parts": [
                {
                    **self._types[part.type].public(
                        part.content,
                        arrangement["parts"][part.key],
                        answers.get(part.key, {}),
                        name=f"{name}-{part.key}",
                    ),
                    "key": part.key,
                    "final": part.key in final,
                }
                for part in shown
            ],
        }

    def clean(
        self,
        content: ScenarioContent,
        arrangement: Arrangement,
        raw: Raw,
        previous: Response | None = None,
        *,
        name: str = FIELD,
    ) -> Response:
        answers, final = _stored(previous)
        part = _open_part(content, final)
        posted = value(raw, f"{name}-open")
        if posted and posted not in {own.key for own in content.parts}:
            raise ResponseError("malformed", field=name, partial=_response(answers, final))
        if part is None or posted in final or not posted:
            self._hold_final(content, arrangement, raw, previous, posted, name=name)
            return _response(answers, final)
        if posted != part.key:
            raise ResponseError("part_closed", field=name, partial=_response(answers, final))
        kind, below = self._types[part.type], f"{name}-{part.key}"
        try:
            answer = kind.clean(part.content, arrangement["parts"][part.key], raw, name=below)
        except ResponseError as error:
            if error.partial is not None:
                error.partial = _response({**answers, part.key: error.partial}, final)
            raise
        answers[part.key] = answer
        if value(raw, f"{name}-final") == part.key:
            if not kind.is_complete(part.content, answer):
                partial = _response(answers, final)
                raise ResponseError("part_incomplete", field=below, partial=partial)
            final.append(part.key)
        return _response(answers, final)

    def _hold_final(
        self,
        content: ScenarioContent,
        arrangement: Arrangement,
        raw: Raw,
        previous: Response | None,
        posted: str,
        *,
        name: str,
    ) -> None:
        """A form from before its part became final must not lose another answer unsaid. Raises."""
        answers, final = _stored(previous)
        for part in content.parts:
            if part.key != posted:
                continue
            kind, below = self._types[part.type], f"{name}-{part.key}"
            try:
                answer = kind.clean(part.content, arrangement["parts"][part.key], raw, name=below)
            except ResponseError as error:
                if error.partial is None:
                    raise
                answer = error.partial
            if answer and answer != answers.get(part.key, {}):
                offered = _response({**answers, part.key: answer}, final)
                raise ResponseError("part_final", field=below, offered=offered)

    def is_complete(self, content: ScenarioContent, response: Response) -> bool:
        answers, _ = _stored(response)
        return all(
            self._types[part.type].is_complete(part.content, answers.get(part.key, {}))
            for part in content.parts
        )

    def grade(self, content: ScenarioContent, response: Response) -> Fraction:
        answers, _ = _stored(response)
        marks = [
            self._types[part.type].grade(part.content, answers.get(part.key, {}))
            for part in content.parts
        ]
        return sum(marks, Fraction(0)) / len(marks)

    def is_same(self, content: ScenarioContent, one: Response, other: Response) -> bool:
        """Part by part; which of them were final does not matter."""
        (given, _), (wanted, _) = _stored(one), _stored(other)
        return given.keys() == wanted.keys() and all(
            self._types[part.type].is_same(part.content, given[part.key], wanted[part.key])
            for part in content.parts
            if part.key in given
        )

    def grade_with(
        self, content: ScenarioContent, keys: Sequence[Response], response: Response
    ) -> Fraction:
        """Part by part, each by the best of the keys that answer it."""
        answers, _ = _stored(response)
        given = [_stored(key)[0] for key in keys]
        marks = [
            self._types[part.type].grade_with(
                part.content,
                [own[part.key] for own in given if part.key in own],
                answers.get(part.key, {}),
            )
            for part in content.parts
        ]
        return sum(marks, Fraction(0)) / len(marks)

    def whole_key(self, content: ScenarioContent, key: Response) -> Response:
        """A key may speak of some parts only: in the others what is right stays so."""
        right, final = _stored(self.right_response(content))
        return _response({**right, **_stored(key)[0]}, final)

    def explain(
        self, content: ScenarioContent, arrangement: Arrangement, response: Response
    ) -> Explanation:
        mark = self.grade(content, response)
        answers, _ = _stored(response)
        return Explanation(
            type=self.name,
            stem=content.stem,
            mark=str(mark),
            state=state_of(mark, empty=not response),
            feedback=content.feedback,
            parts=tuple(
                self._explained(part, arrangement["parts"][part.key], answers.get(part.key, {}))
                for part in content.parts
            ),
        )

    def _explained(self, part: Part, arrangement: Arrangement, answer: Response) -> Explanation:
        explained = self._types[part.type].explain(part.content, arrangement, answer)
        return replace(explained, key=part.key)

    def right_response(self, content: ScenarioContent) -> Response:
        answers = {p.key: self._types[p.type].right_response(p.content) for p in content.parts}
        return _response(answers, [part.key for part in content.parts])

    def random_guess(self, content: ScenarioContent) -> Fraction:
        guesses = [self._types[p.type].random_guess(p.content) for p in content.parts]
        return sum(guesses, Fraction(0)) / len(guesses)

    def choices(self, content: ScenarioContent) -> tuple[ChoiceGroup, ...]:
        return tuple(
            replace(
                group,
                key=_group_key(part.key, group.key),
                label=f"{part.content.stem}: {group.label}" if group.label else part.content.stem,
            )
            for part in content.parts
            for group in self._types[part.type].choices(part.content)
        )

    def chosen(self, content: ScenarioContent, response: Response) -> Chosen:
        answers, _ = _stored(response)
        return {
            _group_key(part.key, key): keys
            for part in content.parts
            for key, keys in self._types[part.type]
            .chosen(part.content, answers.get(part.key, {}))
            .items()
        }

    def _read(self, raw: Mapping[str, Any]) -> Part:
        """Return a part, or raise ContentError with places seen from the part."""
        own = {name: entry for name, entry in raw.items() if name in {"key", "type"}}
        written = read(_WrittenPart, own)
        kind = self._types.get(written.type)
        if kind is None:
            message = gettext_noop("Must be one of: %(types)s.")
            params = {"types": ", ".join(self._types)}
            raise ContentError([Fault("type", message, params)])
        rest = {name: entry for name, entry in raw.items() if name not in own}
        return Part(key=written.key, type=written.type, content=kind.validate(rest))


def _group_key(part: str, group: str) -> str:
    return f"{part}.{group}" if group else part


def _open_part(content: ScenarioContent, final: list[str]) -> Part | None:
    return next((part for part in content.parts if part.key not in final), None)


def _stored(response: Response | None) -> tuple[dict[str, Response], list[str]]:
    """Return the answers by part and the keys of the final parts, as copies."""
    stored = response or {}
    return dict(stored.get("parts", {})), list(stored.get("final", []))


def _response(answers: Mapping[str, Response], final: list[str]) -> Response:
    given = {key: answer for key, answer in answers.items() if answer}
    return {"parts": given, "final": list(final)} if given else {}
