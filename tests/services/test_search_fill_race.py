"""Many first searches at once fill the index once, and none of them waits for another."""

import pytest
from django.db import connection

from courseware.search.actions import fill
from courseware.search.models import Filled, SearchEntry
from tests.quizzes.sitting import NOW
from tests.search.searched import Page, taught
from tests.services.test_attempt_races import at_once

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def test_one_of_many_fills() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("races need PostgreSQL: SQLite writes one after another")
    edition = taught("alpha", Page("one", "Title", "Intro.\n\n## Heading\n\nText."))
    results = at_once(lambda _index: fill(edition_id=edition.pk, language="en", now=NOW))
    assert sorted(results) == [*[False] * (len(results) - 1), True]
    assert Filled.objects.count() == 1
    assert SearchEntry.objects.count() == 2
