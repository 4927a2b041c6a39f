"""Small published courses for tests, made through the actions.

    edition = make_course()                        two lessons and a test of 4 out of 8 questions
    edition = make_course(lessons=0, quota=5, objectives=4, per_objective=10)      20 out of 40
    edition = make_course(lessons=0, types=("single", "ordering"), must_pass=1)

Every text of a question that a trainee must not see before the review carries CANARY.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from courseware.courses.actions import (
    add_activity,
    add_structure,
    add_words,
    open_edition,
    publish_edition,
    put_category,
    put_course,
)
from courseware.courses.models import Edition
from quizzes.actions import add_question, add_quiz
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.models import Quiz

PUBLISHED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
CANARY = "Zq7-secret-canary"
TEST_KEY = "final-test"


def make_course(
    *,
    slug: str = "made-course",
    lessons: int = 2,
    objectives: int = 2,
    per_objective: int = 4,
    quota: int = 2,
    pass_percent: int = 80,
    attempts: int = 2,
    window_days: int = 7,
    time_limit_minutes: int | None = None,
    types: Sequence[str] = ("single",),
    must_pass: int = 0,
    languages: Sequence[str] = ("en",),
    validity_months: int = 24,
    is_published: bool = True,
    rules: Mapping[str, Any] | None = None,
) -> Edition:
    """A course with `lessons` lessons and a test that draws `quota` questions per objective.

    `types` are taken in turn. The first question of each of the first `must_pass` objectives is
    the only one of its must-pass point. `rules`: further columns of the quiz.
    """
    course = put_course(
        key=slug.upper()[:8],
        slug=slug,
        category=put_category(key="foundations", name="Foundations", position=0),
        position=0,
    )
    points = {f"M{n}": dict.fromkeys(languages, f"Point {n}") for n in range(1, must_pass + 1)}
    edition = open_edition(
        course=course,
        origin=Edition.Origin.DISTRIBUTION,
        by=None,
        now=PUBLISHED,
        validity_months=validity_months,
        must_pass_points=points,
    )
    goals = [f"O{n}" for n in range(1, objectives + 1)]
    add_structure(edition=edition, objectives=[(goal, "apply") for goal in goals], sources=[])
    keys = [f"lesson-{n}" for n in range(1, lessons + 1)]
    for language in languages:
        add_words(
            edition=edition,
            language=language,
            title=f"Course {slug} ({language})",
            purpose="To be tested.",
            audience="Tests.",
            change_note="First.",
            activity_titles={key: f"The {key}" for key in keys} | {TEST_KEY: "Final test"},
            objective_texts={goal: f"Do what {goal} says" for goal in goals},
            terms=[],
        )
    for position, key in enumerate(keys, start=1):
        make_lesson(edition, key=key, position=position, languages=languages)
    quiz = add_quiz(
        activity=add_activity(
            edition=edition,
            key=TEST_KEY,
            kind="quiz",
            position=lessons + 1,
            minutes=30,
            needs_all_before=True,
        ),
        draw_count=quota * objectives,
        pass_percent=pass_percent,
        attempts_allowed=attempts,
        window_days=window_days,
        time_limit_minutes=time_limit_minutes,
        quotas=dict.fromkeys(goals, quota),
        caps={},
        **(rules or {}),
    )
    fill_pool(
        quiz, goals=goals, each=per_objective, types=types, points=list(points), languages=languages
    )
    if is_published:
        publish_edition(edition=edition, by=None, now=PUBLISHED)
    return edition


def make_lesson(edition: Edition, *, key: str, position: int, languages: Sequence[str]) -> None:
    """A lesson with one paragraph in each language."""
    from lessons.actions import add_lesson, add_lesson_text

    activity = add_activity(edition=edition, key=key, kind="lesson", position=position, minutes=10)
    lesson = add_lesson(
        activity=activity, objectives=["O1"], sources=[], seed=[], review_by=PUBLISHED.date()
    )
    for language in languages:
        add_lesson_text(
            lesson=lesson,
            language=language,
            topic=f"The {key}",
            markdown=f"One paragraph of {key}.\n",
            light_markdown="",
            figures={},
        )


def fill_pool(
    quiz: Quiz,
    *,
    goals: Sequence[str],
    each: int,
    types: Sequence[str],
    points: Sequence[str],
    languages: Sequence[str],
) -> None:
    number = 0
    for index, goal in enumerate(goals):
        for turn in range(each):
            number += 1
            is_point = turn == 0 and index < len(points)
            kind = types[(number - 1) % len(types)]
            add_question(
                quiz=quiz,
                envelope=QuestionEnvelope(
                    key=f"T-Q{number}",
                    type=kind,
                    objective=goal,
                    lesson="lesson-1",
                    bloom="apply",
                    difficulty=1,
                    must_pass=points[index] if is_point else None,
                ),
                position=number,
                wordings={lang: content_of(kind, number, lang) for lang in languages},
            )


def content_of(kind: str, number: int, language: str = "en") -> dict[str, Any]:
    """A small valid content of a type; everything secret carries CANARY."""
    stem = f"Question {number} ({language})?"
    secret = f"{CANARY}-{number}"
    options = [
        {"text": f"Option {number} {letter}", "correct": is_right, "feedback": f"{letter} {secret}"}
        for letter, is_right in (("A", True), ("B", False), ("C", kind == "multiple"), ("D", False))
    ]
    contents: dict[str, dict[str, Any]] = {
        "single": {"options": options},
        "multiple": {"options": options},
        "truefalse": {"options": _true_false(secret)},
        "ordering": {
            "sequence": [f"Step {number} {letter}" for letter in "ABCD"],
            "feedback": f"Order {secret}",
        },
        "matching": {
            "pairs": [
                {"left": f"Left {n}", "right": f"Right {n}", "feedback": f"Pair {n} {secret}"}
                for n in range(1, 4)
            ],
            "distractors": ["Right 4"],
        },
        "numeric": {"answer": 47.5, "tolerance": 0.5, "unit": "%", "feedback": f"Number {secret}"},
        "short": {"accept": [secret], "model_answer": secret, "feedback": f"Word {secret}"},
        "scenario": {
            "parts": [
                {"key": "a", "type": "single", "stem": "Part a?", "options": options},
                {
                    "key": "b",
                    "type": "truefalse",
                    "stem": "Part b?",
                    "options": _true_false(secret),
                },
            ]
        },
    }
    return {"stem": stem, **contents[kind]}


def _true_false(secret: str) -> list[dict[str, Any]]:
    return [
        {"text": "True", "correct": True, "feedback": f"Yes {secret}"},
        {"text": "False", "correct": False, "feedback": f"No {secret}"},
    ]
