"""The pages of instructors and reviewers: journeys, refusals, how often they ask the database."""

import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courseware.accounts import actions as accounts
from courseware.audit.models import AuditEvent
from courseware.authoring.actions import contribute, discard, open_draft, submit
from courseware.authoring.models import Contribution, Review
from courseware.courses.models import Course, Edition, EditionLanguage
from courseware.courses.queries import current_edition
from tests.asking import signed_in
from tests.authoring.drafts_made import NOW, changed, drafted, loaded, ready, small_draft
from tests.cast import SINCE, Cast, person
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Edition:
    return ready(small_draft(cast.ingrid))


@pytest.fixture
def review(cast: Cast, draft: Edition) -> Review:
    changed(draft)
    return submit(edition=draft, by=cast.ingrid, note="Please look at lesson 1.", now=NOW)


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:authoring_{name}", args=args)


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found is not None, name
    return found[1]


def words_form(client: Client, draft: Edition, **typed: str) -> dict[str, str]:
    """The words form as a browser would send it, with some of it changed."""
    page = client.get(address("words", draft.pk, "en"))
    form = page.context["form"]
    fields = {name: str(form[name].value() or "") for name in form.fields}
    return {**fields, **typed, "opened": hidden(page, "opened")}


def decision(page: Any, prefix: str, **typed: str) -> dict[str, str]:
    names = ("review", "seen") if prefix == "approve" else ("review",)
    form = {f"{prefix}-{name}": _value(page, f"{prefix}-{name}") for name in names}
    return form | {f"{prefix}-{name}": value for name, value in typed.items()}


def _value(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page.content.decode())
    assert found is not None, name
    return found[1]


# ------------------------------------------------------------------ stale translations
def test_sending_older_translations_needs_a_tick_and_the_reviewer_sees_it(cast: Cast) -> None:
    draft = ready(drafted(make_course(languages=("en", "es")), by=cast.ingrid))
    author, reviewer = signed_in(cast.ingrid), signed_in(cast.rafael)
    assert 'name="stale"' not in author.get(address("submit", draft.pk)).content.decode()
    changed(draft)
    page = author.get(address("submit", draft.pk))
    assert "Publish although 1 translation is older than its original" in text_of(page)
    assert hidden(page, "stale_seen") == "1"
    without = author.post(address("submit", draft.pk), {"note": "Kept.", "stale_seen": "1"})
    assert "Say that they may be published so" in text_of(without)
    assert "Kept." in text_of(without)
    assert not Review.objects.exists()
    changed(draft, "question")  # by somebody else, since the page was opened
    ticked = {"note": "Kept.", "stale_seen": "1", "stale": "on"}
    more = author.post(address("submit", draft.pk), ticked)
    assert "Publish although 2 translations are older" in text_of(more)
    assert hidden(more, "stale_seen") == "2"
    assert not Review.objects.exists()
    sent = author.post(address("submit", draft.pk), ticked | {"stale_seen": "2"})
    assert sent.status_code == 302
    said = text_of(reviewer.get(address("review", draft.pk)))
    assert "2 translations are older than their original." in said
    assert "Whoever sent the draft said that it may be published so." in said


# ------------------------------------------------------------------ the whole way
def test_from_the_list_of_courses_to_a_published_edition(cast: Cast) -> None:
    base = loaded()
    author, reviewer = signed_in(cast.ingrid), signed_in(cast.rafael)
    assert "Edition 1" in text_of(author.get(reverse("admin:courses_course_changelist")))
    opened = author.post(address("open_draft", base.course_id))
    draft = Edition.objects.get(number=2)
    assert opened.headers["Location"] == address("edition", draft.pk)
    assert "Draft 2, based on edition 1 Next step: send it for review." in text_of(
        author.get(address("edition", draft.pk))
    )
    not_yet = author.post(address("submit", draft.pk), {"note": ""})
    assert "Nothing says what changed" in text_of(not_yet)
    typed = words_form(author, draft, title="Tea for all", change_note="A better title.")
    assert author.post(address("words", draft.pk, "en"), typed).status_code == 302
    assert author.post(address("submit", draft.pk), {"note": "Only the title."}).status_code == 302
    page = reviewer.get(address("review", draft.pk))
    said = text_of(page)
    assert "Only the title." in said
    assert "Tea for all" in said
    assert "No certificate changes." in said
    done = reviewer.post(address("approve", draft.pk), decision(page, "approve", people="stay"))
    assert done.headers["Location"] == address("edition", draft.pk)
    assert current_edition(base.course) == draft
    assert "approved by Rafael Example" in text_of(author.get(address("edition", draft.pk)))


