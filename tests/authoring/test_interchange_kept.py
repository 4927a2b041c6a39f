"""A file that the draft itself gave away changes nothing when it comes back, whatever its format
leaves out; what is edited in it changes just that.
"""

import csv
import io
import re
from typing import Any

import pytest
from django.conf import settings

from courseware.authoring.actions import keep_import, open_draft, take_in
from courseware.authoring.queries.exporting import questions_to_export
from courseware.authoring.queries.importing import ImportPlan, Incoming, plan_of
from courseware.authoring.queries.placing import own_place
from courseware.bundles.actions import load_folder
from courseware.courses.models import Edition
from quizzes.interchange import formats
from quizzes.interchange.holding import TYPES
from quizzes.models import Question, QuestionText, Quiz
from tests.authoring.drafts_made import NOW
from tests.authoring.question_editing import every_kind
from tests.cast import Cast
from tests.remembered import remembered

pytestmark = pytest.mark.django_db

COURSES = sorted(path.name for path in settings.LIBRARY_DIR.iterdir() if path.is_dir())


def shipped(cast: Cast, course: str) -> Edition:
    for slug in sorted({COURSES[0], course}):  # what the others ask for
        edition = load_folder(settings.LIBRARY_DIR / slug, now=NOW).edition
    return open_draft(course=edition.course, by=cast.ingrid, now=NOW)


def taken_away(draft: Edition, form: str) -> str:
    return formats.write(form, questions_to_export(draft, with_files=form == "moodle")).text


def looked_at(draft: Edition, form: str, text: str, cast: Cast) -> ImportPlan:
    return plan_of(
        keep_import(
            edition=draft, format_name=form, encoding="utf-8", text=text, by=cast.ingrid, now=NOW
        )
    )


def taken_in(draft: Edition, form: str, text: str, cast: Cast) -> ImportPlan:
    """What was looked at, after it came in."""
    plan = looked_at(draft, form, text, cast)
    quiz = Quiz.objects.get(activity__edition=draft)
    given: dict[str, Any] = {"defaults": {}, "alts": {}, "by": cast.ingrid, "now": NOW}
    take_in(kept=plan.kept, quiz=quiz, seen=plan.seen, **given)
    return plan


def stored(draft: Edition) -> dict[tuple[str, str], Any]:
    """Every word of every language, and where it belongs."""
    texts = QuestionText.objects.filter(question__quiz__activity__edition=draft)
    return {
        (text.question.key, text.language): (text.content, own_place(text.question))
        for text in texts.select_related("question")
    }


def put(draft: Edition, key: str, **fields: Any) -> None:
    """Fields of a question's words, as if they were written in the editor."""
    text = QuestionText.objects.get(question__quiz__activity__edition=draft, question__key=key)
    text.content = text.content | fields
    text.save()


def said(plan: ImportPlan) -> list[tuple[str, str]]:
    """The fields and levels of what is said of the questions."""
    return [(found.place, found.level) for one in plan.questions for found in one.findings]


@pytest.mark.parametrize("course", COURSES)
def test_what_nobody_edited_changes_nothing(cast: Cast, course: str) -> None:
    draft = shipped(cast, course)
    hard = Question.objects.filter(quiz__activity__edition=draft, type="multiple").first()
    assert hard is not None
    text = hard.texts.get(translated_from="")
    text.content |= {"credit": "all_or_nothing"}
    text.save()
    before = stored(draft)
    for form in formats.FORMATS:
        plan = looked_at(draft, form, taken_away(draft, form), cast)
        assert {(one.key, one.act) for one in plan.questions if one.act != "same"} == set()
        keys = {one.key for one in plan.questions}
        types = {one.type for one in Question.objects.filter(key__in=keys)}
        assert types == TYPES[form]
        assert len(keys) == len(plan.questions)
        assert said(plan) == []
        assert plan.findings == ()
    assert stored(draft) == before


def _first_word(stem: str) -> str:
    return max(stem.split(), key=lambda word: len(word) if word.isalpha() else 0)


@pytest.mark.parametrize("form", sorted(formats.FORMATS))
def test_an_edited_word_changes_just_that_word(cast: Cast, form: str) -> None:
    draft = shipped(cast, COURSES[0])
    before = stored(draft)
    text = taken_away(draft, form)
    done = set()
    for key in sorted(one.key for one in looked_at(draft, form, text, cast).questions):
        stem = before[key, "en"][0]["stem"]
        word = _first_word(stem)
        if text.count(word) == 1:  # nobody else says it
            text = text.replace(word, "zephyr")
            done.add((key, word))
    assert len(done) > (3 if form == "aiken" else 5)
    plan = taken_in(draft, form, text, cast)
    assert {one.key for one in plan.questions if one.act != "same"} == {key for key, _ in done}
    expected = dict(before)
    for key, word in done:
        content, place = before[key, "en"]
        stem = content["stem"].replace(word, "zephyr")
        expected[key, "en"] = ({**content, "stem": stem}, place)
    assert stored(draft) == expected


def small(cast: Cast, languages: tuple[str, ...] = ("en",)) -> Edition:
    return remembered(every_kind, cast.ingrid, languages)


