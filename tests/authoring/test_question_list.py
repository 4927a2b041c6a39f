"""The list of a draft's questions: what it shows, what it counts, and how much it asks."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courseware.authoring.actions import open_draft
from courseware.bundles.dumping import folder_of
from courseware.bundles.writing import all_files
from quizzes.models import Question
from quizzes.queries import draft_pool, draw_problems
from tests.authoring.drafts_made import NOW, small_draft
from tests.authoring.forms_sent import sent
from tests.authoring.question_editing import Desk, at_the_desk, client_of
from tests.cast import Cast
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return at_the_desk(cast.ingrid)


def listed(desk: Desk, **asked: str) -> str:
    address = reverse("admin:authoring_questions", args=[desk.draft.pk])
    response = desk.client.get(address, asked)
    assert response.status_code == 200
    return response.content.decode()


def keys(page: str) -> list[str]:
    return re.findall(r'<th scope="row">(?:<input [^>]*> )?<a [^>]*>(T-Q\d+)</a>', page)


def test_every_question_is_listed_under_its_objective_with_its_marks(desk: Desk) -> None:
    page = listed(desk)
    assert keys(page) == [f"T-Q{number}" for number in range(1, 9)]
    assert "Do what O1 says" in page
    assert "Question 3 (en)?" in page
    assert "True or false" in page
    assert "M1" in page
    assert "8 questions, 8 needed" in page
    assert "Changed</span>" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "question 3"}, ["T-Q3"]),
        ({"q": "t-q4"}, ["T-Q4"]),
        ({"type": "numeric"}, ["T-Q6"]),
        ({"objective": "O1", "type": "single"}, ["T-Q1"]),
        ({"objective": "O9"}, []),
        ({"q": "canary"}, []),  # a search looks at what is shown, not at keys
        ({"q": "x" * 5_000}, []),
    ],
)
def test_the_list_is_searched_and_narrowed(
    desk: Desk, asked: dict[str, str], found: list[str]
) -> None:
    page = listed(desk, **asked)
    assert keys(page) == found
    assert ("Nothing found" in page) == (not found)


def test_what_this_draft_changed_is_marked(desk: Desk) -> None:
    assert desk.send("T-Q1", desk.open("T-Q1") | {"stem": "Another?"}).status_code == 302
    assert desk.send("T-Q2", desk.open("T-Q2") | {"place-bloom": "create"}).status_code == 302
    desk.client.post(reverse("admin:authoring_question_copy", args=[desk.draft.pk, "T-Q3"]))
    changes = {line.key: line.change for line in draft_pool(desk.draft).questions}
    assert {key: change for key, change in changes.items() if change} == {
        "T-Q1": "words",
        "T-Q2": "place",
        "T-Q09": "new",
    }
    page = listed(desk)
    assert page.count("Changed") == 3  # two marks and the entry of the filter
    assert page.count("> New<") + page.count("New</span>") == 1


def test_a_pool_that_no_test_can_be_drawn_from_says_why(desk: Desk) -> None:
    assert draw_problems(desk.draft) == []
    Question.objects.filter(quiz__activity__edition=desk.draft).exclude(key="T-Q2").delete()
    page = listed(desk)
    assert "No test can be drawn from this pool yet" in page
    assert "must-pass point M1 has no question" in page
    assert "O1 has 1 questions that one draw may hold, but its quota is 4" in page
    assert "1 question, 8 needed" in page


def test_an_empty_pool_says_what_is_needed(desk: Desk) -> None:
    Question.objects.filter(quiz__activity__edition=desk.draft).delete()
    assert "No questions yet" in listed(desk)


def test_the_list_asks_the_same_of_one_question_and_of_many(cast: Cast) -> None:
    counts = []
    for number, each in enumerate((1, 6)):
        base = make_course(
            slug=f"size-{number}", lessons=1, objectives=2, per_objective=each, quota=1
        )
        draft = open_draft(course=base.course, by=cast.ingrid, now=NOW)
        desk = Desk(draft, client_of(cast.ingrid))
        listed(desk)
        for address in (
            reverse("admin:authoring_questions", args=[draft.pk]),
            desk.address("T-Q1"),
            reverse("admin:authoring_test", args=[draft.pk, "final-test"]),
        ):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                desk.client.get(address)
            counts.append(len(asked))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 30


def test_a_translation_that_is_missing_or_old_is_marked(cast: Cast) -> None:
    desk = at_the_desk(cast.ingrid, languages=("en", "es"))
    desk.draft.languages.filter(language="es").update(translated_from="f" * 16)
    desk.text("T-Q1", "es").delete()
    page = listed(desk)
    assert "es: not translated" in page
    assert page.count("es: out of date") == 7
    empty = sent(desk.page("T-Q1", "es"), "question-form")
    assert empty["stem"] == ""
    assert desk.send("T-Q1", empty, "es").status_code == 422
    assert "Question 1 (en)?" in desk.page("T-Q1", "es")  # beside the field


def test_a_draft_with_new_questions_is_still_a_folder(cast: Cast) -> None:
    draft = small_draft(cast.ingrid)
    draft.languages.update(change_note="More questions.")
    desk = Desk(draft, client_of(cast.ingrid))
    key = Question.objects.filter(quiz__activity__edition=draft)[0].key
    desk.client.post(reverse("admin:authoring_question_copy", args=[draft.pk, key]))
    copy = Question.objects.filter(quiz__activity__edition=draft).latest("pk")
    files = all_files(folder_of(draft, draft.languages.get()))
    assert any(f"key: {copy.key}".encode() in content for content in files.values())


def test_the_bank_leads_whoever_writes_to_the_editor(desk: Desk, cast: Cast) -> None:
    published = Question.objects.get(
        key="T-Q1", quiz__activity__edition__published_at__isnull=False
    )
    bank = reverse("admin:quizzes_question_change", args=[published.pk])
    assert desk.address("T-Q1") in desk.client.get(bank).content.decode()
    assert "/questions/T-Q1/" not in client_of(cast.rafael).get(bank).content.decode()
    desk.question("T-Q1").delete()
    page = desk.client.get(bank).content.decode()
    assert "Questions are changed in a draft of their course." in page


def test_a_tag_is_put_on_many_and_taken_off_again(desk: Desk) -> None:
    address = reverse("admin:authoring_questions_tag", args=[desk.draft.pk])
    chosen = {"key": ["T-Q1", "T-Q2"], "tag": "scene", "was-type": "single"}
    response = desk.client.post(address, chosen)
    assert response["Location"].endswith("/questions/?type=single")
    assert "2 questions were changed." in listed(desk)
    assert desk.question("T-Q1").tags == ["scene"]
    assert keys(listed(desk, tag="scene")) == ["T-Q1", "T-Q2"]
    assert keys(listed(desk, state="changed")) == ["T-Q1", "T-Q2"]
    assert "T-Q1" not in keys(listed(desk, state="unchanged"))
    desk.client.post(address, chosen)
    assert "0 questions were changed." in listed(desk)
    desk.client.post(address, {"key": "T-Q1", "tag": "scene", "off": "1"})
    assert desk.question("T-Q1").tags == []
    assert desk.question("T-Q2").tags == ["scene"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"tag": "scene"}, "Choose at least one question."),
        ({"key": "T-Q1", "tag": "Two words"}, "Write one tag: small letters, digits and hyphens."),
        ({"key": "T-Q1", "tag": ""}, "Write one tag"),
    ],
)
def test_what_is_no_tag_changes_nothing(desk: Desk, fields: dict[str, str], words: str) -> None:
    desk.client.post(reverse("admin:authoring_questions_tag", args=[desk.draft.pk]), fields)
    assert words in listed(desk)
    assert desk.question("T-Q1").tags == []