def test_returned_with_a_comment_that_the_author_reads(cast: Cast, review: Review) -> None:
    reviewer = signed_in(cast.rafael)
    page = reviewer.get(address("review", review.edition_id))
    empty = reviewer.post(
        address("return", review.edition_id), decision(page, "return", comment=" ")
    )
    assert empty.status_code == 200
    assert "This field is required" in text_of(empty)
    reviewer.post(
        address("return", review.edition_id), decision(page, "return", comment="Say more.")
    )
    shown = text_of(signed_in(cast.ingrid).get(address("edition", review.edition_id)))
    assert "Returned by Rafael Example" in shown
    assert "Say more." in shown
    assert "Next step: change what the reviewer asks for" in shown


def test_withdrawn_by_the_author(cast: Cast, review: Review) -> None:
    author = signed_in(cast.ingrid)
    author.post(address("withdraw", review.edition_id))
    again = author.post(address("withdraw", review.edition_id), follow=True)
    assert "Nobody was to decide on it any more." in text_of(again)
    assert "Send for review" in text_of(again)


def test_a_draft_is_thrown_away_after_a_question(cast: Cast, draft: Edition) -> None:
    author = signed_in(cast.ingrid)
    assert "cannot be taken back" in text_of(author.get(address("discard", draft.pk)))
    assert Edition.objects.filter(pk=draft.pk).exists()
    author.post(address("discard", draft.pk))
    assert not Edition.objects.filter(pk=draft.pk).exists()


def test_a_reviewer_confirms_what_the_distribution_shipped(cast: Cast) -> None:
    edition = make_course(languages=("en", "es"))
    reviewer = signed_in(cast.rafael)
    reviewer.post(address("confirm", edition.pk), {"language": "es"})
    again = reviewer.post(address("confirm", edition.pk), {"language": "es"}, follow=True)
    assert "It was confirmed before." in text_of(again)
    nowhere = reviewer.post(address("confirm", edition.pk), {"language": "xx"}, follow=True)
    assert "Choose a language" in text_of(nowhere)
    confirmed = EditionLanguage.objects.filter(confirmed_by=cast.rafael)
    assert [words.language for words in confirmed] == ["es"]


def test_a_course_is_retired_after_a_question(cast: Cast) -> None:
    course = make_course().course
    author = signed_in(cast.ingrid)
    author.get(address("retire", course.pk))
    assert Course.objects.get().retired_at is None
    author.post(address("retire", course.pk))
    assert Course.objects.get().retired_at is not None
    assert "retired before" in text_of(author.post(address("retire", course.pk), follow=True))


def test_a_draft_of_the_distribution_is_taken_on(cast: Cast) -> None:
    draft = make_course(is_published=False)
    author = signed_in(cast.ingrid)
    assert "Take this draft on" in text_of(author.get(address("edition", draft.pk)))
    author.post(address("open_draft", draft.course_id))
    draft.refresh_from_db()
    assert draft.origin == "force"


# ------------------------------------------------------------------ bad input
def test_an_outdated_view_decides_nothing_and_shows_the_draft_as_it_is(
    cast: Cast, review: Review
) -> None:
    reviewer, author = signed_in(cast.rafael), signed_in(cast.ingrid)
    page = reviewer.get(address("review", review.edition_id))
    stale = decision(page, "approve", people="move", comment="I like it.")
    author.post(address("withdraw", review.edition_id))
    author.post(
        address("words", review.edition_id, "en"),
        words_form(author, review.edition, title="Quite another"),
    )
    author.post(address("submit", review.edition_id), {"note": ""})
    answer = reviewer.post(address("approve", review.edition_id), stale)
    said = text_of(answer)
    assert answer.status_code == 409
    assert "nothing was decided" in said
    assert "Quite another" in said  # the draft as it is now
    assert "I like it." in answer.content.decode()  # what was typed
    assert current_edition(review.edition.course) != review.edition
    fresh = decision(answer, "approve", people="stay")
    assert reviewer.post(address("approve", review.edition_id), fresh).status_code == 302


def test_nobody_finds_a_button_for_their_own_work_and_a_post_is_refused(
    cast: Cast, draft: Edition
) -> None:
    both = person("Bo", cast.force, "instructor")
    accounts.grant_role(person=both, role="reviewer", unit=None, from_on=SINCE, by=None, now=NOW)
    review = submit(edition=draft, by=both, note="", now=NOW)
    client = signed_in(both)
    page = client.get(address("review", draft.pk))
    assert "Approve and publish" not in text_of(page)
    assert "another reviewer decides" in text_of(page)
    own = {"approve-review": str(review.pk), "approve-seen": review.draft_hash}
    answer = client.post(address("approve", draft.pk), {**own, "approve-people": "stay"})
    assert answer.status_code == 409
    assert "ask another reviewer" in text_of(answer)
    answer = client.post(
        address("return", draft.pk), {"return-review": str(review.pk), "return-comment": "No"}
    )
    assert answer.status_code == 409
    review.refresh_from_db()
    assert review.decision == Review.Decision.WAITING