def test_what_the_format_cannot_hold_stays_and_is_said(cast: Cast) -> None:
    draft = small(cast)
    put(draft, "T-Q2", credit="all_or_nothing")
    put(draft, "T-Q7", model_answer="Written out")
    text = taken_away(draft, "gift")
    for number in (2, 3, 5, 6, 7):
        text = text.replace(f"Question {number} (en)?", f"Another {number}?")
    before = stored(draft)
    plan = taken_in(draft, "gift", text, cast)
    assert sorted((one.key, *place) for one in plan.questions for place in _of(one)) == [
        ("T-Q2", "credit", "warning"),
        ("T-Q3", "options.text", "warning"),
        ("T-Q5", "pairs.feedback", "warning"),
        ("T-Q6", "unit", "warning"),
        ("T-Q7", "model_answer", "warning"),
    ]
    after = stored(draft)
    for number in (2, 3, 5, 6, 7):
        old, new = (which[f"T-Q{number}", "en"][0] for which in (before, after))
        assert new == {**old, "stem": f"Another {number}?"}


def _of(one: Incoming) -> list[tuple[str, str]]:
    return [(found.place, found.level) for found in one.findings]


def test_a_file_that_went_through_moodle_takes_nothing_of_ours_with_it(cast: Cast) -> None:
    draft = small(cast)
    put(draft, "T-Q2", credit="proportional")
    put(
        draft,
        "T-Q3",
        options=[{**o, "text": t} for o, t in zip(_options(draft, "T-Q3"), "YN", strict=True)],
    )
    put(draft, "T-Q7", model_answer="Written out")
    before = stored(draft)
    text = re.sub("<courseware>.*?</courseware>", "", taken_away(draft, "moodle"))
    plan = taken_in(draft, "moodle", text.replace("Question 2 (en)?", "Another?"), cast)
    content, place = before["T-Q2", "en"]
    assert stored(draft) == before | {("T-Q2", "en"): ({**content, "stem": "Another?"}, place)}
    assert [one.key for one in plan.questions if one.act == "changed"] == ["T-Q2"]
    assert ("credit", "warning") in said(plan)


def _options(draft: Edition, key: str) -> list[dict[str, Any]]:
    text = QuestionText.objects.get(question__quiz__activity__edition=draft, question__key=key)
    return list(text.content["options"])


def test_a_column_that_is_not_there_says_nothing_and_an_empty_cell_does(cast: Cast) -> None:
    draft = small(cast)
    before = stored(draft)
    rows = list(csv.DictReader(io.StringIO(taken_away(draft, "csv").removeprefix("\ufeff"))))
    (row,) = [row for row in rows if row["key"] == "T-Q6"]

    def table(row: dict[str, str]) -> str:
        out = io.StringIO()
        writer = csv.DictWriter(out, list(row))
        writer.writeheader()
        writer.writerow(row)
        return out.getvalue()

    without = {name: cell for name, cell in row.items() if name not in {"unit", "extra"}}
    plan = looked_at(draft, "csv", table(without), cast)
    assert [one.act for one in plan.questions] == ["same"]
    assert said(plan) == [("unit", "warning")]
    taken_in(draft, "csv", table({**row, "unit": ""}), cast)
    content, place = before["T-Q6", "en"]
    bare = {name: value for name, value in content.items() if name != "unit"}
    assert stored(draft)["T-Q6", "en"] == (bare, place)


def test_another_right_option_keeps_the_feedback_and_asks_for_a_look(cast: Cast) -> None:
    draft = small(cast)
    before = stored(draft)
    text = taken_away(draft, "aiken").replace("ANSWER: A", "ANSWER: B")
    plan = taken_in(draft, "aiken", text, cast)
    (one,) = plan.questions
    assert (one.key, one.act) == ("T-Q1", "changed")
    assert ("options[0].feedback", "warning") in said(plan)
    assert ("options[1].feedback", "warning") in said(plan)
    assert ("options[2].feedback", "warning") not in said(plan)
    content, place = before["T-Q1", "en"]
    options = [{**o, "correct": n == 1} for n, o in enumerate(content["options"])]
    assert stored(draft)["T-Q1", "en"] == ({**content, "options": options}, place)


def test_without_keys_another_question_is_a_new_one_and_a_likely_one_is_named(cast: Cast) -> None:
    draft = small(cast)
    options = "A. Option 1 A\nB. Option 1 B\nC. Option 1 C\nD. Option 1 D\nANSWER: A\n"
    other = looked_at(draft, "aiken", f"Who keeps the log of the scene?\n{options}", cast)
    assert [one.act for one in other.questions] == ["new"]
    near = looked_at(draft, "aiken", f"Question 1 (fr)?\n{options}", cast)
    assert [(one.key, one.act) for one in near.questions] == [("T-Q1", "changed")]
    (found,) = [f for f in near.questions[0].findings if "no keys" in f.message]
    assert found.params == {"key": "T-Q1"}


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("gift", "Is it so? {T}"),
        (
            "moodle",
            '<quiz><question type="truefalse"><name><text>n</text></name>'
            "<questiontext><text>Is it so?</text></questiontext>"
            '<answer fraction="100"><text>true</text></answer>'
            '<answer fraction="0"><text>false</text></answer></question></quiz>',
        ),
    ],
)
def test_true_and_false_are_words_of_the_draft_s_language(cast: Cast, form: str, text: str) -> None:
    plan = looked_at(small(cast, ("es",)), form, text, cast)
    options = plan.questions[0].read.content["options"]
    assert [option["text"] for option in options] == ["Verdadero", "Falso"]
    (found,) = [f for f in plan.questions[0].findings if "true" in f.params]
    assert found.params == {"true": "Verdadero", "false": "Falso"}
