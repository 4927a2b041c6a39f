"""Another answer becomes a key: by the rule of each type, part by part, and as it was decided."""

from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courseware.accounts.actions import grant_role, post_person
from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol
from courseware.health.invariants import findings
from quizzes import actions
from quizzes.engine.content import ContentError
from quizzes.engine.errata import Rule
from quizzes.engine.responses import Response
from quizzes.models import Answer, Attempt, Erratum, QuestionText, Regrade
from quizzes.queries.impact import impact
from quizzes.queries.integrity import wrong_scores
from quizzes.queries.previewing import preview
from quizzes.queries.regrading import to_be_decided
from tests.asking import queries_of, signed_in
from tests.cast import SINCE, Cast, person
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import NOW, answer_all
from tests.quizzes.test_errata_pages import page, propose_page
from tests.quizzes.wrong_question import (
    LATER,
    Sat,
    applied,
    decided,
    dry_run,
    four,
    hash_of,
    proposed,
    result_of,
    sat_four,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]


def sat_with(edition: Edition, name: str, response: Response, key: str = "T-Q1") -> Sat:
    """Everything right but one question, which was answered so."""
    enrolment = enrol(person=person(name), course=edition.course, by=None, now=NOW)
    attempt = actions.start_attempt(
        enrolment=enrolment, activity_key=TEST_KEY, language="en", now=NOW
    )
    if edition.course.slug != "case":
        answer_all(attempt, now=NOW)
    Answer.objects.filter(attempt=attempt, question__key=key).update(response=response)
    actions.finish_attempt(attempt=attempt, now=NOW)
    return Sat(enrolment, Attempt.objects.get(pk=attempt.pk))


def wrong() -> list[str]:
    return [str(f) for f in findings(LATER) if f.invariant in {"I6", "I8", "I12"}]


