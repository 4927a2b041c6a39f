"""The bank in the admin: narrowed down, tried out as a learner, with how often it was asked."""

import re
from html import unescape
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courseware.accounts.models import User
from quizzes import actions
from quizzes.actions import duplicate_question
from quizzes.actions.bank import add_question
from quizzes.actions.statistics import ask_statistics, compute_statistics
from quizzes.engine import registry
from quizzes.engine.content import read
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.engine.searching import search_words
from quizzes.engine.statistics.findings import Level
from quizzes.models import ItemStatistics, Question, QuestionText, StatisticsRun
from quizzes.queries.counting import FIRST
from quizzes.queries.usage import levels
from tests.asking import signed_in
from tests.authoring.question_editing import at_the_desk
from tests.cast import Cast
from tests.courses_made import CANARY, make_course
from tests.quizzes.answered import mended
from tests.quizzes.counted import counted_run
from tests.quizzes.sitting import NOW, Sitting, begin, sit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
BANK = "/admin/quizzes/question/"


@pytest.fixture
def sitting() -> Sitting:
    made = sit("Nora", types=registry.names(), objectives=1, per_objective=8, quota=4)
    actions.finish_attempt(attempt=begin(made), now=NOW)
    return made


def listed(client: Client, **asked: str) -> list[str]:
    response = client.get(BANK, asked)
    assert response.status_code == 200, response.content
    return [question.key for question in response.context["cl"].result_list]


def test_the_bank_says_how_often_a_draw_chose_a_question(cast: Cast, sitting: Sitting) -> None:
    response = signed_in(cast.ingrid).get(BANK)
    asked = {q.key: q.exposure for q in response.context["cl"].result_list}
    assert sorted(asked.values()) == [0, 0, 0, 0, 1, 1, 1, 1]
    drawn = next(key for key, times in asked.items() if times)
    page = signed_in(cast.ingrid).get(f"{BANK}{Question.objects.get(key=drawn).pk}/change/")
    assert '<th scope="row">1</th><td>1</td>' in page.content.decode()


def test_it_is_narrowed_by_state_and_tag(cast: Cast, sitting: Sitting) -> None:
    client = signed_in(cast.ingrid)
    every = listed(client)
    assert len(every) == 8
    assert listed(client, state="now") == every
    assert listed(client, state="draft") == listed(client, state="past") == []
    assert "tag" not in client.get(BANK).context["cl"].get_filters_params()


def test_its_words_are_those_of_the_editor_in_both_languages(cast: Cast, sitting: Sitting) -> None:
    client = signed_in(cast.ingrid)
    page = client.get(BANK).content.decode()
    assert '<label for="by-course">Course</label>' in page
    assert '<option value="truefalse">True or false</option>' in page
    assert "By key" not in page
    assert listed(client, type="truefalse") == [Question.objects.get(type="truefalse").key]
    one = client.get(f"{BANK}{Question.objects.get(type='truefalse').pk}/change/").content.decode()
    assert "True or false" in one
    assert "truefalse" not in one
    User.objects.filter(pk=cast.ingrid.pk).update(language="es")
    spanish = signed_in(cast.ingrid).get(BANK).content.decode()
    assert '<label for="by-course">Curso</label>' in spanish
    assert '<option value="truefalse">Verdadero o falso</option>' in spanish


SPANISH = {
    "stem": "La clínica avisa: **Todos sus archivos** están cifrados. ![El año nuevo](plan.webp)",
    "options": [
        {"text": "Aislar la red", "correct": True, "feedback": "Así no se extiende."},
        {"text": "Pagar", "correct": False, "feedback": "Nadie garantiza la llave."},
    ],
    "feedback": "Véase la ŁÓDŹ.",
}


