"""The translations of a course folder: `es/` beside the files that it translates.

Each becomes a `Folder` of its own, made of its words and the original's structure. What is broken
is a finding of the whole folder; what is not there yet is a gap of the translation, for `checks`
to judge. A folder whose original is broken has no translations: there is nothing to hold them to.

Owns: the walk over a language's files. Must not: judge the words.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from courseware.bundles.folder import (
    Folder,
    LessonSource,
    QuestionSource,
    Unit,
    path_of,
    read_picture,
    read_text,
    read_yaml,
    validated,
)
from courseware.bundles.schema.files import CourseFile, TermFile
from courseware.bundles.schema.findings import Finding
from courseware.bundles.schema.translation import CourseWords, LessonWords, TermWords
from courseware.bundles.schema.yamlfile import Parsed, YamlFault, parse
from courseware.courses.schema import course_mark, term_mark
from lessons.dialect.frontmatter import split_front_matter
from lessons.dialect.originals import lesson_mark
from quizzes.engine.content import ContentError
from quizzes.engine.translation import question_mark, translated
from quizzes.engine.writing import faults_of_pictures

_LANGUAGE = re.compile(r"([a-z]{2,3}(?:-[a-z]{2,8})?)/.")
_MARK = re.compile(r"(?:[0-9a-f]{16})?")


def read_translations(folder: Folder, files: list[str]) -> None:
    """Fill `folder.translations`, each with findings of its own."""
    if folder.has_errors or folder.course is None:
        return
    for language in languages_in(files):
        own = Folder(
            path=folder.path,
            files=folder.files,
            sources=folder.sources,
            original=folder,
            language=language,
        )
        _read(own, folder, folder.course)
        if language == folder.course.language:
            message = f"The course is written in {language}: it has no translation into it."
            own.add(f"{language}/", 1, "language-code", message)
        folder.translations.append(own)


def languages_in(files: Iterable[str]) -> list[str]:
    """Codes of the folders that are named like a language."""
    return sorted({match[1] for name in files if (match := _LANGUAGE.match(name))})


def _read(own: Folder, original: Folder, course: CourseFile) -> None:
    _refuse_strays(own, original)
    _read_course(own, course)
    _read_terms(own, original)
    for lesson in original.lessons:
        _read_lesson(own, lesson)
    for name in sorted({question.file for question in original.questions}):
        _read_questions(own, name, [q for q in original.questions if q.file == name])
    for name in original.figures:
        if f"{own.prefix}figures/{name}" in own.files:
            picture = read_picture(own, f"{own.prefix}figures/{name}")
            if picture:
                own.figures[name] = picture


def _refuse_strays(own: Folder, original: Folder) -> None:
    """A file that translates nothing is a slip of its name."""
    known = {"course.yaml", "glossary.yaml", *(f"figures/{name}" for name in original.figures)}
    known |= {question.file for question in original.questions}
    for lesson in original.lessons:
        known |= {lesson.file, light_file(lesson.file)} if lesson.light else {lesson.file}
    for name in sorted(own.files):
        if name.startswith(own.prefix) and name.removeprefix(own.prefix) not in known:
            own.add(name, 1, "unknown-file", "The file translates no file of the course.")


def light_file(lesson_file: str) -> str:
    return lesson_file.removesuffix(".md") + ".light.md"


def _gap(own: Folder, file: str, line: int, what: str) -> None:
    own.gaps.append(Finding(file, line, "missing-translation", what))


def _is_there(own: Folder, name: str) -> bool:
    if name in own.files:
        return True
    _gap(own, name, 1, f"{name.removeprefix(own.prefix)} has not been translated.")
    return False


def _unit(own: Folder, unit: Unit) -> None:
    own.units[unit.kind, unit.key] = unit


# ------------------------------------------------------------------ course and terms
def _read_course(own: Folder, course: CourseFile) -> None:
    name = f"{own.prefix}course.yaml"
    parsed = read_yaml(own, name) if _is_there(own, name) else None
    if parsed is None:
        return
    own.course_lines = parsed
    words = validated(own, name, CourseWords, parsed.value, parsed.line)
    if words is None:
        return
    _compare_keys(own, parsed, "objectives", [o.key for o in course.objectives], words.objectives)
    _compare_keys(own, parsed, "must_pass", [p.key for p in course.must_pass], words.must_pass)
    own.words = words
    own.course = worded_course(course, words, own.language)
    line = parsed.line(("translates",))
    _unit(own, Unit("course", course.key, name, line, words.translates, mark_of_course(course)))


def mark_of_course(course: CourseFile) -> str:
    return course_mark(
        title=course.title,
        purpose=course.purpose,
        audience=course.audience,
        change_note=course.change_note,
        objectives={objective.key: objective.text for objective in course.objectives},
        must_pass={point.key: point.title for point in course.must_pass},
        tests={course.final_test.key: course.final_test.title},
    )


def worded_course(course: CourseFile, words: CourseWords, language: str) -> CourseFile:
    """The course in other words; what has none keeps the original's."""
    own = {"title", "purpose", "audience", "change_note"}
    return course.model_copy(
        update={
            **{name: getattr(words, name) for name in own},
            "language": language,
            "objectives": tuple(
                o.model_copy(update={"text": words.objectives.get(o.key, o.text)})
                for o in course.objectives
            ),
            "must_pass": tuple(
                p.model_copy(update={"title": words.must_pass.get(p.key, p.title)})
                for p in course.must_pass
            ),
            "final_test": course.final_test.model_copy(update={"title": words.final_test}),
        }
    )


