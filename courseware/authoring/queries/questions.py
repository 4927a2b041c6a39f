"""One question open for editing, and the list of a draft's questions.

Everything here holds keys: views ask `access` first. A fixed number of queries whatever the number
of questions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from courseware.courses.models import Edition, EditionLanguage
from courseware.courses.queries import languages_of, spoken
from quizzes import queries as quizzes
from quizzes.engine.statistics.findings import Level
from quizzes.models import Question, QuestionText, Quiz


@dataclass(frozen=True)
class CourseKeys:
    """What a question may point to: (key, words) each."""

    objectives: tuple[tuple[str, str], ...]
    lessons: tuple[tuple[str, str], ...]
    must_pass: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OpenQuestion:
    """A question as its editor needs it. Without a row (`question` None) it is a new one."""

    edition: Edition
    quiz: Quiz
    key: str
    kind: str
    language: str
    languages: tuple[str, ...]  # of the edition, the main one first
    content: Mapping[str, Any]  # {} where there are no words in this language yet
    original: Mapping[str, Any] | None  # the main language's, where this is a translation
    place: Mapping[str, Any]
    course: CourseKeys
    state: str
    question: Question | None = None
    is_stale: bool = False
    before: str = ""  # key of the question before it in its test
    after: str = ""
    words: EditionLanguage | None = field(default=None, repr=False)

    @property
    def is_translation(self) -> bool:
        return self.original is not None


def open_question(question: Question, language: str) -> OpenQuestion | None:
    """Six queries. None for a language that the edition does not have."""
    edition = question.quiz.activity.edition
    languages = languages_of(edition)
    if language not in languages:
        return None
    main = languages[0]
    texts = {text.language: text for text in QuestionText.objects.filter(question=question)}
    is_translation = language != main and main in texts
    own = texts.get(language)
    hashes = {code: text.content_hash for code, text in texts.items()}
    keys = list(question.quiz.questions.order_by("position").values_list("key", flat=True))
    words, course = _course(edition, main)
    return OpenQuestion(
        edition=edition,
        quiz=question.quiz,
        key=question.key,
        kind=question.type,
        language=language,
        languages=tuple(languages),
        content=own.content if own else {},
        original=texts[main].content if is_translation else None,
        place=_place(question),
        course=course,
        state=quizzes.state_from(question, hashes, language, main),
        question=question,
        is_stale=bool(own and is_translation and quizzes.is_stale(question.type, own, texts[main])),
        **_neighbours(keys, question.key),
        words=words,
    )


def new_question(quiz: Quiz, kind: str, content: Mapping[str, Any]) -> OpenQuestion:
    """A question that is not kept yet, in the edition's main language. Six queries."""
    edition = quiz.activity.edition
    languages = languages_of(edition)
    words, course = _course(edition, languages[0])
    return OpenQuestion(
        edition=edition,
        quiz=quiz,
        key=quizzes.next_key(quiz),
        kind=kind,
        language=languages[0],
        languages=tuple(languages[:1]),
        content=content,
        original=None,
        place=_place(Question(difficulty=1, bloom="apply")),
        course=course,
        state="",
        words=words,
    )


def _place(question: Question) -> dict[str, Any]:
    return {
        "objective": question.objective,
        "lesson": question.lesson_key,
        "must_pass": question.must_pass,
        "bloom": question.bloom,
        "difficulty": str(question.difficulty),
        "negative_stem": question.negative_stem,
        "tags": list(question.tags),
        "seed": list(question.seed),
    }


def course_keys(edition: Edition, language: str) -> CourseKeys:
    """What a question of the edition may point to. Three queries."""
    return _course(edition, language)[1]


def named_tests(edition: Edition, language: str) -> tuple[tuple[str, str], ...]:
    """The tests of an edition, (key, title) each. Two queries."""
    words = spoken(list(edition.languages.all()), language)
    keys = Quiz.objects.filter(activity__edition=edition).order_by("activity__position")
    return _named(keys.values_list("activity__key", flat=True), words.activity_titles)


