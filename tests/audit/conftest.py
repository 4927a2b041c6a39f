"""Each test has its own keys."""

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def _own_keys(settings: LazySettings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path / "keys"
    settings.SEAL_KEY = settings.SEAL_OLD_KEYS = settings.SEAL_MAIL_TO = ""
