"""A draft's questions as formats take them.

Must not: write a format, or anything else.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.core.files.storage import default_storage

from courseware.authoring.queries.placing import own_place
from courseware.courses.models import Edition
from courseware.courses.queries import languages_of
from lessons.queries import stored_name
from quizzes.engine.pictures import files_beside, without_files
from quizzes.interchange.records import Picture
from quizzes.interchange.records import Question as Read
from quizzes.models import Question, QuestionText


def questions_to_export(edition: Edition, *, with_files: bool) -> list[Read]:
    """The draft's questions in its main language, in the order of its tests. Two queries.

    `with_files`: with what their pictures are made of, read once each; else only with their names.
    """
    read_file = cache(_bytes_of) if with_files else _nothing_of
    language = languages_of(edition)[0]
    texts = (
        QuestionText.objects.filter(question__quiz__activity__edition=edition, language=language)
        .select_related("question")
        .order_by("question__quiz__activity__position", "question__position")
    )
    return [_as_read(text.question, text.content, read_file) for text in texts]


def as_it_is(question: Question, content: Mapping[str, Any]) -> Read:
    """A question with these words; of its pictures only the names."""
    return _as_read(question, content, _nothing_of)


def _as_read(
    question: Question, content: Mapping[str, Any], read_file: Callable[[str], bytes]
) -> Read:
    return Read(
        type=question.type,
        content=without_files(content),
        place=_said({"key": question.key, **own_place(question)}),
        name=question.key,
        pictures=tuple(
            Picture("", name, read_file(file["file"]), "", 0)
            for name, file in files_beside(content).items()
        ),
    )


def _bytes_of(file: str) -> bytes:
    with default_storage.open(stored_name(file)) as opened:
        return bytes(opened.read())


def _nothing_of(file: str) -> bytes:
    return b""


def _said(place: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in place.items() if value not in ("", False, [])}