def test_its_real_words_are_searched_in_every_language(cast: Cast) -> None:
    edition = make_course(
        lessons=0,
        objectives=1,
        per_objective=3,
        quota=1,
        languages=("en", "es"),
        is_published=False,
    )
    question = Question.objects.get(quiz__activity__edition=edition, key="T-Q2")
    quizzes = edition.activities.get(kind="quiz").quiz
    envelope = read(
        QuestionEnvelope,
        {
            **{"key": "K-Q9", "type": "single", "objective": question.objective, "bloom": "apply"},
            **{"lesson": "first-hour", "difficulty": 1, "must_pass": None, "seed": [], "tags": []},
        },
    )
    english = {**SPANISH, "stem": "Which text begins?", "feedback": "See above."}
    add_question(
        quiz=quizzes, envelope=envelope, position=9, wordings={"en": english, "es": SPANISH}
    )
    client = signed_in(cast.ingrid)
    for asked in (
        *("clínica", "CLINICA", "clinica", "Todos sus archivos están", "archivos cifrados"),
        *("aislar extiende", "garantiza", "lodz", "año nuevo", "ANO", "k-q9 clínica", "first-hour"),
        *("K-Q9", "which text", "see above"),
    ):
        assert listed(client, q=asked) == ["K-Q9"], asked
    for nothing in (
        "stem",
        "feedback",
        "options",
        "correct",
        "plan webp",
        "línica",
        "clínica which",
    ):
        assert listed(client, q=nothing) == [], nothing
    for none in ("%", "_", "???", "' OR 1=1"):
        assert listed(client, q=none) == [], none
    assert len(listed(client, q=" ")) == 4


def test_whatever_writes_a_text_writes_its_words(cast: Cast) -> None:
    desk = at_the_desk(cast.ingrid, languages=("en", "es"))
    desk.send("T-Q1", desk.open("T-Q1") | {"stem": "What of the harbour?"})
    desk.send("T-Q1", desk.open("T-Q1", "es") | {"stem": "¿Y el puerto?"}, "es")
    duplicate_question(question=desk.question("T-Q1"))
    texts = list(QuestionText.objects.select_related("question"))
    assert len(texts) == 2 * (8 + 8 + 1)  # the edition, its draft, the copy
    for text in texts:
        assert text.words == search_words(text.question.type, text.content) != ""
    client = signed_in(cast.ingrid)
    assert listed(client, q="harbour") == listed(client, q="puerto") == ["T-Q09", "T-Q1"]


def test_the_words_of_what_was_there_are_filled_in_and_no_hash_changes(cast: Cast) -> None:
    desk = at_the_desk(cast.ingrid)
    mine = QuestionText.objects.filter(question__quiz__activity__edition=desk.draft)
    before = list(mine.order_by("pk").values_list("words", "content_hash"))
    mine.update(words="")
    import_module("quizzes.migrations.0009_the_words_that_the_bank_searches").fill(apps, None)
    assert list(mine.order_by("pk").values_list("words", "content_hash")) == before
    assert all(words for words, _hash in before)


def test_many_tags_are_one_list_to_choose_from(cast: Cast) -> None:
    make_course(lessons=0, is_published=False)
    for number, question in enumerate(Question.objects.all()):
        question.tags = [f"tag-{number}-{n}" for n in range(20)]
        question.save()
    page = signed_in(cast.ingrid).get(BANK).content.decode()
    assert page.count('<option value="tag-') == 160
    assert 'href="?tag=' not in page
    assert len(listed(signed_in(cast.ingrid), tag="tag-3-4")) == 1


def test_it_is_narrowed_by_what_the_statistics_say(cast: Cast, sitting: Sitting) -> None:
    client = signed_in(cast.ingrid)
    assert len(listed(client, statistics="none")) == 8
    run = ask_statistics(
        course=sitting.edition.course,
        activity_key="final-test",
        which=FIRST,
        by=cast.ingrid,
        now=NOW,
    )
    assert compute_statistics(run=run, now=lambda: NOW, heartbeat=lambda done, total: True)
    assert StatisticsRun.objects.get().state == "done"
    counted = set(ItemStatistics.objects.values_list("question_key", flat=True))
    assert set(listed(client, statistics="note")) == counted
    assert set(listed(client, statistics="none")) == set(listed(client)) - counted
    assert listed(client, statistics="act") == []


