"""What every test shares. Where it may write: tests/settings.py."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import LazySettings
from django.db import connection

from tests.migrated import fill_memory, migrated_postgres

if TYPE_CHECKING:  # models may be imported only once Django is set up
    from tests.cast import Cast


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: they are looked through for rubbish once."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """The tables are there before Django looks: its `migrate` finds nothing left to do."""
    creation: Any = connection.creation
    if connection.vendor == "sqlite" and creation.is_in_memory_db(creation._get_test_db_name()):
        kept = fill_memory(creation._get_test_db_name())
        yield
        kept.close()
    else:
        if connection.vendor == "postgresql":
            template = migrated_postgres(os.environ["DATABASE_URL"])
            connection.settings_dict["TEST"]["TEMPLATE"] = template
        yield


@pytest.fixture(autouse=True)
def _quick_settings(settings: LazySettings) -> None:
    """Cheap password hashes and static files without a manifest."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = Path(os.environ["COURSEWARE_HOME"]) / "collected"
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns about a folder that is not there
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def without_second_factor(settings: LazySettings) -> None:
    """Staff come in without a second step, as in demo mode."""
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def cast(db: None) -> "Cast":
    """Everybody a permission test needs; see tests/cast.py."""
    from tests.cast import build_cast
    from tests.remembered import remembered

    return remembered(build_cast)
