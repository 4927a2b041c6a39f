"""Questions of other systems come into a draft: looked at first, then everything or nothing; and a
draft's questions go out as a file.
"""

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courseware.audit.models import AuditEvent
from courseware.authoring.actions import ImportMoved, forget_imports, submit, take_in
from courseware.authoring.models import Contribution, QuestionImport
from courseware.authoring.queries.findings import findings
from courseware.authoring.queries.importing import plan_of
from courseware.courses.actions import sha256_of
from lessons.models import Picture, Upload
from quizzes.engine.pictures import hashes_in, missing_in
from quizzes.interchange.formats import FORMATS
from quizzes.interchange.records import MAX_BYTES
from quizzes.models import Question, QuestionText
from tests.authoring.question_editing import Desk, at_the_desk, client_of
from tests.cast import Cast
from tests.certificates.completed import work_off
from tests.courses_made import TEST_KEY
from tests.lessons.pictures_made import file_of
from tests.lessons.readers import words

pytestmark = pytest.mark.django_db

GIFT = """\
// [id:T-Q1] [tag:objective:O1]
::One:: What is new here? {=This#Yes. ~That#No.}

What comes first? {
=The scene
~The press
}
"""


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return at_the_desk(cast.ingrid)


def bring(desk: Desk, text: str = "", **given: Any) -> Any:
    address = reverse("admin:authoring_bring", args=[desk.draft.pk])
    return desk.client.post(address, {"format": "auto", "text": text, **given})


def brought(desk: Desk, text: str, **given: Any) -> str:
    """The address of the look at it."""
    response = bring(desk, text, **given)
    assert response.status_code == 302, words(response)
    return str(response["Location"])


def form_of(desk: Desk, address: str) -> dict[str, str]:
    """What a browser would send back for the form of the look."""
    page = desk.client.get(address)
    assert page.status_code == 200
    form = page.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


PLACE = {"objective": "O1", "lesson": "lesson-1", "bloom": "apply", "difficulty": "2"}


def keys(desk: Desk) -> list[str]:
    return list(
        Question.objects.filter(quiz__activity__edition=desk.draft)
        .order_by("position")
        .values_list("key", flat=True)
    )


def lesson_key(desk: Desk) -> str:
    return str(desk.draft.activities.filter(kind="lesson").earliest("position").key)


# ------------------------------------------------------------------ in
def test_a_file_is_looked_at_before_anything_is_written(desk: Desk, cast: Cast) -> None:
    before = list(QuestionText.objects.order_by("pk").values_list("content_hash", flat=True))
    address = brought(desk, GIFT)
    page = desk.client.get(address)
    said = words(page)
    assert "1 new question, 1 changed, 0 as they are. Nothing is written yet." in said
    assert "What comes first?" in said
    assert "The press" in said
    assert "Line 4" in said
    assert "Places without feedback: 2." in said
    assert (
        list(QuestionText.objects.order_by("pk").values_list("content_hash", flat=True)) == before
    )
    assert not Contribution.objects.filter(edition=desk.draft).exists()
    assert QuestionImport.objects.get().by == cast.ingrid


def test_taking_it_in_changes_and_adds(desk: Desk, cast: Cast) -> None:
    address = brought(desk, GIFT)
    response = desk.client.post(
        address, {**form_of(desk, address), **PLACE, "lesson": lesson_key(desk)}
    )
    assert response.status_code == 302, words(response)
    assert keys(desk) == [*(f"T-Q{n}" for n in range(1, 9)), "T-Q09"]
    assert desk.text("T-Q1").content["stem"] == "What is new here?"
    added = desk.question("T-Q09")
    assert (added.objective, added.lesson_key, added.difficulty, added.type) == (
        "O1",
        lesson_key(desk),
        2,
        "single",
    )
    options = desk.text("T-Q09").content["options"]
    assert [option["feedback"] for option in options] == ["This is right.", "This is not right."]
    assert not QuestionImport.objects.exists()
    assert Contribution.objects.get(edition=desk.draft).person == cast.ingrid
    event = AuditEvent.objects.filter(verb="edition.edited").latest("pk")
    assert event.detail.data["what"] == "questions"
    done = words(desk.client.get(str(response["Location"])))
    assert "Brought in: 1 new question, 1 changed." in done


