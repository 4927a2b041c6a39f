"""What the tests of assigning share: a day, a course, an officer."""

from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core.cache import cache

from courseware.courses.models import Course
from tests.cast import Cast
from tests.courses_made import make_course
from tests.enrolments.assigning import NOW, Officer


@pytest.fixture
def at_the_time(settings: LazySettings) -> Any:
    settings.SECOND_FACTOR_REQUIRED = False
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def course(at_the_time: Any, cast: Cast) -> Course:
    return make_course().course


@pytest.fixture
def carol(cast: Cast, course: Course) -> Officer:
    return Officer(cast.carol)
