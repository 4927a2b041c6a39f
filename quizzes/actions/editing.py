"""Writes of the question bank by hand: in a draft, one question at a time.

Two people may have the same question open. A change names the state it was made from (`seen`, see
`queries.state_of`); if somebody saved in between it is refused with what stands there now, and
nothing is written.

The structure of a question lives once, in the edition's main language: changing it there carries
the words of every other language along. A published edition is frozen by the database.

Owns: these rules. Must not: know who may edit; authoring asks that, and writes the audit event.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from courseware.courses import pictures
from courseware.courses.models import Edition
from quizzes import queries
from quizzes.actions.bank import add_question, put_envelope, stored_content, written_columns
from quizzes.engine import registry
from quizzes.engine.carrying import Origins, carried, places_before
from quizzes.engine.content import ContentError, Fault, path_of
from quizzes.engine.envelope import QuestionEnvelope, is_tag
from quizzes.engine.messages import gettext_noop
from quizzes.engine.pictures import NAME, shown_in
from quizzes.engine.translation import question_mark, translated, words_of
from quizzes.engine.writing import faults_of_writing
from quizzes.models import Question, QuestionText, Quiz

#: The mark of words that were put into a translation in the main language: they match nothing.
NOT_TRANSLATED = "0" * 16


class Stale(Exception):
    """Somebody saved in between. `question` is as it stands now; None: it was removed."""

    def __init__(self, question: Question | None) -> None:
        self.question = question
        super().__init__("The question was changed in between.")


_LONGEST_TAG = 60


@transaction.atomic
def tag_questions(*, edition: Edition, keys: Sequence[str], tag: str, is_on: bool) -> int:
    """Put a tag on questions of a draft, or take it off; returns how many changed.

    Raises ContentError for what is no tag.
    """
    if not is_tag(tag) or len(tag) > _LONGEST_TAG:
        message = gettext_noop("Write one tag: small letters, digits and hyphens.")
        raise ContentError([Fault("tag", message)])
    rows = Question.objects.select_for_update().filter(
        quiz__activity__edition=edition, key__in=keys
    )
    changed = [question for question in rows if (tag in question.tags) != is_on]
    for question in changed:
        question.tags = [*question.tags, tag] if is_on else [t for t in question.tags if t != tag]
    Question.objects.bulk_update(changed, ["tags"])
    return len(changed)


def faults_of(
    edition: Edition,
    kind: str,
    content: Mapping[str, Any],
    envelope: QuestionEnvelope | None,
    language: str,
    promised: Collection[str] = (),
) -> list[Fault]:
    """Everything that must be put right before a question can be kept. Writes nothing.

    `promised`: names of pictures that the draft will have, beside those that it waits for.
    """
    found = faults_of_writing(content) + _faults_of_names(edition, content, language, promised)
    try:
        registry.get(kind).validate(content)
    except ContentError as error:
        found += error.faults
    if envelope is not None:
        found += _faults_of_place(edition, envelope)
    return found


def _faults_of_names(
    edition: Edition, content: Mapping[str, Any], language: str, promised: Collection[str]
) -> list[Fault]:
    """The pictures are the edition's own. Two queries, where any is shown."""
    places = [
        (path_of(place), name) for place, _, name in shown_in(content) if NAME.fullmatch(name)
    ]
    if not places:
        return []
    known = {*pictures.known(edition.pk, language), *pictures.awaited(edition.pk), *promised}
    message = gettext_noop(
        "The draft has no picture called “%(name)s”. Its pictures say what to write."
    )
    return [Fault(path, message, {"name": name}) for path, name in places if name not in known]


def _faults_of_place(edition: Edition, envelope: QuestionEnvelope) -> list[Fault]:
    """The objective, the lesson and the must-pass point are the edition's own."""
    objectives = set(edition.objectives.values_list("key", flat=True))
    lessons = set(edition.activities.filter(kind="lesson").values_list("key", flat=True))
    found = []
    if envelope.objective not in objectives:
        found.append(Fault("objective", gettext_noop("The course has no such objective.")))
    if envelope.lesson not in lessons:
        found.append(Fault("lesson", gettext_noop("The course has no such lesson.")))
    if envelope.must_pass and envelope.must_pass not in edition.must_pass_points:
        found.append(Fault("must_pass", gettext_noop("The course has no such must-pass point.")))
    return found


