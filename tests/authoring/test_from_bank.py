"""From questions ticked in the bank to the draft of their course: tagged, copied, or refused."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courseware.accounts.actions import grant_role
from courseware.audit.models import AuditEvent
from courseware.authoring.actions import open_draft, submit
from courseware.courses.models import Edition
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
    done = client.post(address, {"do": "tag", "key": ["T-Q1", "T-Q2"], "tag": "scene"}, follow=True)
    draft = Edition.objects.get(published_at__isnull=True)
    assert done.redirect_chain[-1][0] == reverse("admin:authoring_questions", args=[draft.pk])
    assert "2 questions were changed." in done.content.decode()
    tagged = Question.objects.filter(tags__0="scene")
    assert {(q.key, q.quiz.activity.edition_id) for q in tagged} == {
        ("T-Q1", draft.pk),
        ("T-Q2", draft.pk),
    }
    assert AuditEvent.objects.filter(verb="edition.edited").count() == 1
    client.post(address, {"do": "tag", "key": ["T-Q1"], "tag": "scene", "off": "1"})
    assert Question.objects.get(key="T-Q1", quiz__activity__edition=draft).tags == []


def test_copies_stand_after_their_originals(cast: Cast, edition: Edition) -> None:
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    Question.objects.get(quiz__activity__edition=draft, key="T-Q3").delete()
    client = signed_in(cast.ingrid)
    address, page = acted(client, "duplicate_into_draft", ticked(edition, "T-Q1", "T-Q2", "T-Q3"))
    assert f"draft {draft.number} of the course" in page
    assert "do=copy" in address
    sent = {"do": "copy", "key": ["T-Q1", "T-Q2", "T-Q3"]}
    done = unescape(client.post(address, sent, follow=True).content.decode())
    assert "2 copies stand in the draft" in done
    assert "Not in this draft, so left alone: T-Q3." in done
    rows = Question.objects.filter(quiz__activity__edition=draft).order_by("position")
    assert list(rows.values_list("key", flat=True))[:4] == ["T-Q1", "T-Q09", "T-Q2", "T-Q10"]


def test_what_is_no_tag_opens_no_draft(cast: Cast, edition: Edition) -> None:
    address = reverse("admin:authoring_from_bank", args=[edition.course_id])
    client = signed_in(cast.ingrid)
    response = client.post(address, {"do": "tag", "key": "T-Q1", "tag": "Two words"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Write one tag: small letters, digits and hyphens." in page
    assert 'value="Two words"' in page
    assert not Edition.objects.filter(published_at__isnull=True).exists()
    assert client.get(address, {"key": "nothing"})["Location"] == BANK


def test_a_draft_in_review_says_so_and_stays(cast: Cast, edition: Edition) -> None:
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    draft.languages.update(change_note="Something.")
    question = Question.objects.get(quiz__activity__edition=draft, key="T-Q1")
    question.difficulty = 2
    question.save()
    submit(edition=draft, by=cast.ingrid, note="", now=NOW)
    address = reverse("admin:authoring_from_bank", args=[edition.course_id])
    for sent in ({"do": "tag", "tag": "scene"}, {"do": "copy"}):
        response = signed_in(cast.ingrid).post(address, {**sent, "key": "T-Q1"})
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
    one, many = ({"key": keys} for keys in (["T-Q1"], [f"T-Q{n}" for n in range(1, 9)]))
    client.get(address, one)
    assert queries_of(lambda: client.get(address, one)) == queries_of(
        lambda: client.get(address, many)
    )
