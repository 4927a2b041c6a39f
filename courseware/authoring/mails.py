"""The mails about a review: to the reviewers when a draft is sent, to its authors when it is
decided.

Owns: their words and who gets them. Must not: talk to a mail server, name anybody but the reader,
or carry what somebody wrote; that stands behind the link, where access is asked for.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from courseware.accounts.models import User
from courseware.authoring.access import reviewers_of
from courseware.authoring.models import Contribution, Review
from courseware.courses.models import Edition
from courseware.courses.queries import spoken
from courseware.jobs.actions import post_mail

SUBMITTED, DECIDED = "authoring.submitted", "authoring.decided"


def post_submitted(*, review: Review, draft: Edition, now: datetime) -> None:
    """To whoever may decide: the reviewers of the course who had no hand in the draft."""
    own = Contribution.objects.filter(edition=draft).values_list("person", flat=True)
    people = reviewers_of(draft.course).exclude(pk__in=own)
    _post(SUBMITTED, "draft_submitted", "review", people, review=review, draft=draft, now=now)


def post_decided(*, review: Review, draft: Edition, now: datetime) -> None:
    """To everybody who wrote a part of it, of those who are still here."""
    people = User.objects.filter(
        is_active=True,
        contributions__edition=draft,
        contributions__part=Contribution.Part.AUTHOR,
    )
    _post(DECIDED, "draft_decided", "edition", people, review=review, draft=draft, now=now)


def _post(
    kind: str,
    template: str,
    page: str,
    people: Iterable[User],
    *,
    review: Review,
    draft: Edition,
    now: datetime,
) -> None:
    """One mail a person and review, in their language; posting it again changes nothing."""
    languages = list(draft.languages.all())
    for person in people:
        with override(person.language):
            action_label = gettext("Look at the draft")
            if review.decision == Review.Decision.APPROVED:
                action_label = gettext("Open the edition")
        post_mail(
            template,
            {
                "name": person.given_name,
                "course_key": draft.course.key,
                "course": spoken(languages, person.language).title,
                "number": draft.number,
                "is_approved": review.decision == Review.Decision.APPROVED,
                "has_comment": bool(review.comment.strip()),
                "action_url": settings.SITE_URL
                + reverse(f"admin:authoring_{page}", args=[draft.pk]),
                "action_label": action_label,
            },
            kind=kind,
            key=f"{review.pk}:{person.pk}",
            recipient_id=person.pk,
            to_address=person.email,
            language=person.language,
            time_zone=person.time_zone,
            now=now,
        )
