"""Mails about a review: who gets one, in which language, once, and without anybody's name."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.urls import reverse

from courseware.accounts.models import RoleGrant
from courseware.authoring.actions import approve, send_back, submit, withdraw_submission
from courseware.authoring.mails import DECIDED, SUBMITTED, post_decided, post_submitted
from courseware.authoring.models import Contribution, Review
from courseware.courses.models import Edition
from courseware.jobs.models import Job, Message
from tests.authoring.drafts_made import LATER, NOW, drafted, ready
from tests.cast import Cast, person
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast, settings: LazySettings) -> Edition:
    settings.SITE_URL = "https://training.example"
    return ready(drafted(make_course(languages=("en", "es")), by=cast.ingrid))


@pytest.fixture
def review(cast: Cast, draft: Edition) -> Review:
    return submit(edition=draft, by=cast.ingrid, note="Only for eyes behind the door.", now=NOW)


def mails(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("key"))


def granted(email: str, *, slug: str = "", days: int = 0, language: str = "en") -> RoleGrant:
    reader = person(email)
    type(reader).objects.filter(pk=reader.pk).update(language=language)
    return RoleGrant.objects.create(
        person=reader,
        role="reviewer",
        course_slug=slug,
        granted_at=NOW,
        from_on=NOW.date() - timedelta(days=400),
        to_on=NOW.date() - timedelta(days=days) if days else None,
    )


def test_reviewers_of_the_course_are_told_and_nobody_else(cast: Cast, draft: Edition) -> None:
    here = granted("Here", slug=draft.course.slug, language="es").person
    granted("Elsewhere", slug="another-course")
    granted("Former", days=3)
    gone = granted("Gone").person
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    author = granted("Author").person
    Contribution.objects.create(edition=draft, person=author, since=NOW)
    review = submit(edition=draft, by=cast.ingrid, note="Only for eyes behind the door.", now=NOW)
    told = {mail.recipient_id: mail for mail in mails(SUBMITTED)}
    assert set(told) == {cast.rafael.pk, here.pk}
    mail = told[cast.rafael.pk]
    title = draft.languages.get(language="en").title
    assert mail.subject == f"A draft waits for review: {draft.course.key} {title}"
    link = "https://training.example" + reverse("admin:authoring_review", args=[draft.pk])
    for body in (mail.text, mail.html):
        assert link in body
        assert title in body
        assert "Only for eyes" not in body
        assert "Ingrid" not in body
    spanish = told[here.pk]
    assert spanish.language == "es"
    assert spanish.subject.startswith("Un borrador espera revisión: ")
    assert draft.languages.get(language="es").title in spanish.text
    post_submitted(review=review, draft=draft, now=LATER)
    assert len(mails(SUBMITTED)) == 2
    assert Job.objects.filter(kind="mail.send").count() == 2


def test_sending_twice_writes_once_and_sending_again_writes_anew(
    cast: Cast, draft: Edition, review: Review
) -> None:
    submit(edition=draft, by=cast.ingrid, note="", now=NOW)
    assert len(mails(SUBMITTED)) == 1
    withdraw_submission(edition=draft, by=cast.ingrid, now=NOW)
    submit(edition=draft, by=cast.ingrid, note="", now=LATER)
    assert len(mails(SUBMITTED)) == 2


def test_authors_are_told_that_it_came_back(cast: Cast, draft: Edition, review: Review) -> None:
    second = person("Second")
    Contribution.objects.create(edition=draft, person=second, since=NOW)
    for _again in range(2):
        send_back(
            edition=draft,
            review_id=review.pk,
            comment="Paragraph two is wrong.",
            by=cast.rafael,
            now=LATER,
        )
    told = {mail.recipient_id: mail for mail in mails(DECIDED)}
    assert set(told) == {cast.ingrid.pk, second.pk}
    mail = told[cast.ingrid.pk]
    assert mail.subject.startswith("Returned with a comment: ")
    link = "https://training.example" + reverse("admin:authoring_edition", args=[draft.pk])
    for body in (mail.text, mail.html):
        assert link in body
        assert "the draft is open again" in body
        assert "Paragraph two" not in body
        assert "Rafael" not in body


def test_authors_are_told_that_it_is_published(cast: Cast, draft: Edition, review: Review) -> None:
    type(cast.ingrid).objects.filter(pk=cast.ingrid.pk).update(language="es")
    for _again in range(2):
        approve(
            edition=draft,
            review_id=review.pk,
            seen_hash=review.draft_hash,
            people="stay",
            comment="Well done.",
            by=cast.rafael,
            now=LATER,
        )
    [mail] = mails(DECIDED)
    assert mail.recipient_id == cast.ingrid.pk
    assert mail.subject.startswith("Aprobada y publicada: ")
    assert "Well done." not in mail.text
    assert "nota" in mail.text
    review.refresh_from_db()
    post_decided(review=review, draft=draft, now=LATER)
    assert len(mails(DECIDED)) == 1