def test_publishing_twice_is_once(cast: Cast, review: Review) -> None:
    reviewer = signed_in(cast.rafael)
    page = reviewer.get(address("review", review.edition_id))
    sent = decision(page, "approve", people="stay")
    for _turn in range(2):
        assert reviewer.post(address("approve", review.edition_id), sent).status_code == 302
    assert AuditEvent.objects.filter(verb="edition.published").count() == 2  # and the base


def test_a_draft_that_was_discarded_under_the_reviewer(cast: Cast, review: Review) -> None:
    reviewer = signed_in(cast.rafael)
    sent = decision(reviewer.get(address("review", review.edition_id)), "approve", people="stay")
    author = signed_in(cast.ingrid)
    author.post(address("withdraw", review.edition_id))
    discard(edition=review.edition, by=cast.ingrid, now=NOW)
    sent["approve-comment"] = "A long thought."
    answer = reviewer.post(address("approve", review.edition_id), sent)
    assert answer.status_code == 410
    assert "This draft was discarded" in text_of(answer)
    assert answer.context["texts"] == ["A long thought."]


def test_two_people_in_one_form_see_both_versions(cast: Cast, draft: Edition) -> None:
    other = signed_in(person("Ines", cast.force, "instructor"))
    author = signed_in(cast.ingrid)
    mine = words_form(author, draft, purpose="My purpose.")
    theirs = words_form(other, draft, purpose="Their purpose.")
    assert other.post(address("words", draft.pk, "en"), theirs).status_code == 302
    answer = author.post(address("words", draft.pk, "en"), mine)
    assert answer.status_code == 409
    said = text_of(answer)
    assert "Nothing was overwritten" in said
    assert "Their purpose." in said
    assert answer.context["form"]["purpose"].value() == "My purpose."
    assert draft.languages.get().purpose == "Their purpose."
    # pressed again, mine takes the place of theirs: now they have been seen
    mine["opened"] = hidden(answer, "opened")
    assert author.post(address("words", draft.pk, "en"), mine).status_code == 302
    assert draft.languages.get().purpose == "My purpose."


def test_what_was_typed_survives_a_draft_that_went_into_review(cast: Cast, draft: Edition) -> None:
    author = signed_in(cast.ingrid)
    typed = words_form(author, draft, audience="Everybody who typed a lot.")
    submit(edition=draft, by=cast.ingrid, note="", now=NOW)
    answer = author.post(address("words", draft.pk, "en"), typed)
    assert answer.status_code == 409
    assert "in review" in text_of(answer)
    assert "Everybody who typed a lot." in answer.content.decode()


def test_nothing_different_is_not_a_contribution(cast: Cast, draft: Edition) -> None:
    author = signed_in(cast.ingrid)
    typed = words_form(author, draft)
    answer = author.post(address("words", draft.pk, "en"), typed, follow=True)
    assert "nothing was saved" in text_of(answer)
    assert not Contribution.objects.exists()


