"""From questions ticked in the bank to the draft of their course: tagged, copied, or refused."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courseware.accounts.actions import grant_role
from courseware.audit.models import AuditEvent
from courseware.authoring.actions import duplicate_from_bank, open_draft, submit
from courseware.courses.models import Edition
from quizzes.actions import copy_question
from quizzes.engine.content import ContentError
from quizzes.models import Question
from tests.asking import queries_of, signed_in
from tests.authoring.drafts_made import NOW
from tests.cast import SINCE, Cast, person
from tests.courses_made import make_course
from tests.quizzes.counted import counted_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
BANK = "/admin/quizzes/question/"


@pytest.fixture
def edition() -> Edition:
    return make_course(lessons=1)


def ticked(edition: Edition, *keys: str) -> list[int]:
    rows = Question.objects.filter(quiz__activity__edition=edition, key__in=keys)
    return list(rows.values_list("pk", flat=True))


def acted(client: Client, action: str, rows: list[int]) -> tuple[str, str]:
    """Where the bank leads, and the page there."""
    sent = {"action": action, "_selected_action": rows}
    response = client.post(BANK, sent, follow=True)
    assert response.status_code == 200
    address = response.redirect_chain[-1][0] if response.redirect_chain else BANK
    return address, unescape(response.content.decode())


def test_a_tag_is_put_on_in_a_draft_that_is_opened_for_it(cast: Cast, edition: Edition) -> None:
    client = signed_in(cast.ingrid)
    address, page = acted(client, "tag_in_draft", ticked(edition, "T-Q1", "T-Q2"))
    assert "The course has no draft: one is opened" in page
    assert "Question 1 (en)?" in page
    assert not Edition.objects.filter(published_at__isnull=True).exists()
    both, one = ticked(edition, "T-Q1", "T-Q2"), ticked(edition, "T-Q1")
    done = client.post(address, {"do": "tag", "question": both, "tag": "scene"}, follow=True)
    draft = Edition.objects.get(published_at__isnull=True)
    assert done.redirect_chain[-1][0] == reverse("admin:authoring_questions", args=[draft.pk])
    assert "2 questions were changed." in done.content.decode()
    tagged = Question.objects.filter(tags__0="scene")
    assert {(q.key, q.quiz.activity.edition_id) for q in tagged} == {
        ("T-Q1", draft.pk),
        ("T-Q2", draft.pk),
    }
    assert AuditEvent.objects.filter(verb="edition.edited").count() == 1
    client.post(address, {"do": "tag", "question": one, "tag": "scene", "off": "1"})
    assert Question.objects.get(key="T-Q1", quiz__activity__edition=draft).tags == []


def test_copies_say_what_was_ticked_wherever_it_is_still_there(
    cast: Cast, edition: Edition
) -> None:
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    own = Question.objects.filter(quiz__activity__edition=draft)
    own.get(key="T-Q3").delete()
    changed = own.get(key="T-Q2").texts.get()
    changed.content = {**changed.content, "stem": "In other words?"}
    changed.save()
    client = signed_in(cast.ingrid)
    rows = ticked(edition, "T-Q1", "T-Q2", "T-Q3")
    address, page = acted(client, "duplicate_into_draft", rows)
    assert f"draft {draft.number} of the course" in page
    assert "Question 2 (en)?" in page
    assert "In other words?" not in page
    assert "do=copy" in address
    sent = {"do": "copy", "question": rows}
    done = unescape(client.post(address, sent, follow=True).content.decode())
    assert "3 copies stand in the draft" in done
    assert "left alone" not in done
    keys = list(own.order_by("position").values_list("key", flat=True))
    assert keys[:4] == ["T-Q1", "T-Q09", "T-Q2", "T-Q10"]
    assert keys[-1] == "T-Q11"
    for original, copy in (("T-Q1", "T-Q09"), ("T-Q2", "T-Q10"), ("T-Q3", "T-Q11")):
        there = Question.objects.get(quiz__activity__edition=edition, key=original)
        here = own.get(key=copy)
        fields = ("type", "objective", "lesson_key", "bloom", "difficulty", "tags")
        assert [getattr(here, name) for name in fields] == [getattr(there, name) for name in fields]
        text, original_text = here.texts.get(), there.texts.get()
        assert (text.content, text.content_hash, text.words) == (
            original_text.content,
            original_text.content_hash,
            original_text.words,
        )
    positions = list(own.values_list("position", flat=True))
    assert len(set(positions)) == len(positions)
    details = [event.detail.data for event in AuditEvent.objects.filter(verb="edition.edited")]
    assert [d["from_edition"] for d in details if d.get("act") == "duplicated"] == ["1"] * 3


def test_the_draft_s_own_question_is_copied_as_it_is_there(cast: Cast, edition: Edition) -> None:
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    text = Question.objects.get(quiz__activity__edition=draft, key="T-Q2").texts.get()
    text.content = {**text.content, "stem": "In other words?"}
    text.save()
    address, page = acted(signed_in(cast.ingrid), "duplicate_into_draft", ticked(draft, "T-Q2"))
    assert "In other words?" in page
    signed_in(cast.ingrid).post(address, {"do": "copy", "question": ticked(draft, "T-Q2")})
    copy = Question.objects.get(quiz__activity__edition=draft, key="T-Q09")
    assert copy.texts.get().content["stem"] == "In other words?"


def test_what_the_draft_has_no_place_for_is_left_alone_and_said(
    cast: Cast, edition: Edition
) -> None:
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    draft.objectives.filter(key="O2").delete()
    rows = ticked(edition, "T-Q1", "T-Q5")  # of O1 and of O2
    client = signed_in(cast.ingrid)
    address = reverse("admin:authoring_from_bank", args=[edition.course_id])
    done = client.post(address, {"do": "copy", "question": rows}, follow=True).content.decode()
    assert "1 copy stands in the draft" in done
    assert "T-Q5 was not copied: The draft has no objective O2." in done
    refused = client.post(address, {"do": "copy", "question": rows[1:]})
    assert refused.status_code == 422
    assert "The draft has no objective O2." in refused.content.decode()
    assert draft.activities.get(kind="quiz").quiz.questions.count() == 9


def test_a_copy_keeps_the_words_of_the_languages_that_the_draft_has(cast: Cast) -> None:
    edition = make_course(slug="both", lessons=1, languages=("en", "es"))
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    (row,) = ticked(edition, "T-Q1")
    marked = Question.objects.get(pk=row).texts.get(language="es").translated_from
    done = duplicate_from_bank(course=edition.course, questions=[row], by=cast.ingrid, now=NOW)
    assert (done.draft, done.done) == (draft, 1)
    copy = Question.objects.get(quiz__activity__edition=draft, key="T-Q09")
    assert set(copy.texts.values_list("language", "translated_from")) == {
        ("en", ""),
        ("es", marked),
    }
    draft.languages.filter(language="es").delete()
    duplicate_from_bank(course=edition.course, questions=[row], by=cast.ingrid, now=NOW)
    copy = Question.objects.get(quiz__activity__edition=draft, key="T-Q10")
    assert list(copy.texts.values_list("language", flat=True)) == ["en"]


def test_another_picture_under_the_same_name_is_no_copy(cast: Cast, edition: Edition) -> None:
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    own = Question.objects.get(quiz__activity__edition=draft, key="T-Q1")
    files = {"map.webp": {"file": f"{'a' * 64}.webp", "width": 9, "height": 9}}
    text = own.texts.get()
    text.content |= {"stem": "![A map](map.webp)?", "pictures": files}
    text.save()
    with pytest.raises(ContentError, match=r"has not this picture .*map\.webp"):
        copy_question(question=own, edition=draft)


def test_what_is_no_tag_opens_no_draft(cast: Cast, edition: Edition) -> None:
    address = reverse("admin:authoring_from_bank", args=[edition.course_id])
    client = signed_in(cast.ingrid)
    response = client.post(
        address, {"do": "tag", "question": ticked(edition, "T-Q1"), "tag": "Two words"}
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert "Write one tag: small letters, digits and hyphens." in page
    assert 'value="Two words"' in page
    assert not Edition.objects.filter(published_at__isnull=True).exists()
    elsewhere = ticked(make_course(slug="other", lessons=0), "T-Q1")
    for rows in (["nothing"], ["9" * 40], ["\u0663"], [], elsewhere):
        assert client.get(address, {"question": rows})["Location"] == BANK


def test_a_draft_in_review_says_so_and_stays(cast: Cast, edition: Edition) -> None:
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    draft.languages.update(change_note="Something.")
    question = Question.objects.get(quiz__activity__edition=draft, key="T-Q1")
    question.difficulty = 2
    question.save()
    submit(edition=draft, by=cast.ingrid, note="", now=NOW)
    address = reverse("admin:authoring_from_bank", args=[edition.course_id])
    for sent in ({"do": "tag", "tag": "scene"}, {"do": "copy"}):
        response = signed_in(cast.ingrid).post(
            address, {**sent, "question": ticked(edition, "T-Q1")}
        )
        assert response.status_code == 422
        assert "in review" in response.content.decode()
    assert draft.activities.get(kind="quiz").quiz.questions.count() == 8


def test_the_bank_says_why_it_leads_nowhere(cast: Cast, edition: Edition) -> None:
    other = make_course(slug="other-course", lessons=0)
    both = ticked(edition, "T-Q1") + ticked(other, "T-Q1")
    address, page = acted(signed_in(cast.ingrid), "tag_in_draft", both)
    assert address == BANK
    assert "Choose questions of one course: each course has its own draft." in page
    olga = person("Olga")
    for role, slug in (("instructor", "other-course"), ("reviewer", edition.course.slug)):
        grant_role(person=olga, role=role, course_slug=slug, from_on=SINCE, by=None, now=NOW)
    _address, page = acted(signed_in(olga), "tag_in_draft", ticked(edition, "T-Q1"))
    assert "You do not write this course" in page
    assert "Tag in the draft" not in signed_in(cast.rafael).get(BANK).content.decode()


def test_the_draft_s_list_is_narrowed_by_statistics_and_leads_to_them(cast: Cast) -> None:
    seven: dict[str, Any] = {"lessons": 0, "objectives": 1, "per_objective": 7, "quota": 3}
    edition = make_course(slug="counted", **seven)
    counted_run(edition.course, by=cast.ingrid, unit=cast.force, now=NOW, is_again=False)
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    client = signed_in(cast.ingrid)
    address = reverse("admin:authoring_questions", args=[draft.pk])

    def listed(statistics: str) -> set[str]:
        groups = client.get(address, {"statistics": statistics}).context["list"].groups
        return {question.key for group in groups for question in group.questions}

    assert listed("act") == {"T-Q1", "T-Q3"}
    assert listed("none") == set()
    page = client.get(address).content.decode()
    row = Question.objects.get(quiz__activity__edition=draft, key="T-Q1")
    assert f'href="{BANK}{row.pk}/change/"' in page
    assert f"/statistics/{edition.course_id}/final-test/questions/T-Q1/" in page
    assert "Check now</span></a>" in page
    text = row.texts.get()
    text.content_hash = "e" * 64  # as if it were worded anew
    text.save()
    assert listed("act") == {"T-Q3"}
    assert listed("none") == {"T-Q1"}


def test_the_page_asks_the_same_for_one_and_for_many(cast: Cast, edition: Edition) -> None:
    client = signed_in(cast.ingrid)
    address = reverse("admin:authoring_from_bank", args=[edition.course_id])
    one, many = (
        {"question": ticked(edition, *keys)}
        for keys in (["T-Q1"], [f"T-Q{n}" for n in range(1, 9)])
    )
    client.get(address, one)
    assert queries_of(lambda: client.get(address, one)) == queries_of(
        lambda: client.get(address, many)
    )
