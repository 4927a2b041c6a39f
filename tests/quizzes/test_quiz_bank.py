"""How a quiz comes into a draft, and what its hash covers."""

import pytest

from courseware.courses import kinds
from courseware.courses.actions import sha256_of
from quizzes.actions import add_question
from quizzes.engine import registry
from quizzes.engine.content import ContentError
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.models import Question, QuestionText, Quiz
from tests.courses_made import TEST_KEY, make_course

ALL_TYPES = registry.names()


@pytest.mark.django_db
def test_every_type_is_stored_as_json_whose_hash_can_be_checked_again() -> None:
    make_course(lessons=0, types=ALL_TYPES)
    texts = QuestionText.objects.select_related("question")
    assert {text.question.type for text in texts} == set(ALL_TYPES)
    for text in texts:
        assert sha256_of(text.content) == text.content_hash
        registry.get(text.question.type).validate(text.content)


@pytest.mark.django_db
def test_a_content_that_breaks_its_format_leaves_no_question() -> None:
    make_course(lessons=0, is_published=False)
    quiz = Quiz.objects.get()
    before = Question.objects.count()
    envelope = QuestionEnvelope(
        key="T-Q99",
        type="single",
        objective="O1",
        lesson="lesson-1",
        bloom="apply",
        difficulty=1,
    )
    with pytest.raises(ContentError):
        add_question(quiz=quiz, envelope=envelope, position=99, wordings={"en": {"stem": "What?"}})
    assert Question.objects.count() == before


@pytest.mark.django_db
def test_the_hash_of_a_quiz_changes_with_its_rules_its_questions_and_its_language() -> None:
    edition = make_course(lessons=0, languages=("en", "es"), is_published=False)
    activity = edition.activities.get(key=TEST_KEY)
    kind = kinds.get("quiz")
    first = kind.content_hash(activity, "en")
    assert kind.content_hash(activity, "es") != first
    Quiz.objects.filter(pk=activity.pk).update(pass_percent=70)
    second = kind.content_hash(activity, "en")
    text = QuestionText.objects.filter(language="en").first()
    assert text is not None
    QuestionText.objects.filter(pk=text.pk).update(content_hash="0" * 64)
    assert len({first, second, kind.content_hash(activity, "en")}) == 3


@pytest.mark.django_db
def test_a_language_counts_only_when_every_question_has_it() -> None:
    edition = make_course(lessons=0, languages=("en", "es"), is_published=False)
    kind = kinds.get("quiz")
    assert kind.languages(edition) == {"en", "es"}
    QuestionText.objects.filter(language="es").earliest("pk").delete()
    assert kind.languages(edition) == {"en"}


@pytest.mark.django_db
def test_the_line_for_the_course_page_names_questions_and_pass_mark() -> None:
    edition = make_course(lessons=0)
    activity = edition.activities.get(key=TEST_KEY)
    assert kinds.get("quiz").describe(activity) == (
        "4 questions, pass mark 80 %. 2 attempts. A test closes 7 days after it is begun."
    )