@pytest.mark.parametrize("title", ["", "x" * 201])
def test_a_title_that_cannot_be(cast: Cast, draft: Edition, title: str) -> None:
    author = signed_in(cast.ingrid)
    answer = author.post(
        address("words", draft.pk, "en"), words_form(author, draft, title=title, purpose="Kept.")
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors["title"]
    assert "Kept." in answer.content.decode()


# ------------------------------------------------------------------ terms and sources
def test_terms_are_added_changed_and_taken_out(cast: Cast, draft: Edition) -> None:
    author = signed_in(cast.ingrid)
    new = {"key": "strainer", "term": "Strainer", "definition": "It holds leaves.", "opened": ""}
    assert author.post(address("term_add", draft.pk, "en"), new).status_code == 302
    taken = author.post(address("term_add", draft.pk, "en"), {**new, "definition": "Mine."})
    assert "This key is taken" in text_of(taken)
    assert "Mine." in taken.content.decode()
    page = author.get(address("term", draft.pk, "en", "strainer"))
    stale = {"term": "Strainer", "definition": "Mine.", "opened": hidden(page, "opened")}
    author.post(
        address("term", draft.pk, "en", "strainer"), {**stale, "definition": "It holds more."}
    )
    conflict = author.post(address("term", draft.pk, "en", "strainer"), stale)
    assert conflict.status_code == 409
    assert "It holds more." in text_of(conflict)
    author.post(address("term_remove", draft.pk, "en", "strainer"))
    gone = author.get(address("term", draft.pk, "en", "strainer"))
    assert gone.status_code == 404


def source_form(client: Client, at: str, **typed: str) -> dict[str, str]:
    page = client.get(at)
    form = page.context["form"]
    fields = {name: str(form[name].value() or "") for name in form.fields}
    return {**fields, **typed, "opened": hidden(page, "opened")}


def test_sources_are_changed_and_stay_while_a_lesson_cites_them(cast: Cast, draft: Edition) -> None:
    author = signed_in(cast.ingrid)
    source = draft.sources.earliest("key")
    at = address("source", draft.pk, source.key)
    assert author.post(at, source_form(author, at, year="1999")).status_code == 302
    source.refresh_from_db()
    assert source.year == 1999
    unseen = author.post(at, source_form(author, at, seen="not-seen", checked_on="2026-01-05"))
    assert "has no such day" in text_of(unseen)
    stale = author.post(at, {**source_form(author, at, year="2000"), "opened": "0" * 64})
    assert stale.status_code == 409
    assert "1999" in text_of(stale)
    stays = author.post(address("source_remove", draft.pk, source.key), follow=True)
    assert "Take it out there first." in text_of(stays)
    assert draft.sources.filter(key=source.key).exists()


# ------------------------------------------------------------------ who sees what
def test_an_instructor_of_one_course_sees_one_course(cast: Cast) -> None:
    own, other = make_course(slug="own"), make_course(slug="other")
    ines = person("Ines", cast.force)
    accounts.grant_role(
        person=ines,
        role="instructor",
        unit=None,
        course_slug="own",
        from_on=SINCE,
        by=None,
        now=NOW,
    )
    client = signed_in(ines)
    shown = text_of(client.get(reverse("admin:courses_course_changelist")))
    assert "Course own" in shown
    assert "Course other" not in shown
    assert client.get(address("course", own.course_id)).status_code == 200
    for name, key in (
        ("course", other.course_id),
        ("open_draft", other.course_id),
        ("retire", other.course_id),
        ("edition", other.pk),
        ("review", other.pk),
    ):
        assert client.get(address(name, key)).status_code == 404, name
    draft = open_draft(course=other.course, by=cast.ingrid, now=NOW)
    for name in ("submit", "discard", "translations", "sources"):
        assert client.get(address(name, draft.pk)).status_code == 404, name
        assert client.post(address(name, draft.pk)).status_code in {404, 405}, name


def test_the_index_of_the_administration_leads_there(cast: Cast) -> None:
    for somebody, has_it in ((cast.ingrid, True), (cast.rafael, True), (cast.adam, False)):
        page = signed_in(somebody).get("/admin/").content.decode()
        assert ("/admin/courses/course/" in page) is has_it


def test_a_second_step_is_asked_for(cast: Cast, draft: Edition, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    answer = signed_in(cast.ingrid).get(address("edition", draft.pk))
    assert answer.status_code == 302


def test_what_an_author_writes_is_shown_as_text(cast: Cast, draft: Edition) -> None:
    author = signed_in(cast.ingrid)
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    author.post(
        address("words", draft.pk, "en"),
        words_form(author, draft, title=hostile, change_note=hostile),
    )
    submit(edition=draft, by=cast.ingrid, note=hostile, now=NOW)
    reviewer = signed_in(cast.rafael)
    for name in ("edition", "review"):
        body = reviewer.get(address(name, draft.pk)).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body


# ------------------------------------------------------------------ how many queries
def queries_of(client: Client, at: str) -> int:
    client.get(at)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(at)
    assert response.status_code == 200
    return len(asked)


def test_the_list_asks_as_often_for_many_courses(cast: Cast) -> None:
    client = signed_in(cast.ingrid)
    counts = []
    for number in range(3):
        edition = make_course(slug=f"course-{number}")
        open_draft(course=edition.course, by=cast.ingrid, now=NOW)
        counts.append(queries_of(client, reverse("admin:courses_course_changelist")))
    assert len(set(counts)) == 1


@pytest.mark.parametrize("name", ["course", "edition", "review", "submit", "translations"])
def test_a_page_asks_as_often_for_a_long_course(cast: Cast, name: str) -> None:
    client = signed_in(cast.ingrid)
    counts = []
    for slug, lessons, each in (("small", 1, 4), ("large", 6, 20)):
        base = make_course(slug=slug, lessons=lessons, per_objective=each, languages=("en", "es"))
        draft = open_draft(course=base.course, by=cast.ingrid, now=NOW)
        key = base.course_id if name == "course" else draft.pk
        counts.append(queries_of(client, address(name, key)))
    assert counts[0] == counts[1]
    assert counts[0] < 60


def test_contributions_are_named_on_the_page(cast: Cast, draft: Edition) -> None:
    contribute(edition=draft, by=cast.ingrid, now=NOW, what="lesson")
    assert "Ingrid Example" in text_of(signed_in(cast.rafael).get(address("edition", draft.pk)))
