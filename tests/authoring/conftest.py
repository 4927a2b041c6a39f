"""What the tests of authoring share: files of their own, staff without a second step, and a cache
that remembers for whoever asks for one.
"""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _own_files(settings: LazySettings, tmp_path: Path, without_second_factor: None) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cache_that_remembers(settings: LazySettings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
