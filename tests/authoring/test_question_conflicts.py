"""What goes wrong at the editor: each ends in a clear message, nothing lost and nothing let in."""

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from courseware.accounts.models import User
from courseware.authoring.models import Contribution, Review
from courseware.authoring.queries.translations import stale_translations
from courseware.courses.models import Edition
from quizzes.engine.writing import WHOLE_LIMIT
from quizzes.models import Question
from tests.authoring.drafts_made import NOW, mark_as_read
from tests.authoring.forms_sent import Fields, sent
from tests.authoring.question_editing import KINDS, Desk, at_the_desk, client_of, every_kind
from tests.cast import Cast, person
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return at_the_desk(cast.ingrid)


def refused(desk: Desk, kind: str, changes: dict[str, Any]) -> tuple[str, Fields]:
    """The page that says what is wrong, and the form as it stands in it."""
    key = desk.key_of(kind)
    before = desk.text(key).content_hash
    response = desk.send(key, desk.open(key) | changes)
    assert response.status_code == 422
    assert desk.text(key).content_hash == before
    assert not Contribution.objects.exists()
    page = response.content.decode()
    assert "Not saved yet" in page
    return unescape(page), sent(page, "question-form")


#: A browser cannot send for a choice what is not offered.
_CHOICES = {f"place-{name}" for name in ("objective", "must_pass", "bloom", "difficulty")}


# ------------------------------------------------------------------ what cannot be kept
@pytest.mark.parametrize(
    ("kind", "changes", "link", "words"),
    [
        ("single", {"stem": "  "}, "id_stem", "Question: Must not be empty."),
        (
            "single",
            {"options-2-feedback": ""},
            "id_options-2-feedback",
            "Option 3, Feedback: Must not be empty.",
        ),
        (
            "single",
            {"options-right": ""},
            "rows-options",
            "Exactly one option must be correct; 0 are.",
        ),
        (
            "single",
            {"options-3-text": "option 1 b "},
            "id_options-3-text",
            "Says the same as entry 2 of the list.",
        ),
        (
            "single",
            {"options-1-text": "A\x00B"},
            "id_options-1-text",
            "a character that cannot be shown (U+0000)",
        ),
        (
            "single",
            {"options-1-text": "safe\u202egnp.exe"},
            "id_options-1-text",
            "a character that cannot be shown (U+202E)",
        ),
        ("single", {"stem": "x" * 4_001}, "id_stem", "Is longer than 4000 characters."),
        ("single", {"options-0-ORDER": "first"}, "id_options-0-ORDER", "whole number"),
        ("single", {"place-objective": "O99"}, "id_place-objective", "no such objective"),
        ("single", {"place-lesson": ""}, "id_place-lesson", "Choose the lesson that teaches it."),
        ("single", {"place-must_pass": "M9"}, "id_place-must_pass", "no such must-pass point"),
        ("single", {"place-tags": "Big Words"}, "id_place-tags", "Small letters, digits"),
        ("single", {"place-seed": "S4 S6"}, "id_place-seed", "S and a number each"),
        ("single", {"place-bloom": "guess"}, "id_place-bloom", "Must be one of"),
        ("single", {"place-difficulty": "9"}, "id_place-difficulty", "Must be a whole number."),
        (
            "multiple",
            {f"options-{n}-correct": "on" for n in range(4)},
            "rows-options",
            "At least one option must be wrong.",
        ),
        ("truefalse", {"options-0-text": ""}, "id_options-0-text", "Must not be empty."),
        ("ordering", {"sequence-1-text": "Step 4 A"}, "id_sequence-1-text", "Says the same"),
        ("matching", {"distractors-0-text": "Right 1"}, "id_distractors-0-text", "no distractor"),
        ("numeric", {"answer": "1,5"}, "id_answer", "Must be a number."),
        ("numeric", {"answer": "1" * 30}, "id_answer", "Has too many digits."),
        ("numeric", {"tolerance": "-1"}, "id_tolerance", "Must not be negative."),
        ("short", {"accept": "good\n ?! \nother"}, "id_accept", "Accepted forms, line 2"),
        ("short", {"accept": ""}, "id_accept", "Needs at least 1 entries."),
        (
            "scenario",
            {"parts-1-options-0-feedback": ""},
            "id_parts-1-options-0-feedback",
            "Part 2, Option 1, Feedback: Must not be empty.",
        ),
        ("scenario", {"parts-1-DELETE": "on"}, "rows-parts", "Needs at least 2 entries."),
    ],
)
def test_each_fault_is_said_at_its_field(
    desk: Desk, kind: str, changes: dict[str, str], link: str, words: str
) -> None:
    page, fields = refused(desk, kind, changes)
    [summary] = re.findall(r'class="error-summary".*?</div>', page, re.DOTALL)
    assert words in summary
    assert f'href="#{link}"' in summary
    assert f'id="{link}"' in page
    typed_by_hand = {name: text for name, text in changes.items() if name not in _CHOICES}
    for name, typed in typed_by_hand.items():  # nothing is lost
        shown = fields.get(name, "")
        assert str(shown).strip() == typed.strip().replace("\n", "\r\n"), name