def test_what_the_file_does_not_say_is_asked_for(desk: Desk) -> None:
    address = brought(desk, GIFT)
    response = desk.client.post(address, form_of(desk, address) | {"objective": ""})
    assert response.status_code == 422
    assert "Choose one: questions of the file do not say it." in words(response)
    assert len(keys(desk)) == 8


def test_one_error_keeps_everything_out(desk: Desk) -> None:
    address = brought(desk, f"{GIFT}\nWhich? {{=same ~same}}")
    page = desk.client.get(address)
    assert "To be put right in the file first" in words(page)
    assert "· Which? · Option 2, Option: Says the same as entry 1 of the list." in words(page)
    fields = {**PLACE, "lesson": lesson_key(desk), "seen": page.context["plan"].seen}
    assert desk.client.post(address, fields).status_code == 422
    assert len(keys(desk)) == 8
    assert desk.text("T-Q1").content["stem"] == "Question 1 (en)?"


def test_taking_in_refuses_a_file_with_errors_itself(desk: Desk, cast: Cast) -> None:
    """The page keeps such a file back; a file whose faults appear after the look gets past it."""
    brought(desk, "// [id:T-Q1]\nWhat is new here? {=This ~That}\n\nNothing closes this {=a ~b")
    kept = QuestionImport.objects.get()
    plan = plan_of(kept)
    assert plan.has_errors
    assert [one.has_errors for one in plan.questions] == [False]
    with pytest.raises(ImportMoved):
        take_in(
            kept=kept,
            quiz=desk.question("T-Q1").quiz,
            seen=plan.seen,
            defaults={},
            alts={},
            by=cast.ingrid,
            now=timezone.now(),
        )
    assert desk.text("T-Q1").content["stem"] == "Question 1 (en)?"
    assert QuestionImport.objects.exists()


def test_whoever_changed_a_question_meanwhile_loses_nothing(desk: Desk) -> None:
    address = brought(desk, GIFT)
    fields = {**form_of(desk, address), **PLACE, "lesson": lesson_key(desk)}
    assert desk.send("T-Q1", desk.open("T-Q1") | {"stem": "Mine?"}).status_code == 302
    response = desk.client.post(address, fields)
    assert response.status_code == 409
    assert "Somebody changed questions of the draft meanwhile." in words(response)
    assert desk.text("T-Q1").content["stem"] == "Mine?"
    assert len(keys(desk)) == 8
    # What was looked at again may be taken in.
    again = {**form_of(desk, address), **PLACE, "lesson": lesson_key(desk)}
    assert desk.client.post(address, again).status_code == 302
    assert desk.text("T-Q1").content["stem"] == "What is new here?"


def test_a_fault_on_the_way_leaves_nothing_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = brought(desk, GIFT)
    fields = {**form_of(desk, address), **PLACE, "lesson": lesson_key(desk)}

    def broken(**_given: Any) -> None:
        raise RuntimeError("lost power")

    monkeypatch.setattr("courseware.authoring.actions.interchange.quizzes.create_question", broken)
    with pytest.raises(RuntimeError, match="lost power"):
        desk.client.post(address, fields)
    assert desk.text("T-Q1").content["stem"] == "Question 1 (en)?"
    assert QuestionImport.objects.exists()
    assert not Contribution.objects.filter(edition=desk.draft).exists()


def test_a_draft_in_review_takes_nothing(desk: Desk, cast: Cast) -> None:
    address = brought(desk, GIFT)
    fields = {**form_of(desk, address), **PLACE, "lesson": lesson_key(desk)}
    desk.send("T-Q2", desk.open("T-Q2") | {"stem": "Changed?"})
    desk.draft.languages.update(change_note="New.")
    submit(edition=desk.draft, note="", by=cast.ingrid, now=timezone.now())
    response = desk.client.post(address, fields)
    assert response.status_code == 409
    assert "in review" in words(response)
    assert bring(desk, GIFT).status_code == 409


