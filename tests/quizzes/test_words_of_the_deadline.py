"""What the pages around an open attempt say of its deadline: what is true then, by its time-out."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from quizzes.models import Attempt
from tests.asking import signed_in
from tests.courses_made import TEST_KEY
from tests.quizzes.pages import body
from tests.quizzes.sitting import NOW, Sitting, begin, sit

pytestmark = pytest.mark.django_db
GRACE = {"time_out": "grace", "grace_minutes": 30}
# Begun at 10:00 in the trainee's time zone.
DEADLINE, HAND_IN = "Monday 2 February, 10:45", "Monday 2 February, 11:15"
BEFORE, IN_THE_GRACE = NOW + timedelta(minutes=40), NOW + timedelta(minutes=50)


def begun(rules: dict[str, Any]) -> Sitting:
    sitting = sit("Nora", time_limit_minutes=45, rules=rules)
    begin(sitting)
    return sitting


def page(sitting: Sitting, name: str, now: Any) -> str:
    start = reverse("quizzes:start", args=[sitting.edition.course.slug, TEST_KEY])
    address = {"start": start, "home": reverse("home")}[name]
    with time_machine.travel(now, tick=False):
        return body(signed_in(sitting.person).get(address))


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({}, f"Hand in by {DEADLINE}; what is saved then counts."),
        (
            {"time_out": "void"},
            f"Hand in by {DEADLINE}. If you do not, this attempt does not count.",
        ),
        (
            GRACE,
            f"can be changed until {DEADLINE}. Hand in by {HAND_IN}. "
            "If you do not, this attempt does not count.",
        ),
    ],
)
def test_before_the_deadline_each_time_out_has_its_own_words(
    rules: dict[str, Any], words: str
) -> None:
    sitting = begun(rules)
    said = page(sitting, "start", BEFORE)
    assert words in said
    assert ("what is saved then counts" in said) == (not rules)
    assert f"<dt>Deadline</dt><dd>{DEADLINE}</dd>" in said
    assert (f"<dt>To be handed in by</dt><dd>{HAND_IN}</dd>" in said) == (rules == GRACE)
    assert "Continue the test" in said
    assert f"hand in by {DEADLINE}" in page(sitting, "home", BEFORE)


def test_in_the_time_of_grace_the_moment_that_is_said_lies_ahead() -> None:
    sitting = begun(GRACE)
    said = page(sitting, "start", IN_THE_GRACE)
    assert "answers can no longer be changed." in said
    assert f"Hand in what is saved by {HAND_IN}. If you do not" in said
    assert f"<dt>To be handed in by</dt><dd>{HAND_IN}</dd>" in said
    assert DEADLINE not in said
    assert "what is saved then counts" not in said
    assert "Continue the test" not in said
    home = page(sitting, "home", IN_THE_GRACE)
    assert f"hand in by {HAND_IN}" in home
    assert DEADLINE not in home
    assert "hand in by" not in page(sitting, "home", NOW + timedelta(minutes=76))


def test_in_the_time_of_grace_the_button_leads_to_handing_in() -> None:
    sitting = begun(GRACE)
    start = reverse("quizzes:start", args=[sitting.edition.course.slug, TEST_KEY])
    with time_machine.travel(IN_THE_GRACE, tick=False):
        client = signed_in(sitting.person)
        assert "Summary and handing in" in body(client.get(start))
        response = client.post(start, follow=True)
    attempt = Attempt.objects.get()
    assert response.redirect_chain[-1][0] == reverse("quizzes:summary", args=[attempt.pk])
    assert attempt.state == Attempt.State.OPEN
