"""Questions of other systems come into a draft, and a draft's go out.

An import is looked at first: the file lies in QuestionImport until its owner takes it in or a day
is over. Taking in writes everything or nothing, in one transaction.

Must not: read a format; queries.importing does, and quizzes.interchange below it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.authoring.actions.drafts import contribute
from courseware.authoring.models import QuestionImport
from courseware.authoring.queries.exporting import questions_to_export
from courseware.authoring.queries.importing import (
    ImportPlan,
    Incoming,
    plan_of,
    with_pictures,
)
from courseware.authoring.queries.placing import whole_place
from courseware.courses.models import Edition
from lessons.actions import bring_picture
from lessons.queries import free_name, taken_names
from quizzes import actions as quizzes
from quizzes import queries
from quizzes.engine.content import ContentError, read
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.interchange import formats
from quizzes.interchange.records import Written
from quizzes.models import Quiz

KEPT_FOR = timedelta(days=1)


class ImportMoved(Exception):
    """The draft's questions changed since the import was looked at. Nothing was written."""


class ImportRefused(Exception):
    """A question could not be kept. Nothing was written."""

    def __init__(self, incoming: Incoming, error: ContentError) -> None:
        self.incoming = incoming
        self.faults = error.faults
        super().__init__(f"question {incoming.number}: {error}")


@dataclass(frozen=True)
class TakenIn:
    new: int
    changed: int
    pictures: int


def keep_import(
    *, edition: Edition, format_name: str, encoding: str, text: str, by: User, now: datetime
) -> QuestionImport:
    """A file to be looked at. It is in nobody's draft yet, so nothing of it is recorded."""
    return QuestionImport.objects.create(
        edition=edition,
        by=by,
        at=now,
        expires_at=now + KEPT_FOR,
        format=format_name,
        encoding=encoding,
        text=text,
    )


@transaction.atomic
def take_in(
    *,
    kept: QuestionImport,
    quiz: Quiz,
    seen: str,
    defaults: Mapping[str, Any],
    alts: Mapping[str, str],
    by: User,
    now: datetime,
) -> TakenIn:
    """Everything of a file, or nothing.

    `defaults` are the place of new questions that do not say theirs, `alts` what each picture
    shows, by its mark. Raises DraftClosed, ImportMoved and ImportRefused; then nothing is written.
    """
    edition = kept.edition
    contribute(
        edition=edition,
        by=by,
        now=now,
        what="questions",
        details={"act": "imported", "format": kept.format},
    )
    # Read again under the lock: what was looked at is what is taken in.
    plan = plan_of(kept)
    if plan.seen != seen or plan.has_errors:
        raise ImportMoved
    names = _names_of(plan)
    words = plan.words(alts, names)
    for incoming in plan.questions:
        if incoming.act != "same":
            try:
                _put(incoming, plan, quiz, defaults, words, frozenset(names.values()))
            except quizzes.Stale:
                raise ImportMoved from None
            except ContentError as error:
                raise ImportRefused(incoming, error) from error
    _bring_pictures(plan, names, alts, by=by, now=now)
    kept.delete()
    return TakenIn(plan.counts["new"], plan.counts["changed"], len(set(names.values())))


def _put(
    incoming: Incoming,
    plan: ImportPlan,
    quiz: Quiz,
    defaults: Mapping[str, Any],
    words: Mapping[str, str],
    promised: frozenset[str],
) -> None:
    content = with_pictures(incoming.read.content, words)
    place = whole_place(incoming.read.place, incoming.question, defaults)
    key = incoming.key or queries.next_key(quiz)
    envelope = read(
        QuestionEnvelope,
        {
            **place,
            "key": key,
            "type": incoming.type,
            "must_pass": place.get("must_pass") or None,
        },
    )
    if incoming.question is None:
        quizzes.create_question(
            quiz=quiz,
            language=plan.language,
            content=content,
            envelope=envelope,
            promised=promised,
        )
        return
    question = incoming.question
    question.quiz.activity.edition = plan.kept.edition
    quizzes.change_question(
        question=question,
        language=plan.language,
        content=content,
        seen=incoming.state,
        envelope=envelope,
        promised=promised,
    )


def _names_of(plan: ImportPlan) -> dict[str, str]:
    """By mark, what each new picture will be called: its questions name it before it is ready."""
    taken = taken_names(plan.kept.edition.pk)
    by_content: dict[bytes, str] = {}
    for picture in plan.pictures:
        if picture.content not in by_content:
            by_content[picture.content] = free_name(picture.name, taken)
            taken.add(by_content[picture.content])
    return {picture.mark: by_content[picture.content] for picture in plan.pictures}


def _bring_pictures(
    plan: ImportPlan,
    names: Mapping[str, str],
    alts: Mapping[str, str],
    *,
    by: User,
    now: datetime,
) -> None:
    """Through the same door as a picture that is uploaded by hand. Last: files cannot be undone."""
    brought: set[str] = set()
    for picture in plan.pictures:
        name = names[picture.mark]
        if name in brought:
            continue
        brought.add(name)
        bring_picture(
            edition=plan.kept.edition,
            content=picture.content,
            original_name=picture.name,
            alt=alts[picture.mark],
            caption="",
            description="",
            by=by,
            now=now,
            name=name,
        )


def drop_import(*, kept: QuestionImport) -> None:
    """Looked at, and not wanted."""
    kept.delete()


def forget_imports(*, now: datetime) -> int:
    """What nobody took in within a day."""
    return QuestionImport.objects.filter(expires_at__lte=now).delete()[0]


@transaction.atomic
def export_questions(*, edition: Edition, format_name: str, by: User, now: datetime) -> Written:
    """The draft's questions as a file, with their right answers; that it left is recorded."""
    questions: Sequence[Any] = questions_to_export(edition, with_files=format_name == "moodle")
    written = formats.write(format_name, questions)
    record(
        verb="questions.exported",
        subject=("edition", edition.pk),
        by=by.pk,
        now=now,
        details={"format": format_name, "questions": len(written.kept)},
    )
    return written