def test_many_questions_are_looked_at_page_by_page_and_taken_in_at_once(desk: Desk) -> None:
    text = "\n\n".join(f"::N{number}:: Which is {number}? {{=a ~b}}" for number in range(120))
    address = bring(desk, text)["Location"]
    pages = [desk.client.get(address, {"page": number}).content.decode() for number in (1, 2, 3)]
    assert [page.count('class="import-question"') for page in pages] == [50, 50, 20]
    assert "Which is 119?" in pages[2]
    assert 'href="?page=2#all-title"' in pages[0]
    assert "120 new questions" in pages[0]
    assert "Bring in 120 questions" in pages[2]


def test_what_costs_too_much_is_refused_in_words(desk: Desk) -> None:
    response = bring(desk, "An instruction without a question.\n\n" * 12_000 + "One? {T}")
    assert response.status_code == 302
    page = desk.client.get(response["Location"]).content.decode()
    assert "11800 more like these" in page.replace(",", "")
    refused = bring(desk, "a\n\n" * 160_000)
    assert refused.status_code == 422
    assert "Split the file" in refused.content.decode()


def test_nobody_else_sees_an_import(desk: Desk, cast: Cast) -> None:
    address = brought(desk, GIFT)
    assert client_of(cast.rafael).get(address).status_code == 404
    assert desk.client.post(address, {"drop": "1"}).status_code == 302
    assert desk.client.get(address).status_code == 404


def test_an_import_is_forgotten_after_a_day(desk: Desk) -> None:
    brought(desk, GIFT)
    kept = QuestionImport.objects.get()
    assert forget_imports(now=kept.at + timedelta(hours=23)) == 0
    assert forget_imports(now=kept.at + timedelta(hours=24)) == 1
    assert not QuestionImport.objects.exists()


# ------------------------------------------------------------------ where a question belongs
def test_what_changes_only_its_place_is_shown_field_by_field(desk: Desk) -> None:
    desk.draft.objectives.create(key="O2", position=2)
    address = reverse("admin:authoring_export", args=[desk.draft.pk])
    sent = desk.client.post(address, {"format": "gift"}).content.decode()
    (block,) = [one for one in sent.split("\n\n") if "[id:T-Q1]" in one]
    moved = block.replace("[tag:objective:O1]", "[tag:objective:O2] [tag:first-hour]")
    moved = moved.replace("[tag:difficulty:1]", "[tag:difficulty:3]")
    address = brought(desk, moved)
    page = desk.client.get(address)
    (shown,) = page.context["questions"]
    assert [(m.label, m.before[:2], m.after) for m in shown.moves] == [
        ("Objective", "O1", "O2"),
        ("Difficulty", "1,", "3, hard"),
        ("Tags", "No", "first-hour"),
    ]
    assert "Its words stay; where it belongs changes" in words(page)
    assert re.search(r'now">1, easy</td><td data-label="Brought in">3, hard', page.content.decode())
    assert desk.client.post(address, form_of(desk, address)).status_code == 302
    question = desk.question("T-Q1")
    assert (question.objective, question.difficulty) == ("O2", 3)
    assert question.tags == ["first-hour"]


def test_new_words_are_told_from_a_new_place(desk: Desk) -> None:
    page = desk.client.get(brought(desk, GIFT))
    changed, new = page.context["questions"]
    assert "Its words change; where it belongs stays." in words(page)
    assert changed.moves == []
    assert [(m.label, m.before, m.after) for m in new.moves] == [
        ("Objective", "", "chosen when it is brought in"),
        ("Lesson to read again", "", "chosen when it is brought in"),
        ("What it asks for", "", "chosen when it is brought in"),
        ("Difficulty", "", "chosen when it is brought in"),
    ]
    text = (
        f"// [tag:negative-stem:yes] [tag:bloom:analyse] [tag:seed:S4]\n{GIFT.partition('Q1] ')[2]}"
    )
    page = desk.client.get(brought(desk, text.replace("[tag:objective:O1]", "")))
    assert [(m.label, m.after) for m in page.context["questions"][0].moves][2:] == [
        ("What it asks for", "analyse"),
        ("Difficulty", "chosen when it is brought in"),
        ("Asks for the exception (“which is not …”)", "yes"),
        ("Claims of the article", "S4"),
    ]


