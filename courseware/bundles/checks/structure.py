"""What a loader must know before it writes: what is referred to exists, the test can be drawn.

One check is one small generator over a `Subject`; each has a test that shows that it can fail.
These findings refuse a folder. What a reviewer asks beyond them stands in the other modules.
"""

from collections import Counter
from collections.abc import Iterator

from courseware.bundles.checks.passages import light_name
from courseware.bundles.checks.subject import Check, Subject
from courseware.bundles.folder import LessonSource
from courseware.bundles.schema.findings import Finding
from lessons.dialect import RenderedLesson, lint
from quizzes.engine.blueprint import Blueprint, Candidate
from quizzes.engine.draw import feasible
from quizzes.engine.pictures import NAME, shown_in

MIN_PER_OBJECTIVE = 4


def parts_are_there(subject: Subject) -> Iterator[Finding]:
    """A course has lessons, questions and a cover."""
    if not subject.folder.lessons:
        yield Finding("lessons", 1, "no-lessons", "The course has no lesson.")
    if not subject.folder.questions:
        yield Finding("questions", 1, "no-questions", "The course has no question.")
    if subject.folder.cover is None:
        yield Finding("cover.svg", 1, "no-cover", "The course has no cover.svg.")


def keys_stand_once(subject: Subject) -> Iterator[Finding]:
    lessons = Counter(lesson.key for lesson in subject.folder.lessons)
    for lesson in subject.folder.lessons:
        if lessons[lesson.key] > 1:
            yield Finding(lesson.file, 1, "duplicate-key", f"The lesson {lesson.key} stands twice.")
        if lesson.key == subject.course.final_test.key:
            yield Finding(lesson.file, 1, "duplicate-key", "A lesson has the final test's key.")
    numbers = Counter(lesson.file[:10] for lesson in subject.folder.lessons)
    for lesson in subject.folder.lessons:
        if numbers[lesson.file[:10]] > 1:
            yield Finding(lesson.file, 1, "duplicate-number", "Two lessons have this number.")
    questions = Counter(question.envelope.key for question in subject.folder.questions)
    for question in subject.folder.questions:
        if questions[question.envelope.key] > 1:
            yield Finding(
                question.file,
                question.line,
                "duplicate-key",
                f"The question {question.envelope.key} stands twice.",
            )


def questions_point_to_the_course(subject: Subject) -> Iterator[Finding]:
    objectives = {objective.key for objective in subject.course.objectives}
    points = {point.key for point in subject.course.must_pass}
    lessons = {lesson.key for lesson in subject.folder.lessons}
    for question in subject.folder.questions:
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


def objectives_are_taught_and_asked(subject: Subject) -> Iterator[Finding]:
    """Each objective stands in a lesson and in enough questions of at least two types."""
    taught = {key for lesson in subject.folder.lessons for key in lesson.front.objectives}
    quotas = subject.course.final_test.quotas
    for index, objective in enumerate(subject.course.objectives):
        line = subject.line("objectives", index)
        own = [
            q.envelope for q in subject.folder.questions if q.envelope.objective == objective.key
        ]
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


def lessons_name_known_objectives(subject: Subject) -> Iterator[Finding]:
    known = {objective.key for objective in subject.course.objectives}
    for lesson in subject.folder.lessons:
        for key in lesson.front.objectives:
            if key not in known:
                yield Finding(
                    lesson.file, 1, "unknown-objective", f"The course has no objective {key}."
                )