@transaction.atomic
def change_question(
    *,
    question: Question,
    language: str,
    content: Mapping[str, Any],
    seen: str,
    envelope: QuestionEnvelope | None = None,
    origins: Origins | None = None,
    promised: Collection[str] = (),
) -> bool:
    """The words of one language, with the main one also the structure and, if given, its place.

    False when nothing differs. Raises Stale, and ContentError naming every fault. `origins` says
    where each row of the main language stood before, so that translations stay with their rows;
    None: the content was made from an older state, and rows are known by their words.
    """
    current = _locked(question, seen, language)
    edition = current.quiz.activity.edition
    main = queries.main_language(edition)
    texts = {text.language: text for text in current.texts.all()}
    if language != main and main in texts:
        return _put_translation(current, language, content, texts)
    written = queries.pictured(edition.pk, language, stored_content(content))
    _refuse(faults_of(edition, current.type, written, envelope, language, promised))
    before = texts.get(language)
    if origins is None and before is not None:
        origins = places_before(current.type, written, before.content)
    changed = _put_words(current, language, written, before)
    if envelope is not None:
        changed = put_envelope(question=current, envelope=envelope) or changed
    for other in texts.values():
        if other.language != language:
            _carry(current, written, other, origins)
    return changed


def _put_translation(
    question: Question, language: str, content: Mapping[str, Any], texts: dict[str, QuestionText]
) -> bool:
    """The words of the content in the structure of the main language, as it stands now."""
    edition = question.quiz.activity.edition
    main = texts[queries.main_language(edition)].content
    _refuse(faults_of_writing(content) + _faults_of_names(edition, content, language, ()))
    made = translated(question.type, main, words_of(question.type, content))
    mark = question_mark(question.type, main)
    written = queries.pictured(edition.pk, language, stored_content(made))
    return _put_words(question, language, written, texts.get(language), mark=mark)


def _locked(question: Question, seen: str, language: str) -> Question:
    """The question as it stands, held until the end of the transaction. Raises Stale."""
    current = (
        Question.objects.select_for_update(of=("self",))
        .select_related("quiz__activity__edition")
        .filter(pk=question.pk)
        .first()
    )
    if current is None or queries.state_of(current, language) != seen:
        raise Stale(current)
    return current


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise ContentError(faults)


def _put_words(
    question: Question,
    language: str,
    content: dict[str, Any],
    before: QuestionText | None,
    *,
    mark: str = "",
) -> bool:
    """`mark`: of the words it translates. Saved again unchanged, a translation is up to date."""
    columns = {**written_columns(question.type, content), "translated_from": mark}
    if before is None:
        try:
            with transaction.atomic():
                QuestionText.objects.create(question=question, language=language, **columns)
        except IntegrityError:
            raise Stale(question) from None
        return True
    if (before.content_hash, before.translated_from) == (columns["content_hash"], mark):
        return False
    # SQLite knows no row locks: whoever wrote meanwhile changed this hash.
    written = QuestionText.objects.filter(pk=before.pk, content_hash=before.content_hash)
    if not written.update(**columns):
        raise Stale(question)
    return True


def _carry(
    question: Question, structure: dict[str, Any], other: QuestionText, origins: Origins | None
) -> None:
    """The other language keeps its words in the new structure, and what they were made from."""
    try:
        content = carried(question.type, structure, other.content, origins)
    except ContentError as error:
        message = gettext_noop("The words in the language %(language)s would not fit: %(problem)s")
        params = {"language": other.language, "problem": str(error)}
        raise ContentError([Fault("", message, params)]) from error
    has_news = any(place is None for places in (origins or {}).values() for place in places)
    content = queries.pictured(question.quiz.activity.edition_id, other.language, content)
    mark = NOT_TRANSLATED if has_news else other.translated_from
    _put_words(question, other.language, content, other, mark=mark)


@transaction.atomic
def create_question(
    *,
    quiz: Quiz,
    language: str,
    content: Mapping[str, Any],
    envelope: QuestionEnvelope,
    promised: Collection[str] = (),
) -> Question:
    """A new question at the end of the pool, in one language.

    Raises ContentError; a key that was taken meanwhile is a fault of the field `key`.
    """
    edition = quiz.activity.edition
    _refuse(faults_of(edition, envelope.type, content, envelope, language, promised))
    last = quiz.questions.aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic():
            return add_question(
                quiz=quiz, envelope=envelope, position=last + 1, wordings={language: content}
            )
    except IntegrityError:
        message = gettext_noop("Another question has just been given this key.")
        raise ContentError([Fault("key", message)]) from None


@transaction.atomic
def remove_question(*, question: Question, seen: str, language: str) -> None:
    """Out of the draft, in every language. Published editions and attempts keep theirs.

    Raises Stale when somebody changed it since it was looked at; gone already is no fault.
    """
    current = Question.objects.filter(pk=question.pk).first()
    if current is None:
        return
    if queries.state_of(current, language) != seen:
        raise Stale(current)
    current.delete()
