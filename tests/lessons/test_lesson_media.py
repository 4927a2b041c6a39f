"""Pictures by their hash: covers for everybody, the rest for people who are signed in."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from lessons.actions import store_media
from lessons.models import Media
from tests.asking import signed_in
from tests.cast import person
from tests.lessons.readers import EASY, loaded, reading

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def address(media: Media) -> str:
    return reverse("media", args=[media.pk, "svg"])


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_cover_is_for_everybody() -> None:
    cover = Media.objects.get(pk=loaded().cover)
    response = Client().get(address(cover))
    assert response.status_code == 200
    assert content(response).startswith(b"<svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert f'src="{address(cover)}"' in Client().get("/").content.decode()


def test_a_figure_is_for_people_signed_in() -> None:
    loaded()
    figure = Media.objects.get(is_public=False)
    assert Client().get(address(figure)).status_code == 404
    response = signed_in(person("Alice")).get(address(figure))
    assert response.status_code == 200
    assert content(response).startswith(b"<svg")
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"


def test_a_picture_may_draw_and_nothing_else() -> None:
    cover = Media.objects.get(pk=loaded().cover)
    response = Client().get(address(cover))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    response.close()


def test_the_lesson_shows_its_figure_with_its_size() -> None:
    reader = reading()
    figure = Media.objects.get(is_public=False)
    page = reader.page(EASY)
    assert f'src="{address(figure)}"' in page
    assert 'width="320"' in page
    assert 'height="200"' in page


def test_what_does_not_exist_is_not_found() -> None:
    cover = Media.objects.get(pk=loaded().cover)
    client = signed_in(person("Alice"))
    for args in (["0" * 64, "svg"], [cover.pk, "png"], [cover.pk, "vg"], ["x", "svg"]):
        assert client.get(reverse("media", args=args)).status_code == 404
    assert client.post(address(cover)).status_code == 405


def test_the_same_bytes_are_kept_once_and_become_public_when_a_cover_is() -> None:
    def store(is_public: bool) -> Media:
        return store_media(
            content=b"<svg/>",
            content_type="image/svg+xml",
            width=1,
            height=1,
            now=NOW,
            is_public=is_public,
        )

    first = store(False)
    assert store(True).pk == first.pk
    first.refresh_from_db()
    assert first.is_public
    store(False)
    first.refresh_from_db()
    assert first.is_public
    assert default_storage.listdir(str(Path(first.file).parent)) == ([], [Path(first.file).name])