def test_a_stem_that_no_longer_asks_for_the_exception_says_so(desk: Desk) -> None:
    Question.objects.filter(pk=desk.question("T-Q1").pk).update(negative_stem=True)
    for text, form in (
        ("// [id:T-Q1] [tag:negative-stem:no]\nOne? {=a ~b}", "gift"),
        ("key,type,stem,negative_stem\nT-Q1,single,One?,no", "csv"),
    ):
        page = desk.client.get(brought(desk, text, format=form))
        (shown,) = page.context["questions"]
        assert [(m.before, m.after) for m in shown.moves] == [("yes", "no")]


# ------------------------------------------------------------------ refused at the door
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE quiz [<!ENTITY a 'b'>]><quiz>&a;</quiz>", "document type"),
        (b"<quiz>" + b"<a>" * 500 + b"</a>" * 500 + b"</quiz>", "nested"),
        (b"One? {T}\n\x00", "Line 2: An invisible control character (U+0000)"),
        (b"   ", "No question was found"),
        (b"", "No question was found"),
    ],
)
def test_a_file_that_cannot_be_read(desk: Desk, content: bytes, said: str) -> None:
    response = bring(desk, file=SimpleUploadedFile("q.txt", content))
    assert response.status_code == 422
    assert said in words(response)
    assert not QuestionImport.objects.exists()


def test_a_file_that_is_too_large(desk: Desk) -> None:
    for length in (MAX_BYTES + 1, MAX_BYTES + 500_000):
        response = bring(desk, file=SimpleUploadedFile("q.txt", b"a" * length))
        assert response.status_code == 422
        assert "The file is larger than 10 MB." in words(response)


def test_neither_file_nor_text_and_both(desk: Desk) -> None:
    assert "Choose a file, or paste" in words(bring(desk))
    both = bring(desk, GIFT, file=SimpleUploadedFile("q.txt", b"One? {T}"))
    assert both.status_code == 422
    assert "not both" in words(both)
    assert both.context["form"]["text"].value() == GIFT


def test_what_was_pasted_stands_in_the_form_again(desk: Desk) -> None:
    response = bring(desk, "<quiz", format="moodle")
    assert response.status_code == 422
    assert response.context["form"]["text"].value() == "<quiz"
    assert "Line 1: This is no well-formed XML" in words(response)


def test_an_encoding_that_was_guessed_is_said(desk: Desk) -> None:
    text = "Where is the café? {=here#a ~there#b}"
    address = brought(desk, "", file=SimpleUploadedFile("q.txt", text.encode("cp1252")))
    page = words(desk.client.get(address))
    assert "it was read as windows-1252" in page
    assert "Where is the café?" in page


def test_hostile_html_never_reaches_the_page(desk: Desk) -> None:
    text = (
        "[html]Go <script>alert(1)</script><img src=x onerror=alert(2)>"
        '<a href="javascript\\:alert(3)">on</a> {T#no#yes}'
    )
    page = desk.client.get(brought(desk, text, format="gift")).content.decode()
    body = page[page.index("<main") :]
    for bad in ("<script>alert", "onerror=alert", 'href="javascript'):
        assert bad not in body
    assert "is left out" in body


def test_places_that_the_course_has_not_are_said(desk: Desk) -> None:
    text = "// [id:what ever] [tag:objective:O99] [tag:lesson:nowhere]\nOne? {T#no#yes}"
    page = words(desk.client.get(brought(desk, text)))
    assert "The course has no objective “O99”." in page
    assert "The course has no lesson “nowhere”." in page
    assert "“what ever” is no key of ours" in page


def test_a_key_of_another_type_and_a_key_twice_are_errors(desk: Desk) -> None:
    text = (
        "// [id:T-Q1]\nOne? {T#n#y}\n\n// [id:T-Q50]\nTwo? {T#n#y}\n\n// [id:T-Q50]\nTri? {F#n#y}"
    )
    page = words(desk.client.get(brought(desk, text)))
    assert "T-Q1 is of another type in the draft." in page
    assert page.count("Another question of the file has the same key, T-Q50.") == 2


