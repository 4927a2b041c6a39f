"""What a reviewer is shown: each part of the course, and loudly where a key changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courseware.authoring.queries.changes import Change, Changes, changes
from courseware.authoring.queries.states import draft_hash
from courseware.courses.models import Edition
from lessons.models import LessonText, Picture
from quizzes.models import Question, QuestionText, Quiz
from tests.authoring.drafts_made import changed, drafted, ready, small_draft
from tests.cast import Cast
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Edition:
    return ready(small_draft(cast.ingrid))


@pytest.fixture
def mixed(cast: Cast) -> Edition:
    return drafted(make_course(types=("single", "ordering")), by=cast.ingrid)


def only(part: list[Change]) -> Change:
    [change] = part
    return change


def wording(draft: Edition, kind: str) -> QuestionText:
    return QuestionText.objects.filter(
        question__quiz__activity__edition=draft, question__type=kind
    ).earliest("pk")


def test_a_fresh_draft_changes_nothing(draft: Edition) -> None:
    found = changes(draft)
    assert found.base is not None
    assert (found.base.number, found.count) == (1, 0)


def test_a_first_edition_has_nothing_to_compare_with() -> None:
    assert changes(make_course(is_published=False)) == Changes(None)


def test_a_lesson_with_its_words(draft: Edition) -> None:
    changed(draft)
    change = only(changes(draft).lessons)
    assert (change.what, change.language, change.words_added, change.words_removed) == (
        "changed",
        "en",
        3,
        0,
    )


def test_the_light_text_and_the_topic(draft: Edition) -> None:
    LessonText.objects.filter(lesson__activity__edition=draft).exclude(light_markdown="").update(
        light_markdown="Quite short.", topic="Tea on the floor"
    )
    change = only(changes(draft).lessons)
    assert change.light_lines
    assert not change.lines
    assert only_label(change) == "Topic of the warning"


def only_label(change: Change) -> str:
    [field] = change.fields
    return field.label


def test_a_reworded_question_is_no_other_key(draft: Edition) -> None:
    changed(draft, "question")
    change = only(changes(draft).questions)
    assert only_label(change) == "Question"
    assert not change.touches_key
    assert changes(draft).keys_changed == []


def test_another_right_answer_is_said_loudly(draft: Edition) -> None:
    text = wording(draft, "single")
    for option in text.content["options"]:
        option["correct"] = not option["correct"]
    text.save()
    assert changes(draft).keys_changed[0].key == text.question.key


def test_another_order_is_another_key(mixed: Edition) -> None:
    text = wording(mixed, "ordering")
    text.content["sequence"].reverse()
    text.save()
    assert changes(mixed).keys_changed


def test_a_wrong_option_more_is_no_other_key(draft: Edition) -> None:
    text = wording(draft, "single")
    text.content["options"].append({"text": "Water", "correct": False, "feedback": "No."})
    text.save()
    found = changes(draft)
    assert {field.before for field in only(found.questions).fields} == {""}
    assert found.keys_changed == []


def test_questions_that_came_and_went(mixed: Edition) -> None:
    gone = wording(mixed, "single").question
    gone_key = gone.key
    Question.objects.filter(pk=wording(mixed, "ordering").question_id).update(key="Z-Q99")
    gone.delete()
    found = {(change.what, change.key) for change in changes(mixed).questions}
    assert ("removed", gone_key) in found
    assert ("added", "Z-Q99") in found
    assert changes(mixed).keys_changed == []


def test_structure_sources_and_glossary(draft: Edition) -> None:
    draft.activities.filter(key="making-tea").update(minutes=99)
    Quiz.objects.filter(activity__edition=draft).update(pass_percent=70)
    draft.sources.filter(pk=draft.sources.earliest("key").pk).update(year=1999)
    draft.terms.filter(pk=draft.terms.earliest("key").pk).delete()
    found = changes(draft)
    assert {change.key for change in found.structure} == {"making-tea", "final-test"}
    assert only_label(only(found.sources)) == "Year"
    assert only(found.terms).what == "removed"


def test_pictures_are_named_not_hashed(draft: Edition) -> None:
    text = LessonText.objects.filter(lesson__activity__edition=draft).exclude(figures={}).first()
    assert text is not None
    name = next(iter(text.figures))
    text.figures = {**text.figures, name: "0" * 64, "new.svg": "1" * 64}
    text.save()
    draft.cover = "2" * 64
    draft.save()
    found = changes(draft)
    shown = {(f.where, f.before != "", f.after) for f in only(found.lessons).fields}
    assert shown == {(name, True, "another picture"), ("new.svg", False, "another picture")}
    assert [f.where for f in only(found.structure).fields] == ["Cover"]


def test_a_picture_that_nothing_shows_is_listed_all_the_same(draft: Edition) -> None:
    known, shown = Picture.objects.filter(edition=draft), changes(draft).count
    assert (known.exists(), shown) == (True, 0)
    media = known.get().media
    before = draft_hash(draft)
    Picture.objects.create(edition=draft, name="spare.webp", media=media)
    change = only(changes(draft).pictures)
    assert (change.what, change.title) == ("added", "spare.webp")
    assert [(f.before, f.after) for f in change.fields] == [("", "shown nowhere")]
    assert changes(draft).count == 1
    assert draft_hash(draft) != before
    text = LessonText.objects.filter(lesson__activity__edition=draft).earliest("pk")
    text.figures = {**text.figures, "spare.webp": media.pk}
    text.save()
    assert changes(draft).pictures == []  # it stands with its lesson
    assert [f.where for f in only(changes(draft).lessons).fields] == ["spare.webp"]


def test_words_of_the_edition(draft: Edition) -> None:
    words = draft.languages.get()
    words.title, words.objective_texts = "Tea", dict.fromkeys(words.objective_texts, "Make tea")
    words.save()
    labels = [(field.label, field.after) for field in only(changes(draft).words).fields]
    assert ("Title", "Tea") in labels
    assert ("Objective", "Make tea") in labels


def test_comparing_asks_as_often_for_a_long_course(cast: Cast) -> None:
    counts = []
    for slug, lessons, each in (("small", 1, 4), ("large", 6, 20)):
        edition = drafted(
            make_course(slug=slug, lessons=lessons, per_objective=each), by=cast.ingrid
        )
        with CaptureQueriesContext(connection) as asked:
            changes(edition)
        counts.append(len(asked))
    assert counts[0] == counts[1]
