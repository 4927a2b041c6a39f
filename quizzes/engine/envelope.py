"""What a course needs to know of a question besides its content: where it belongs.

Owns the fields that every question of a course file has before those of its type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from quizzes.engine import registry
from quizzes.engine.content import ContentError, Fault, Model, Text, read
from quizzes.engine.messages import gettext_noop
from quizzes.engine.pictures import FIELD as FILES
from quizzes.engine.writing import faults_of_pictures

_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"

type Bloom = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
type QuestionKey = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[A-Z][A-Z0-9]{0,15}-Q[0-9]{1,4}$")
]
type Slug = Annotated[str, StringConstraints(strict=True, pattern=rf"^{_SLUG}$")]
type Claim = Annotated[str, StringConstraints(strict=True, pattern=r"^S[0-9]{1,3}$")]


def is_tag(text: str) -> bool:
    """Whether a question may be tagged so: small letters and digits, with hyphens between them."""
    return re.fullmatch(_SLUG, text) is not None


class QuestionEnvelope(Model):
    """The key, the type and the place in the course; `must_pass` names a point of the course."""

    key: QuestionKey
    type: Text
    objective: Text
    lesson: Slug
    seed: list[Claim] = []
    bloom: Bloom
    difficulty: Annotated[StrictInt, Field(ge=1, le=3)]
    must_pass: Text | None = None
    negative_stem: StrictBool = False
    tags: list[Slug] = []


def split(raw: Mapping[str, Any]) -> tuple[QuestionEnvelope, dict[str, Any]]:
    """Return a file's question as its envelope and its content, which is not yet validated.

    Raises ContentError for a fault of the envelope. What is not a field of the envelope is the
    content's, so a misspelt field is named by the content's validation.
    """
    fields = QuestionEnvelope.model_fields
    envelope = read(QuestionEnvelope, {name: raw[name] for name in fields if name in raw})
    if envelope.type not in registry.names():
        params = {"types": ", ".join(registry.names())}
        raise ContentError([Fault("type", gettext_noop("Must be one of: %(types)s."), params)])
    return envelope, {name: entry for name, entry in raw.items() if name not in fields}


def faults_in(raw: Mapping[str, Any]) -> list[Fault]:
    """Return every fault of a file's question, envelope and content together."""
    found = faults_of_pictures(raw)
    if FILES in raw:
        found.append(Fault(FILES, gettext_noop("This field does not belong here.")))
    try:
        split(raw)
    except ContentError as error:
        found += error.faults
    type_name = raw.get("type")
    if isinstance(type_name, str) and type_name in registry.names():
        fields = QuestionEnvelope.model_fields
        content = {name: entry for name, entry in raw.items() if name not in fields}
        try:
            registry.get(type_name).validate(content)
        except ContentError as error:
            found += error.faults
    return found
