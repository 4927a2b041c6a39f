"""What the database itself refuses to change: the one list, and the triggers made from it.

FROZEN   each entry: a table, when its rows are frozen, which columns may still change
install  creates what is missing, drops what is no longer wanted (after every migration)
remove   drops them all (before a migration: SQLite rebuilds tables, which loses triggers
         silently, and a trigger that names a table under rebuilding aborts the migration)
missing  what should be there and is not; asked by a check, /readyz and the invariants

A trigger's name carries a hash of its text, so a changed rule is a missing trigger.

Owns: the list and its SQL on SQLite and PostgreSQL. Must not: hold a rule that code may bypass;
there is no switch.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "frozen_"
UPDATE, DELETE, INSERT = "update", "delete", "insert"


@dataclass(frozen=True)
class Frozen:
    """Rows of `model` for which `when` and `within` hold (SQL about {row}) refuse `operations`.

    `when` looks at the row alone, `within` asks other tables: it is asked last, and seldom.
    `may_change`: columns an UPDATE may still change. `only`: if given, the only frozen columns.
    `may_blank`: frozen columns that may become '' and nothing else (erasure).
    """

    model: str
    when: str = "1 = 1"
    within: str = "1 = 1"
    may_change: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    may_blank: tuple[str, ...] = ()
    operations: tuple[str, ...] = (UPDATE, DELETE)


_ALL = (UPDATE, DELETE, INSERT)
_PUBLISHED = "{row}.published_at IS NOT NULL"
_EDITION = (
    "EXISTS (SELECT 1 FROM courses_edition e"
    " WHERE e.id = {row}.edition_id AND e.published_at IS NOT NULL)"
)
_EDITION_WORDS = (
    "EXISTS (SELECT 1 FROM courses_editionlanguage l WHERE l.edition_id = {row}.edition_id"
    " AND l.language = {row}.language AND l.published_at IS NOT NULL)"
)


def _by_activity(column: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM courses_activity a"
        " JOIN courses_edition e ON e.id = a.edition_id"
        " WHERE a.id = {row}.COLUMN AND e.published_at IS NOT NULL)"
    ).replace("COLUMN", column)


_LESSON_WORDS = (
    "EXISTS (SELECT 1 FROM courses_activity a"
    " JOIN courses_editionlanguage l ON l.edition_id = a.edition_id"
    " WHERE a.id = {row}.lesson_id AND l.language = {row}.language"
    " AND l.published_at IS NOT NULL)"
)
_QUESTION_WORDS = (
    "EXISTS (SELECT 1 FROM quizzes_question q"
    " JOIN courses_activity a ON a.id = q.quiz_id"
    " JOIN courses_editionlanguage l ON l.edition_id = a.edition_id"
    " WHERE q.id = {row}.question_id AND l.language = {row}.language"
    " AND l.published_at IS NOT NULL)"
)
_ATTEMPT = "EXISTS (SELECT 1 FROM quizzes_attempt t WHERE t.id = {row}.attempt_id AND t.state "

FROZEN: tuple[Frozen, ...] = (
    # A published edition: its structure, and its words language by language.
    Frozen("courses.Edition", _PUBLISHED),
    Frozen("courses.EditionLanguage", _PUBLISHED, may_change=("confirmed_by_id", "confirmed_at")),
    Frozen("courses.Activity", within=_EDITION, operations=_ALL),
    Frozen("courses.Objective", within=_EDITION, operations=_ALL),
    Frozen("courses.Source", within=_EDITION, operations=_ALL),
    Frozen("courses.GlossaryTerm", within=_EDITION_WORDS, operations=_ALL),
    Frozen("lessons.Lesson", within=_by_activity("activity_id"), operations=_ALL),
    Frozen("lessons.LessonText", within=_LESSON_WORDS, operations=_ALL),
    Frozen("lessons.Picture", within=_EDITION, operations=_ALL),
    Frozen("quizzes.Quiz", within=_by_activity("activity_id"), operations=_ALL),
    Frozen("quizzes.Question", within=_by_activity("quiz_id"), operations=_ALL),
    Frozen("quizzes.QuestionText", within=_QUESTION_WORDS, operations=_ALL),
    # Who wrote it and who decided: closed with the edition; a decision is never reworded.
    Frozen("authoring.Contribution", within=_EDITION, operations=_ALL),
    Frozen(
        "authoring.Review",
        "{row}.decision <> 'waiting'",
        may_blank=("note", "comment"),
        operations=(UPDATE,),
    ),
    Frozen("authoring.Review", within=_EDITION, operations=(DELETE, INSERT)),
    # What was answered and what it earned.
    Frozen(
        "quizzes.Attempt",
        only=(
            *("enrolment_id", "quiz_id", "number", "seed", "language"),
            *("started_at", "deadline_at", "hand_in_until"),
        ),
        operations=(UPDATE,),
    ),
    Frozen("quizzes.Attempt", "{row}.state = 'graded'"),
    Frozen(
        "quizzes.Answer",
        within=_ATTEMPT + "<> 'open')",
        may_change=("mark_numerator", "mark_denominator"),
    ),
    # A mark is given once, in the transaction that grades the attempt.
    Frozen(
        "quizzes.Answer",
        "{row}.mark_denominator IS NOT NULL",
        within=_ATTEMPT + "= 'graded')",
        operations=(UPDATE,),
    ),
    Frozen("quizzes.Regrade"),
    # What was decided stays decided; that it is applied is still to come.
    Frozen(
        "quizzes.Erratum",
        "{row}.state <> 'proposed'",
        may_change=("state", "applied_at"),
        may_blank=("reason", "decision_reason"),
    ),
    # The record of training.
    Frozen("enrolments.Completion"),
    Frozen("enrolments.CompletionAnnulment", may_blank=("reason",)),
    Frozen("certificates.Certificate", may_change=("pdf_file", "pdf_sha256", "pdf_made_at")),
    Frozen("certificates.CertificateHolder", may_blank=("name",)),
    Frozen("certificates.CertificateEvent"),
    # The trail. Details may be erased by retention, never reworded.
    Frozen("audit.AuditEvent"),
    Frozen("audit.AuditDetail", operations=(UPDATE,)),
    Frozen("audit.Seal"),
    Frozen("audit.SealEntry"),
    # What was written to somebody.
    Frozen(
        "jobs.Message",
        only=("kind", "key", "message_id", "subject", "text", "html"),
        may_blank=("subject", "text", "html"),
        operations=(UPDATE,),
    ),
)


@dataclass(frozen=True)
class Trigger:
    """One trigger as it should be: on which table, and the statements that create it."""

    name: str
    table: str
    create: tuple[str, ...]


def wanted(vendor: str) -> dict[str, Trigger]:
    """Every trigger by name, as `vendor` ("sqlite" or "postgresql") writes it."""
    triggers = (
        _trigger(vendor, number, rule, operation)
        for number, rule in enumerate(FROZEN)
        for operation in rule.operations
    )
    return {trigger.name: trigger for trigger in triggers}


def _trigger(vendor: str, number: int, rule: Frozen, operation: str) -> Trigger:
    table = apps.get_model(rule.model)._meta.db_table
    cheap, last = _conditions(vendor, rule, operation)
    digest = hashlib.sha256(f"{table} {operation} {cheap} {last}".encode()).hexdigest()[:8]
    name = f"{PREFIX}{table}_{operation}_{digest}"
    refusal = f"{table} is frozen: this {operation} is refused"
    if vendor == "postgresql":
        create: tuple[str, ...] = (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            f"BEGIN\n  IF {last} THEN\n"
            # restrict_violation: Django shows it as IntegrityError, as on SQLite.
            f"    RAISE EXCEPTION '{refusal}' USING ERRCODE = '23001';\n  END IF;\n"
            f"  RETURN {'OLD' if operation == DELETE else 'NEW'};\nEND $$",
            # A call of the function costs more than the update of a row; WHEN costs next to
            # nothing, but may not ask other tables.
            f"CREATE TRIGGER {name} BEFORE {operation.upper()} ON {table}"
            f" FOR EACH ROW WHEN ({cheap}) EXECUTE FUNCTION {name}()",
        )
    else:
        create = (
            f"CREATE TRIGGER {name} BEFORE {operation.upper()} ON {table} FOR EACH ROW"
            f" WHEN {cheap} AND {last} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
        )
    return Trigger(name, table, create)


def _conditions(vendor: str, rule: Frozen, operation: str) -> tuple[str, str]:
    """What the row alone says, and what is asked of other tables if that holds."""
    rows = {INSERT: ["NEW"], DELETE: ["OLD"], UPDATE: ["OLD"]}[operation]
    if operation == UPDATE and INSERT in rule.operations:
        rows.append("NEW")  # a row must not be moved into what is frozen either
    own = " OR ".join(f"({rule.when.format(row=row)})" for row in rows)
    both = (f"({rule.when} AND {rule.within})".format(row=row) for row in rows)
    cheap = f"({own}) AND ({' OR '.join(_changes(vendor, rule))})" if operation == UPDATE else own
    return f"({cheap})", f"({' OR '.join(both)})"


def _changes(vendor: str, rule: Frozen) -> Iterator[str]:
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    columns = [field.column for field in apps.get_model(rule.model)._meta.concrete_fields]
    unknown = {*rule.only, *rule.may_change, *rule.may_blank} - set(columns)
    if unknown:
        raise ValueError(f"{rule.model} has no column {', '.join(sorted(unknown))}.")
    for column in rule.only or columns:
        if column in rule.may_change:
            continue
        change = f'OLD."{column}" {differs} NEW."{column}"'
        yield f"({change} AND NEW.\"{column}\" <> '')" if column in rule.may_blank else change


# ------------------------------------------------------------------ in the database
def present(using: str = "default") -> set[str]:
    """Names of our triggers that exist and are switched on."""
    connection = connections[using]
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall() if name.startswith(PREFIX)}


def missing(using: str = "default") -> list[str]:
    """Tables (with the operation) that the database does not guard as it should."""
    lost = set(wanted(connections[using].vendor)) - present(using)
    return sorted(name.removeprefix(PREFIX).rpartition("_")[0] for name in lost)


def install(using: str = "default") -> None:
    """Make the database hold exactly the wanted triggers, on the tables that exist."""
    connection = connections[using]
    want, have = wanted(connection.vendor), present(using)
    tables = set(connection.introspection.table_names())
    with transaction.atomic(using=using):
        for name in have - set(want):
            _drop(connection, name)
        for name, trigger in want.items():
            if name not in have and trigger.table in tables:
                with connection.cursor() as cursor:
                    for statement in trigger.create:
                        cursor.execute(statement)


def remove(using: str = "default") -> None:
    """Drop all our triggers. Until `install`, /readyz is red."""
    connection = connections[using]
    with transaction.atomic(using=using):
        for name in present(using):
            _drop(connection, name)


def _drop(connection: BaseDatabaseWrapper, name: str) -> None:
    quoted = connection.ops.quote_name(name)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION {quoted}() CASCADE")  # takes its trigger along
        else:
            cursor.execute(f"DROP TRIGGER {quoted}")