# ------------------------------------------------------------------ pictures
def _with_picture(alt: str) -> str:
    content = base64.b64encode(file_of()).decode()
    return (
        '<quiz><question type="truefalse"><name><text>n</text></name>'
        f'<questiontext format="html"><text>&lt;img src="@@PLUGINFILE@@/plan.png" alt="{alt}"&gt;'
        f'Safe?</text><file name="plan.png" encoding="base64">{content}</file></questiontext>'
        '<answer fraction="100"><text>true</text><feedback><text>y</text></feedback></answer>'
        '<answer fraction="0"><text>false</text><feedback><text>n</text></feedback></answer>'
        "</question></quiz>"
    )


def _taken_in(desk: Desk, text: str) -> None:
    address = brought(desk, text)
    fields = {**form_of(desk, address), **PLACE, "lesson": lesson_key(desk)}
    assert desk.client.post(address, fields).status_code == 302


def test_an_embedded_picture_is_shown_where_it_stood(desk: Desk) -> None:
    address = brought(desk, _with_picture("A door"))
    assert "(Picture: A door) Safe?" in words(desk.client.get(address))  # it is not there yet
    assert form_of(desk, address)["alt_1"] == "A door"
    _taken_in(desk, _with_picture("A door"))
    kept = desk.text("T-Q09")
    assert kept.content["stem"] == "![A door](plan.webp) Safe?"
    assert "pictures" not in kept.content
    assert any("no picture called plan.webp yet" in f.message for f in findings(desk.draft))
    work_off()
    picture = Picture.objects.get(edition=desk.draft)
    assert (picture.name, picture.alt) == ("plan.webp", "A door")
    text = desk.text("T-Q09")
    assert hashes_in(text.content) == {"plan.webp": picture.media_id}
    assert text.content_hash == sha256_of(text.content) != kept.content_hash
    assert not any("no picture called" in f.message for f in findings(desk.draft))
    page = desk.page("T-Q09")
    assert f'src="/media/{picture.media_id}.webp"' in page
    assert 'alt="A door"' in page


def test_a_name_that_is_taken_is_given_to_nobody_else(desk: Desk) -> None:
    _taken_in(desk, _with_picture("A door"))
    _taken_in(desk, _with_picture("Another door"))  # before the first was prepared
    assert desk.text("T-Q10").content["stem"] == "![Another door](plan-2.webp) Safe?"
    work_off()
    assert set(desk.draft.pictures.values_list("name", flat=True)) == {"plan.webp", "plan-2.webp"}
    assert not missing_in(desk.text("T-Q09").content)
    assert not missing_in(desk.text("T-Q10").content)


def test_a_picture_that_turns_out_damaged_leaves_its_words(desk: Desk) -> None:
    content = base64.b64encode(file_of()).decode()
    damaged = base64.b64encode(file_of()[:-30]).decode()
    _taken_in(desk, _with_picture("A door").replace(content, damaged))
    work_off()
    assert Upload.objects.get().state == Upload.State.REFUSED
    text = desk.text("T-Q09").content
    assert missing_in(text) == {"plan.webp"}
    assert "<img" not in desk.page("T-Q09").partition("beside")[2]
    assert any("no picture called plan.webp yet" in f.message for f in findings(desk.draft))


def test_a_picture_goes_out_and_comes_in_as_it_is(desk: Desk) -> None:
    _taken_in(desk, _with_picture("A door"))
    work_off()
    picture = Picture.objects.get(edition=desk.draft)
    export = reverse("admin:authoring_export", args=[desk.draft.pk])
    sent = desk.client.post(export, {"format": "moodle"}).content.decode()
    with default_storage.open(picture.media.file) as file:
        assert base64.b64encode(file.read()).decode() in sent
    again = desk.client.get(brought(desk, sent)).context["plan"]
    assert {q.act for q in again.questions} == {"same"}
    assert not again.pictures
    said = words(desk.client.get(export, {"format": "gift"}))
    assert "The picture plan.webp is not kept; what it shows stands there: A door" in said


