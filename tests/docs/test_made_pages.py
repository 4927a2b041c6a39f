"""Pages of docs/reference that are made from the code say what the code says today."""

from pathlib import Path

import pytest

from courseware.accounts.roles import PERMISSIONS, ROLES, SCOPES
from courseware.health import reference

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(reference.PAGES))
def test_the_page_is_what_the_code_makes(name: str) -> None:
    written = (REFERENCE / name).read_text("utf-8")
    assert written == reference.page(name), "run manage.py write_reference"


def test_every_permission_is_explained_and_held_by_somebody() -> None:
    held = frozenset[str]().union(*(role.permissions for role in ROLES))
    assert set(PERMISSIONS) == held
    assert {role.scope for role in ROLES} == set(SCOPES)


def test_every_table_of_ours_is_named() -> None:
    page = reference.page("personal-data.md")
    for model in reference.our_models():
        assert model.__name__ in page
