"""Who a person can talk to: the nearest first, in their language, never another unit's."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courseware.accounts.models import SupportContact, Unit
from courseware.accounts.queries import support_contacts
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def contact(name: str, unit: Unit | None = None, language: str = "en", position: int = 0) -> None:
    SupportContact.objects.create(
        name=name,
        unit=unit,
        language=language,
        position=position,
        checked_on=date(2026, 1, 1),
    )


def names(cast: Cast, language: str = "en") -> list[str]:
    return [found.name for found in support_contacts(cast.alice, language)]


def test_the_nearest_come_first_and_other_units_not_at_all(cast: Cast) -> None:
    contact("force, second", cast.force, position=2)
    contact("force, first", cast.force, position=1)
    contact("everybody")
    contact("unit A", cast.unit_a)
    contact("unit B", cast.unit_b)
    assert names(cast) == ["unit A", "force, first", "force, second", "everybody"]


def test_the_persons_language_else_english(cast: Cast) -> None:
    contact("in English")
    assert names(cast, "es") == ["in English"]
    contact("en español", language="es")
    assert names(cast, "es") == ["en español"]
    assert names(cast, "en") == ["in English"]


def test_who_serves_nowhere_has_those_of_everybody(cast: Cast) -> None:
    contact("everybody")
    contact("unit A", cast.unit_a)
    cast.alice.postings.all().delete()
    assert names(cast) == ["everybody"]


@pytest.mark.parametrize("how_many", [1, 3])
def test_one_query(cast: Cast, how_many: int) -> None:
    for number in range(how_many):
        contact(f"contact {number}", cast.unit_a)
    with CaptureQueriesContext(connection) as captured:
        assert len(names(cast)) == how_many
    assert len(captured) == 1
