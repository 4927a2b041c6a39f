"""The pages of errata: proposing with a learner's inputs, the dry run, deciding, what it became."""

from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from courseware.accounts.actions import grant_role
from courseware.accounts.models import User
from courseware.courses.models import Edition
from quizzes.models import Erratum, QuestionText
from quizzes.queries.previewing import preview
from tests.asking import queries_of, signed_in
from tests.cast import PASSWORD, SINCE, Cast, person
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import NOW
from tests.quizzes.wrong_question import (
    applied,
    decided,
    dry_run,
    four,
    hash_of,
    proposed,
    sat_four,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
LIST = "/admin/quizzes/erratum/"


def confirmed(person: User) -> Client:
    """With the fresh second step; without one set up it is the password."""
    client = signed_in(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def propose_page(edition: Edition, key: str = "T-Q1") -> str:
    return reverse("admin:quizzes_errata_propose", args=[edition.course_id, TEST_KEY, key])


def page(erratum: Erratum, name: str = "one") -> str:
    return reverse(f"admin:quizzes_errata_{name}", args=[erratum.pk])


def seen_on(client: Client, erratum: Erratum) -> str:
    dry_run(erratum)
    return str(client.get(page(erratum, "decide")).context["dry"].done.basis)


def inputs(edition: Edition, key: str, chosen: list[int]) -> dict[str, object]:
    """What a browser posts to give an answer in the learner's inputs of the form."""
    text = QuestionText.objects.get(question__quiz__activity__edition=edition, question__key=key)
    shown = preview(
        text.question.type, text.content, key=text.content_hash, language="en", name="other1"
    )
    # Tokens belong to options in the order of the arrangement; the words say which is which.
    options = {option["text"]: option["token"] for option in shown.question["public"]["options"]}
    return {"other1": [options[text.content["options"][n]["text"]] for n in chosen]}


def test_an_instructor_finds_the_question_and_proposes(cast: Cast) -> None:
    edition = four()
    client = signed_in(cast.ingrid)
    tests = client.get(f"{LIST}new/")
    questions = reverse("admin:quizzes_errata_questions", args=[edition.course_id, TEST_KEY])
    assert questions in tests.content.decode()
    found = client.get(f"{questions}?q=T-Q2").content.decode()
    assert propose_page(edition, "T-Q2") in found
    assert propose_page(edition, "T-Q1") not in found
    sent = client.post(
        propose_page(edition),
        {
            "remedy": "accept",
            "wordings": [hash_of(edition, "T-Q1")],
            "reason": "B is right too.",
            **inputs(edition, "T-Q1", [1]),
        },
    )
    erratum = Erratum.objects.get()
    assert sent["Location"] == page(erratum)
    assert erratum.accepted == {hash_of(edition, "T-Q1"): {"chosen": [1]}}
    assert (erratum.proposed_by, erratum.state) == (cast.ingrid, "proposed")


def test_what_is_missing_is_said_and_nothing_typed_is_lost(cast: Cast) -> None:
    edition = four()
    client = signed_in(cast.ingrid)
    sent = client.post(
        propose_page(edition),
        {"remedy": "accept", "wordings": [hash_of(edition, "T-Q1")], "reason": "Kept words"},
    )
    assert sent.status_code == 422
    text = sent.content.decode()
    assert "Give the whole answer that should count as right too." in text
    assert "Kept words" in text
    right = client.post(
        propose_page(edition),
        {
            "remedy": "accept",
            "wordings": [hash_of(edition, "T-Q1")],
            "reason": "R",
            **inputs(edition, "T-Q1", [0]),
        },
    )
    assert "This answer has the full mark already." in right.content.decode()
    assert not Erratum.objects.exists()


def test_who_proposes_or_decides_sees_whom_it_changes_and_keys_go_with_questions(
    cast: Cast,
) -> None:
    edition = four()
    sat_four(edition, "Winnifred", wrong=("T-Q1", "T-Q2"))
    erratum = proposed(cast, edition, "T-Q1", "credit")
    dry_run(erratum)
    shown = {
        name: signed_in(getattr(cast, name)).get(page(erratum)).content.decode()
        for name in ("ingrid", "rafael", "adam")
    }
    assert {name: "Winnifred" in text for name, text in shown.items()} == {
        "ingrid": True,
        "rafael": True,
        "adam": True,
    }
    assert {name: "Right:" in text for name, text in shown.items()} == {
        "ingrid": True,
        "rafael": True,
        "adam": False,
    }


def test_options_have_the_letters_of_the_statistics(cast: Cast) -> None:
    edition = four()
    text = QuestionText.objects.get(question__quiz__activity__edition=edition, question__key="T-Q1")
    options = [option["text"] for option in text.content["options"]]
    lettered = [f"{letter} · {words}" for letter, words in zip("ABCD", options, strict=False)]
    accepted = proposed(cast, edition, "T-Q1", "accept", accepted={"chosen": [2]})
    client = signed_in(cast.ingrid)
    pages = [client.get(propose_page(edition)), client.get(page(accepted))]
    for shown in pages:
        words = strip_tags(shown.content.decode())
        places = [words.find(line) for line in lettered]
        assert -1 not in places
        assert places == sorted(places)
    also = strip_tags(pages[1].content.decode()).partition("Counts as right too:")[2]
    assert [line for line in lettered if line in also] == [lettered[2]]


def test_what_has_no_options_has_no_letters(cast: Cast) -> None:
    """A matching question's lines and a case's parts are not what statistics call option A."""
    for kind in ("matching", "ordering", "scenario", "short"):
        edition = four(slug=f"of-{kind}", types=(kind,))
        shown = signed_in(cast.ingrid).get(propose_page(edition)).content.decode()
        assert "<li>A · " not in shown
        assert "</strong> A · " not in shown


def test_of_another_course_nobody_sees_whom_it_changes(cast: Cast) -> None:
    edition = four()
    sat_four(edition, "Winnifred", wrong=("T-Q1", "T-Q2"))
    erratum = proposed(cast, edition, "T-Q1", "credit")
    dry_run(erratum)
    for role in ("instructor", "reviewer"):
        elsewhere = person(f"Other-{role}")
        grant_role(
            person=elsewhere,
            role=role,
            unit=None,
            course_slug="another",
            from_on=SINCE,
            by=None,
            now=NOW,
        )
        for name in ("one", "decide", "numbers", "drop"):
            refused = signed_in(elsewhere).get(page(erratum, name))
            assert refused.status_code == 404
            assert "Winnifred" not in refused.content.decode()
    for nobody in (cast.carol, cast.audrey, cast.sam, cast.alice):
        refused = signed_in(nobody).get(page(erratum))
        assert refused.status_code in {302, 404}
        assert "Winnifred" not in refused.content.decode()


def test_a_reviewer_decides_after_a_fresh_step(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    erratum = proposed(cast, edition, "T-Q1", "credit")
    stale = signed_in(cast.rafael)
    asked = stale.get(page(erratum, "decide"))
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    data = {"lowering": "keep", "reason": "Typed words", "seen": "x"}
    refused = stale.post(page(erratum, "decide"), data)
    assert refused.status_code == 403
    assert "Typed words" in refused.content.decode()
    client = confirmed(cast.rafael)
    sent = client.post(page(erratum, "decide"), {**data, "seen": seen_on(client, erratum)})
    assert sent["Location"] == page(erratum)
    erratum.refresh_from_db()
    assert (erratum.state, erratum.decided_by) == ("decided", cast.rafael)
    assert "0 of 1 attempts" in client.get(page(erratum)).content.decode()
    applied(erratum)
    after = client.get(page(erratum)).content.decode()
    assert "attempts marked anew" in after
    trainee = signed_in(ann.enrolment.person)
    mine = trainee.get(f"/attempts/{ann.attempt.pk}/result/").content.decode()
    assert "gives everybody the full mark" in mine
    assert "75 %" in mine
    mine = trainee.get(f"/courses/{edition.course.slug}/tests/{TEST_KEY}/").content.decode()
    assert "Marked anew on" in mine


def test_changed_numbers_are_shown_again_with_what_was_typed(cast: Cast) -> None:
    edition = four()
    erratum = proposed(cast, edition, "T-Q1", "credit")
    client = confirmed(cast.adam)
    seen = seen_on(client, erratum)
    sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    sent = client.post(
        page(erratum, "decide"), {"lowering": "lower", "reason": "Typed words", "seen": seen}
    )
    assert sent.status_code == 409
    text = sent.content.decode()
    assert "the numbers have changed" in text
    assert "Typed words" in text
    assert f'value="{seen}"' not in text
    erratum.refresh_from_db()
    assert erratum.state == "proposed"


def test_a_question_that_is_left_out_says_so_in_the_result(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    applied(decided(cast, proposed(cast, edition, "T-Q1", "drop")))
    text = (
        signed_in(ann.enrolment.person).get(f"/attempts/{ann.attempt.pk}/result/").content.decode()
    )
    assert "was left out." in text
    assert "does not count" in text
    assert "3 of 3" in text


def test_a_proposal_is_given_up_after_a_question(cast: Cast) -> None:
    erratum = proposed(cast, four(), "T-Q1", "drop")
    client = signed_in(cast.ingrid)
    assert client.get(page(erratum, "drop")).status_code == 200
    client.post(page(erratum, "drop"))
    erratum.refresh_from_db()
    assert erratum.state == "dropped"
    assert client.get(page(erratum, "drop"))["Location"] == page(erratum)


def test_who_is_kept_only_by_a_completion_is_listed(cast: Cast) -> None:
    edition = four()
    sat_four(edition, "Winnifred", wrong=("T-Q1",))
    erratum = applied(decided(cast, proposed(cast, edition, "T-Q2", "drop"), lowering="lower"))
    text = signed_in(cast.ingrid).get(page(erratum)).content.decode()
    assert "To be decided by a person" in text
    assert "Winnifred" in text
    assert "Winnifred" in signed_in(cast.rafael).get(page(erratum)).content.decode()


def test_queries_do_not_grow_with_people_or_errata(cast: Cast) -> None:
    edition = four()
    sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    erratum = proposed(cast, edition, "T-Q1", "credit")
    dry_run(erratum)
    client = signed_in(cast.ingrid)
    addresses = (
        LIST,
        f"{LIST}new/",
        reverse("admin:quizzes_errata_questions", args=[edition.course_id, TEST_KEY]),
        propose_page(edition),
        page(erratum),
    )
    for address in addresses:
        client.get(address)
    few = [queries_of(partial(client.get, address)) for address in addresses]
    for number in range(4):
        sat_four(edition, f"More{number}", wrong=("T-Q1", "T-Q2"))
        proposed(cast, edition, f"T-Q{number + 1}", "drop")
    dry_run(erratum)
    many = [queries_of(partial(client.get, address)) for address in addresses]
    assert many == few
    assert max(few) <= 22
