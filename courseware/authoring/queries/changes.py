"""What a draft changes against the edition it follows: what a reviewer decides on.

Owns: what counts as a change, in which part of the course, and which of them touch a key. Must not:
hold rules of comparing; those are in `rules`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.utils.translation import gettext as _

from courseware.authoring.queries.contents import Contents, contents
from courseware.authoring.queries.labels import LABELS
from courseware.authoring.queries.states import base_of
from courseware.authoring.rules import Line, changed_fields, changed_lines, word_counts
from courseware.courses.models import Activity, Edition, Source
from lessons.models import Lesson
from quizzes.engine.pictures import hashes_in, in_words, without_files
from quizzes.engine.testrules import LATER_RULES
from quizzes.models import Question, Quiz

What = Literal["added", "removed", "changed"]

_UNFOLDED = 6
_COLUMNS: Mapping[type, tuple[str, ...]] = {
    Activity: ("kind", "minutes", "sensitivity", "required", "needs_all_before"),
    Lesson: ("objectives", "sources", "seed", "review_by"),
    Quiz: (
        *("draw_count", "pass_percent", "attempts_allowed", "window_days"),
        *("time_limit_minutes", "quotas", "caps"),
        *LATER_RULES,
    ),
    Question: (
        *("type", "objective", "lesson_key", "seed", "bloom", "difficulty", "must_pass"),
        *("negative_stem", "tags"),
    ),
    Source: (
        *("title", "publisher", "year", "published_on", "url", "seen", "certainty", "status"),
        *("note", "checked_on", "review_by"),
    ),
}


@dataclass(frozen=True)
class FieldChange:
    """`lines` of words that were reworded; plain values have `before` and `after` only."""

    label: str
    where: str  # options[2].feedback
    before: str
    after: str
    lines: tuple[Line, ...] = ()
    is_key: bool = False


@dataclass(frozen=True)
class Change:
    """Something that came, went or differs."""

    what: What
    title: str
    language: str = ""
    key: str = ""
    fields: tuple[FieldChange, ...] = ()
    lines: tuple[Line, ...] = ()
    light_lines: tuple[Line, ...] = ()

    @property
    def words_added(self) -> int:
        return word_counts((*self.lines, *self.light_lines))[0]

    @property
    def words_removed(self) -> int:
        return word_counts((*self.lines, *self.light_lines))[1]

    @property
    def touches_key(self) -> bool:
        return any(change.is_key for change in self.fields)


@dataclass(frozen=True)
class Changes:
    """By part of the course, in the order in which a reviewer reads."""

    base: Edition | None
    words: list[Change] = field(default_factory=list)
    structure: list[Change] = field(default_factory=list)
    lessons: list[Change] = field(default_factory=list)
    questions: list[Change] = field(default_factory=list)
    pictures: list[Change] = field(default_factory=list)
    sources: list[Change] = field(default_factory=list)
    terms: list[Change] = field(default_factory=list)

    @property
    def count(self) -> int:
        parts = (
            *(self.words, self.structure, self.lessons),
            *(self.questions, self.pictures, self.sources, self.terms),
        )
        return sum(len(part) for part in parts)

    @property
    def is_short(self) -> bool:
        """Few enough to be shown unfolded."""
        return self.count <= _UNFOLDED

    @property
    def keys_changed(self) -> list[Change]:
        return [change for change in self.questions if change.touches_key]


def changes(edition: Edition) -> Changes:
    """Against the newest published edition before it; empty lists where there is none."""
    base = base_of(edition)
    if base is None:
        return Changes(None)
    base.course = edition.course
    old, new = contents(base), contents(edition)
    return Changes(
        base=base,
        words=list(_words(old, new)),
        structure=list(_structure(old, new)),
        lessons=list(_lessons(old, new)),
        questions=list(_questions(old, new)),
        pictures=list(_unseen_pictures(old, new)),
        sources=list(_rows(_all(old.sources, Source), _all(new.sources, Source))),
        terms=list(_terms(old, new)),
    )


# ------------------------------------------------------------------ parts
def _words(old: Contents, new: Contents) -> Iterator[Change]:
    for language in _both(old.words, new.words):
        before, after = old.words.get(language), new.words.get(language)
        title = _("Title and words")
        if before is None or after is None:
            yield Change("removed" if after is None else "added", title, language)
            continue
        fields = (
            *_changed(_columns(before, _WORDS), _columns(after, _WORDS)),
            *_named("title", before.activity_titles, after.activity_titles),
            *_named("objective", before.objective_texts, after.objective_texts),
            *_named("must_pass", _points(old, language), _points(new, language)),
        )
        if fields:
            yield Change("changed", title, language, fields=fields)


def _named(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FieldChange]:
    """Words by key: the label says what they are, the place says whose."""
    for change in _changed(before, after):
        yield replace(change, label=str(LABELS[name]), where=change.label, is_key=False)


#: Without the change note: it is new in every edition, and a reviewer reads it as it is.
_WORDS = ("title", "purpose", "audience")


def _points(side: Contents, language: str) -> dict[str, str]:
    return {key: titles.get(language, "") for key, titles in side.edition.must_pass_points.items()}


def _structure(old: Contents, new: Contents) -> Iterator[Change]:
    rules = ("validity_months", "sensitivity")
    covers = ({_("Cover"): side.edition.cover} for side in (old, new))
    fields = (
        *_changed(_columns(old.edition, rules), _columns(new.edition, rules)),
        *_pictures(*covers),
    )
    if fields:
        yield Change("changed", _("Edition"), fields=fields)
    yield from _rows(
        {key: {"bloom": row.bloom} for key, row in old.objectives.items()},
        {key: {"bloom": row.bloom} for key, row in new.objectives.items()},
    )
    before, after = _placed(old), _placed(new)
    for change in _rows(before, after):
        title = (old if change.what == "removed" else new).title(change.key)
        yield Change(change.what, title, key=change.key, fields=change.fields)


def _placed(side: Contents) -> dict[str, dict[str, Any]]:
    """Activities with the rules of what they hold, and their place in the order."""
    rows = {}
    for position, (key, activity) in enumerate(side.activities.items(), start=1):
        rows[key] = {"position": position, **_columns(activity, _COLUMNS[Activity])}
        for part, columns in ((side.lessons, _COLUMNS[Lesson]), (side.quizzes, _COLUMNS[Quiz])):
            if key in part:
                rows[key] |= _columns(part[key], columns)
    return rows


def _lessons(old: Contents, new: Contents) -> Iterator[Change]:
    order = [key for key in new.activities if key in new.lessons]
    for key in [*order, *(key for key in old.lessons if key not in new.lessons)]:
        for language in _both(old.words, new.words):
            before = old.lesson_texts.get((key, language))
            after = new.lesson_texts.get((key, language))
            if before is None and after is None:
                continue
            title = (new if after else old).title(key)
            what: What = "changed" if before and after else "added" if after else "removed"
            lines = changed_lines(
                before.markdown if before else "", after.markdown if after else ""
            )
            light = changed_lines(
                before.light_markdown if before else "", after.light_markdown if after else ""
            )
            fields = (
                *_changed(
                    {"topic": before.topic if before else ""},
                    {"topic": after.topic if after else ""},
                ),
                *_pictures(before.figures if before else {}, after.figures if after else {}),
            )
            if lines or light or fields:
                yield Change(what, title, language, key, fields, tuple(lines), tuple(light))


def _pictures(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FieldChange]:
    """By name: a hash says nothing to a reader."""
    for name in _both(before, after):
        if before.get(name) != after.get(name):
            yield FieldChange(
                label=str(LABELS["figures"]),
                where=name,
                before=_("the picture before") if before.get(name) else "",
                after=_("another picture") if after.get(name) else "",
            )


def _unseen_pictures(old: Contents, new: Contents) -> Iterator[Change]:
    """Files that came or went unseen: published with the rest, so a reviewer sees them.

    One that a lesson or a question shows stands there.
    """
    shown, shown_before = new.shown, old.shown
    for place in _both(old.pictures, new.pictures):
        language, name = place
        before, after = old.pictures.get(place), new.pictures.get(place)
        is_seen = (name, after) in shown if after else (name, before) in shown_before
        if before == after or is_seen:
            continue
        yield Change(
            _what(place, old.pictures, new.pictures),
            name,
            language,
            fields=(
                FieldChange(
                    label=str(LABELS["figures"]),
                    where="",
                    before=_("the picture before") if before else "",
                    after=_("shown nowhere") if after else "",
                ),
            ),
        )


def _questions(old: Contents, new: Contents) -> Iterator[Change]:
    for place in _both(old.questions, new.questions):
        before, after = old.questions.get(place), new.questions.get(place)
        if before is None or after is None:
            yield _whole_question(old if after is None else new, place, is_gone=after is None)
            continue
        columns = _COLUMNS[Question]
        fields = _changed(_columns(before, columns), _columns(after, columns))
        if fields:
            yield Change("changed", _stem(new, place), key=place[1], fields=fields)
        texts, old_texts = new.question_texts.get(place, {}), old.question_texts.get(place, {})
        for language in _both(old_texts, texts):
            old_words = old_texts[language].content if language in old_texts else {}
            words = texts[language].content if language in texts else {}
            fields = (
                *_changed(without_files(old_words), without_files(words)),
                *_pictures(hashes_in(old_words), hashes_in(words)),
            )
            if fields:
                yield Change("changed", _stem(new, place), language, place[1], fields)


def _whole_question(side: Contents, place: tuple[str, str], *, is_gone: bool) -> Change:
    texts = side.question_texts.get(place, {})
    fields = tuple(
        change
        for language in side.languages
        if language in texts
        for change in (
            _changed(without_files(texts[language].content), {})
            if is_gone
            else _changed({}, without_files(texts[language].content))
        )
    )
    fields = tuple(replace(change, is_key=False) for change in fields)
    return Change("removed" if is_gone else "added", _stem(side, place), "", place[1], fields)


def _stem(side: Contents, place: tuple[str, str]) -> str:
    texts = side.question_texts.get(place, {})
    text = next((texts[language] for language in side.languages if language in texts), None)
    return in_words(str(text.content.get("stem", place[1]))) if text else place[1]


def _terms(old: Contents, new: Contents) -> Iterator[Change]:
    columns = ("term", "definition")
    before = {place: _columns(row, columns) for place, row in old.terms.items()}
    after = {place: _columns(row, columns) for place, row in new.terms.items()}
    for place in _both(before, after):
        fields = _changed(before.get(place, {}), after.get(place, {}))
        if fields:
            title = str((after.get(place) or before[place])["term"])
            yield Change(_what(place, before, after), title, place[0], place[1], fields)


# ------------------------------------------------------------------ rows and fields
def _rows(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> Iterator[Change]:
    for key in _both(before, after):
        fields = _changed(before.get(key, {}), after.get(key, {}))
        if fields:
            title = str((after.get(key) or before[key]).get("title", key))
            yield Change(_what(key, before, after), title, key=key, fields=fields)


def _what(key: Any, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> What:
    if key not in before:
        return "added"
    return "changed" if key in after else "removed"


def _both[K](before: Iterable[K], after: Iterable[K]) -> list[K]:
    """The keys of both, those of the later state first and in its order."""
    return list(dict.fromkeys([*after, *before]))


def _all(rows: Mapping[str, Any], model: type) -> dict[str, dict[str, Any]]:
    return {key: _columns(row, _COLUMNS[model]) for key, row in rows.items()}


def _columns(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _changed(before: Any, after: Any) -> tuple[FieldChange, ...]:
    return tuple(
        _field(found.path, found.before, found.after)
        for found in changed_fields(before, after)
        if not (found.before in _NOTHING and found.after in _NOTHING)
    )


_NOTHING: tuple[Any, ...] = (None, "", [], {})
#: With `correct`, the fields that decide what is right: a change of one is said loudly.
_KEY_FIELDS = frozenset(
    {"credit", "answer", "tolerance", "accept", "sequence", "right", "must_pass"}
)


def _field(path: str, before: Any, after: Any) -> FieldChange:
    name = path.rpartition(".")[2].partition("[")[0]
    old, new = _said(before), _said(after)
    is_text = isinstance(before, str) and isinstance(after, str) and bool(old) and bool(new)
    return FieldChange(
        label=str(LABELS.get(name, name)),
        where=path if path != name else "",
        before=old,
        after=new,
        lines=tuple(changed_lines(old, new)) if is_text else (),
        is_key=name in _KEY_FIELDS or (name == "correct" and True in (before, after)),
    )


def _said(value: Any) -> str:
    """A plain value as staff reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return " · ".join(_said(entry) for entry in value)
    if isinstance(value, Mapping):
        return " · ".join(f"{name}: {_said(entry)}" for name, entry in value.items())
    return str(value)
