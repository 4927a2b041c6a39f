"""The words of a draft are changed by compare-and-set: nobody overwrites what they have not seen.

Owns: what counts as seen, and what a translation remembers of the words it was made from. Must not:
know who may do it or record it; authoring does.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction

from courseware.courses.actions.editions import sha256_of
from courseware.courses.models import Edition, EditionLanguage, GlossaryTerm, Source
from courseware.courses.queries import Words, languages_of, words_in
from courseware.courses.schema import course_mark, term_mark


class Stale(Exception):
    """Somebody else changed it meanwhile. `current`: what stands there now, None if it is gone."""

    def __init__(self, current: Any) -> None:
        super().__init__("changed meanwhile")
        self.current = current


def seen(value: Words | GlossaryTerm | Source) -> str:
    """Names what a form was opened with. Two forms with the same name were shown the same."""
    if isinstance(value, Words):
        return sha256_of(asdict(value))
    columns = {
        field.name: str(getattr(value, field.attname)) for field in value._meta.concrete_fields
    }
    return sha256_of(columns)


@transaction.atomic
def change_words(*, edition: Edition, language: str, words: Words, seen_words: str) -> bool:
    """False when nothing differs. Raises Stale. A translation saved is up to date."""
    edition = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    before = words_in(edition, language)
    if seen(before) != seen_words:
        raise Stale(before)
    mark = _mark_for(edition, language)
    row = EditionLanguage.objects.get(edition=edition, language=language)
    if before == words and row.translated_from == mark:
        return False
    for name, value in asdict(words).items():
        if name != "must_pass":
            setattr(row, name, value)
    row.translated_from = mark
    row.save()
    for key, text in words.must_pass.items():
        edition.must_pass_points[key][language] = text
    edition.save(update_fields=["must_pass_points"])
    return True


def _mark_for(edition: Edition, language: str) -> str:
    """What words in `language` are made from: nothing where the edition is written in it."""
    main = languages_of(edition)[0]
    if language == main:
        return ""
    words = words_in(edition, main)
    tests = set(edition.activities.exclude(kind="lesson").values_list("key", flat=True))
    return course_mark(
        title=words.title,
        purpose=words.purpose,
        audience=words.audience,
        change_note=words.change_note,
        objectives=words.objective_texts,
        must_pass=words.must_pass,
        tests={key: title for key, title in words.activity_titles.items() if key in tests},
    )


@transaction.atomic
def put_term(
    *, edition: Edition, language: str, key: str, term: str, definition: str, seen_term: str
) -> bool:
    """A glossary term of the draft; made where `seen_term` is empty. False when nothing differs.

    Raises Stale, also for a key that somebody has just taken.
    """
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    before = GlossaryTerm.objects.filter(edition=edition, language=language, key=key).first()
    if (seen(before) if before else "") != seen_term:
        raise Stale(before)
    columns = {
        "term": term,
        "definition": definition,
        "translated_from": _mark_of_term(edition, language, key),
    }
    if before is not None and {name: getattr(before, name) for name in columns} == columns:
        return False
    GlossaryTerm.objects.update_or_create(
        edition=edition, language=language, key=key, defaults=columns
    )
    return True


def _mark_of_term(edition: Edition, language: str, key: str) -> str:
    main = languages_of(edition)[0]
    if language == main:
        return ""
    original = GlossaryTerm.objects.filter(edition=edition, language=main, key=key).first()
    return term_mark(original.term, original.definition) if original else ""


@transaction.atomic
def drop_term(*, edition: Edition, language: str, key: str) -> bool:
    deleted, _by_model = GlossaryTerm.objects.filter(
        edition=edition, language=language, key=key
    ).delete()
    return bool(deleted)


@transaction.atomic
def put_source(*, edition: Edition, key: str, columns: Mapping[str, Any], seen_source: str) -> bool:
    """A source of the draft; made where `seen_source` is empty. False when nothing differs.

    Raises Stale, also for a key that somebody has just taken.
    """
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    before = Source.objects.filter(edition=edition, key=key).first()
    if (seen(before) if before else "") != seen_source:
        raise Stale(before)
    if before is not None and {name: getattr(before, name) for name in columns} == dict(columns):
        return False
    Source.objects.update_or_create(edition=edition, key=key, defaults=dict(columns))
    return True


@transaction.atomic
def drop_source(*, edition: Edition, key: str) -> bool:
    deleted, _by_model = Source.objects.filter(edition=edition, key=key).delete()
    return bool(deleted)
