"""Whom an erratum would change: computed by a job, shown with its progress, and only decided on
while it still holds."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags

from courseware.certificates.actions import restore, revoke
from courseware.certificates.models import Certificate
from courseware.enrolments.models import Enrolment
from courseware.jobs.models import Job
from quizzes import actions
from quizzes.models import DryRun, Erratum
from quizzes.queries.dry_runs import basis_of, dry_run_of, named
from quizzes.queries.impact import impact
from tests.asking import queries_of, signed_in
from tests.cast import Cast
from tests.certificates.completed import issued, work_off
from tests.quizzes.test_errata_pages import confirmed, page
from tests.quizzes.wrong_question import (
    LATER,
    applied,
    decided,
    dry_run,
    four,
    proposed,
    sat_four,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
HOUR = timedelta(hours=1)
TYPED = {"lowering": "keep", "reason": "Typed words"}


def seen_on(client: Client, erratum: Erratum) -> str:
    return str(client.get(page(erratum, "decide")).context["dry"].done.basis)


# ------------------------------------------------------------------ the job
def test_a_proposal_is_looked_through_by_a_job(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    erratum = proposed(cast, edition, "T-Q1", "credit")
    shown = dry_run_of(erratum)
    assert (shown.done, shown.is_current, shown.is_stopped) == (None, False, False)
    work_off()
    shown = dry_run_of(erratum)
    assert shown.done is not None
    assert shown.waiting is None
    assert shown.is_current
    assert shown.done.counts == impact(erratum).counts
    assert (shown.done.done, shown.done.total) == (1, 1)
    [won] = named(shown.done.won)
    assert (won.attempt, won.before, won.after) == (ann.attempt, 50, 75)
    assert (won.is_complete, won.is_certified) == (False, False)


def test_who_holds_a_certificate_is_asked_of_the_certificate(cast: Cast) -> None:
    """It was never issued, issued, revoked, restored; at last it expires."""
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    erratum = proposed(cast, edition, "T-Q2", "drop")
    seen: list[tuple[int, int, bool]] = []
    bases = []

    def look() -> None:
        run = dry_run(erratum)
        assert run.counts["lost"] == 1
        [lost] = named(run.lost)
        assert lost.is_complete
        counts = run.counts
        seen.append((counts["lost_complete"], counts["lost_certified"], lost.is_certified))
        bases.append(run.basis)

    with time_machine.travel(LATER, tick=False):
        look()
        certificate = issued(ann.enrolment.completion)
        look()
        revoke(certificate=certificate, by=cast.adam, reason="R", now=LATER)
        look()
        restore(certificate=certificate, by=cast.adam, reason="R", now=LATER + HOUR)
        look()
    assert certificate.valid_until is not None
    last = datetime.combine(certificate.valid_until, time(12), UTC)
    for now in (last, last + timedelta(days=1)):
        with time_machine.travel(now, tick=False):
            look()
    held, free = (1, 1, True), (1, 0, False)
    assert seen == [free, held, free, held, held, free]
    assert all((bases[n] == bases[n - 1]) == (seen[n] == seen[n - 1]) for n in range(1, len(seen)))


def test_the_page_says_who_completed_and_who_holds_a_certificate(cast: Cast) -> None:
    edition = four()
    completions = [
        sat_four(edition, name, wrong=("T-Q1",)).enrolment.completion for name in ("Ann", "Ben")
    ]
    for completion in completions:
        issued(completion)
    [certificate] = Certificate.objects.filter(completion=completions[1])
    revoke(certificate=certificate, by=cast.adam, reason="R", now=LATER)
    erratum = proposed(cast, edition, "T-Q2", "drop")
    dry_run(erratum)
    text = " ".join(strip_tags(signed_in(cast.ingrid).get(page(erratum)).content.decode()).split())
    assert "2of these completed the course" in text
    assert "1of these hold a valid certificate" in text
    assert text.count("Holds a certificate") == 1
    assert text.count("Completed, without a valid certificate") == 1


def test_asking_twice_is_asking_once_and_what_stopped_gives_way(cast: Cast) -> None:
    erratum = proposed(cast, four(), "T-Q1", "drop")
    first = actions.ask_dry_run(erratum=erratum, now=LATER)
    assert [first] == list(DryRun.objects.all())
    Job.objects.filter(kind="quizzes.dry_run").update(state=Job.State.PARKED)
    assert dry_run_of(erratum).is_stopped
    second = actions.ask_dry_run(erratum=erratum, now=LATER)
    assert [second] == list(DryRun.objects.all())
    assert second != first
    assert not dry_run_of(erratum).is_stopped


def test_whoever_is_told_to_stop_leaves_the_older_numbers(cast: Cast) -> None:
    edition = four()
    erratum = proposed(cast, edition, "T-Q1", "credit")
    first = dry_run(erratum)
    sat_four(edition, "Ann")
    second = actions.ask_dry_run(erratum=erratum, now=LATER)
    stopped = actions.compute_dry_run(
        run=second, now=lambda: LATER, heartbeat=lambda _done, _total: False
    )
    assert not stopped
    shown = dry_run_of(erratum)
    assert (shown.done, shown.waiting) == (first, second)
    work_off()
    assert list(DryRun.objects.all()) == [second]


def test_what_is_decided_or_dropped_keeps_no_names(cast: Cast) -> None:
    edition = four()
    sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    erratum = decided(cast, proposed(cast, edition, "T-Q1", "credit"))
    assert erratum.impact["won"] == 1
    other = proposed(cast, edition, "T-Q2", "credit")
    run = actions.ask_dry_run(erratum=other, now=LATER)
    actions.drop_erratum(erratum=other, by=cast.ingrid, now=LATER)
    assert not DryRun.objects.exists()
    work_off()  # its job finds nothing to do
    assert not DryRun.objects.exists()
    assert Job.objects.get(key=str(run.pk)).state == Job.State.DONE


# ------------------------------------------------------------------ what the numbers rest on
def test_the_basis_is_another_whenever_the_numbers_could_be(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    erratum = proposed(cast, edition, "T-Q1", "credit")
    seen = [basis_of(erratum)]

    def is_another() -> bool:
        seen.append(basis_of(erratum))
        return seen[-1] not in seen[:-1]

    assert not is_another()
    sat_four(edition, "Ben", wrong=("T-Q1", "T-Q2"))
    assert is_another()
    other = proposed(cast, edition, "T-Q2", "credit")
    assert not is_another()
    other = decided(cast, other)
    assert is_another()
    applied(other)
    assert is_another()
    Enrolment.objects.filter(pk=ann.enrolment.pk).update(completed_on=None, expires_on=None)
    assert is_another()
    # The same question at another test's attempts changes nothing here.
    sat_four(four(slug="elsewhere"), "Cleo", wrong=("T-Q1",))
    assert not is_another()


def test_what_changes_while_it_is_computed_makes_it_old(cast: Cast) -> None:
    edition = four()
    sat_four(edition, "Ann")
    erratum = proposed(cast, edition, "T-Q1", "credit")
    run = actions.ask_dry_run(erratum=erratum, now=LATER)

    def somebody_hands_in(done: int, _total: int) -> bool:
        if not done:
            sat_four(edition, "Ben", wrong=("T-Q1", "T-Q2"))
        return True

    assert actions.compute_dry_run(run=run, now=lambda: LATER, heartbeat=somebody_hands_in)
    run.refresh_from_db()
    assert not dry_run_of(erratum).is_current
    with pytest.raises(actions.NumbersChanged):
        actions.decide_erratum(
            erratum=erratum,
            lowering="keep",
            reason="R",
            seen=run.basis,
            by=cast.rafael,
            now=LATER,
        )
    erratum.refresh_from_db()
    assert (erratum.state, erratum.decided_by) == ("proposed", None)
    assert DryRun.objects.filter(pk=run.pk).exists()


def test_the_basis_costs_the_same_for_any_number_of_attempts(cast: Cast) -> None:
    edition = four()
    erratum = proposed(cast, edition, "T-Q1", "credit")
    numbers = []
    for name in ("Ann", "Ben", "Cleo"):
        sat_four(edition, name)
        numbers.append(queries_of(lambda: basis_of(erratum)))
    assert set(numbers) == {5}


# ------------------------------------------------------------------ the pages
def test_the_page_says_how_far_it_is(cast: Cast) -> None:
    erratum = proposed(cast, four(), "T-Q1", "credit")
    client = signed_in(cast.ingrid)
    assert "The numbers are about to be computed." in client.get(page(erratum)).content.decode()
    DryRun.objects.update(done=300, total=1200)
    text = client.get(page(erratum)).content.decode()
    assert "300 of 1200 attempts are looked at." in text
    assert "data-look-again" in text
    work_off()
    text = client.get(page(erratum)).content.decode()
    assert "data-look-again" not in text
    assert "with this question" in text


def test_nothing_can_be_decided_on_numbers_that_no_longer_hold(cast: Cast) -> None:
    edition = four()
    erratum = proposed(cast, edition, "T-Q1", "credit")
    client = confirmed(cast.rafael)
    decide = "Decide and mark anew"
    assert decide not in client.get(page(erratum, "decide")).content.decode()
    work_off()
    assert decide in client.get(page(erratum, "decide")).content.decode()
    sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    text = client.get(page(erratum, "decide")).content.decode()
    assert decide not in text
    assert "these numbers no longer hold" in text
    sent = client.post(page(erratum, "numbers"), {"decide": "1"})
    assert sent["Location"] == page(erratum, "decide")
    work_off()
    text = client.get(page(erratum, "decide")).content.decode()
    assert decide in text
    assert "these numbers no longer hold" not in text


def test_what_was_typed_waits_for_the_new_numbers(cast: Cast) -> None:
    edition = four()
    erratum = proposed(cast, edition, "T-Q1", "credit")
    work_off()
    client = confirmed(cast.adam)
    old = seen_on(client, erratum)
    sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    refused = client.post(page(erratum, "decide"), {**TYPED, "seen": old})
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "Typed words" in text
    assert "Look at the new numbers" in text
    assert "data-look-again" not in text  # it would load the page anew, without the words
    work_off()
    again = client.post(page(erratum, "decide"), {**TYPED, "seen": ""})
    assert again.status_code == 409
    text = again.content.decode()
    assert "Typed words" in text
    assert "Decide and mark anew" in text
    new = again.context["dry"].done.basis
    assert new != old
    assert f'value="{new}"' in text
    client.post(page(erratum, "decide"), {**TYPED, "seen": new})
    erratum.refresh_from_db()
    assert (erratum.state, erratum.impact["won"]) == ("decided", 1)


def test_nobody_asks_for_what_is_decided(cast: Cast) -> None:
    erratum = decided(cast, proposed(cast, four(), "T-Q1", "credit"))
    sent = signed_in(cast.ingrid).post(page(erratum, "numbers"))
    assert sent["Location"] == page(erratum)
    assert not DryRun.objects.exists()