def test_a_question_that_was_mended_is_not_judged_by_its_old_words(cast: Cast) -> None:
    seven: dict[str, Any] = {"lessons": 0, "objectives": 1, "per_objective": 7, "quota": 7}
    edition = make_course(**seven)
    counted_run(edition.course, by=cast.ingrid, unit=cast.force, now=NOW, is_again=False)
    client = signed_in(cast.ingrid)
    assert listed(client, statistics="act", state="now") == ["T-Q1", "T-Q3"]
    mended("T-Q1", now=NOW, **seven)
    assert listed(client, statistics="act", state="now") == ["T-Q3"]
    assert listed(client, statistics="none", state="now") == ["T-Q1"]
    assert listed(client, statistics="act", state="past") == ["T-Q1", "T-Q3"]
    page = client.get(BANK, {"state": "now"})
    shown = {q.key: q.level for q in page.context["cl"].result_list}
    assert shown["T-Q1"] is None
    assert shown["T-Q2"] is not None


def test_the_bank_and_the_statistics_call_a_verdict_the_same(cast: Cast) -> None:
    edition = make_course(lessons=0, objectives=1, per_objective=7, quota=7)
    counted_run(edition.course, by=cast.ingrid, unit=cast.force, now=NOW, is_again=False)
    client = signed_in(cast.ingrid)
    bank = client.get(BANK).content.decode()
    test = client.get(reverse("admin:statistics_test", args=[edition.course_id, "final-test"]))
    pills = re.compile(
        r'<span class="pill pill-[a-z]+ state-(?:check-now|look-at-it|sound)">.*?</span>'
    )
    in_bank = set(pills.findall(bank))
    assert len(in_bank) == 2
    assert in_bank <= set(pills.findall(test.content.decode()))
    chosen = re.findall(r'<option value="(act|look|good|note)">(.*?)</option>', bank)
    assert dict(chosen) == {
        "act": "Check now",
        "look": "Look at it",
        "good": "Sound",
        "note": "Too early to tell",
    }


def test_the_more_urgent_of_two_languages_is_shown(cast: Cast) -> None:
    edition = make_course(lessons=0, objectives=1, per_objective=7, quota=7, languages=("en", "es"))
    run = counted_run(edition.course, by=cast.ingrid, unit=cast.force, now=NOW, is_again=False)
    counted = {row.question_key: row for row in run.items.all()}
    hashes = dict(
        QuestionText.objects.filter(question__key__in=counted, language="es").values_list(
            "question__key", "content_hash"
        )
    )
    # The Spanish of each has the numbers of the other's English: one is urgent, one is not.
    for key, other in (("T-Q1", "T-Q2"), ("T-Q2", "T-Q1")):
        row = counted[other]
        row.pk, row.question_key, row.language = None, key, "es"
        row.content_hash = hashes[key]
        row.save(force_insert=True)
    questions = Question.objects.filter(key__in=hashes).select_related("quiz__activity__edition")
    by_key = {question.key: question.pk for question in questions}
    found = levels(questions)
    assert found[by_key["T-Q1"]] == found[by_key["T-Q2"]] == Level.ACT
    assert found[by_key["T-Q4"]] != Level.ACT


@pytest.mark.parametrize("kind", registry.names())
def test_every_type_is_tried_out_without_keeping_anything(
    cast: Cast, sitting: Sitting, kind: str
) -> None:
    client = signed_in(cast.ingrid)
    question = Question.objects.get(type=kind)
    address = reverse("admin:quizzes_question_preview", args=[question.pk])
    before = unescape(client.get(address).content.decode())
    assert CANARY not in before
    after = unescape(client.post(address).content.decode())
    assert CANARY in after
    assert "No answer" in after


def test_a_language_it_does_not_have_is_not_there(cast: Cast, sitting: Sitting) -> None:
    question = Question.objects.all()[0]
    address = reverse("admin:quizzes_question_preview", args=[question.pk])
    assert signed_in(cast.ingrid).get(address, {"language": "xx"}).status_code == 404
    assert signed_in(cast.carol).get(address).status_code == 404


def test_the_list_asks_the_same_of_few_and_of_many(cast: Cast) -> None:
    client = signed_in(cast.ingrid)

    def count(number: int) -> int:
        made = sit(f"Nora{number}", slug=f"made-{number}", objectives=1, per_objective=number)
        counted_run(made.edition.course, by=cast.ingrid, unit=cast.force, now=NOW, is_again=False)
        with CaptureQueriesContext(connection) as queries:
            client.get(BANK, {"course": f"MADE-{number}"})
        return len(queries)

    client.get(BANK)  # what is read once in a process
    assert count(4) == count(30)
