"""What a file of questions would do to a draft, before anything is done.

    plan = plan_of(kept)          every question with its state, what is wrong, what is lost
    plan.seen                     a hash of the draft's questions it would change

The file is read anew each time; what it says is never trusted further than that. Four queries
whatever the number of questions, and one for pictures. Must not: write.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from django.utils import translation
from django.utils.translation import gettext

from courseware.authoring.models import QuestionImport
from courseware.authoring.queries.exporting import as_it_is
from courseware.authoring.queries.joining import Joiner, There
from courseware.authoring.queries.placing import Move, moves_of, usable_place
from courseware.authoring.queries.questions import CourseKeys, course_keys
from courseware.core.markup import picture as shown_as
from courseware.core.pictures import NotAPicture, read_header
from courseware.courses.actions import sha256_of
from courseware.courses.models import Edition
from courseware.courses.pictures import Files, known
from courseware.courses.queries import languages_of
from quizzes import queries as quizzes
from quizzes.engine.messages import gettext_noop
from quizzes.engine.pictures import files_beside
from quizzes.interchange import formats
from quizzes.interchange.completing import Fillers, checked, with_words
from quizzes.interchange.contents import canonical
from quizzes.interchange.records import Finding, Picture
from quizzes.interchange.records import Question as Read
from quizzes.models import Question

Act = Literal["new", "changed", "same"]


@dataclass(frozen=True)
class Incoming:
    """One question of a file. `question` is the draft's own of the same key, if there is one."""

    number: int
    read: Read
    act: Act
    key: str  # "": it will get the next free one
    findings: tuple[Finding, ...]
    question: Question | None = None
    state: str = ""
    moves: tuple[Move, ...] = ()  # of its place; of a new one all of it
    is_reworded: bool = True

    @property
    def type(self) -> str:
        return self.read.type

    @property
    def has_errors(self) -> bool:
        return any(finding.level == "error" for finding in self.findings)


