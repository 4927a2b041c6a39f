"""The editor of questions as an instructor meets it: opened, changed, saved, previewed."""

import re
from typing import Any

import pytest
from django.urls import reverse

from courseware.accounts.actions import grant_role
from courseware.audit.models import AuditDetail, AuditEvent
from courseware.authoring.actions import open_draft
from courseware.authoring.forms.content import BLANKS, ContentForms
from courseware.authoring.forms.shapes import SHAPES, TYPE_NAMES, Rows
from courseware.authoring.models import Contribution
from courseware.bundles.actions import load_folder
from quizzes.engine import options, registry
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.engine.types import matching, numeric, ordering, short
from quizzes.models import Question, QuestionText
from tests.authoring.drafts_made import NOW
from tests.authoring.forms_sent import Fields, sent
from tests.authoring.question_editing import KINDS, Desk, at_the_desk, client_of
from tests.cast import Cast, person
from tests.courses_made import CANARY, TEST_KEY
from tests.exhibition import REAL

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return at_the_desk(cast.ingrid)


# ------------------------------------------------------------------ there and back
def test_every_field_of_every_type_can_be_written() -> None:
    assert tuple(SHAPES) == tuple(TYPE_NAMES) == registry.names() == tuple(BLANKS)
    for kind, fields in SHAPES.items():
        schema = registry.get(kind).schema
        assert {field.name for field in fields} == set(schema.model_fields), kind
        for rows in (field for field in fields if isinstance(field, Rows) and field.fields):
            if rows.is_texts:
                continue
            annotation = str(schema.model_fields[rows.name].annotation)
            own = {field.name for field in rows.fields}
            [model] = [m for m in _models(kind) if m.__name__ in annotation]
            assert own == set(model.model_fields), (kind, rows.name)


def _models(kind: str) -> list[Any]:
    models: dict[str, list[Any]] = {
        "ordering": [ordering.Slip],
        "matching": [matching.Pair],
        "numeric": [numeric.KnownSlip],
        "short": [short.KnownSlip],
    }
    return models.get(kind, [options.Option])


def test_every_shipped_question_of_a_course_posts_back_unchanged(cast: Cast) -> None:
    """What a browser sends for the untouched form is the same content, and nothing is written."""
    edition = load_folder(REAL, now=NOW).edition
    desk = Desk(open_draft(course=edition.course, by=cast.ingrid, now=NOW), client_of(cast.ingrid))
    main = QuestionText.objects.filter(
        question__quiz__activity__edition=desk.draft, language="en"
    ).select_related("question")
    before = {text.question.key: text.content_hash for text in main}
    assert len(before) > 40
    events = AuditEvent.objects.count()
    for key in before:
        assert desk.send(key, desk.open(key)).status_code == 302, key
    after = {text.question.key: text.content_hash for text in main.all()}
    assert after == before
    assert AuditEvent.objects.count() == events
    assert not Contribution.objects.filter(edition=desk.draft).exists()