def test_a_question_that_is_too_long_as_a_whole(desk: Desk) -> None:
    changes = {f"options-{n}-{name}": f"{n}" + "x" * 3_999 for n in range(4) for name in ("text",)}
    changes |= {f"options-{n}-feedback": "y" * 3_999 + f"{n}" for n in range(4)}
    changes |= {"stem": "z" * 4_000, "feedback": "w" * 4_000}
    changes |= {
        "options-TOTAL_FORMS": "6",
        "options-4-text": "v" * 4_000,
        "options-4-feedback": "u" * 4_000,
    }
    page, fields = refused(desk, "single", changes)
    assert f"{WHOLE_LIMIT} is the most" in page
    assert fields["options-3-text"] == changes["options-3-text"]


def test_thirteen_options_are_too_many_and_none_is_lost(desk: Desk) -> None:
    changes = {"options-TOTAL_FORMS": "13"}
    for number in range(4, 13):
        changes |= {f"options-{number}-text": f"Text {number}", f"options-{number}-feedback": "F"}
    page, fields = refused(desk, "single", changes)
    assert "Takes at most 12 entries." in page
    assert fields["options-12-text"] == "Text 12"


def test_hostile_words_are_shown_as_words(desk: Desk) -> None:
    key = desk.key_of("single")
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"
    fields = desk.open(key) | {"stem": attack, "options-1-text": attack}
    response = desk.preview(key, fields | {"show": "result"})
    page = response.content.decode()
    beside = page[page.index('id="beside"') :]
    assert "<script>alert" not in page
    assert "<img" not in beside
    assert "javascript:" not in beside.split("</aside>")[0]
    assert desk.send(key, fields).status_code == 302


MALFORMED: tuple[dict[str, Any], ...] = (
    {},
    {"seen": "x"},
    {"seen": ["a", "b"], "stem": ["one", "two"]},
    {"options-TOTAL_FORMS": "x", "options-INITIAL_FORMS": "-1"},
    {"options-TOTAL_FORMS": "99999999", "options-INITIAL_FORMS": "0"},
    {"parts-TOTAL_FORMS": "50", "parts-INITIAL_FORMS": "0", "parts-3-type": "scenario"},
    {"more": "options"},
    {"more": "nowhere", "part-type": "riddle"},
    {"more": "parts", "parts-TOTAL_FORMS": "٣"},
    {"options-0-ORDER": "9" * 50},
)


@pytest.mark.parametrize("kind", KINDS)
def test_malformed_posts_break_nothing(desk: Desk, kind: str) -> None:
    key = desk.key_of(kind)
    before = desk.text(key).content_hash
    new = reverse("admin:authoring_question_new", args=[desk.draft.pk, "final-test", kind])
    for fields in MALFORMED:
        for response in (desk.send(key, fields), desk.preview(key, fields)):
            assert response.status_code in {200, 409, 422}, fields
        assert desk.client.post(new, fields).status_code in {200, 422}, fields
    assert desk.text(key).content_hash == before


