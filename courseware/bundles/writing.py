"""A folder's values as its files, in canonical form.

Owns: which files a course has and what stands in each. Used by `check_courses --fix` and by
`dump_course`, so both write the same bytes. Must not: read or judge.
"""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from courseware.bundles.checks.passages import light_name
from courseware.bundles.folder import Folder
from courseware.bundles.schema import canonical
from courseware.bundles.schema.translation import LessonWords, TermWords
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.engine.translation import words_of


def yaml_files(folder: Folder) -> dict[str, str]:
    """course.yaml, sources.yaml, glossary.yaml, the questions and the lessons, by file name."""
    files: dict[str, str] = {}
    if folder.course is not None:
        files["course.yaml"] = canonical.course_yaml(folder.course)
    files["sources.yaml"] = canonical.sources_yaml(folder.sources)
    files["glossary.yaml"] = canonical.glossary_yaml(folder.terms)
    for lesson in folder.lessons:
        files[lesson.file] = f"---\n{canonical.front_matter(lesson.front)}---\n{lesson.body}"
        if lesson.light:
            files[light_name(lesson)] = lesson.light
    asked: dict[str, list[tuple[QuestionEnvelope, dict[str, Any]]]] = defaultdict(list)
    for question in folder.questions:
        asked[question.file].append((question.envelope, question.content))
    for name, questions in asked.items():
        files[name] = canonical.questions_yaml(questions)
    return files


def translation_files(folder: Folder) -> dict[str, str]:
    """The text files of a translation, by file name: as far as it goes."""
    files: dict[str, str] = {}
    if folder.words is not None and folder.course is not None:
        mark = folder.mark("course", folder.course.key)
        words = folder.words.model_copy(update={"translates": mark})
        files[f"{folder.prefix}course.yaml"] = canonical.course_words_yaml(words)
    if folder.terms:
        files[f"{folder.prefix}glossary.yaml"] = canonical.glossary_words_yaml(
            TermWords(
                key=term.key,
                translates=folder.mark("term", term.key),
                term=term.term,
                definition=term.definition,
            )
            for term in folder.terms
        )
    for lesson in folder.lessons:
        front = LessonWords(
            translates=folder.mark("lesson", lesson.key),
            title=lesson.front.title,
            topic=lesson.front.topic,
        )
        files[lesson.file] = f"---\n{canonical.front_words(front)}---\n{lesson.body}"
        if lesson.light:
            files[light_name(lesson)] = lesson.light
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for question in folder.questions:
        head = question.envelope
        named = {"key": head.key, "translates": folder.mark("question", head.key)}
        asked[question.file].append(named | words_of(head.type, question.content))
    for name, questions in asked.items():
        files[name] = canonical.question_words_yaml(questions)
    return files


def all_files(folder: Folder) -> dict[str, bytes]:
    """Every file of a course with its translations, the pictures as they are."""
    files = {name: text.encode("utf-8") for name, text in yaml_files(folder).items()}
    for name, picture in folder.figures.items():
        files[f"figures/{name}"] = picture.content
    if folder.cover is not None:
        files["cover.svg"] = folder.cover.content
    for own in folder.translations:
        files |= {name: text.encode("utf-8") for name, text in translation_files(own).items()}
        for name, picture in own.figures.items():
            files[f"{own.prefix}figures/{name}"] = picture.content
    return files


def write(files: dict[str, bytes], target: Path) -> list[str]:
    """Write what differs; the names that were written."""
    written = []
    for name, content in sorted(files.items()):
        path = target / name
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(name)
    return written


def fix(folder: Folder) -> list[str]:
    """Write the folder's own files in canonical form. Nothing is written where the form is broken.

    A language whose form is broken stays as it is, and the others are written. Comments are not
    values: they are lost, and the documentation says so.
    """
    if folder.has_errors or folder.course is None:
        return []
    texts = yaml_files(folder)
    for own in folder.translations:
        if not own.has_errors:
            _fill_marks(own)
            texts |= translation_files(own)
    return write({name: text.encode("utf-8") for name, text in texts.items()}, folder.path)


def _fill_marks(own: Folder) -> None:
    """What has no mark yet was translated from the original as it is; a mark is never changed."""
    for place, unit in own.units.items():
        if not unit.translates:
            own.units[place] = replace(unit, translates=unit.mark)