CHANGES: dict[str, tuple[Fields, str]] = {
    "single": ({"options-1-text": "Something else"}, "Something else"),
    "multiple": ({"options-3-correct": "on"}, "'correct': True"),
    "truefalse": ({"options-right": "1"}, "'correct': True"),
    "ordering": ({"sequence-0-ORDER": "4"}, "Step"),
    "matching": ({"pairs-0-right": "Another right side"}, "Another right side"),
    "numeric": ({"answer": "48.25", "tolerance": ""}, "48.25"),
    "short": ({"accept": "first form\r\n\r\n second form "}, "['first form', 'second form']"),
    "scenario": ({"parts-1-options-0-feedback": "Yes, because."}, "Yes, because."),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_type_can_be_changed(desk: Desk, cast: Cast, kind: str) -> None:
    key = desk.key_of(kind)
    before = desk.text(key)
    changes, words = CHANGES[kind]
    response = desk.send(key, desk.open(key) | changes)
    assert response.status_code == 302, response.content.decode()
    after = desk.text(key)
    assert after.content_hash != before.content_hash
    registry.get(kind).validate(after.content)
    assert words in str(after.content)
    assert Contribution.objects.get(edition=desk.draft).person == cast.ingrid
    details = AuditDetail.objects.filter(event__verb="edition.edited").latest("event__at").data
    assert (details["question"], details["act"]) == (key, "changed")


def test_a_moved_step_is_the_last_one(desk: Desk) -> None:
    key = desk.key_of("ordering")
    before = desk.text(key).content["sequence"]
    desk.send(key, desk.open(key) | {"sequence-0-ORDER": "4"})
    assert desk.text(key).content["sequence"] == [*before[1:], before[0]]
    desk.send(key, desk.open(key) | {"sequence-3-ORDER": "1"})
    assert desk.text(key).content["sequence"] == before


def test_options_are_added_and_taken_out_without_a_script(desk: Desk) -> None:
    key = desk.key_of("single")
    shown = desk.send(key, desk.open(key) | {"more": "options", "options-0-text": "Kept text"})
    assert shown.status_code == 200
    assert not Contribution.objects.exists()  # nothing was saved
    page = shown.content.decode()
    assert re.search(r'name="options-4-text"[^>]*autofocus', page)
    fields = sent(page, "question-form")
    assert fields["options-0-text"] == "Kept text"
    fields |= {
        "options-4-text": "A fifth",
        "options-4-feedback": "Wrong too.",
        "options-2-DELETE": "on",
    }
    assert desk.send(key, fields).status_code == 302
    texts = [option["text"] for option in desk.text(key).content["options"]]
    assert len(texts) == 4
    assert texts[0] == "Kept text"
    assert texts[3] == "A fifth"


def test_rows_that_stay_empty_are_left_out(desk: Desk) -> None:
    key = desk.key_of("short")
    fields = desk.open(key) | {"errors-TOTAL_FORMS": "2"}
    assert desk.send(key, fields).status_code == 302
    assert "errors" not in desk.text(key).content


def test_a_case_gets_another_part(desk: Desk) -> None:
    key = desk.key_of("scenario")
    shown = desk.send(key, desk.open(key) | {"more": "parts", "part-type": "numeric"})
    fields = sent(shown.content.decode(), "question-form")
    fields |= {
        "parts-2-stem": "How many?",
        "parts-2-answer": "12",
        "parts-2-feedback": "Twelve.",
        "parts-0-ORDER": "3",
    }
    assert desk.send(key, fields).status_code == 302
    parts = desk.text(key).content["parts"]
    assert [(part["key"], part["type"]) for part in parts] == [
        ("b", "truefalse"),
        ("c", "numeric"),
        ("a", "single"),
    ]
    assert parts[1]["answer"] == 12


def test_the_place_in_the_course_is_changed_with_the_words(desk: Desk) -> None:
    key = desk.key_of("single")
    fields = desk.open(key)
    changes: Fields = {
        "place-bloom": "create",
        "place-difficulty": "3",
        "place-must_pass": "",
        "place-tags": "one, two-three",
        "place-seed": "S4, S17",
        "place-negative_stem": "on",
    }
    assert desk.send(key, fields | changes).status_code == 302
    question = desk.question(key)
    assert (question.bloom, question.difficulty, question.must_pass) == ("create", 3, "")
    assert (question.tags, question.seed) == (["one", "two-three"], ["S4", "S17"])
    assert question.negative_stem


def test_saving_can_lead_to_the_next(desk: Desk) -> None:
    response = desk.send("T-Q1", desk.open("T-Q1") | {"go": "next"})
    assert response.headers["Location"] == desk.address("T-Q2")
    response = desk.send("T-Q8", desk.open("T-Q8") | {"go": "next"})
    assert response.headers["Location"] == desk.address("T-Q8")


# ------------------------------------------------------------------ new, copied, taken out
@pytest.mark.parametrize("kind", KINDS)
def test_a_new_question_of_every_type_begins_as_a_whole_form(desk: Desk, kind: str) -> None:
    address = reverse("admin:authoring_question_new", args=[desk.draft.pk, TEST_KEY, kind])
    page = desk.client.get(address, {"objective": "O1"}).content.decode()
    assert "T-Q09" in page
    assert re.search(r'<option value="O1" selected>', page)
    response = desk.client.post(address, {"seen": ""})
    assert response.status_code == 422
    assert not Question.objects.filter(key="T-Q09").exists()


def test_a_new_question_comes_to_the_end_of_the_pool(desk: Desk) -> None:
    address = reverse("admin:authoring_question_new", args=[desk.draft.pk, TEST_KEY, "numeric"])
    fields = sent(desk.client.get(address).content.decode(), "question-form")
    fields |= {
        "stem": "How many days?",
        "answer": "10",
        "feedback": "Ten.",
        "place-objective": "O1",
        "place-lesson": "lesson-1",
    }
    response = desk.client.post(address, fields)
    assert response.headers["Location"] == desk.address("T-Q09")
    question = desk.question("T-Q09")
    assert question.position == 9
    assert desk.text("T-Q09").content == {
        "stem": "How many days?",
        "answer": 10,
        "feedback": "Ten.",
    }
    assert Contribution.objects.exists()


def test_keys_are_never_given_again(desk: Desk) -> None:
    fields = {"seen": _seen(desk, "T-Q8")}
    address = reverse("admin:authoring_question_remove", args=[desk.draft.pk, "T-Q8"])
    assert desk.client.post(address, fields).status_code == 302
    new = reverse("admin:authoring_question_new", args=[desk.draft.pk, TEST_KEY, "single"])
    assert "T-Q09" in desk.client.get(new).content.decode()


def _seen(desk: Desk, key: str) -> str:
    value = desk.open(key)["seen"]
    assert isinstance(value, str)
    return value


def test_a_copy_stands_after_its_original_in_every_language(cast: Cast) -> None:
    desk = at_the_desk(cast.ingrid, languages=("en", "es"))
    address = reverse("admin:authoring_question_copy", args=[desk.draft.pk, "T-Q3"])
    assert desk.client.get(address).headers["Location"] == desk.address("T-Q3")
    response = desk.client.post(address)
    assert response.headers["Location"] == desk.address("T-Q09")
    copy, original = desk.question("T-Q09"), desk.question("T-Q3")
    assert copy.position == original.position + 1
    assert desk.question("T-Q4").position == copy.position + 1
    for language in ("en", "es"):
        assert desk.text("T-Q09", language).content == desk.text("T-Q3", language).content


def test_taking_out_asks_first_and_touches_no_published_edition(desk: Desk) -> None:
    address = reverse("admin:authoring_question_remove", args=[desk.draft.pk, "T-Q3"])
    assert "Take T-Q3 out" in desk.client.get(address).content.decode()
    assert desk.question("T-Q3")
    response = desk.client.post(address, {"seen": "an older state"})
    assert response.status_code == 409
    response = desk.client.post(address, {"seen": _seen(desk, "T-Q3")}, follow=True)
    assert "T-Q3 is out of this draft." in response.content.decode()
    assert Question.objects.filter(key="T-Q3").count() == 1  # of the published edition
    assert "taken out of this draft: T-Q3" in response.content.decode()


# ------------------------------------------------------------------ the preview
@pytest.mark.parametrize("kind", KINDS)
def test_the_preview_is_the_learners_page(desk: Desk, kind: str) -> None:
    key = desk.key_of(kind)
    fields = desk.open(key) | {"stem": "A *quick* look?", "fragment": "1"}
    response = desk.preview(key, fields)
    fragment = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in fragment
    assert "A <em>quick</em> look?" in fragment
    assert 'name="try' in fragment
    assert CANARY not in fragment.replace("id_", "")  # no key before the result
    result = desk.preview(key, fields | {"show": "result"}).content.decode()
    assert CANARY in result
    assert "No answer" in result
    assert desk.text(key).content["stem"] != "A *quick* look?"  # nothing is kept


def test_what_was_tried_is_marked(desk: Desk) -> None:
    key = desk.key_of("single")
    fields = desk.open(key) | {"fragment": "1"}
    page = desk.preview(key, fields).content.decode()
    token = re.findall(r'value="(\w+)"><span class="option-text">Option 1 A', page)
    fields |= {"try": token, "show": "result"}
    assert "state-passed" in desk.preview(key, fields).content.decode()
    page = desk.preview(key, fields | {"try": "nonsense"}).content.decode()
    assert "This choice is not part of the question." in page


def test_a_whole_case_can_be_tried_at_once(desk: Desk) -> None:
    key = desk.key_of("scenario")
    fields = desk.open(key) | {"fragment": "1"}
    page = desk.preview(key, fields).content.decode()
    assert "Part a?" in page
    assert "Part b?" in page
    [token] = re.findall(r'name="try-b" value="(\w+)"><span class="option-text">True', page)
    result = desk.preview(key, fields | {"try-b": token, "show": "result"}).content.decode()
    assert "Partly right" in result


def test_without_a_script_the_preview_is_the_whole_page_with_what_was_typed(desk: Desk) -> None:
    key = desk.key_of("matching")
    fields = desk.open(key) | {"pairs-0-left": "Typed just now"}
    page = desk.preview(key, fields).content.decode()
    assert "<html" in page
    assert page.count("Typed just now") == 2  # in the form and in the preview
    assert desk.client.get(desk.address(key, name="authoring_question_preview")).status_code == 302


def test_hints_stand_beside_the_preview(desk: Desk) -> None:
    key = desk.key_of("single")
    fields = desk.open(key) | {
        "fragment": "1",
        "options-0-text": "A right answer that goes on and on",
        "options-1-text": "None of the above",
        "stem": "Which of these is not so?",
    }
    page = desk.preview(key, fields).content.decode()
    for words in ("gives it away", "all or none of the above", "asks for the exception"):
        assert words in page
    assert 'href="#id_options-1-text"' in page


# ------------------------------------------------------------------ who
def test_an_instructor_of_another_course_finds_nothing(desk: Desk) -> None:
    olga = person("Olga")
    grant_role(
        person=olga,
        role="instructor",
        course_slug="somewhere-else",
        from_on=NOW.date().replace(year=2025),
        by=None,
        now=NOW,
    )
    client = client_of(olga)
    listed = reverse("admin:authoring_questions", args=[desk.draft.pk])
    for address in (listed, desk.address("T-Q1"), f"{listed}T-Q1/remove/"):
        assert client.get(address).status_code == 404
    assert client.post(desk.address("T-Q1"), {}).status_code == 404
    assert client.post(f"{desk.address('T-Q1')}preview/", {}).status_code == 404


def test_what_is_not_there_is_404(desk: Desk) -> None:
    assert desk.client.get(desk.address("T-Q99")).status_code == 404
    assert desk.client.get(desk.address("T-Q1", "fr")).status_code == 404
    new = reverse("admin:authoring_question_new", args=[desk.draft.pk, TEST_KEY, "riddle"])
    assert desk.client.get(new).status_code == 404
    published = desk.draft.course.editions.get(published_at__isnull=False)
    other = reverse("admin:authoring_question", args=[published.pk, "T-Q1", "en"])
    assert desk.client.get(other).status_code == 404


def test_forms_without_a_browser_hold_what_they_were_given() -> None:
    """An unbound form says the content it shows; used for hints before anything is typed."""
    content = {"stem": "S?", "answer": 4, "feedback": "F"}
    assert ContentForms("numeric", content, language="en").content() == content
    assert QuestionEnvelope.model_fields.keys() >= {"objective", "lesson", "must_pass"}