def by_the_first_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an older release decides."""
    monkeypatch.setattr("quizzes.actions.errata.NEWEST", Rule.IDENTICAL)


def case(**parts: Response) -> Response:
    return {"parts": parts, "final": list(parts)}


B_TOO: Response = {"chosen": [0, 1, 2]}  # A and C are right, and B is too


def test_whoever_gave_some_of_another_key_is_marked_by_it(cast: Cast) -> None:
    edition = four(types=("multiple",))
    some = sat_with(edition, "Ann", {"chosen": [0, 1]})
    full = sat_with(edition, "Ben", {"chosen": [0, 2]})
    none = sat_with(edition, "Cid", {"chosen": [1, 3]})
    erratum = proposed(cast, edition, "T-Q1", "accept", accepted=B_TOO)
    assert (impact(erratum).counts["up"], impact(erratum).counts["down"]) == (1, 0)
    erratum = applied(decided(cast, erratum))
    assert erratum.rule == Rule.BY_KEY
    assert result_of(some) == ((3 + Fraction(2, 3)) / 4, True)
    assert result_of(full) == (Fraction(1), True)
    assert result_of(none) == (Fraction(3, 4), True)
    assert wrong() == []
    later = sat_with(edition, "Dan", {"chosen": [0, 1]})
    assert later.attempt.score == (3 + Fraction(2, 3)) / 4
    assert later.attempt.errata == [str(erratum.pk)]
    assert wrong() == []


def test_the_result_page_says_what_the_question_counts_now(cast: Cast) -> None:
    edition = four(types=("multiple",))
    ann = sat_with(edition, "Ann", {"chosen": [0, 1]})
    applied(decided(cast, proposed(cast, edition, "T-Q1", "accept", accepted=B_TOO)))
    client = signed_in(ann.enrolment.person)
    shown = client.get(f"/attempts/{ann.attempt.pk}/result/").content.decode()
    assert "0 of 1, now 0.66" in shown
    assert shown.count(", now ") == 1
    assert "3.66 of 4" in shown


def test_of_a_case_one_part_is_accepted_without_the_others(cast: Cast) -> None:
    edition = four(slug="case", types=("scenario",))
    ann = sat_with(edition, "Ann", case(a={"chosen": [2]}, b={"chosen": [1]}))
    assert ann.attempt.score == 0
    first = proposed(cast, edition, "T-Q1", "accept", accepted=case(b={"chosen": [1]}))
    applied(decided(cast, first))
    assert result_of(ann) == (Fraction(1, 8), False)
    second = proposed(cast, edition, "T-Q1", "accept", accepted=case(a={"chosen": [2]}))
    applied(decided(cast, second))
    assert result_of(ann) == (Fraction(1, 4), False)
    assert wrong() == []


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        ({}, "Give the whole answer"),
        (case(b={"chosen": [0]}), "full mark already"),
        (case(a={"chosen": [0]}, b={"chosen": [0]}), "full mark already"),
    ],
)
def test_a_case_without_another_answer_in_any_part_is_refused(
    cast: Cast, accepted: dict[str, Any], said: str
) -> None:
    edition = four(slug="case", types=("scenario",))
    with pytest.raises(ContentError, match=said):
        proposed(cast, edition, "T-Q1", "accept", accepted=accepted)


def test_the_form_takes_one_part_of_a_case_and_the_page_shows_it_alone(cast: Cast) -> None:
    edition = four(slug="case", types=("scenario",))
    client, address = signed_in(cast.ingrid), propose_page(edition)
    assert "answer only the parts in which another answer counts" in client.get(address).text
    wording = hash_of(edition, "T-Q1")
    posted = {"remedy": "accept", "wordings": [wording], "reason": "R"}
    client.post(address, {**posted, **_false_in_b(edition, wording)})
    erratum = Erratum.objects.get()
    assert erratum.accepted[wording]["parts"] == {"b": {"chosen": [1]}}
    shown = client.get(page(erratum)).text.partition("Counts as right too:")[2]
    assert "Part b?" in shown
    assert "Part a?" not in shown


def _false_in_b(edition: Edition, wording: str) -> dict[str, object]:
    text = QuestionText.objects.get(content_hash=wording)
    shown = preview("scenario", text.content, key=wording, language="en", name="other1")
    part = shown.question["public"]["parts"][1]
    [token] = [own["token"] for own in part["options"] if own["text"] == "False"]
    return {part["name"]: token}


# ------------------------------------------------------------------ as it was decided
def test_what_an_older_release_applied_stays_and_is_proposed_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = four(types=("multiple",))
    ann = sat_with(edition, "Ann", {"chosen": [0, 1]})
    same = sat_with(edition, "Ben", B_TOO)
    with monkeypatch.context() as older:
        by_the_first_rule(older)
        old = decided(cast, proposed(cast, edition, "T-Q1", "accept", accepted=B_TOO))
    old = applied(old)
    assert old.rule == Rule.IDENTICAL
    assert (result_of(ann)[0], result_of(same)[0]) == (Fraction(3, 4), Fraction(1))
    later = sat_with(edition, "Dan", {"chosen": [0, 1]})
    assert later.attempt.score == Fraction(3, 4)  # nobody is treated otherwise by it
    assert wrong() == []
    applied(decided(cast, proposed(cast, edition, "T-Q1", "accept", accepted=B_TOO)))
    better = (3 + Fraction(2, 3)) / 4
    assert (result_of(ann)[0], result_of(later)[0], result_of(same)[0]) == (
        better,
        better,
        Fraction(1),
    )
    assert wrong() == []


def test_numbers_computed_by_other_rules_no_longer_hold(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    erratum = proposed(cast, four(), "T-Q1", "credit")
    with monkeypatch.context() as older:
        older.setattr("quizzes.queries.dry_runs.NEWEST", Rule.IDENTICAL)
        seen = dry_run(erratum).basis
    with pytest.raises(actions.NumbersChanged):
        actions.decide_erratum(
            erratum=erratum, lowering="keep", reason="R", seen=seen, by=cast.rafael, now=LATER
        )


# ------------------------------------------------------------------ what was kept stays kept
def kept_at_three_of_four(cast: Cast) -> tuple[Edition, Sat]:
    """By the marks it would be 2 of 3."""
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    applied(decided(cast, proposed(cast, edition, "T-Q2", "drop")))
    assert result_of(ann) == (Fraction(3, 4), True)
    return edition, ann


@pytest.mark.parametrize("remedy", ["credit", "accept"])
def test_an_erratum_that_takes_nothing_leaves_what_was_kept(cast: Cast, remedy: str) -> None:
    edition, ann = kept_at_three_of_four(cast)
    accepted = {"chosen": [2]} if remedy == "accept" else None
    erratum = proposed(cast, edition, "T-Q3", remedy, accepted=accepted)
    counts = impact(erratum).counts
    assert (counts["down"], counts["lost"], counts["unchanged"]) == (0, 0, 1)
    erratum = applied(decided(cast, erratum, lowering="lower"))
    assert result_of(ann) == (Fraction(3, 4), True)
    row = Regrade.objects.get(erratum=erratum)
    assert (row.was_kept, row.is_carried) == (True, True)
    assert to_be_decided(erratum) == []  # that was decided before
    assert wrong() == []
    text = signed_in(ann.enrolment.person).get(f"/attempts/{ann.attempt.pk}/result/").text
    assert "as an earlier decision left it" in text
    assert "3 of 4" in text
    assert ">does not count<" not in text


def test_what_this_erratum_takes_may_fall_as_it_was_decided(cast: Cast) -> None:
    edition = four(pass_percent=25)
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    applied(decided(cast, proposed(cast, edition, "T-Q2", "drop")))
    assert result_of(ann) == (Fraction(3, 4), True)
    erratum = proposed(cast, edition, "T-Q3", "drop")
    assert impact(erratum).counts["down"] == 1
    applied(decided(cast, erratum, lowering="lower"))
    assert result_of(ann) == (Fraction(1, 2), True)
    assert wrong() == []
    text = signed_in(ann.enrolment.person).get(f"/attempts/{ann.attempt.pk}/result/").text
    assert "1 of 2" in text
    assert text.count(">does not count<") == 2  # the score rests on both by now


def test_a_floor_that_was_not_carried_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is not, where an older release let it fall."""
    edition, ann = kept_at_three_of_four(cast)
    with monkeypatch.context() as older:
        by_the_first_rule(older)
        old = decided(cast, proposed(cast, edition, "T-Q3", "credit"), lowering="lower")
    fallen = {"score_numerator": 2, "score_denominator": 3, "is_passed": False}
    Regrade.objects.create(attempt=ann.attempt, erratum=old, at=LATER, **fallen)
    assert _about_marks() == []
    new = decided(cast, proposed(cast, edition, "T-Q4", "drop"))
    Regrade.objects.create(attempt=ann.attempt, erratum=new, at=LATER, was_kept=True, **fallen)
    assert _about_marks() == []
    last = decided(cast, proposed(cast, edition, "T-Q3", "credit"), lowering="lower")
    after = {"score_numerator": 1, "score_denominator": 2, "is_passed": False}
    Regrade.objects.create(attempt=ann.attempt, erratum=last, at=LATER, **after)
    assert "Lowered, though nobody was to be." in _about_marks()


