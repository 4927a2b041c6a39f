"""What an author sees of the tests of a draft: the list of its questions, what changed since the
edition before, and whether the pool can fill the blueprint.

Holds keys: only `access` of authoring leads here. A fixed number of queries whatever the number of
questions. Must not: know attempts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courseware.courses.actions import sha256_of
from courseware.courses.models import Edition
from courseware.courses.queries import languages_of
from quizzes.engine.content import Fault
from quizzes.engine.draw import NO_QUESTION, problems_of
from quizzes.engine.names import LEVEL_NAMES, LEVEL_STATES
from quizzes.engine.pictures import in_words
from quizzes.engine.statistics.findings import Level
from quizzes.engine.translation import question_mark
from quizzes.models import Question, QuestionText, Quiz
from quizzes.queries.bank import blueprint_of, candidate_of

MIN_PER_OBJECTIVE = 4
TIMES_THE_QUOTA = 2
_ENVELOPE = (
    "type",
    "objective",
    "lesson_key",
    "seed",
    "bloom",
    "difficulty",
    "must_pass",
    "negative_stem",
    "tags",
)
_KEY = re.compile(r"(?P<prefix>.+)-Q(?P<number>[0-9]{1,4})")


def main_language(edition: Edition) -> str:
    """The language in which the structure of the edition's questions is written. One query."""
    return languages_of(edition)[0]


def is_stale(kind: str, text: QuestionText, main: QuestionText) -> bool:
    """Whether a translation was made from other words than the main language has now."""
    return text.translated_from != question_mark(kind, main.content)


def state_of(question: Question, language: str) -> str:
    """What a change in one language is made from. Two queries."""
    hashes = dict(question.texts.values_list("language", "content_hash"))
    return state_from(question, hashes, language, main_language(question.quiz.activity.edition))


def state_from(question: Question, hashes: Mapping[str, str], language: str, main: str) -> str:
    """The place, the words and, for a translation, what they translate; `hashes` by language.

    Two forms with the same value were shown the same question.
    """
    return sha256_of(
        {
            "place": _place(question),
            "words": hashes.get(language, ""),
            "main": hashes.get(main, "") if language != main else "",
        }
    )


def next_key(quiz: Quiz) -> str:
    """A key that no edition of the course has ever used."""
    course = quiz.activity.edition.course
    used = Question.objects.filter(quiz__activity__edition__course=course)
    found = [key for text in used.values_list("key", flat=True) if (key := _KEY.fullmatch(text))]
    prefixes = Counter(key["prefix"] for key in found)
    usual = re.sub(r"[^A-Z0-9]", "", course.key.upper())[:16] or "Q"
    prefix = prefixes.most_common(1)[0][0] if prefixes else usual
    numbers = [int(key["number"]) for key in found if key["prefix"] == prefix]
    return f"{prefix}-Q{max(numbers, default=0) + 1:02d}"


# ------------------------------------------------------------------ the list of a draft
@dataclass(frozen=True)
class DraftQuestion:
    """A line of the list. `change` is "", "new", "words" or "place"."""

    number: int  # of its row, for an address
    key: str
    type: str
    objective: str
    must_pass: str
    difficulty: int
    stem: str
    test: str
    change: str
    stale: tuple[str, ...]  # languages whose words were made from other ones than there are now
    missing: tuple[str, ...]  # languages of the edition without words here
    tags: tuple[str, ...] = ()
    level: Level | None = None  # what the statistics say of these very words

    @property
    def level_name(self) -> str:
        """For translation; empty where nobody has counted them."""
        return "" if self.level is None else LEVEL_NAMES[self.level]

    @property
    def level_state(self) -> str:
        return "" if self.level is None else LEVEL_STATES[self.level]


@dataclass(frozen=True)
class ObjectiveCount:
    """How many questions an objective has and needs: four, and twice what a test draws of it."""

    key: str
    count: int
    quota: int

    @property
    def needed(self) -> int:
        return max(MIN_PER_OBJECTIVE, TIMES_THE_QUOTA * self.quota)

    @property
    def is_short(self) -> bool:
        return self.count < self.needed


@dataclass(frozen=True)
class DraftPool:
    """Every question of a draft, counted against its blueprint."""

    languages: tuple[str, ...]  # the main one first
    questions: tuple[DraftQuestion, ...]
    objectives: tuple[ObjectiveCount, ...]
    removed: tuple[str, ...]  # keys that the edition before still had
    problems: tuple[Fault, ...]  # why no draw is possible
    tests: tuple[str, ...]


