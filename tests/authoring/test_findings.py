"""What stops a submission, each check on a draft that breaks it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courseware.authoring.queries.findings import Finding, findings
from courseware.courses.models import Edition, EditionLanguage
from lessons.models import Lesson, LessonText
from quizzes.models import Question, QuestionText, Quiz
from tests.authoring.drafts_made import drafted, ready, small_draft
from tests.cast import Cast
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Edition:
    return ready(small_draft(cast.ingrid))


def words(draft: Edition) -> EditionLanguage:
    return draft.languages.get()


def texts(draft: Edition, key: str) -> "LessonText":
    return LessonText.objects.get(lesson__activity__edition=draft, lesson__activity__key=key)


def of(draft: Edition, model: type[Question]) -> Question:
    return model.objects.filter(quiz__activity__edition=draft).earliest("position")


def errors(draft: Edition) -> list[Finding]:
    return [finding for finding in findings(Edition.objects.get(pk=draft.pk)) if finding.is_error]


def test_a_whole_draft_has_no_errors(draft: Edition) -> None:
    assert errors(draft) == []


def _without_title(draft: Edition) -> None:
    draft.languages.update(title=" ")


def _without_note(draft: Edition) -> None:
    draft.languages.update(change_note="")


def _without_activity_title(draft: Edition) -> None:
    own = words(draft)
    own.activity_titles.pop("spilt-tea")
    own.save()


def _without_objective(draft: Edition) -> None:
    draft.languages.update(objective_texts={})


def _without_point_words(draft: Edition) -> None:
    draft.must_pass_points = {key: {} for key in draft.must_pass_points}
    draft.save()


def _nothing_required(draft: Edition) -> None:
    draft.activities.update(required=False)


def _unknown_source(draft: Edition) -> None:
    text = texts(draft, "making-tea")
    text.markdown += "\nAs somebody says [@S99].\n"
    text.save()


def _nested_too_deep(draft: Edition) -> None:
    text = texts(draft, "making-tea")
    text.markdown = "[" * 5_000
    text.save()


def _without_text(draft: Edition) -> None:
    texts(draft, "making-tea").delete()


def _without_light(draft: Edition) -> None:
    text = texts(draft, "spilt-tea")
    text.light_markdown = ""
    text.save()


def _broken_question(draft: Edition) -> None:
    QuestionText.objects.filter(question=of(draft, Question)).update(content={"stem": ""})


def _unspoken_question(draft: Edition) -> None:
    QuestionText.objects.filter(question=of(draft, Question)).delete()


def _unknown_objective(draft: Edition) -> None:
    Question.objects.filter(pk=of(draft, Question).pk).update(objective="Z9")


def _unknown_lesson(draft: Edition) -> None:
    Question.objects.filter(pk=of(draft, Question).pk).update(lesson_key="nowhere")


def _unknown_point(draft: Edition) -> None:
    Question.objects.filter(pk=of(draft, Question).pk).update(must_pass="Z9-M9")


def _too_many_drawn(draft: Edition) -> None:
    Quiz.objects.filter(activity__edition=draft).update(draw_count=99)


def _unasked_point(draft: Edition) -> None:
    draft.must_pass_points = {**draft.must_pass_points, "Z9-M9": {"en": "Never asked"}}
    draft.save()


@pytest.mark.parametrize(
    ("break_it", "part", "message"),
    [
        (_without_title, "words", "title is missing"),
        (_without_note, "words", "what changed"),
        (_without_activity_title, "words", "spilt-tea has no title"),
        (_without_objective, "words", "has no words"),
        (_without_point_words, "words", "must-pass point"),
        (_nothing_required, "words", "No activity is required"),
        (_unknown_source, "lesson", "S99"),
        (_nested_too_deep, "lesson", ""),
        (_without_text, "lesson", "There is no text"),
        (_without_light, "lesson", "text-light"),
        (_broken_question, "question", "Must not be empty"),
        (_unspoken_question, "question", "no words in this language"),
        (_unknown_objective, "question", "no objective Z9"),
        (_unknown_lesson, "question", "no lesson nowhere"),
        (_unknown_point, "question", "no must-pass point Z9-M9"),
        (_too_many_drawn, "test", "cannot be drawn"),
        (_unasked_point, "test", "No question asks"),
    ],
)
def test_each_check_can_fail(
    draft: Edition, break_it: Callable[[Edition], None], part: str, message: str
) -> None:
    break_it(draft)
    found = errors(draft)
    assert any(finding.part == part and message in finding.message for finding in found), found


def test_a_warning_does_not_stop_it(draft: Edition) -> None:
    text = texts(draft, "making-tea")
    text.markdown += "\nText\n- a list that is read as text\n"
    text.save()
    found = findings(draft)
    assert [finding.is_error for finding in found] == [False]
    assert found[0].line > 1


def test_checking_asks_as_often_for_a_long_course(cast: Cast) -> None:
    counts = []
    for slug, lessons, each in (("small", 1, 4), ("large", 6, 20)):
        edition = drafted(
            make_course(slug=slug, lessons=lessons, per_objective=each), by=cast.ingrid
        )
        with CaptureQueriesContext(connection) as asked:
            findings(edition)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Lesson.objects.exists()
