"""Questions that show pictures: kept by their content, shown without asking, there for good."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courseware.accounts.models import User
from courseware.authoring.actions import open_draft
from courseware.courses import pictures
from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol
from lessons.actions import PictureInUse, add_picture, forget_unused_media, remove_picture
from lessons.models import Media, Picture
from quizzes import actions, queries
from quizzes.contents import content_of
from quizzes.engine.content import ContentError
from quizzes.engine.pictures import hashes_in
from quizzes.engine.types.single import SingleContent
from quizzes.models import Answer, Attempt, Question, QuestionText
from tests.cast import Cast, person
from tests.courses_made import TEST_KEY, make_course
from tests.quizzes.pictured import ALT, SHOWN, change, pictured_course, put_picture
from tests.quizzes.sitting import NOW, answer_all, answers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(settings: LazySettings, tmp_path: Path) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def at_the_time() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def client_of(somebody: User) -> Client:
    client = Client()
    client.force_login(somebody)
    return client


def begun(edition: Edition, name: str = "Nora") -> tuple[Client, Attempt]:
    somebody = person(name)
    enrolment = enrol(person=somebody, course=edition.course, by=None, now=NOW)
    attempt = actions.start_attempt(
        enrolment=enrolment, activity_key=TEST_KEY, language="en", now=NOW
    )
    return client_of(somebody), attempt


def handed_in(attempt: Attempt) -> None:
    answer_all(attempt)
    actions.submit(attempt=attempt, now=NOW)
    actions.grade(attempt_id=attempt.pk, now=NOW)


def page(client: Client, attempt: Attempt, name: str, *args: object) -> str:
    response = client.get(reverse(f"quizzes:{name}", args=[attempt.pk, *args]))
    assert response.status_code == 200
    return str(response.content.decode())


def first(edition: Edition) -> Question:
    return Question.objects.filter(quiz__activity__edition=edition)[0]


# ------------------------------------------------------------------ to whoever sits the test
def test_a_trainee_sees_it_on_every_page_of_the_attempt() -> None:
    client, attempt = begun(pictured_course(is_published=True))
    media = Media.objects.get()
    image = f'<img alt="{ALT}" height="30" src="/media/{media.pk}.webp" width="40">'
    shown = page(client, attempt, "question", 1)
    assert shown.count(image) == 1 + _options(answers(attempt)[0])
    assert "map.webp" not in shown
    assert image in page(client, attempt, "all")
    handed_in(attempt)
    options = sum(_options(answer) for answer in answers(attempt))
    # The stem, and of each option its text and why it is right or wrong.
    assert page(client, attempt, "result").count(image) == 4 + 2 * options
    served = client.get(f"/media/{media.pk}.webp")
    assert served.status_code == 200
    assert served.getvalue().startswith(b"RIFF")
    assert Client().get(f"/media/{media.pk}.webp").status_code == 404


@pytest.mark.parametrize("name", ["question", "all", "summary", "result"])
def test_pictures_cost_the_pages_of_an_attempt_no_query(name: str) -> None:
    plain = make_course(slug="plain", lessons=0)
    asked = [
        _queries(*begun(plain, "Ann"), name),
        _queries(*begun(pictured_course(is_published=True), "Bob"), name),
    ]
    assert asked[0] == asked[1]


def _options(answer: Answer) -> int:
    content = content_of(answer)
    assert isinstance(content, SingleContent)
    return len(content.options)


def _queries(client: Client, attempt: Attempt, name: str) -> int:
    if name == "result":
        handed_in(attempt)
    args = [1] if name == "question" else []
    page(client, attempt, name, *args)
    with CaptureQueriesContext(connection) as captured:
        page(client, attempt, name, *args)
    return len(captured)


def test_an_attempt_keeps_the_picture_it_began_with(cast: Cast) -> None:
    edition = pictured_course(is_published=True)
    old = Media.objects.get().pk
    client, attempt = begun(edition)
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    new = put_picture(draft, "harbour.webp", width=80)
    for question in Question.objects.filter(quiz__activity__edition=draft):
        content = question.texts.get().content
        options = [
            {
                "text": option["text"].replace("map.webp", "harbour.webp"),
                "correct": option["correct"],
                "feedback": f"Why {number}.",
            }
            for number, option in enumerate(content["options"])
        ]
        change(question, stem=f"![Harbour](harbour.webp) {question.key}", options=options)
    remove_picture(picture=draft.pictures.get(name="map.webp"))
    assert forget_unused_media(now=NOW + timedelta(days=999)) == 0
    shown = page(client, attempt, "question", 1)
    assert old in shown
    assert new not in shown
    assert default_storage.exists(Media.objects.get(pk=old).file)


# ------------------------------------------------------------------ in a draft
def test_the_hash_of_a_question_changes_with_the_bytes_of_its_picture() -> None:
    edition = pictured_course()
    question = first(edition)
    before = question.texts.get()
    Picture.objects.filter(edition=edition).delete()
    new = put_picture(edition, width=80)
    assert change(question)
    after = question.texts.get()
    assert hashes_in(after.content) == {"map.webp": new}
    assert after.content["stem"] == before.content["stem"]
    assert after.content_hash != before.content_hash


def test_a_name_that_the_draft_has_not_is_a_fault_at_its_place() -> None:
    question = first(pictured_course())
    with pytest.raises(ContentError) as refused:
        change(question, stem="Where? ![A map](chart.webp)")
    (fault,) = refused.value.faults
    assert (fault.path, fault.params) == ("stem", {"name": "chart.webp"})
    assert "has no picture called" in fault.message


def test_a_picture_that_a_question_shows_stays() -> None:
    edition = pictured_course()
    picture = edition.pictures.get()
    with pytest.raises(PictureInUse) as refused:
        remove_picture(picture=picture)
    keys = Question.objects.filter(quiz__activity__edition=edition).values_list("key", flat=True)
    assert refused.value.users == sorted(keys)
    for question in Question.objects.filter(quiz__activity__edition=edition):
        options = [
            {"text": f"Option {n}", "correct": n == 0, "feedback": f"Why {n}."} for n in range(4)
        ]
        change(question, stem="No picture.", options=options)
    remove_picture(picture=picture)
    assert forget_unused_media(now=NOW + timedelta(days=999)) == 1


def test_a_translation_shows_its_own_picture_where_it_has_one() -> None:
    edition = pictured_course(languages=("en", "es"))
    own = put_picture(edition, "other.webp", width=80)
    add_picture(edition=edition, name="map.webp", language="es", sha256=own)
    question = first(edition)
    change(question, "es", stem="![Un mapa](map.webp) ¿Dónde?")
    texts = {text.language: hashes_in(text.content) for text in question.texts.all()}
    assert texts["es"] == {"map.webp": own}
    assert texts["en"] != texts["es"]
    # A change of the main language carries the other along, with its own picture.
    change(question, stem=f"{SHOWN} Where is it?")
    assert hashes_in(question.texts.get(language="es").content) == {"map.webp": own}


def test_a_picture_that_arrives_is_shown_by_whoever_waits_for_it() -> None:
    edition = pictured_course()
    question = first(edition)
    content = question.texts.get().content | {"stem": "![A chart](chart.webp) Where?"}
    actions.change_question(
        question=question,
        language="en",
        content=content,
        seen=queries.state_of(question, "en"),
        promised={"chart.webp"},
    )
    chart = put_picture(edition, "chart.webp", width=80)
    others = set(QuestionText.objects.exclude(question=question).values_list("pk", "content_hash"))
    pictures.arrived(edition.pk)
    assert hashes_in(question.texts.get().content)["chart.webp"] == chart
    assert others == set(
        QuestionText.objects.exclude(question=question).values_list("pk", "content_hash")
    )


def test_a_copy_of_a_question_and_of_an_edition_shows_it_too(cast: Cast) -> None:
    edition = pictured_course(is_published=True)
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    question = first(draft)
    assert hashes_in(question.texts.get().content) == {"map.webp": Media.objects.get().pk}
    copy = actions.duplicate_question(question=question)
    assert copy.texts.get().content == question.texts.get().content


# ------------------------------------------------------------------ to staff
def test_staff_see_it_in_the_bank_and_words_for_it_in_lists(cast: Cast) -> None:
    edition = pictured_course(is_published=True)
    question, media = first(edition), Media.objects.get().pk
    client = client_of(cast.ingrid)
    for name in ("quizzes_question_change", "quizzes_question_preview"):
        response = client.get(reverse(f"admin:{name}", args=[question.pk]))
        assert f'src="/media/{media}.webp"' in response.content.decode()
    listed = client.get(reverse("admin:quizzes_question_changelist")).content.decode()
    assert ALT in listed
    assert "map.webp" not in listed
    assert "<img" not in listed.partition("result_list")[2]


def test_whoever_looks_into_an_error_sees_what_was_asked(cast: Cast) -> None:
    edition = pictured_course(is_published=True)
    question, media = first(edition), Media.objects.get().pk
    place = [edition.course.pk, TEST_KEY]
    client = client_of(cast.ingrid)
    address = reverse("admin:quizzes_errata_propose", args=[*place, question.key])
    assert f'src="/media/{media}.webp"' in client.get(address).content.decode()
    listed = client.get(reverse("admin:quizzes_errata_questions", args=place)).content.decode()
    assert ALT in listed
    assert f"/media/{media}" not in listed