def _course(edition: Edition, language: str) -> tuple[EditionLanguage, CourseKeys]:
    """Three queries."""
    words = spoken(list(edition.languages.all()), language)
    lessons = edition.activities.filter(kind="lesson").values_list("key", flat=True)
    return words, CourseKeys(
        objectives=_named(
            edition.objectives.values_list("key", flat=True), words.objective_texts, with_key=True
        ),
        lessons=_named(lessons, words.activity_titles),
        must_pass=_named(
            edition.must_pass_points,
            {key: titles.get(language, "") for key, titles in edition.must_pass_points.items()},
            with_key=True,
        ),
    )


def _named(
    keys: Iterable[str], words: Mapping[str, str], *, with_key: bool = False
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (key, f"{key} · {words[key]}" if with_key and words.get(key) else words.get(key) or key)
        for key in keys
    )


def _neighbours(keys: Sequence[str], key: str) -> dict[str, str]:
    place = keys.index(key)
    return {
        "before": keys[place - 1] if place else "",
        "after": keys[place + 1] if place + 1 < len(keys) else "",
    }


# ------------------------------------------------------------------ the list
@dataclass(frozen=True)
class QuestionGroup:
    """An objective with its questions that were asked for, and how many it has and needs."""

    count: quizzes.ObjectiveCount
    text: str
    questions: tuple[quizzes.DraftQuestion, ...]


@dataclass(frozen=True)
class QuestionList:
    pool: quizzes.DraftPool
    groups: tuple[QuestionGroup, ...]
    found: int
    words: EditionLanguage
    tags: tuple[str, ...] = ()


def question_list(
    edition: Edition,
    *,
    search: str = "",
    objective: str = "",
    kind: str = "",
    tag: str = "",
    standing: str = "",
    statistics: str = "",
) -> QuestionList:
    """The draft's questions by objective, those that were asked for. Twelve queries."""
    pool = quizzes.draft_pool(edition)
    levels = quizzes.levels_in(edition)
    questions = [replace(own, level=levels.get(own.key)) for own in pool.questions]
    words = spoken(list(edition.languages.all()), pool.languages[0])
    wanted = search.casefold().split()
    chosen = [
        question
        for question in questions
        if (not objective or question.objective == objective)
        and (not kind or question.type == kind)
        and (not tag or tag in question.tags)
        and (not standing or standing in _standings(question))
        and (not statistics or statistics == _said_of(question.level))
        and all(word in f"{question.key} {question.stem}".casefold() for word in wanted)
    ]
    counts = [*pool.objectives, *_unknown(pool)]
    groups = [
        QuestionGroup(
            count=count,
            text=words.objective_texts.get(count.key, ""),
            questions=tuple(q for q in chosen if q.objective == count.key),
        )
        for count in counts
    ]
    is_narrow = bool(wanted or objective or kind or tag or standing or statistics)
    return QuestionList(
        pool=pool,
        groups=tuple(group for group in groups if group.questions or not is_narrow),
        found=len(chosen),
        words=words,
        tags=tuple(sorted({tag for question in pool.questions for tag in question.tags})),
    )


def _said_of(level: Level | None) -> str:
    """As the filter names it."""
    return "none" if level is None else level.name.lower()


def _standings(question: quizzes.DraftQuestion) -> set[str]:
    """In which of the states of the list it is: new, changed, unchanged, translation."""
    own = {"new" if question.change == "new" else "changed" if question.change else "unchanged"}
    return own | ({"translation"} if question.stale or question.missing else set())


def _unknown(pool: quizzes.DraftPool) -> list[quizzes.ObjectiveCount]:
    """Objectives that questions name and the course does not have."""
    known = {count.key for count in pool.objectives}
    strays = sorted({question.objective for question in pool.questions} - known)
    return [
        quizzes.ObjectiveCount(key, sum(q.objective == key for q in pool.questions), 0)
        for key in strays
    ]