# ------------------------------------------------------------------ two people, a closed draft
def test_the_second_of_two_editors_is_shown_both_versions_and_chooses(
    desk: Desk, cast: Cast
) -> None:
    other = Desk(desk.draft, client_of(person("Otto", role="instructor")))
    mine, theirs = desk.open("T-Q1"), other.open("T-Q1")
    assert other.send("T-Q1", theirs | {"stem": "What Otto asks?"}).status_code == 302
    response = desk.send("T-Q1", mine | {"stem": "What Ingrid asks?"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Two versions of this question" in page
    assert "What Otto asks?" in page
    assert desk.text("T-Q1").content["stem"] == "What Otto asks?"
    fields = sent(page, "question-form")
    assert fields["stem"] == "What Ingrid asks?"  # kept
    assert desk.send("T-Q1", fields).status_code == 302  # and put in its place
    assert desk.text("T-Q1").content["stem"] == "What Ingrid asks?"


def test_a_change_of_the_place_alone_is_a_conflict_too(desk: Desk) -> None:
    first, second = desk.open("T-Q1"), desk.open("T-Q1")
    assert desk.send("T-Q1", first | {"place-bloom": "create"}).status_code == 302
    assert desk.send("T-Q1", second | {"place-difficulty": "2"}).status_code == 409
    question = desk.question("T-Q1")
    assert (question.bloom, question.difficulty) == ("create", 1)


def test_what_was_typed_is_kept_when_the_question_was_taken_out(desk: Desk) -> None:
    fields = desk.open("T-Q1") | {"stem": "Typed meanwhile?", "options-1-text": "And <this>"}
    Question.objects.filter(quiz__activity__edition=desk.draft, key="T-Q1").delete()
    for response in (desk.send("T-Q1", fields), desk.preview("T-Q1", fields)):
        assert response.status_code == 409
        page = response.content.decode()
        assert "Typed meanwhile?" in page
        assert "And &lt;this&gt;" in page
        assert str(fields["seen"]) not in page
    assert desk.send("T-Q77", fields).status_code == 404  # that never was one


def _closed(draft: Edition, by: Any) -> None:
    Review.objects.create(edition=draft, submitted_by=by, submitted_at=NOW, draft_hash="0" * 64)


def test_a_draft_in_review_keeps_what_was_typed_and_saves_nothing(desk: Desk, cast: Cast) -> None:
    fields = desk.open("T-Q1") | {"stem": "Typed before it was sent?"}
    _closed(desk.draft, cast.ingrid)
    response = desk.send("T-Q1", fields)
    assert response.status_code == 409
    page = response.content.decode()
    assert "in review and cannot be changed now" in page
    assert sent(page, "question-form")["stem"] == "Typed before it was sent?"
    assert desk.text("T-Q1").content["stem"] != "Typed before it was sent?"
    assert 'name="go" value="save"' not in page
    listed = reverse("admin:authoring_questions", args=[desk.draft.pk])
    assert "Add a question" not in desk.client.get(listed).content.decode()
    removal = reverse("admin:authoring_question_remove", args=[desk.draft.pk, "T-Q1"])
    assert desk.client.post(removal, {"seen": fields["seen"]}).status_code == 409
    copying = reverse("admin:authoring_question_copy", args=[desk.draft.pk, "T-Q1"])
    assert "in review" in desk.client.post(copying, follow=True).content.decode()
    assert desk.question("T-Q1")


def test_an_edition_published_meanwhile_keeps_what_was_typed(desk: Desk) -> None:
    fields = desk.open("T-Q1") | {"stem": "Typed too late?"}
    Edition.objects.filter(pk=desk.draft.pk).update(published_at=NOW)
    response = desk.send("T-Q1", fields)
    assert response.status_code == 409
    page = response.content.decode()
    assert "published and cannot be changed any more" in page
    assert "Typed too late?" in page


# ------------------------------------------------------------------ translations
@pytest.fixture
def two_languages(cast: Cast) -> Desk:
    """Spanish as a translation, up to date."""
    return Desk(remembered(_two_languages, cast.ingrid), client_of(cast.ingrid))


def _two_languages(instructor: User) -> Edition:
    draft = every_kind(instructor, languages=("en", "es"))
    draft.languages.filter(language="es").update(translated_from="f" * 16)
    for stale in stale_translations(draft):
        mark_as_read(draft, stale)
    return draft


@pytest.mark.parametrize("kind", KINDS)
def test_in_another_language_only_words_can_be_written(two_languages: Desk, kind: str) -> None:
    desk, key = two_languages, two_languages.key_of(kind)
    fields = desk.open(key, "es")
    allowed = ("stem", "feedback", "text", "left", "right", "accept", "model_answer", "unit")
    fields = {name: typed for name, typed in fields.items() if not name.startswith("try")}
    words = [name for name in fields if name.rpartition("-")[2] in allowed]
    rest = {name.rpartition("-")[2] for name in set(fields) - set(words)}
    assert rest <= {
        *("csrfmiddlewaretoken", "seen"),
        *("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS"),
    }
    before = desk.text(key, "es").content
    forged: Fields = {
        "options-right": "3",
        "options-0-correct": "on",
        "answer": "1",
        "pairs-0-DELETE": "on",
    }
    assert desk.send(key, fields | forged, "es").status_code == 302
    assert desk.text(key, "es").content == before
    assert desk.send(key, fields | {"stem": "¿Qué hace usted?"}, "es").status_code == 302
    after = desk.text(key, "es").content
    assert after == {**before, "stem": "¿Qué hace usted?"}


def test_translations_keep_their_words_when_the_structure_changes(two_languages: Desk) -> None:
    desk = two_languages
    es = desk.open("T-Q1", "es")
    for number, letter in enumerate("ABCD"):
        es[f"options-{number}-text"] = f"Opción {letter}"
    assert desk.send("T-Q1", es, "es").status_code == 302
    en = desk.open("T-Q1") | {
        "options-right": "2",
        "options-0-ORDER": "4",
        "options-1-DELETE": "on",
    }
    assert desk.send("T-Q1", en).status_code == 302
    options = desk.text("T-Q1", "es").content["options"]
    assert [option["text"] for option in options] == ["Opción C", "Opción D", "Opción A"]
    assert [option["correct"] for option in options] == [True, False, False]
    listed = desk.client.get(reverse("admin:authoring_questions", args=[desk.draft.pk]))
    assert "es: out of date" in listed.content.decode()
    assert "changed since this was translated" in desk.page("T-Q1", "es")
    assert desk.send("T-Q1", desk.open("T-Q1", "es"), "es").status_code == 302  # read again
    assert "changed since this was translated" not in desk.page("T-Q1", "es")


def test_a_new_row_waits_for_its_translation(two_languages: Desk) -> None:
    desk = two_languages
    fields = desk.open("T-Q1") | {
        "options-TOTAL_FORMS": "5",
        "options-4-text": "Brand new",
        "options-4-feedback": "Not right.",
    }
    assert desk.send("T-Q1", fields).status_code == 302
    assert desk.text("T-Q1", "es").content["options"][4]["text"] == "Brand new"
    assert "changed since this was translated" in desk.page("T-Q1", "es")


def test_whoever_overwrites_another_structure_keeps_translations_with_their_rows(
    two_languages: Desk,
) -> None:
    desk = two_languages
    es = desk.open("T-Q1", "es")
    for number, letter in enumerate("ABCD"):
        es[f"options-{number}-text"] = f"Opción {letter}"
    desk.send("T-Q1", es, "es")
    mine = desk.open("T-Q1") | {"options-0-feedback": "Mine."}
    assert desk.send("T-Q1", desk.open("T-Q1") | {"options-0-ORDER": "4"}).status_code == 302
    page = desk.send("T-Q1", mine).content.decode()
    assert desk.send("T-Q1", sent(page, "question-form")).status_code == 302
    english = [option["text"][-1] for option in desk.text("T-Q1").content["options"]]
    spanish = [option["text"][-1] for option in desk.text("T-Q1", "es").content["options"]]
    assert english == spanish == list("ABCD")


def test_a_translation_of_words_that_changed_meanwhile_is_a_conflict(two_languages: Desk) -> None:
    desk = two_languages
    es = desk.open("T-Q1", "es")
    assert desk.send("T-Q1", desk.open("T-Q1") | {"stem": "Newer words?"}).status_code == 302
    response = desk.send("T-Q1", es | {"stem": "¿Algo?"}, "es")
    assert response.status_code == 409
    assert "¿Algo?" in response.content.decode()


# ------------------------------------------------------------------ the rules of a test
def _test_page(desk: Desk) -> str:
    return reverse("admin:authoring_test", args=[desk.draft.pk, "final-test"])


RULES = {
    "draw_count": "6",
    "pass_percent": "75",
    "attempts_allowed": "3",
    "window_days": "5",
    "time_limit_minutes": "45",
    "cap_truefalse": "1",
    "cap_negative_stem": "",
    "quota-O1": "6",
    "tag_quotas": "",
    "pool_tags": "",
    "withheld_tags": "practice, old",
    "cooldown_hours": "12",
    "time_out": "grace",
    "grace_minutes": "30",
    "review": "exam",
    "asks_confidence": "on",
}


def _sent_rules(desk: Desk) -> Fields:
    page = desk.client.get(_test_page(desk)).content.decode()
    [seen] = re.findall(r'name="seen" value="(\w+)"', page)
    return {**RULES, "seen": seen}


def test_the_rules_of_a_test_are_changed(desk: Desk) -> None:
    response = desk.client.post(_test_page(desk), _sent_rules(desk), follow=True)
    assert "The test is saved." in response.content.decode()
    quiz = desk.question("T-Q1").quiz
    assert (quiz.draw_count, quiz.pass_percent, quiz.attempts_allowed) == (6, 75, 3)
    assert (quiz.window_days, quiz.time_limit_minutes) == (5, 45)
    assert (quiz.quotas, quiz.caps) == ({"O1": 6}, {"truefalse": 1})
    assert quiz.withheld_tags == ["old", "practice"]
    assert (quiz.cooldown_hours, quiz.time_out, quiz.grace_minutes) == (12, "grace", 30)
    assert (quiz.review, quiz.asks_confidence) == ("exam", True)
    assert Contribution.objects.exists()
    said = desk.client.post(_test_page(desk), _sent_rules(desk), follow=True).content.decode()
    assert "Nothing was changed." in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"draw_count": "7"}, "The questions per objective add up to 6, but 7 are drawn."),
        ({"pass_percent": "101"}, "Must be a whole number from 1 to 100."),
        ({"attempts_allowed": "0"}, "Must be a whole number from 1 to 10."),
        ({"window_days": ""}, "This field is required."),
        ({"time_limit_minutes": "x"}, "Enter a whole number."),
        ({"quota-O1": "1000", "draw_count": "1000"}, "Must be a whole number from 0 to 100."),
        ({"cap_truefalse": "-1"}, "greater than or equal to 0"),
        ({"tag_quotas": "scene"}, "“scene” is not a tag, a colon and a number"),
        ({"tag_quotas": "scene: 9"}, "Must be a whole number from 1 to 6."),
        ({"pool_tags": "Über"}, "“Über” is no tag"),
        ({"pool_tags": "old"}, "The tag old cannot be both drawn and withheld."),
        ({"grace_minutes": ""}, "Must be a whole number from 1 to 1440."),
        ({"time_out": "submit"}, "Only where a time of grace is given."),
        ({"cooldown_hours": "999"}, "Must be a whole number from 0 to 720."),
        ({"review": "never"}, "Select a valid choice."),
    ],
)
def test_impossible_rules_are_refused_at_their_field(
    desk: Desk, changes: dict[str, str], words: str
) -> None:
    response = desk.client.post(_test_page(desk), _sent_rules(desk) | changes)
    assert response.status_code == 422
    assert words in unescape(response.content.decode())
    assert desk.question("T-Q1").quiz.draw_count == 4


def test_rules_that_somebody_else_changed_are_not_overwritten(desk: Desk) -> None:
    first, second = _sent_rules(desk), _sent_rules(desk)
    desk.client.post(_test_page(desk), first)
    response = desk.client.post(_test_page(desk), second | {"pass_percent": "60"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Somebody changed this test" in page
    assert 'value="60"' in page
    assert "<dd>75</dd>" in page
    [seen] = re.findall(r'name="seen" value="(\w+)"', page)
    assert desk.client.post(_test_page(desk), second | {"seen": seen}).status_code == 302


def test_rules_of_a_closed_draft_are_kept_on_the_page(desk: Desk, cast: Cast) -> None:
    fields = _sent_rules(desk)
    _closed(desk.draft, cast.ingrid)
    response = desk.client.post(_test_page(desk), fields)
    assert response.status_code == 409
    assert 'value="45"' in response.content.decode()
