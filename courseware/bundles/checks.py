"""Judges a course folder beyond its form: what is referred to exists, what is taught is asked.

One check is one small generator; each has a test that shows that it can fail.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from courseware.bundles.reading import Folder, LessonSource
from courseware.bundles.schema.findings import Finding
from lessons.dialect import MarkupError, lint, render
from lessons.dialect.records import FigureFile, MappingResolver, SourceRecord, TermRecord
from quizzes.engine.draw import Blueprint, Candidate, feasible

type Check = Callable[[Folder], Iterator[Finding]]

MIN_PER_OBJECTIVE = 4


def run(folder: Folder) -> list[Finding]:
    """All findings of a folder: its form first; the judgement only where the form stands."""
    findings = list(folder.findings)
    if folder.course is not None:
        for check in CHECKS:
            findings.extend(check(folder))
    return sorted(set(findings))


def _course(folder: Folder, *path: str | int) -> int:
    return folder.course_lines.line(path) if folder.course_lines else 1


def parts_are_there(folder: Folder) -> Iterator[Finding]:
    """A course has lessons, questions and a cover."""
    if not folder.lessons:
        yield Finding("lessons", 1, "no-lessons", "The course has no lesson.")
    if not folder.questions:
        yield Finding("questions", 1, "no-questions", "The course has no question.")
    if folder.cover is None:
        yield Finding("cover.svg", 1, "no-cover", "The course has no cover.svg.")


def keys_stand_once(folder: Folder) -> Iterator[Finding]:
    lessons = Counter(lesson.key for lesson in folder.lessons)
    for lesson in folder.lessons:
        if lessons[lesson.key] > 1:
            yield Finding(lesson.file, 1, "duplicate-key", f"The lesson {lesson.key} stands twice.")
        if folder.course and lesson.key == folder.course.final_test.key:
            yield Finding(lesson.file, 1, "duplicate-key", "A lesson has the final test's key.")
    numbers = Counter(lesson.file[:10] for lesson in folder.lessons)
    for lesson in folder.lessons:
        if numbers[lesson.file[:10]] > 1:
            yield Finding(lesson.file, 1, "duplicate-number", "Two lessons have this number.")
    questions = Counter(question.envelope.key for question in folder.questions)
    for question in folder.questions:
        if questions[question.envelope.key] > 1:
            yield Finding(
                question.file,
                question.line,
                "duplicate-key",
                f"The question {question.envelope.key} stands twice.",
            )


def questions_point_to_the_course(folder: Folder) -> Iterator[Finding]:
    assert folder.course is not None
    objectives = {objective.key for objective in folder.course.objectives}
    points = {point.key for point in folder.course.must_pass}
    lessons = {lesson.key for lesson in folder.lessons}
    for question in folder.questions:
        head = question.envelope
        if head.objective not in objectives:
            yield Finding(
                question.file,
                question.line,
                "unknown-objective",
                f"{head.key}: the course has no objective {head.objective}.",
            )
        if head.must_pass is not None and head.must_pass not in points:
            yield Finding(
                question.file,
                question.line,
                "unknown-point",
                f"{head.key}: the course has no must-pass point {head.must_pass}.",
            )
        if head.lesson not in lessons:
            yield Finding(
                question.file,
                question.line,
                "unknown-lesson",
                f"{head.key}: the course has no lesson {head.lesson}.",
            )


def objectives_are_taught_and_asked(folder: Folder) -> Iterator[Finding]:
    """Each objective stands in a lesson and in enough questions of at least two types."""
    assert folder.course is not None
    taught = {key for lesson in folder.lessons for key in lesson.front.objectives}
    quotas = folder.course.final_test.quotas
    for index, objective in enumerate(folder.course.objectives):
        line = _course(folder, "objectives", index)
        own = [q.envelope for q in folder.questions if q.envelope.objective == objective.key]
        needed = max(MIN_PER_OBJECTIVE, 2 * quotas.get(objective.key, 0))
        if objective.key not in taught:
            yield Finding("course.yaml", line, "not-taught", f"No lesson teaches {objective.key}.")
        if len(own) < needed:
            yield Finding(
                "course.yaml",
                line,
                "too-few-questions",
                f"{objective.key} has {len(own)} questions; it needs {needed}.",
            )
        if len({head.type for head in own}) < 2:
            yield Finding(
                "course.yaml", line, "one-type", f"{objective.key} is asked by one type only."
            )


def lessons_name_known_objectives(folder: Folder) -> Iterator[Finding]:
    assert folder.course is not None
    known = {objective.key for objective in folder.course.objectives}
    for lesson in folder.lessons:
        for key in lesson.front.objectives:
            if key not in known:
                yield Finding(
                    lesson.file, 1, "unknown-objective", f"The course has no objective {key}."
                )


def the_draw_is_possible(folder: Folder) -> Iterator[Finding]:
    assert folder.course is not None
    test = folder.course.final_test
    pool = [
        Candidate(
            key=q.envelope.key,
            type=q.envelope.type,
            objective=q.envelope.objective,
            must_pass=q.envelope.must_pass,
            negative_stem=q.envelope.negative_stem,
        )
        for q in folder.questions
    ]
    blueprint = Blueprint(
        draw=test.draw,
        quotas=test.quotas,
        must_pass=[point.key for point in folder.course.must_pass],
        cap_truefalse=test.caps.get("truefalse"),
        cap_negative_stem=test.caps.get("negative_stem"),
    )
    for problem in feasible(pool, blueprint):
        yield Finding("course.yaml", _course(folder, "final_test"), "draw", problem)
    for index, point in enumerate(folder.course.must_pass):
        variants = sum(q.envelope.must_pass == point.key for q in folder.questions)
        if variants < 2:
            yield Finding(
                "course.yaml",
                _course(folder, "must_pass", index),
                "one-variant",
                f"{point.key} needs at least two variant questions; it has {variants}.",
            )


def sensitivity_fits(folder: Folder) -> Iterator[Finding]:
    assert folder.course is not None
    highest = max((lesson.front.sensitivity for lesson in folder.lessons), default=0)
    if folder.course.sensitivity != highest:
        yield Finding(
            "course.yaml",
            _course(folder, "sensitivity"),
            "sensitivity",
            f"The course says {folder.course.sensitivity}, its highest lesson {highest}.",
        )
    for lesson in folder.lessons:
        if lesson.front.sensitivity == 2 and not lesson.light:
            yield Finding(
                lesson.file,
                1,
                "no-light-version",
                "A lesson of sensitivity 2 needs a light version.",
            )


def lessons_hold(folder: Folder) -> Iterator[Finding]:
    """The dialect's own lint, and the front matter's sources against those that are cited."""
    for lesson in folder.lessons:
        yield from _lint_lesson(folder, lesson)


def _lint_lesson(folder: Folder, lesson: LessonSource) -> Iterator[Finding]:
    resolver = resolver_of(folder)
    light_name = lesson.file.removesuffix(".md") + ".light.md"
    texts = [(lesson.file, lesson.body, lesson.body_line)]
    if lesson.light:
        texts.append((light_name, lesson.light, 1))
    for name, body, line in texts:
        for problem in lint(body, resolver, first_line=line):
            yield Finding(name, problem.line, problem.code, problem.message, problem.level)
    try:
        report = render(lesson.body, resolver, first_line=lesson.body_line)
    except MarkupError as error:
        yield Finding(lesson.file, lesson.body_line, "markup", str(error))
        return
    cited, named = set(report.sources), set(lesson.front.sources)
    for key in sorted(cited - named):
        yield Finding(lesson.file, 1, "source-not-named", f"{key} is cited but not named on top.")
    for key in sorted(named - cited):
        yield Finding(lesson.file, 1, "source-not-cited", f"{key} is named on top but not cited.")
    taught, named_seed = set(report.seeds), set(lesson.front.seed)
    for key in sorted(named_seed - taught):
        yield Finding(
            lesson.file, 1, "seed-not-taught", f"{key} is named on top but no box teaches it."
        )


def resolver_of(folder: Folder) -> MappingResolver:
    """What the folder's lessons may refer to, for rendering outside the database."""
    return MappingResolver(
        sources={
            source.key: SourceRecord(
                key=source.key,
                title=source.title,
                publisher=source.publisher,
                year=source.year,
                certainty=source.certainty,
            )
            for source in folder.sources
        },
        terms={term.key: TermRecord(term.key, term.term, term.definition) for term in folder.terms},
        figures={
            name: FigureFile(f"/media/{name}", picture.width, picture.height)
            for name, picture in folder.figures.items()
        },
    )


def figures_are_used(folder: Folder) -> Iterator[Finding]:
    shown = frozenset[str]().union(*(lesson.figures for lesson in folder.lessons))
    for name in folder.figures:
        if name not in shown:
            yield Finding(
                f"figures/{name}", 1, "unused-figure", "No lesson shows this figure.", "warning"
            )


def sources_are_used(folder: Folder) -> Iterator[Finding]:
    cited = {key for lesson in folder.lessons for key in lesson.front.sources}
    for source in folder.sources:
        if source.key not in cited:
            yield Finding(
                "sources.yaml", 1, "unused-source", f"No lesson cites {source.key}.", "warning"
            )


CHECKS: tuple[Check, ...] = (
    parts_are_there,
    keys_stand_once,
    questions_point_to_the_course,
    lessons_name_known_objectives,
    objectives_are_taught_and_asked,
    the_draw_is_possible,
    sensitivity_fits,
    lessons_hold,
    figures_are_used,
    sources_are_used,
)
