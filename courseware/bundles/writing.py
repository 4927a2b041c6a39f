"""A folder's values as its files, in canonical form.

Owns: which files a course has and what stands in each. Used by `check_courses --fix` and by
`dump_course`, so both write the same bytes. Must not: read or judge.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

from courseware.bundles.checks.passages import light_name
from courseware.bundles.reading import Folder
from courseware.bundles.schema import canonical
from quizzes.engine.envelope import QuestionEnvelope


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


def all_files(folder: Folder) -> dict[str, bytes]:
    """Those, and the pictures as they are."""
    files = {name: text.encode("utf-8") for name, text in yaml_files(folder).items()}
    for name, picture in folder.figures.items():
        files[f"figures/{name}"] = picture.content
    if folder.cover is not None:
        files["cover.svg"] = folder.cover.content
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

    Comments are not values: they are lost, and the documentation says so.
    """
    if folder.has_errors or folder.course is None:
        return []
    texts = yaml_files(folder)
    return write({name: text.encode("utf-8") for name, text in texts.items()}, folder.path)