@dataclass(frozen=True)
class ImportPlan:
    kept: QuestionImport
    language: str
    course: CourseKeys
    questions: tuple[Incoming, ...]
    findings: tuple[Finding, ...]  # of no question that comes in
    pictures: tuple[Picture, ...]  # that would be new in the draft
    there: Mapping[str, str]  # by mark, the names of those that the draft has already
    files: Files
    seen: str = field(default="")

    @cached_property
    def counts(self) -> Mapping[str, int]:
        return Counter(incoming.act for incoming in self.questions)

    @property
    def has_errors(self) -> bool:
        return any(f.level == "error" for f in self.findings) or any(
            incoming.has_errors for incoming in self.questions
        )

    @property
    def writes(self) -> int:
        return self.counts["new"] + self.counts["changed"]

    def words(self, alts: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
        """What stands in the texts for each picture, by its mark: also for one that is not kept.

        `names`: by mark, what those that are new will be called.
        """
        called = {**self.there, **names}
        found = {}
        for picture in (picture for one in self.questions for picture in one.read.pictures):
            alt = alts.get(picture.mark) or picture.alt
            found[picture.mark] = (
                shown_as(alt, called[picture.mark])
                if picture.mark in called
                else picture_words(self.language, alt)
            )
        return found

    def lacks(self, name: str) -> bool:
        """Whether a new question does not say its objective, or another field of its place."""
        return any(q.act == "new" and not q.read.place.get(name) for q in self.questions)


def plan_of(kept: QuestionImport) -> ImportPlan:
    """Raises Unreadable for a file that an older release took and this one does not."""
    edition = kept.edition
    language = languages_of(edition)[0]
    draft = _Draft(language, course_keys(edition, language), *questions_of(edition))
    brought = formats.read(kept.format, kept.text)
    pictures = _AlreadyThere(edition, language, brought.questions)
    joiner = Joiner(kept.format, _as_they_are(draft, pictures), pictures.there)
    reading = checked(joiner.joined(brought), fillers(language))
    by_line: dict[tuple[int, str], list[Finding]] = {}
    for finding in reading.findings:
        by_line.setdefault(_owner(finding, reading.questions), []).append(finding)
    there = pictures.there
    keys = Counter(str(read.place.get("key", "")) for read in reading.questions)
    incoming = []
    for number, read in enumerate(reading.questions, start=1):
        found = by_line.pop((read.line, read.name), [])
        is_twice = keys[str(read.place.get("key", ""))] > 1
        one = _incoming(number, read, found, draft, there.words, is_twice=is_twice)
        incoming.append(one)
    rest = [finding for findings in by_line.values() for finding in findings]
    new, lost = _pictures((one.read for one in incoming if one.act != "same"), there.names)
    return ImportPlan(
        kept=kept,
        language=language,
        course=draft.course,
        questions=tuple(incoming),
        findings=(*rest, *lost),
        pictures=new,
        there=there.names,
        files=pictures.files,
        seen=seen_of(incoming),
    )


def seen_of(incoming: Iterable[Incoming]) -> str:
    """The states of the draft's questions that an import would change, as one hash."""
    return sha256_of({one.key: one.state for one in incoming if one.question is not None})


def fillers(language: str) -> Fillers:
    """What stands where a file has no words of its own, in the language of the draft."""
    with translation.override(language):
        return Fillers(
            right=gettext("This is right."),
            wrong=gettext("This is not right."),
            general=gettext("Read the lesson again to see why."),
            true=gettext("True"),
            false=gettext("False"),
        )


def picture_words(language: str, alt: str) -> str:
    """What stands in a question's text where a picture was that is not kept, or not there yet."""
    with translation.override(language):
        return gettext("(Picture: %(words)s)") % {"words": alt} if alt else gettext("(Picture)")


def _owner(finding: Finding, questions: Sequence[Read]) -> tuple[int, str]:
    """The question that a finding is about: the last that begins at its line or before it."""
    if not finding.name:
        return 0, ""
    before = [q for q in questions if q.name == finding.name and q.line <= finding.line]
    return (before[-1].line, before[-1].name) if before else (0, "")


@dataclass(frozen=True)
class _Draft:
    """The draft that a file comes into."""

    language: str
    course: CourseKeys
    questions: Mapping[str, Question]
    hashes: Mapping[str, Mapping[str, str]]  # of the words, by key and language

    def state_of(self, question: Question) -> str:
        hashes = self.hashes.get(question.key, {})
        return quizzes.state_from(question, hashes, self.language, self.language)


class _AlreadyThere:
    """Pictures of a file that the draft has, byte for byte, and the files that it shows."""

    def __init__(self, edition: Edition, language: str, questions: Iterable[Read]) -> None:
        brought = [picture for read in questions for picture in read.pictures]
        self.files = dict(known(edition.pk, language)) if brought else {}
        by_hash = {file["file"].partition(".")[0]: name for name, file in self.files.items()}
        self.there = There()
        for picture in brought:
            name = by_hash.get(hashlib.sha256(picture.content).hexdigest())
            # Who does not see it is told what it shows: without words it is asked for anew.
            if name is not None and picture.alt:
                self.there.names[picture.mark] = name
                self.there.words[picture.mark] = shown_as(picture.alt, name)


def _as_they_are(draft: _Draft, pictures: _AlreadyThere) -> dict[str, Read]:
    """The draft's questions by key, as an export has them; with the files that they show."""
    ours = {}
    for key, question in draft.questions.items():
        words = {text.language: text.content for text in question.texts.all()}
        if (content := words.get(draft.language)) is not None:
            ours[key] = as_it_is(question, content)
            pictures.files.update(files_beside(content))
    return ours


def _incoming(
    number: int,
    read: Read,
    found: Sequence[Finding],
    draft: _Draft,
    pictures: Mapping[str, str],
    *,
    is_twice: bool,
) -> Incoming:
    findings = list(found)
    place, said = usable_place(read, draft.course)
    findings += said
    key = str(place.pop("key", ""))
    if key and is_twice:
        message = gettext_noop("Another question of the file has the same key, %(key)s.")
        findings.append(Finding(read.line, "error", message, {"key": key}, read.name))
    read = replace(read, place=place)
    question = draft.questions.get(key)
    if question is None:
        return Incoming(number, read, "new", key, tuple(findings), moves=moves_of(place, None))
    if question.type != read.type:
        message = gettext_noop("%(key)s is of another type in the draft. A type never changes.")
        findings.append(Finding(read.line, "error", message, {"key": key}, read.name))
    moves = moves_of(place, question)
    is_reworded = not _has_these_words(question, read, draft.language, pictures)
    return Incoming(
        number=number,
        read=read,
        act="changed" if is_reworded or moves else "same",
        key=key,
        findings=tuple(findings),
        question=question,
        state=draft.state_of(question),
        moves=moves,
        is_reworded=is_reworded,
    )


def _has_these_words(
    question: Question, read: Read, language: str, pictures: Mapping[str, str]
) -> bool:
    words = {text.language: text for text in question.texts.all()}.get(language)
    content = with_words(read.content, pictures)
    return words is not None and canonical(words.content) == canonical(content)


def _pictures(
    questions: Iterable[Read], there: Mapping[str, str]
) -> tuple[tuple[Picture, ...], list[Finding]]:
    """The new pictures that can be kept, judged by their headers; nothing is decoded here."""
    kept: list[Picture] = []
    lost: list[Finding] = []
    for read in questions:
        for picture in (one for one in read.pictures if one.mark not in there):
            try:
                header = read_header(picture.content)
            except NotAPicture:
                header = None
            if header is None or header.is_animated or not header.is_within_limits:
                message = gettext_noop(
                    "%(name)s is left out: only still PNG, JPEG and WebP pictures of at most 20 "
                    "million pixels are kept."
                )
                params = {"name": picture.name}
                lost.append(Finding(picture.line, "lost", message, params, read.name))
            else:
                kept.append(picture)
    return tuple(kept), lost


def with_pictures(content: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = with_words(content, words)
    return made


def questions_of(
    edition: Edition,
) -> tuple[dict[str, Question], dict[str, dict[str, str]]]:
    """The draft's questions by key, and the hashes of their words. Two queries."""
    found = Question.objects.filter(quiz__activity__edition=edition).select_related(
        "quiz__activity"
    )
    here = {question.key: question for question in found.prefetch_related("texts")}
    hashes = {
        key: {text.language: text.content_hash for text in question.texts.all()}
        for key, question in here.items()
    }
    return here, hashes