def the_draw_is_possible(subject: Subject) -> Iterator[Finding]:
    test = subject.course.final_test
    pool = [
        Candidate(
            key=q.envelope.key,
            type=q.envelope.type,
            objective=q.envelope.objective,
            must_pass=q.envelope.must_pass,
            negative_stem=q.envelope.negative_stem,
            tags=frozenset(q.envelope.tags),
        )
        for q in subject.folder.questions
    ]
    blueprint = Blueprint(
        draw=test.draw,
        quotas=test.quotas,
        must_pass=[point.key for point in subject.course.must_pass],
        cap_truefalse=test.caps.get("truefalse"),
        cap_negative_stem=test.caps.get("negative_stem"),
        tag_quotas=test.tag_quotas,
        pool_tags=frozenset(test.pool_tags),
        withheld_tags=frozenset(test.withheld_tags),
    )
    for problem in feasible(pool, blueprint):
        yield Finding("course.yaml", subject.line("final_test"), "draw", problem)
    for index, point in enumerate(subject.course.must_pass):
        variants = sum(q.envelope.must_pass == point.key for q in subject.folder.questions)
        if variants < 2:
            yield Finding(
                "course.yaml",
                subject.line("must_pass", index),
                "one-variant",
                f"{point.key} needs at least two variant questions; it has {variants}.",
            )


def sensitivity_fits(subject: Subject) -> Iterator[Finding]:
    highest = max((lesson.front.sensitivity for lesson in subject.folder.lessons), default=0)
    if subject.course.sensitivity != highest:
        yield Finding(
            "course.yaml",
            subject.line("sensitivity"),
            "sensitivity",
            f"The course says {subject.course.sensitivity}, its highest lesson {highest}.",
        )
    for lesson in subject.folder.lessons:
        if lesson.front.sensitivity == 2 and not lesson.light:
            yield Finding(
                lesson.file,
                1,
                "no-light-version",
                "A lesson of sensitivity 2 needs a light version.",
            )


def lessons_hold(subject: Subject) -> Iterator[Finding]:
    """The dialect's own lint, and the front matter's sources against those that are cited."""
    for lesson in subject.folder.lessons:
        yield from _lint_lesson(subject, lesson)


def _lint_lesson(subject: Subject, lesson: LessonSource) -> Iterator[Finding]:
    resolver = subject.resolver
    texts = [(lesson.file, lesson.body, lesson.body_line)]
    if lesson.light:
        texts.append((light_name(lesson), lesson.light, 1))
    for name, body, line in texts:
        for problem in lint(body, resolver, first_line=line):
            yield Finding(name, problem.line, problem.code, problem.english, problem.level)
    report = subject.renderings.get(lesson.file)
    if not isinstance(report, RenderedLesson):
        yield Finding(lesson.file, lesson.body_line, "markup", str(report))
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


def questions_show_known_pictures(subject: Subject) -> Iterator[Finding]:
    known = subject.folder.pictures
    for question in subject.folder.questions:
        for place, _, name in shown_in(question.content):
            if NAME.fullmatch(name) and name not in known:
                yield Finding(
                    question.file,
                    subject.line(question.index, *place, file=question.file),
                    "unknown-figure",
                    f"{question.envelope.key}: there is no file figures/{name}.",
                )


def figures_are_used(subject: Subject) -> Iterator[Finding]:
    in_lessons = (lesson.figures for lesson in subject.folder.lessons)
    in_questions = (question.figures for question in subject.folder.questions)
    shown = frozenset[str]().union(*in_lessons, *in_questions)
    for name in subject.folder.figures:
        if name not in shown:
            message = "No lesson and no question shows this figure."
            yield Finding(f"figures/{name}", 1, "unused-figure", message, "warning")


def sources_are_used(subject: Subject) -> Iterator[Finding]:
    cited = {key for lesson in subject.folder.lessons for key in lesson.front.sources}
    for source in subject.folder.sources:
        if source.key not in cited:
            yield Finding(
                "sources.yaml", 1, "unused-source", f"No lesson cites {source.key}.", "warning"
            )


STRUCTURE: tuple[Check, ...] = (
    parts_are_there,
    keys_stand_once,
    questions_point_to_the_course,
    lessons_name_known_objectives,
    objectives_are_taught_and_asked,
    the_draw_is_possible,
    sensitivity_fits,
    lessons_hold,
    questions_show_known_pictures,
    figures_are_used,
    sources_are_used,
)
