"""An instructor at the editor, for tests: what is open, what a browser sends, what is kept.

    desk = at_the_desk(cast, kinds)            a draft with one question of every type
    fields = desk.open("T-Q1")
    fields["stem"] = "Another?"
    response = desk.send("T-Q1", fields)

Owns: the walk to a page and back. Must not: judge.
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from courseware.accounts.models import User
from courseware.authoring.actions import open_draft
from courseware.courses.models import Edition
from quizzes.models import Question, QuestionText
from tests.authoring.drafts_made import NOW
from tests.authoring.forms_sent import Fields, sent
from tests.courses_made import make_course
from tests.remembered import remembered

KINDS = (
    "single",
    "multiple",
    "truefalse",
    "ordering",
    "matching",
    "numeric",
    "short",
    "scenario",
)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@dataclass
class Desk:
    draft: Edition
    client: Client

    def address(self, key: str, language: str = "en", name: str = "authoring_question") -> str:
        return reverse(f"admin:{name}", args=[self.draft.pk, key, language])

    def page(self, key: str, language: str = "en") -> str:
        response = self.client.get(self.address(key, language))
        assert response.status_code == 200
        return str(response.content.decode())

    def open(self, key: str, language: str = "en") -> Fields:
        return sent(self.page(key, language), "question-form")

    def send(self, key: str, fields: Fields, language: str = "en") -> HttpResponse:
        return self.client.post(self.address(key, language), fields)  # type: ignore[return-value]  # with more to it

    def preview(self, key: str, fields: Fields, language: str = "en") -> HttpResponse:
        address = self.address(key, language, "authoring_question_preview")
        return self.client.post(address, fields)  # type: ignore[return-value]  # with more to it

    def question(self, key: str) -> Question:
        return Question.objects.get(quiz__activity__edition=self.draft, key=key)

    def text(self, key: str, language: str = "en") -> QuestionText:
        return QuestionText.objects.get(question=self.question(key), language=language)

    def key_of(self, kind: str) -> str:
        return Question.objects.filter(quiz__activity__edition=self.draft, type=kind)[0].key


def at_the_desk(person: User, *, languages: tuple[str, ...] = ("en",), lessons: int = 1) -> Desk:
    """A draft of a course whose test has one question of every type, T-Q1 to T-Q8."""
    return Desk(remembered(every_kind, person, languages, lessons), client_of(person))


def every_kind(person: User, languages: tuple[str, ...] = ("en",), lessons: int = 1) -> Edition:
    """The draft, made anew."""
    edition = make_course(
        slug="desk",
        lessons=lessons,
        objectives=1,
        per_objective=8,
        quota=4,
        types=KINDS,
        must_pass=1,
        languages=languages,
    )
    return open_draft(course=edition.course, by=person, now=NOW)
