"""What holds over several courses: each claim of 2017 taught and asked, one source one title.

With fewer courses than the whole programme, only the claims of the courses at hand are asked for.
"""

from collections.abc import Iterator, Sequence
from statistics import median

from courseware.bundles.checks.plain_words import MAX_MEDIAN, grades
from courseware.bundles.checks.subject import Subject
from courseware.bundles.schema.findings import Finding


def _claims(*ranges: tuple[int, int]) -> tuple[str, ...]:
    return tuple(f"S{number}" for low, high in ranges for number in range(low, high + 1))


#: Which course teaches which claims of the article (programme.md, part 1).
FACTS: dict[str, tuple[str, ...]] = {
    "C0": _claims((1, 4), (6, 6)),
    "C1": _claims((7, 18)),
    "C2": _claims((19, 30)),
    "C3": _claims((31, 41)),
    "C4": _claims((42, 55)),
    "C5": _claims((5, 5)),
}

type Placed = tuple[Subject, Finding]


def facts_are_taught_and_asked(subjects: Sequence[Subject]) -> Iterator[Placed]:
    for subject in subjects:
        facts = FACTS.get(subject.course.key, ())
        taught, asked = taught_in(subject), asked_in(subject)
        line = subject.line("key")
        for fact in facts:
            if fact not in taught:
                message = f"No then-now box of this course teaches {fact}."
                yield subject, Finding("course.yaml", line, "fact-not-taught", message)
            if fact not in asked:
                message = f"No question of this course asks {fact}."
                yield subject, Finding("course.yaml", line, "fact-not-asked", message)


def taught_in(subject: Subject) -> set[str]:
    """Claims with a box of their own in a full lesson."""
    return {seed for version, page in subject.shown if not version.is_light for seed in page.seeds}


def asked_in(subject: Subject) -> set[str]:
    return {seed for question in subject.folder.questions for seed in question.envelope.seed}


def one_source_has_one_title(subjects: Sequence[Subject]) -> Iterator[Placed]:
    first: dict[str, tuple[str, str]] = {}
    for subject in subjects:
        for index, source in enumerate(subject.folder.sources):
            title, where = first.setdefault(source.key, (source.title, subject.course.key))
            if title != source.title:
                line = subject.line(index, "title", file="sources.yaml")
                message = f"{source.key} has another title in {where}: {title!r}."
                yield subject, Finding("sources.yaml", line, "source-title", message)


def questions_have_keys_of_their_own(subjects: Sequence[Subject]) -> Iterator[Placed]:
    first: dict[str, str] = {}
    for subject in subjects:
        for question in subject.folder.questions:
            key = question.envelope.key
            where = first.setdefault(key, subject.course.key)
            if where != subject.course.key:
                message = f"{key} is also a question of {where}."
                yield subject, Finding(question.file, question.line, "duplicate-key", message)


def the_programme_is_plain(subjects: Sequence[Subject]) -> Iterator[Placed]:
    found = [grade for subject in subjects for grade in grades(subject).values()]
    if found and median(found) > MAX_MEDIAN:
        message = f"The median reading grade of all lessons is {median(found)}; {MAX_MEDIAN}."
        yield subjects[0], Finding("course.yaml", 1, "reading-level", message)


PROGRAMME = (
    facts_are_taught_and_asked,
    one_source_has_one_title,
    questions_have_keys_of_their_own,
    the_programme_is_plain,
)
