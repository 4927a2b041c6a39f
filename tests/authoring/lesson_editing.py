"""An instructor at the editor of a lesson of the small whole course.

desk = Desk(draft, cast.ingrid)
desk.get()                                the page
desk.save(markdown="New.")                what the form sends, with changes
desk.preview(markdown="New.")
"""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from courseware.accounts.models import User
from courseware.courses.models import Edition
from lessons import queries
from lessons.models import LessonText
from lessons.queries import LessonWords

EASY, HARD = "making-tea", "spilt-tea"


@dataclass
class Desk:
    draft: Edition
    person: User
    key: str = EASY
    language: str = "en"
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.force_login(self.person)
        names = [self.draft.pk, self.key, self.language]
        self.address = reverse("admin:authoring_lesson", args=names)
        self.opened = self.words()

    def text(self) -> LessonText:
        return LessonText.objects.select_related("lesson__activity").get(
            lesson__activity__edition=self.draft,
            lesson__activity__key=self.key,
            language=self.language,
        )

    def words(self) -> LessonWords:
        return queries.lesson_words(self.text())

    def form(self, **changes: Any) -> dict[str, Any]:
        """What the page would send, opened when this desk was."""
        words = self.opened
        return {
            "title": words.title,
            "topic": words.topic,
            "minutes": words.minutes,
            "review_by": words.review_by.isoformat(),
            "objectives": list(words.objectives),
            "sources": list(words.sources),
            "markdown": words.markdown,
            "light_markdown": words.light_markdown,
            "seen": words.seen,
            "do": "save",
            **changes,
        }

    def get(self) -> Any:
        return self.client.get(self.address)

    def save(self, *, script: bool = False, **changes: Any) -> Any:
        headers = {"Accept": "application/json"} if script else {}
        return self.client.post(self.address, self.form(**changes), headers=headers)

    def preview(self, **changes: Any) -> Any:
        return self.client.post(f"{self.address}preview/", self.form(**changes))