def test_a_picture_from_elsewhere_is_said_with_its_line(desk: Desk) -> None:
    text = "\n\n[markdown]Where? ![A map](https\\://elsewhere.example/m.png) {T#n#y}"
    page = desk.client.get(brought(desk, text))
    (lost,) = page.context["lost"]
    assert lost.line == 3
    assert "https://elsewhere.example/m.png is left out" in lost.message
    assert "Where? A map" in words(page)
    assert "<img" not in page.content.decode()


def test_a_picture_without_words_is_asked_for_them(desk: Desk) -> None:
    address = brought(desk, _with_picture(""))
    fields = {**form_of(desk, address), **PLACE, "lesson": lesson_key(desk)}
    response = desk.client.post(address, fields)
    assert response.status_code == 422
    assert "Say what the picture shows." in words(response)
    assert not Upload.objects.exists()


def test_what_is_no_picture_leaves_its_words(desk: Desk) -> None:
    content = base64.b64encode(file_of()).decode()
    strange = base64.b64encode(b"GIF89a and more").decode()
    address = brought(desk, _with_picture("A door").replace(content, strange))
    page = desk.client.get(address)
    assert "plan.png is left out: only still PNG, JPEG and WebP pictures" in words(page)
    assert "alt_1" not in page.context["form"].fields
    fields = {**form_of(desk, address), **PLACE, "lesson": lesson_key(desk)}
    assert desk.client.post(address, fields).status_code == 302
    assert desk.text("T-Q09").content["stem"] == "(Picture: A door) Safe?"
    assert not Upload.objects.exists()


# ------------------------------------------------------------------ out, and in again
@pytest.mark.parametrize("form", sorted(FORMATS))
def test_what_goes_out_comes_in_as_it_is(desk: Desk, form: str) -> None:
    address = reverse("admin:authoring_export", args=[desk.draft.pk])
    page = desk.client.get(address, {"format": form})
    assert page.status_code == 200
    kept = page.context["kept"]
    response = desk.client.post(address, {"format": form})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert re.fullmatch(r'attachment; filename="[a-z0-9.-]+"', response["Content-Disposition"])
    event = AuditEvent.objects.get(verb="questions.exported")
    assert event.detail.data == {"format": form, "questions": kept}
    again = brought(desk, "", file=SimpleUploadedFile("back", response.content), format=form)
    plan = desk.client.get(again).context["plan"]
    assert len(plan.questions) == kept
    assert not plan.has_errors
    acts = {q.key: q.act for q in plan.questions}
    held = {"csv": range(1, 9), "moodle": range(1, 8), "gift": (1, 2, 3, 5, 6, 7), "aiken": (1,)}
    assert acts == {f"T-Q{n}": "same" for n in held[form]}
    assert form == "csv" or "T-Q8" in words(page)
    assert plan.writes == 0


def test_a_format_that_does_not_exist_is_not_taken(desk: Desk) -> None:
    address = reverse("admin:authoring_export", args=[desk.draft.pk])
    response = desk.client.post(address, {"format": "exe"})
    assert response.status_code == 200
    assert "Content-Disposition" not in response
    assert not AuditEvent.objects.filter(verb="questions.exported").exists()


# ------------------------------------------------------------------ how much it asks
def _queries(desk: Desk, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert desk.client.get(address).status_code == 200
    return len(captured)


def test_the_pages_ask_as_much_for_many_questions_as_for_few(desk: Desk) -> None:
    few = brought(desk, GIFT)
    many = brought(desk, GIFT + "\n" + "\n\n".join(f"Number {n}? {{T#n#y}}" for n in range(30)))
    _queries(desk, few)
    assert _queries(desk, few) == _queries(desk, many) <= 30
    one = brought(desk, _with_picture("A door"))
    three = _with_picture("A door").replace("<quiz>", "").replace("</quiz>", "") * 3
    _queries(desk, one)
    assert _queries(desk, one) == _queries(desk, brought(desk, f"<quiz>{three}</quiz>"))
    export = reverse("admin:authoring_export", args=[desk.draft.pk])
    before = _queries(desk, export)
    fields = {**form_of(desk, many), **PLACE, "lesson": lesson_key(desk), "test": TEST_KEY}
    assert desk.client.post(many, fields).status_code == 302
    assert len(keys(desk)) == 39
    assert _queries(desk, export) == before
