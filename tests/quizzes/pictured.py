"""A question that shows a picture, for tests.

edition = pictured_course()          a draft with "map.webp", its first question shows it
edition = pictured_course(is_published=True)
"""

from typing import Any

from courseware.courses.actions import publish_edition
from courseware.courses.models import Edition
from lessons.actions import add_picture, store_media
from quizzes import actions, queries
from quizzes.models import Question
from tests.courses_made import PUBLISHED, make_course
from tests.lessons.pictures_made import file_of

ALT = "A map of the harbour"
SHOWN = f"![{ALT}](map.webp)"


def put_picture(
    edition: Edition, name: str = "map.webp", *, width: int = 40, height: int = 30
) -> str:
    """The hash of its file."""
    content = file_of("WEBP", size=(width, height))
    media = store_media(
        content=content, content_type="image/webp", width=width, height=height, now=PUBLISHED
    )
    add_picture(edition=edition, name=name, sha256=media.pk, alt=ALT)
    return media.pk


def change(question: Question, language: str = "en", **fields: Any) -> bool:
    content = question.texts.get(language=language).content | fields
    seen = queries.state_of(question, language)
    return actions.change_question(question=question, language=language, content=content, seen=seen)


def pictured_course(
    *, is_published: bool = False, width: int = 40, height: int = 30, **course: Any
) -> Edition:
    """Of single choices: every question shows the picture in its stem, its options and feedback."""
    edition = make_course(**{"lessons": 0, **course}, is_published=False)
    put_picture(edition, width=width, height=height)
    for question in Question.objects.filter(quiz__activity__edition=edition):
        content = question.texts.get(language="en").content
        options = [
            {**option, "text": f"{SHOWN} {option['text']}", "feedback": f"{SHOWN} Why."}
            for option in content["options"]
        ]
        change(question, stem=f"{SHOWN} {content['stem']}", options=options)
    if is_published:
        publish_edition(edition=edition, by=None, now=PUBLISHED)
    return edition
