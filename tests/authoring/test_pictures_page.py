"""The pictures of a draft: what is taken, what is refused with a sentence, what can go."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courseware.audit.models import AuditDetail
from courseware.authoring.models import Contribution, Review
from courseware.core.pictures import MAX_BYTES
from courseware.courses.models import Edition
from lessons.actions import add_picture
from lessons.dialect import lint
from lessons.models import Picture, Upload
from lessons.queries import draft_resolver
from tests.authoring.drafts_made import NOW, small_draft
from tests.authoring.lesson_editing import Desk
from tests.cast import Cast
from tests.certificates.completed import work_off
from tests.lessons.pictures_made import (
    POLYGLOTS,
    STRANGE,
    claiming,
    file_of,
    moving,
    with_places,
)
from tests.lessons.readers import words

pytestmark = pytest.mark.django_db
ALT = "A red square"


@pytest.fixture
def draft(cast: Cast) -> Edition:
    return small_draft(cast.ingrid)


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ingrid)
    return client


def address(draft: Edition) -> str:
    return reverse("admin:authoring_pictures", args=[draft.pk])


def remove(draft: Edition, picture: Picture) -> str:
    return reverse("admin:authoring_picture_remove", args=[draft.pk, picture.pk])


def send(client: Client, draft: Edition, content: bytes, **changes: Any) -> Any:
    name, kind = changes.pop("name", "plan.png"), changes.pop("kind", "image/png")
    data = {"alt": ALT, "file": SimpleUploadedFile(name, content, kind), **changes}
    return client.post(address(draft), data)


def test_a_picture_comes_into_the_draft(client: Client, draft: Edition, cast: Cast) -> None:
    response = send(client, draft, with_places(), caption="The house", description="All of it.")
    assert response.status_code == 302
    page = words(client.get(address(draft)))
    assert "being prepared" in page
    assert "data-waits" in page
    work_off()
    page = words(client.get(address(draft)))
    assert "data-waits" not in page
    picture = Picture.objects.get(edition=draft, name="plan.webp")
    assert f'src="/media/{picture.media_id}.webp" alt="{ALT}"' in page
    assert "shown nowhere" in page
    assert Contribution.objects.get(edition=draft).person == cast.ingrid
    assert AuditDetail.objects.get(data__what="picture").data == {
        "what": "picture",
        "act": "brought",
    }


def test_the_lines_to_paste_are_good_in_a_lesson(
    client: Client, draft: Edition, cast: Cast
) -> None:
    send(client, draft, file_of(), alt='He said: "yes" \\ no: {x}', caption="C: #1")
    work_off()
    shown = client.get(address(draft)).context["pictures"]
    snippet = next(one.snippet for one in shown if one.picture.name == "plan.webp")
    assert lint(snippet, draft_resolver(draft.pk, "en", "full")) == []
    desk = Desk(draft, cast.ingrid)
    page = words(desk.preview(markdown=snippet))
    assert 'alt="He said: "yes" \\ no: {x}"' in page
    assert "C: #1" in page
    desk.save(markdown=snippet)
    assert "shown in making-tea" in words(client.get(address(draft)))


# ------------------------------------------------------------------ refused at the door
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (claiming(13_000, 13_000), "The picture has 13,000 × 13,000 pixels."),
        (claiming(6_001, 10), "no side longer than 6,000"),
        (moving("PNG"), "The picture moves."),
        (moving("WEBP"), "The picture moves."),
        *((content, "The file is not a PNG, JPEG or WebP picture") for content in STRANGE.values()),
    ],
)
def test_what_is_no_picture_of_ours(
    client: Client, draft: Edition, content: bytes, said: str
) -> None:
    response = send(client, draft, content, name="innocent.png")
    assert response.status_code == 422
    assert said in words(response)
    assert response.context["form"]["alt"].value() == ALT
    assert not Upload.objects.exists()
    assert not default_storage.exists("lessons/uploads")


def test_a_file_that_is_too_large(client: Client, draft: Edition) -> None:
    for length in (MAX_BYTES + 1, MAX_BYTES + 500_000):
        response = send(client, draft, bytes(length))
        assert response.status_code == 422
        assert "The file is larger than 10 MB." in words(response)
        assert response.context["form"]["alt"].value() == ALT


def test_the_rest_of_a_long_file_is_dropped_on_the_way(
    client: Client, draft: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courseware.core.uploads.MAX_BYTES", 70_000)
    response = send(client, draft, file_of(size=(900, 900)) + bytes(300_000))
    assert response.status_code == 422
    assert "file" not in response.wsgi_request.FILES


@pytest.mark.parametrize("alt", ["", "   ", "\u200f"])
def test_a_picture_without_words_is_refused(client: Client, draft: Edition, alt: str) -> None:
    response = send(client, draft, file_of(), alt=alt)
    assert response.status_code == 422
    assert not Upload.objects.exists()


def test_no_file_at_all(client: Client, draft: Edition) -> None:
    response = client.post(address(draft), {"alt": ALT})
    assert response.status_code == 422
    assert "Picture: This field is required." in words(response)


# ------------------------------------------------------------------ refused by the worker
def test_a_broken_file_is_refused_in_the_list(client: Client, draft: Edition) -> None:
    send(client, draft, file_of(size=(300, 300))[:200], name="half.png")
    work_off()
    page = words(client.get(address(draft)))
    assert "half.png" in page
    assert "The file is damaged: it cannot be read to its end." in page
    assert "data-waits" not in page


@pytest.mark.parametrize("tail", POLYGLOTS.values(), ids=POLYGLOTS)
def test_two_languages_in_one_file(client: Client, draft: Edition, tail: bytes) -> None:
    send(client, draft, file_of() + tail, name="poly.png", kind="text/html")
    work_off()
    picture = Picture.objects.get(edition=draft, name="poly.webp")
    response = client.get(f"/media/{picture.media_id}.webp")
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]  # a file
    assert tail[:10] not in content


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>.png", '"><img src=x onerror=alert(1)>.png', "a.php", "x.svg"],
)
def test_the_name_of_a_file_is_words(client: Client, draft: Edition, name: str) -> None:
    send(client, draft, file_of(), name=name)
    page = client.get(address(draft)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    work_off()
    page = client.get(address(draft)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    made = Picture.objects.exclude(name="teapot.svg").get(edition=draft)
    assert made.name.endswith(".webp")


# ------------------------------------------------------------------ taken out
def test_a_picture_that_no_lesson_shows_can_go(client: Client, draft: Edition) -> None:
    send(client, draft, file_of())
    work_off()
    picture = Picture.objects.get(edition=draft, name="plan.webp")
    response = client.post(remove(draft, picture), follow=True)
    assert "plan.webp is taken out." in words(response)
    assert not Picture.objects.filter(pk=picture.pk).exists()


def test_a_picture_that_a_lesson_shows_stays(client: Client, draft: Edition) -> None:
    picture = Picture.objects.get(edition=draft, name="teapot.svg")
    assert f'action="{remove(draft, picture)}"' not in words(client.get(address(draft)))
    response = client.post(remove(draft, picture), follow=True)
    assert "teapot.svg stays: it is shown in making-tea." in words(response)
    assert Picture.objects.filter(pk=picture.pk).exists()
    assert not Contribution.objects.exists()


def test_the_picture_of_another_edition_is_not_found(client: Client, draft: Edition) -> None:
    base = Edition.objects.exclude(pk=draft.pk).get()
    theirs = Picture.objects.get(edition=base, name="teapot.svg")
    assert client.post(remove(draft, theirs)).status_code == 404


# ------------------------------------------------------------------ closed, and who may
def test_a_draft_in_review_takes_no_picture(client: Client, draft: Edition, cast: Cast) -> None:
    add_picture(edition=draft, name="spare.svg", sha256=draft.cover)
    Review.objects.create(edition=draft, submitted_by=cast.ingrid, submitted_at=NOW, draft_hash="h")
    page = words(client.get(address(draft)))
    assert "Upload the picture" not in page
    assert "/remove/" not in page
    response = send(client, draft, file_of())
    assert response.status_code == 409
    assert "This draft is in review" in words(response)
    assert not Upload.objects.exists()
    spare = Picture.objects.get(edition=draft, name="spare.svg")
    response = client.post(remove(draft, spare))
    assert response.status_code == 409
    assert Picture.objects.filter(pk=spare.pk).exists()


def test_whoever_may_not_write_finds_nothing(draft: Edition, cast: Cast) -> None:
    picture = Picture.objects.get(edition=draft, name="teapot.svg")
    for person in (cast.alice, cast.sam, cast.carol, cast.audrey, cast.adam, cast.rafael):
        client = Client()
        client.force_login(person)
        assert client.get(address(draft)).status_code == 404
        assert send(client, draft, file_of()).status_code == 404
        assert client.post(remove(draft, picture)).status_code == 404
    assert not Upload.objects.exists()


def test_it_needs_as_many_queries_for_many_as_for_one(client: Client, draft: Edition) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(draft)).status_code == 200
        return len(captured)

    send(client, draft, file_of())
    client.get(address(draft))
    few = count()
    for number in range(20):
        add_picture(edition=draft, name=f"p{number}.svg", sha256=draft.cover)
        send(client, draft, file_of(size=(10, 10 + number)))
    client.get(address(draft))
    assert count() == few


def test_an_empty_draft_says_what_to_do(client: Client, draft: Edition) -> None:
    Picture.objects.filter(edition=draft).delete()
    assert "No picture yet" in words(client.get(address(draft)))
