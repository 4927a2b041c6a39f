"""Which pictures of an edition its questions show, and where they have not come yet."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from courseware.courses import pictures
from quizzes.engine.pictures import FIELD, hashes_in, names_in, with_files
from quizzes.models import QuestionText


def picture_users(edition_id: UUID) -> dict[tuple[str, str], list[str]]:
    """Keys of the questions that show a picture, by its name and hash. One query."""
    texts = QuestionText.objects.filter(
        question__quiz__activity__edition=edition_id, content__has_key=FIELD
    )
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, content in texts.values_list("question__key", "content"):
        for shown in hashes_in(content).items():
            users[shown].add(key)
    return {shown: sorted(keys) for shown, keys in users.items()}


def pictured(edition_id: UUID, language: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """A content of a draft with the files of the pictures that it names. One query if it names
    any."""
    names = names_in(content)
    return with_files(content, pictures.known(edition_id, language) if names else {})
