"""The pages of statistics: who sees them, what they say, and what they never say."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courseware.accounts.actions import grant_role
from courseware.accounts.models import User
from quizzes.engine.statistics.stored import kept, read_question
from quizzes.models import ItemStatistics, StatisticsRun
from tests.asking import signed_in
from tests.cast import Cast, person
from tests.certificates.completed import work_off
from tests.courses_made import TEST_KEY, make_course
from tests.quizzes.answered import always_right, many_sit, mended
from tests.quizzes.counted import PEOPLE, counted_run
from tests.quizzes.sitting import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
LIST = "/admin/quizzes/statistics/"
EVERY_KIND = ("single", "multiple", "truefalse", "ordering", "matching", "numeric", "short")


@pytest.fixture
def run(cast: Cast) -> StatisticsRun:
    edition = make_course(
        slug="eight", lessons=0, objectives=1, per_objective=7, quota=7, types=EVERY_KIND
    )
    return counted_run(edition.course, by=cast.ingrid, unit=cast.force, now=NOW, is_again=False)


def of(run: StatisticsRun, rest: str = "") -> str:
    return f"{LIST}{run.course_id}/{TEST_KEY}/{rest}"


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# ------------------------------------------------------------------ who
@pytest.mark.parametrize(
    ("name", "numbers_page", "question_page"),
    [
        ("ingrid", 200, 200),
        ("rafael", 200, 200),
        ("adam", 200, 404),  # an administrator sees no question with its key
        ("carol", 404, 404),
        ("sam", 404, 404),
        ("audrey", 404, 404),
        ("alice", 404, 404),
    ],
)
def test_who_sees_what(
    cast: Cast, run: StatisticsRun, name: str, numbers_page: int, question_page: int
) -> None:
    client = signed_in(getattr(cast, name))
    for address in (LIST, of(run), of(run, "units/")):
        assert client.get(address).status_code == numbers_page
    assert client.get(of(run, "questions/T-Q1/")).status_code == question_page
    page = client.get(of(run)).content.decode()
    assert ("/questions/T-Q1/" in page) == (question_page == 200)


def test_an_instructor_of_another_course_sees_nothing(run: StatisticsRun) -> None:
    other = person("Olga")
    grant_role(
        person=other,
        role="instructor",
        course_slug="elsewhere",
        from_on=NOW.date().replace(year=2025),
        by=None,
        now=NOW,
    )
    client = signed_in(other)
    assert "No tests yet" in read(client, LIST)
    assert client.get(of(run)).status_code == 404
    assert client.post(of(run)).status_code == 404
    assert not StatisticsRun.objects.filter(state="waiting").exists()


def test_what_does_not_exist_is_404(cast: Cast, run: StatisticsRun) -> None:
    client = signed_in(cast.ingrid)
    lesson = make_course(slug="with-lessons")
    for address in (
        f"{LIST}{run.course_id}/nowhere/",
        f"{LIST}{lesson.course_id}/lesson-1/",
        of(run, "questions/T-Q99/"),
        f"{LIST}{lesson.course_id}/{TEST_KEY}/units/",  # nothing is computed yet
        f"{LIST}{lesson.course_id}/{TEST_KEY}/questions/T-Q1/",
    ):
        assert client.get(address).status_code == 404, address
    draft = make_course(slug="draft-only", is_published=False)
    assert client.get(f"{LIST}{draft.course_id}/{TEST_KEY}/").status_code == 404


# ------------------------------------------------------------------ computing
def test_from_nothing_to_numbers(cast: Cast) -> None:
    edition = make_course(lessons=0)
    many_sit(edition, 2, choose=always_right, now=NOW)
    client = signed_in(cast.rafael)
    address = f"{LIST}{edition.course_id}/{TEST_KEY}/"
    assert "Nothing is computed yet" in read(client, address)
    assert "Not yet" in read(client, LIST)
    for _ in range(2):
        response = client.post(address, {"which": "first"})
        assert response.status_code == 302
        assert response["Location"] == address
    run = StatisticsRun.objects.get()
    assert (run.asked_by, run.basis) == (cast.rafael, {"which": "first"})
    waiting = read(client, address)
    assert "about to be computed" in waiting
    assert "Compute" not in waiting
    assert "Being computed" in read(client, LIST)
    run.done, run.total = 1, 2
    run.save()
    assert "1 of 2 attempts are read" in read(client, address)
    work_off()
    done = read(client, address)
    assert "From the first attempts of 2 people" in done
    assert "Only 2 so far: too few to say anything" in done
    assert "Compute again" in done
    run.refresh_from_db()
    assert run.state == "done"


def test_what_was_sent_wrongly_counts_first_attempts(cast: Cast) -> None:
    edition = make_course(lessons=0)
    signed_in(cast.ingrid).post(f"{LIST}{edition.course_id}/{TEST_KEY}/", {"which": "everything"})
    assert StatisticsRun.objects.get().basis == {"which": "first"}


def test_work_that_has_stopped_says_so_and_can_be_asked_for_again(cast: Cast) -> None:
    from courseware.jobs.models import Job

    edition = make_course(lessons=0)
    address = f"{LIST}{edition.course_id}/{TEST_KEY}/"
    client = signed_in(cast.ingrid)
    client.post(address)
    Job.objects.filter(kind="quizzes.statistics").update(state=Job.State.PARKED)
    assert "has stopped before its end" in read(client, address)
    client.post(address)
    assert "about to be computed" in read(client, address)


def test_nobody_sat_it(cast: Cast) -> None:
    edition = make_course(lessons=0)
    client = signed_in(cast.ingrid)
    address = f"{LIST}{edition.course_id}/{TEST_KEY}/"
    client.post(address)
    work_off()
    assert "Nobody has sat this test" in read(client, address)


def test_numbers_of_another_release_are_computed_again(cast: Cast, run: StatisticsRun) -> None:
    StatisticsRun.objects.filter(pk=run.pk).update(numbers={"whole": {"n": 3}})
    client = signed_in(cast.ingrid)
    assert "computed by another release" in read(client, of(run))
    assert client.get(of(run, "questions/T-Q1/")).status_code == 404


# ------------------------------------------------------------------ what they say
def test_a_test_s_page_says_what_it_rests_on_and_what_to_do(cast: Cast, run: StatisticsRun) -> None:
    page = read(signed_in(cast.ingrid), of(run))
    assert f"From the first attempts of {PEOPLE} people" in page
    assert "9 left out" in page
    assert "The result of 1 attempt has an erratum in it; here it counts without." in page
    assert "Asked for by Ingrid Example" in page
    assert "Coefficient of internal consistency" in page
    assert "Luck of the draw" in page
    assert "Who does well in the rest does worse here" in page
    # The question with the wrong key stands first in the table.
    assert page.index("T-Q1 en") < page.index("T-Q2 en")
    assert "pass mark" in page


def test_questions_that_need_nobody_are_folded_away(cast: Cast, run: StatisticsRun) -> None:
    page = signed_in(cast.ingrid).get(of(run)).content.decode()
    shown, _, folded = page.partition('<details class="others">')
    assert "questions/T-Q1/" in shown  # a wrong key
    assert "questions/T-Q1/" not in folded
    assert "questions/T-Q2/" in folded
    count = re.search(r"(\d+) more that needs? nobody now", folded)
    assert count is not None
    to_check, to_look_at = re.findall(r"(\d+) (?:questions? to check now|to look at)", shown)
    assert int(to_check) + int(to_look_at) + int(count[1]) == len(EVERY_KIND)


def test_a_question_s_page_says_all_about_it(cast: Cast, run: StatisticsRun) -> None:
    client = signed_in(cast.ingrid)
    page = read(client, of(run, "questions/T-Q1/"))
    for words in (
        "Check the key",
        "Discriminative efficiency",
        "A · Option 1 A",
        "Strongest third",
        "January 2025",
        "Half of the people take",
        "I am certain",
        "See it in the bank",
    ):
        assert words in page, words
    leaked = read(client, of(run, "questions/T-Q3/"))
    assert re.search(
        r"Easier since \w+ 2025: people earn \d+ % of its mark, before \d+ %; people with the same "
        r"whole score \d+ points more than before\.",
        leaked,
    )


@pytest.mark.parametrize("number", range(1, 8))
def test_every_type_has_its_table(cast: Cast, run: StatisticsRun, number: int) -> None:
    page = read(signed_in(cast.ingrid), of(run, f"questions/T-Q{number}/"))
    assert "Who chooses what" in page
    assert "People asked" in page
    if EVERY_KIND[number - 1] in {"numeric", "short"}:
        assert "Something else" in page


@pytest.mark.parametrize("number", range(1, 8))
def test_every_line_of_a_picture_has_its_letter_in_the_table(
    cast: Cast, run: StatisticsRun, number: int
) -> None:
    page = signed_in(cast.ingrid).get(of(run, f"questions/T-Q{number}/"))
    drawn = [shown["curves"] for shown in page.context["groups"] if shown["curves"]]
    assert drawn
    tables = page.content.decode().split("<figure")[1:]
    for curves, table in zip(drawn, tables, strict=False):
        for line in curves.lines:
            assert f">{line.label[0]} · " in table


def test_below_twenty_there_is_a_note_and_no_number(cast: Cast, run: StatisticsRun) -> None:
    row = ItemStatistics.objects.get(run=run, question_key="T-Q1")
    found = read_question(row.numbers)
    assert found is not None
    raw = kept(found)
    raw["item"]["n"] = 19
    ItemStatistics.objects.filter(pk=row.pk).update(numbers=raw)
    page = read(signed_in(cast.ingrid), of(run, "questions/T-Q1/"))
    assert "Only 19 so far: too few to say anything" in page
    for words in ("Discriminative efficiency", "Who chooses what", "Month by month", "Facility"):
        assert words not in page
    table = read(signed_in(cast.ingrid), of(run))
    assert re.search(r"Only 19 so far: too few to say anything[^%]*? – – 19", table)


def test_what_rests_on_fewer_than_twenty_is_missing_and_says_why(
    cast: Cast, run: StatisticsRun
) -> None:
    row = ItemStatistics.objects.get(run=run, question_key="T-Q1")
    raw = {**row.numbers, "time": {**row.numbers["time"], "wrong": None, "wrongs": 1}}
    raw["months"] = [{**month, "n": 1} for month in raw["months"]]
    ItemStatistics.objects.filter(pk=row.pk).update(numbers=raw)
    page = read(signed_in(cast.ingrid), of(run, "questions/T-Q1/"))
    assert "Who is wrong takes Not shown: only 1 answer, and a number needs 20." in page
    assert re.search(r"Who is right takes \d+ (seconds|min)", page)
    assert "Month by month Not shown: fewer than 20 answers" in page
    assert "January 2025" not in page


def test_another_wording_is_a_link_away(cast: Cast, run: StatisticsRun) -> None:
    row = ItemStatistics.objects.get(run=run, question_key="T-Q1")
    raw = {**row.numbers, "editions": [2], "item": {**row.numbers["item"], "n": 30}}
    ItemStatistics.objects.create(
        run=run, question_key="T-Q1", content_hash="e" * 64, language="en", numbers=raw
    )
    client = signed_in(cast.ingrid)
    page = client.get(of(run, "questions/T-Q1/")).content.decode()
    assert "edition 2</a>: 30 answers" in page
    other = read(client, of(run, "questions/T-Q1/") + "?wording=en-eeeeeeeeeeee")
    assert "30 answers." in other  # its words are gone, its numbers are not
    assert "Who chooses what" not in other
    nowhere = read(client, of(run, "questions/T-Q1/") + "?wording=en-nowhere")
    assert f"{PEOPLE} answers." in nowhere


def test_an_older_wording_is_named_and_stands_last(cast: Cast, run: StatisticsRun) -> None:
    many = {"lessons": 0, "objectives": 1, "per_objective": 7, "quota": 7, "types": EVERY_KIND}
    client = signed_in(cast.ingrid)
    before = read(client, of(run))
    assert "older wording" not in before
    mended("T-Q1", now=NOW, slug="eight", **many)
    page = read(client, of(run))
    assert "T-Q1 en · older wording, last in edition 1" in page
    assert page.index("T-Q2 en") < page.index("T-Q1 en")
    assert "older wording, last in edition 1" in read(client, of(run, "questions/T-Q1/"))
    sure = read(client, of(run, "units/"))
    assert sure.index("T-Q7 en") < sure.index("T-Q1 en · older wording, last in edition 1")
    assert client.get(of(run)).context["page"].to_check < page_before(before)


def page_before(page: str) -> int:
    """How many questions a page said were to be checked now."""
    found = re.search(r"(\d+) questions? to check now", page)
    assert found is not None
    return int(found[1])


def test_below_twenty_people_of_a_unit_there_is_a_count(cast: Cast, run: StatisticsRun) -> None:
    units = [{**row, "people": 19} for row in run.numbers["units"]]
    StatisticsRun.objects.filter(pk=run.pk).update(numbers={**run.numbers, "units": units})
    page = read(signed_in(cast.ingrid), of(run, "units/"))
    assert "12 19" in page
    assert "63 %" not in page


def test_units_show_only_what_was_kept(cast: Cast, run: StatisticsRun) -> None:
    page = read(signed_in(cast.ingrid), of(run, "units/"))
    assert "Norland" in page
    assert "Question Sure and wrong Said how sure they were" in page
    assert "30 % (12)" in page
    assert "Unit A" not in page
    for asked in ("999", "x", "9" * 30):
        assert "Norland" in read(signed_in(cast.ingrid), of(run, "units/") + f"?unit={asked}")
    numbers_ = {**run.numbers, "units": []}
    StatisticsRun.objects.filter(pk=run.pk).update(numbers=numbers_)
    assert "Nothing can be shown" in read(signed_in(cast.ingrid), of(run, "units/"))


def test_no_page_names_anybody_who_sat(cast: Cast) -> None:
    edition = make_course(lessons=0)
    many_sit(edition, 2, choose=always_right, now=NOW, name="Hidden-")
    client = signed_in(cast.ingrid)
    address = f"{LIST}{edition.course_id}/{TEST_KEY}/"
    client.post(address)
    work_off()
    for rest in ("", "units/", "questions/T-Q1/", "questions/T-Q5/"):
        response = client.get(address + rest)
        assert "Hidden-" not in response.content.decode()


def test_in_spanish(cast: Cast, run: StatisticsRun) -> None:
    User.objects.filter(pk=cast.ingrid.pk).update(language="es")
    page = read(signed_in(cast.ingrid), of(run, "questions/T-Q3/"))
    assert "Más fácil desde" in page
    assert "enero de 2025" in page.lower()


def test_the_number_of_queries_does_not_grow_with_questions(cast: Cast, run: StatisticsRun) -> None:
    small = make_course(slug="small", lessons=0, objectives=1, per_objective=3, quota=3)
    few = counted_run(small.course, by=cast.ingrid, unit=cast.force, now=NOW, is_again=False)
    client = signed_in(cast.ingrid)
    for rest, most in (("", 14), ("questions/T-Q1/", 18), ("units/", 14)):
        seen = []
        for one in (few, run):
            client.get(of(one, rest))
            with CaptureQueriesContext(connection) as queries:
                client.get(of(one, rest))
            seen.append(len(queries))
        assert seen[0] == seen[1] <= most, (rest, seen)
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    assert len(queries) <= 12