def _about_marks() -> list[str]:
    return [finding.message for finding in wrong_scores()]


# ------------------------------------------------------------------ who is to be decided on
def test_names_lead_as_far_as_the_reader_may_go(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Winnifred", wrong=("T-Q1",))
    post_person(person=ann.enrolment.person, unit=cast.unit_a, from_on=SINCE, by=None, now=NOW)
    erratum = applied(decided(cast, proposed(cast, edition, "T-Q2", "drop"), lowering="lower"))
    record = reverse("training_record", args=[ann.enrolment.person_id])
    attempt = f"/admin/quizzes/attempt/{ann.attempt.pk}/change/"

    def leads(client: Client) -> tuple[bool, bool]:
        text = client.get(page(erratum)).text
        assert "Winnifred" in text
        for address in (record, attempt):
            if f'"{address}"' in text:
                assert client.get(address).status_code == 200
        assert ("ask one of them where there is no link" in text) is (f'"{record}"' not in text)
        return f'"{record}"' in text, f'"{attempt}"' in text

    assert leads(signed_in(cast.ingrid)) == (False, True)
    assert leads(signed_in(cast.rafael)) == (False, False)
    assert leads(signed_in(cast.adam)) == (False, True)
    for unit, sees in ((cast.unit_b, False), (cast.unit_a, True)):
        grant_role(person=cast.rafael, role="hr", unit=unit, from_on=SINCE, by=None, now=NOW)
        assert leads(signed_in(cast.rafael)) == (sees, False)


def test_the_list_costs_the_same_for_any_number_of_people(cast: Cast) -> None:
    found = []
    for slug, names in (("few", ("Ann",)), ("many", ("Ben", "Cid", "Dan"))):
        edition = four(slug=slug)
        for name in names:
            sat_four(edition, name, wrong=("T-Q1",))
        erratum = proposed(cast, edition, "T-Q2", "drop")
        found.append(applied(decided(cast, erratum, lowering="lower")))
    assert [len(to_be_decided(erratum)) for erratum in found] == [1, 3]
    for reader in (cast.ingrid, cast.rafael):
        client = signed_in(reader)
        for erratum in found:
            client.get(page(erratum))
        few, many = (queries_of(partial(client.get, page(erratum))) for erratum in found)
        assert many == few