def draft_pool(edition: Edition) -> DraftPool:
    """Seven queries."""
    languages = languages_of(edition)
    quizzes = list(
        Quiz.objects.filter(activity__edition=edition)
        .select_related("activity__edition")
        .order_by("activity__position")
    )
    questions = list(
        Question.objects.filter(quiz__in=quizzes)
        .select_related("quiz__activity")
        .order_by("quiz__activity__position", "position")
    )
    texts = _texts_of(questions)
    before = _before(edition, languages[0])
    return DraftPool(
        languages=tuple(languages),
        questions=tuple(
            _line(question, texts.get(question.pk, {}), before, languages) for question in questions
        ),
        objectives=_counts(edition, quizzes, questions),
        removed=tuple(sorted(set(before) - {question.key for question in questions})),
        problems=tuple(_problems(edition, quizzes, questions)),
        tests=tuple(quiz.activity.key for quiz in quizzes),
    )


def draw_problems(edition: Edition) -> list[Fault]:
    """Why a test of the edition could not be drawn; to be asked before it is submitted."""
    quizzes = list(
        Quiz.objects.filter(activity__edition=edition).select_related("activity__edition")
    )
    return _problems(edition, quizzes, list(Question.objects.filter(quiz__in=quizzes)))


def _texts_of(questions: Sequence[Question]) -> dict[int, dict[str, QuestionText]]:
    found: dict[int, dict[str, QuestionText]] = {}
    for text in QuestionText.objects.filter(question__in=[q.pk for q in questions]):
        found.setdefault(text.question_id, {})[text.language] = text
    return found


type _Known = tuple[str, list[Any]]
"""The hash of the main words, and the place."""


def _before(edition: Edition, language: str) -> dict[str, _Known]:
    """The questions of the newest published edition by key."""
    newest = (
        Edition.objects.filter(course=edition.course_id, published_at__isnull=False)
        .order_by("-number")
        .values("pk")[:1]
    )
    rows = QuestionText.objects.filter(
        question__quiz__activity__edition__in=newest, language=language
    ).select_related("question")
    return {text.question.key: (text.content_hash, _place(text.question)) for text in rows}


def _place(question: Question) -> list[Any]:
    return [getattr(question, name) for name in _ENVELOPE]


def _line(
    question: Question,
    texts: dict[str, QuestionText],
    before: dict[str, _Known],
    languages: Sequence[str],
) -> DraftQuestion:
    words = texts.get(languages[0])
    known = before.get(question.key)
    if known is None:
        change = "new"
    elif words is None or known[0] != words.content_hash:
        change = "words"
    else:
        change = "" if known[1] == _place(question) else "place"
    return DraftQuestion(
        number=question.pk,
        key=question.key,
        type=question.type,
        objective=question.objective,
        must_pass=question.must_pass,
        difficulty=question.difficulty,
        stem=in_words(str(words.content.get("stem", ""))) if words else "",
        test=question.quiz.activity.key,
        change=change,
        stale=tuple(
            language
            for language in languages[1:]
            if words and language in texts and is_stale(question.type, texts[language], words)
        ),
        missing=tuple(language for language in languages if language not in texts),
        tags=tuple(question.tags),
    )


def _counts(
    edition: Edition, quizzes: Iterable[Quiz], questions: Iterable[Question]
) -> tuple[ObjectiveCount, ...]:
    have = Counter(question.objective for question in questions)
    quotas: Counter[str] = Counter()
    for quiz in quizzes:
        quotas.update({str(key): int(number) for key, number in quiz.quotas.items()})
    keys = list(edition.objectives.values_list("key", flat=True))
    return tuple(ObjectiveCount(key, have[key], quotas[key]) for key in keys)


def _problems(
    edition: Edition, quizzes: Iterable[Quiz], questions: Sequence[Question]
) -> list[Fault]:
    named = {question.must_pass for question in questions}
    found = [
        Fault("", NO_QUESTION, {"point": point})
        for point in edition.must_pass_points
        if point not in named
    ]
    for quiz in quizzes:
        own = [question for question in questions if question.quiz_id == quiz.pk]
        points = {question.must_pass for question in own}
        found += problems_of([candidate_of(q) for q in own], blueprint_of(quiz, points))
    return found
