"""Lessons of sensitivity 2: four equal ways, the light version, the pause; and it stays private."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.urls import reverse

from courseware.accounts.models import SupportContact
from courseware.audit.models import AuditEvent
from courseware.enrolments.models import ActivityProgress, Completion
from lessons.models import ReadingChoice
from tests.asking import signed_in
from tests.cast import Cast, person
from tests.lessons.readers import EASY, HARD, SLUG, reading, words

pytestmark = pytest.mark.django_db
CHOICES = ["continue", "later", "light", "talk"]
STAIN = "The stain on the carpet was large."


@pytest.fixture(autouse=True)
def _own_media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


# ------------------------------------------------------------------ four equal ways
def test_a_hard_lesson_asks_first_with_four_equal_choices() -> None:
    reader = reading()
    page = reader.page(HARD)
    assert "This lesson talks about spilt tea." in page
    assert "Before you read" in page
    buttons = re.findall(r'<button class="([^"]+)" name="choice" value="([^"]+)">', page)
    assert buttons == [("choice", value) for value in CHOICES]
    assert STAIN not in page
    assert "Lift the cup." not in page
    assert not ActivityProgress.objects.exists()


def test_an_easy_lesson_does_not_ask() -> None:
    assert 'name="choice"' not in reading().page(EASY)


def test_continue_opens_the_whole_lesson_from_then_on() -> None:
    reader = reading()
    assert reader.choose("continue")["Location"] == reader.address(HARD)
    for _time in range(2):
        page = reader.page(HARD)
        assert STAIN in page
        assert "Sensitive section: stains" in page
        assert 'value="pause"' in page


def test_light_leaves_the_sensitive_section_out_and_says_so() -> None:
    reader = reading()
    reader.choose("light")
    page = reader.page(HARD)
    assert STAIN not in page
    assert "A word about the carpet." not in page
    assert "Left out of this version: stains" in page
    assert "On carpets" not in page  # a source of what was left out
    assert "Lift the cup." in page
    assert "Text-light version" in page


def test_light_counts_the_same() -> None:
    reader = reading()
    reader.choose("light")
    reader.finish(EASY)
    reader.pass_test()
    reader.finish(HARD)
    full = reading(person("Toni"))
    full.choose("continue")
    full.finish(EASY)
    full.pass_test()
    full.finish(HARD)
    first, second = Completion.objects.all()
    assert first.evidence == second.evidence
    assert "light" not in repr(Completion.objects.values())


def test_later_leads_back_to_the_course_and_loses_nothing() -> None:
    reader = reading()
    assert reader.choose("later")["Location"] == reverse("course", args=[SLUG])
    assert not ReadingChoice.objects.exists()
    assert "Before you read" in reader.page(HARD)


def test_talk_leads_to_the_people_who_listen() -> None:
    reader = reading()
    assert reader.choose("talk")["Location"] == reverse("support")
    assert not ReadingChoice.objects.exists()


def test_any_other_choice_is_refused_in_words() -> None:
    reader = reading()
    for wrong in ("", "everything", "CONTINUE"):
        reader.choose(wrong)
        assert "Choose one of the four ways." in reader.page(HARD)
    assert not ReadingChoice.objects.exists()


# ------------------------------------------------------------------ the pause
def test_a_pause_leads_back_to_the_choice() -> None:
    reader = reading()
    reader.choose("light")
    reader.get(HARD)
    reader.choose("pause")
    page = reader.page(HARD)
    assert "You paused here" in page
    assert "Before you read" not in page
    assert [value for value in CHOICES if f'value="{value}"' in page] == CHOICES
    assert "Lift the cup." not in page
    assert ActivityProgress.objects.get().state == "in_progress"
    reader.choose("light")
    assert "Left out of this version" in reader.page(HARD)


def test_the_last_choice_counts() -> None:
    reader = reading()
    reader.choose("light")
    reader.choose("continue")
    assert STAIN in reader.page(HARD)
    assert ReadingChoice.objects.count() == 1


# ------------------------------------------------------------------ who to talk to
def test_the_people_to_talk_to_stand_before_and_in_the_lesson(cast: Cast) -> None:
    SupportContact.objects.create(
        name="Peer support", phone="0000 100 200", hours="always", checked_on=date(2026, 1, 1)
    )
    SupportContact.objects.create(
        name="Somebody of unit B", unit=cast.unit_b, checked_on=date(2026, 1, 1)
    )
    reader = reading(cast.alice)
    warning = reader.page(HARD)
    reader.choose("continue")
    lesson = reader.page(HARD)
    for page in (warning, lesson):
        assert "Peer support" in page
        assert 'href="tel:0000100200"' in page
        assert "Somebody of unit B" not in page
    assert "support-pinned" in lesson
    assert "Peer support" not in reader.page(EASY)


def test_without_contacts_the_page_still_names_somebody() -> None:
    assert "Ask your instructor or your supervisor." in reading().page(HARD)


# ------------------------------------------------------------------ nobody else sees it
def test_a_choice_leaves_no_event() -> None:
    reader = reading()
    before = AuditEvent.objects.count()
    for choice in ("continue", "light", "pause", "later", "talk"):
        reader.choose(choice)
    assert AuditEvent.objects.count() == before
    reader.get(HARD)
    assert ReadingChoice.objects.count() == 1


def test_no_page_of_anybody_else_shows_a_choice(cast: Cast, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    reader = reading(cast.alice)
    reader.choose("light")
    reader.get(HARD)
    reader.choose("pause")
    assert ReadingChoice not in admin.site._registry
    for somebody in (cast.sam, cast.carol, cast.ingrid, cast.adam):
        client = signed_in(somebody)
        assert client.get(reader.address(HARD)).status_code == 404
        for model in admin.site._registry:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            page = words(client.get(address)).lower()
            assert "reading choice" not in page
            assert "text-light" not in page
            assert "paused" not in page


def test_no_other_model_copies_a_choice() -> None:
    fields = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.fields
        if field.name in {"is_light", "paused_at"}
    }
    assert fields == {"lessons.ReadingChoice.is_light", "lessons.ReadingChoice.paused_at"}


def test_a_row_without_a_choice_is_refused() -> None:
    reader = reading()
    with pytest.raises(IntegrityError, match="a_choice_chooses"), transaction.atomic():
        ReadingChoice.objects.create(enrolment=reader.enrolment, activity_key=HARD)