def _compare_keys(
    own: Folder, parsed: Parsed, name: str, wanted: list[str], given: dict[str, str]
) -> None:
    file = f"{own.prefix}course.yaml"
    for key in given:
        if key not in wanted:
            own.add(file, parsed.line((name, key)), "unknown-key", f"{name}: there is no {key}.")
    for key in wanted:
        if key not in given:
            _gap(own, file, parsed.line((name,)), f"{name}: {key} has not been translated.")


def _read_terms(own: Folder, original: Folder) -> None:
    name = f"{own.prefix}glossary.yaml"
    parsed = read_yaml(own, name) if original.terms and _is_there(own, name) else None
    if parsed is None:
        return
    terms = {term.key: term for term in original.terms}
    for index, entry in _entries(own, name, parsed):
        line = parsed.line((index,))
        words = validated(own, name, TermWords, entry, partial(_line_below, parsed, index))
        if words is None:
            continue
        term = terms.get(words.key)
        if term is None:
            own.add(name, line, "unknown-key", f"The glossary has no term {words.key}.")
        elif ("term", words.key) in own.units:
            own.add(name, line, "duplicate-key", f"{words.key} stands twice.")
        else:
            mark = term_mark(term.term, term.definition)
            line = parsed.line((index, "translates"))
            _unit(own, Unit("term", words.key, name, line, words.translates, mark))
            own.terms.append(TermFile(key=words.key, term=words.term, definition=words.definition))
    for key in terms:
        if ("term", key) not in own.units:
            _gap(own, name, 1, f"The term {key} has not been translated.")


def _line_below(parsed: Parsed, index: int, loc: tuple[str | int, ...]) -> int:
    return parsed.line((index, *loc))


def _entries(own: Folder, name: str, parsed: Parsed) -> Iterator[tuple[int, Any]]:
    if isinstance(parsed.value, list):
        yield from enumerate(parsed.value)
    else:
        own.add(name, 1, "schema", "The file must hold a list.")


# ------------------------------------------------------------------ lessons
def _read_lesson(own: Folder, original: LessonSource) -> None:
    name = f"{own.prefix}{original.file}"
    text = read_text(own, name) if _is_there(own, name) else None
    if text is None:
        return
    front, body, body_line = split_front_matter(text)
    try:
        parsed = parse(front)
    except YamlFault as fault:
        own.add(name, fault.line + 1, "front-matter", fault.message)
        return
    words = validated(own, name, LessonWords, parsed.value, partial(_line_on_top, parsed))
    if words is None:
        return
    light = ""
    if original.light:
        light_name = light_file(name)
        light = (read_text(own, light_name) or "") if _is_there(own, light_name) else ""
    if original.front.topic and not words.topic:
        _gap(own, name, 1, "The topic of the warning has not been translated.")
    head = original.front.model_copy(update={"title": words.title, "topic": words.topic})
    own.lessons.append(LessonSource(original.key, name, head, body, body_line, light))
    mark = lesson_mark(
        title=original.front.title,
        topic=original.front.topic,
        body=original.body,
        light=original.light,
    )
    line = _line_on_top(parsed, ("translates",))
    _unit(own, Unit("lesson", original.key, name, line, words.translates, mark))


def _line_on_top(parsed: Parsed, loc: tuple[str | int, ...]) -> int:
    return parsed.line(loc) + 1


# ------------------------------------------------------------------ questions
def _read_questions(own: Folder, file: str, originals: list[QuestionSource]) -> None:
    name = f"{own.prefix}{file}"
    parsed = read_yaml(own, name) if _is_there(own, name) else None
    if parsed is None:
        return
    wanted = {question.envelope.key: question for question in originals}
    found: dict[str, QuestionSource | None] = {}
    for index, words in _entries(own, name, parsed):
        line = parsed.line((index,))
        key = words.get("key") if isinstance(words, dict) else None
        if key not in wanted:
            own.add(name, line, "unknown-key", f"{file} has no question {key}.")
        elif key in found:
            own.add(name, line, "duplicate-key", f"The question {key} stands twice.")
        else:
            found[key] = _read_question(own, name, parsed, index, wanted[key])
    for key in wanted:
        made = found.get(key)
        if made is not None:
            own.questions.append(made)
        elif key not in found:
            _gap(own, name, 1, f"The question {key} has not been translated.")


def _read_question(
    own: Folder, name: str, parsed: Parsed, index: int, original: QuestionSource
) -> QuestionSource | None:
    written: dict[str, Any] = dict(parsed.value[index])
    translates = written.pop("translates", None)
    key = written.pop("key")
    if not isinstance(translates, str) or not _MARK.fullmatch(translates):
        line = parsed.line((index, "translates"))
        message = f'{key}: translates: put "" there; `check_courses --fix` writes the mark.'
        own.add(name, line, "question", message)
        return None
    head = original.envelope
    try:
        content = translated(head.type, original.content, written)
    except ContentError as error:
        for fault in error.faults:
            line = parsed.line((index, *path_of(fault.path)))
            own.add(name, line, "shape", f"{key}: {fault}")
        return None
    for fault in faults_of_pictures(written):
        line = parsed.line((index, *path_of(fault.path)))
        own.add(name, line, "question", f"{key}: {fault}")
    mark = question_mark(head.type, original.content)
    line = parsed.line((index, "translates"))
    _unit(own, Unit("question", head.key, name, line, translates, mark))
    return QuestionSource(name, parsed.line((index,)), index, head, content)
