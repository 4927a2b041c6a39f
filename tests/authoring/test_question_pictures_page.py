"""An author puts a picture into a question: told what to write, shown it, told what is wrong."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courseware.authoring.queries.findings import findings
from lessons.models import Picture
from quizzes.engine.pictures import hashes_in
from tests.authoring.question_editing import Desk, at_the_desk
from tests.cast import Cast
from tests.lessons.readers import words
from tests.quizzes.pictured import ALT, SHOWN, put_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast) -> Desk:
    desk = at_the_desk(cast.ingrid, languages=("en", "es"))
    put_picture(desk.draft)
    return desk


def pictures_page(desk: Desk) -> str:
    return words(desk.client.get(reverse("admin:authoring_pictures", args=[desk.draft.pk])))


def test_the_line_of_a_picture_is_good_in_a_question(desk: Desk) -> None:
    page = pictures_page(desk)
    assert f">{SHOWN}</code>" in page
    assert "shown nowhere" in page
    fields = desk.open("T-Q1")
    fields["stem"] = f"{SHOWN} What is this?"
    sha = Picture.objects.get(edition=desk.draft).media_id
    shown = words(desk.preview("T-Q1", fields))
    assert f'<img alt="{ALT}" height="30" src="/media/{sha}.webp" width="40"> What' in shown
    assert desk.send("T-Q1", fields).status_code == 302
    assert hashes_in(desk.text("T-Q1").content) == {"map.webp": sha}
    assert desk.open("T-Q1")["stem"] == fields["stem"]  # by its name, as it was written
    page = pictures_page(desk)
    assert "shown in T-Q1" in page
    assert "Take out" not in page


@pytest.mark.parametrize(
    ("stem", "said"),
    [
        ("![A chart](chart.webp) Where?", "The draft has no picture called “chart.webp”."),
        ("![](map.webp) Where?", "A picture has no words. Say what it shows"),
        ("![A](https://elsewhere.example/a.png)?", "is no name of a picture."),
    ],
)
def test_what_cannot_be_shown_is_said_at_its_field(desk: Desk, stem: str, said: str) -> None:
    fields = desk.open("T-Q1")
    before = desk.text("T-Q1").content
    fields["stem"] = stem
    response = desk.send("T-Q1", fields)
    assert response.status_code == 422
    page = words(response)
    assert said in page
    assert '<a href="#id_stem">Question: ' in page
    assert stem.replace("<", "&lt;") in page
    assert desk.text("T-Q1").content == before


def test_a_translator_keeps_the_picture_and_says_it_in_other_words(desk: Desk) -> None:
    fields = desk.open("T-Q1")
    fields["stem"] = f"{SHOWN} What is this?"
    desk.send("T-Q1", fields)
    fields = desk.open("T-Q1", "es")
    fields["stem"] = "![Un mapa del puerto](map.webp) ¿Qué es?"
    assert desk.send("T-Q1", fields, "es").status_code == 302
    texts = [desk.text("T-Q1", language) for language in ("en", "es")]
    assert hashes_in(texts[0].content) == hashes_in(texts[1].content) != {}
    fields["stem"] = "![Un mapa](mapa.webp) ¿Qué es?"
    fields["seen"] = desk.open("T-Q1", "es")["seen"]
    assert desk.send("T-Q1", fields, "es").status_code == 422


def test_a_picture_of_one_language_only_is_found_before_the_review(desk: Desk) -> None:
    Picture.objects.filter(edition=desk.draft).update(language="en")
    fields = desk.open("T-Q1")
    fields["stem"] = f"{SHOWN} What is this?"
    assert desk.send("T-Q1", fields).status_code == 302
    text = desk.text("T-Q1", "es")
    text.content["stem"] = f"{SHOWN} ¿Qué es?"
    text.save()
    missing = [f for f in findings(desk.draft) if "no picture called map.webp" in f.message]
    assert [(f.key, f.language, f.is_error) for f in missing] == [("T-Q1", "es", True)]


def test_the_editor_asks_as_much_for_many_pictures_as_for_one(desk: Desk) -> None:
    asked = []
    for stem in (f"{SHOWN} One?", f"{SHOWN} {SHOWN} {SHOWN} Three?"):
        fields = desk.open("T-Q1")
        fields["stem"] = stem
        assert desk.send("T-Q1", fields).status_code == 302
        desk.page("T-Q1")
        with CaptureQueriesContext(connection) as captured:
            desk.page("T-Q1")
        asked.append(len(captured))
    assert asked[0] == asked[1]
