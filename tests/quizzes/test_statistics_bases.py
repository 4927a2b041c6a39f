"""Statistics over first attempts and over all: each stands beside the other, and first ones are the
default. And the parts of a question, which a page names as its sentences do.
"""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from courseware.core.ids import new_id
from courseware.courses.models import Course
from quizzes.models import ItemStatistics, Question, StatisticsRun
from quizzes.queries import tests_counted
from quizzes.queries.usage import levels
from tests.asking import signed_in
from tests.cast import Cast
from tests.certificates.completed import work_off
from tests.courses_made import TEST_KEY, make_course
from tests.quizzes.answered import always_right, many_sit
from tests.quizzes.counted import counted_run
from tests.quizzes.sitting import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
LIST = "/admin/quizzes/statistics/"


@pytest.fixture
def run(cast: Cast) -> StatisticsRun:
    edition = make_course(
        slug="eight",
        lessons=0,
        objectives=1,
        per_objective=3,
        quota=3,
        types=("single", "scenario", "ordering"),
    )
    return counted_run(edition.course, by=cast.ingrid, unit=cast.force, now=NOW, is_again=False)


def of(run: StatisticsRun, rest: str = "") -> str:
    return f"{LIST}{run.course_id}/{TEST_KEY}/{rest}"


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return unescape(response.content.decode())


def copied(run: StatisticsRun, which: str) -> StatisticsRun:
    """Another finished run with the same numbers, asked for later."""
    other = StatisticsRun.objects.get(pk=run.pk)
    other.pk, other.basis, other.asked_at = new_id(), {**run.basis, "which": which}, NOW
    other.save(force_insert=True)
    for row in ItemStatistics.objects.filter(run=run):
        row.pk, row.run = None, other
        row.save(force_insert=True)
    return other


# ------------------------------------------------------------------ first attempts and all
def test_all_attempts_stand_beside_first_ones(cast: Cast, run: StatisticsRun) -> None:
    """What one person asks for is nobody else's default, and no number is lost by it."""
    client = signed_in(cast.ingrid)
    other = f"{of(run)}?which=all"
    assert "?which=all" not in read(client, of(run))
    response = client.post(of(run), {"which": "all"}, follow=True)
    assert response.redirect_chain == [(other, 302)]
    asked = unescape(response.content.decode())
    assert "All attempts: The numbers are about to be computed." in asked
    assert "Nothing is computed yet" not in asked
    work_off()
    everything, first = read(client, other), read(client, of(run))
    assert "From the first attempts of 120 people" in first
    assert f'<a href="{other}">All attempts</a>' in first
    assert '<option value="first" selected>' in first
    assert "Confident and wrong, by unit</a></p>" in first
    # The made run rests on no stored attempts, so of all attempts there is none.
    assert "Nobody has sat this test" in everything
    assert '<option value="all" selected>' in everything
    assert f'<a href="{of(run)}">First attempts</a>' in everything
    assert StatisticsRun.objects.get(basis__which="first") == run


def test_links_stay_with_all_attempts(cast: Cast, run: StatisticsRun) -> None:
    StatisticsRun.objects.filter(pk=run.pk).update(basis={**run.basis, "which": "all"})
    client = signed_in(cast.ingrid)
    page = read(client, f"{of(run)}?which=all")
    links = re.findall(r'href="([^"]+/questions/[^"]+)"', page)
    assert links
    assert all(link.endswith("&which=all") for link in links)
    assert "is counted from first attempts only: have these computed too" in page
    question = read(client, f"{of(run, 'questions/T-Q1/')}?which=all")
    assert f'href="{of(run)}?which=all"' in question
    # Nothing over first attempts is computed, and nothing else stands in its place.
    assert "Nothing is computed yet" in read(client, of(run))
    assert client.get(of(run, "questions/T-Q1/")).status_code == 404
    assert client.get(f"{of(run, 'units/')}?which=all").status_code == 404


def test_the_way_to_units_stays_on_the_page_of_all_attempts(cast: Cast, run: StatisticsRun) -> None:
    copied(run, "all")
    page = read(signed_in(cast.ingrid), f"{of(run)}?which=all")
    assert f'<a href="{of(run, "units/")}">' in page
    assert "(from first attempts only)" in page


def test_who_asks_for_the_others_meanwhile_is_told(cast: Cast) -> None:
    edition = make_course(lessons=0)
    many_sit(edition, 2, choose=always_right, now=NOW)
    client = signed_in(cast.ingrid)
    address = f"{LIST}{edition.course_id}/{TEST_KEY}/"
    client.post(address, {"which": "first"})
    response = client.post(address, {"which": "all"}, follow=True)
    assert response.redirect_chain == [(address, 302)]
    told = unescape(response.content.decode())
    assert "First attempts are being computed, as somebody asked before." in told
    assert "First attempts: The numbers are about to be computed." in told
    work_off()
    client.post(address, {"which": "all"})
    told = unescape(client.post(address, {"which": "first"}, follow=True).content.decode())
    assert "All attempts are being computed, as somebody asked before." in told


def test_bank_and_lists_go_by_first_attempts(cast: Cast, run: StatisticsRun) -> None:
    everything = copied(run, "all")
    ItemStatistics.objects.filter(run=run, question_key="T-Q1").delete()
    StatisticsRun.objects.filter(pk=everything.pk).update(numbers={**run.numbers, "to_check": 9})
    question = Question.objects.select_related("quiz__activity__edition").get(key="T-Q1")
    assert levels([question]) == {}
    shown: list[Any] = tests_counted.tests_shown(Course.objects.filter(pk=run.course_id), "en")
    assert [(row.done, row.to_check) for row in shown] == [(run, 1)]
    ItemStatistics.objects.filter(run=everything, question_key="T-Q1").update(run=run)
    assert set(levels([question])) == {question.pk}


# ------------------------------------------------------------------ parts of a question
def test_a_part_is_named_in_the_sentence_and_above_its_table(
    cast: Cast, run: StatisticsRun
) -> None:
    row = ItemStatistics.objects.get(run=run, question_key="T-Q2")
    groups = row.numbers["options"]["groups"]
    assert len(groups) > 1
    people = row.numbers["options"]["people"]
    for option in groups[1]["options"]:
        option["counts"] = [0, 0, people[2]] if not option["is_right"] else [0, 0, 0]
    row.save()
    assert [group["key"] for group in groups] == ["a", "b"]
    page = read(signed_in(cast.ingrid), of(run, f"questions/{row.question_key}/"))
    assert "<p>Part 2: 100 % of the strongest third choose option" in page
    assert ">Part 1: <span" in page
    assert ">Part 2: <span" in page
