"""The database refuses to change what must not change, table by table, on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from courseware.accounts.models import User
from courseware.audit.models import AuditDetail, AuditEvent, Seal, SealEntry
from courseware.authoring.models import Contribution, Review
from courseware.certificates.models import Certificate, CertificateEvent, CertificateHolder
from courseware.courses.models import (
    Activity,
    Category,
    Course,
    Edition,
    EditionLanguage,
    GlossaryTerm,
    Objective,
    Source,
)
from courseware.enrolments.models import Completion, CompletionAnnulment, Enrolment
from courseware.health import freezing
from courseware.health.checks import check_freezing
from courseware.jobs.models import Message
from lessons.models import Lesson, LessonText, Media, Picture
from quizzes.models import Answer, Attempt, Erratum, Question, QuestionText, Quiz, Regrade

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
DAY = date(2026, 1, 5)
World = dict[str, models.Model]


def build_course() -> World:
    """A draft edition with one row in every table of a course."""
    category = Category.objects.create(key="c", name="C")
    course = Course.objects.create(key="C9", slug="c9", category=category)
    edition = Edition.objects.create(course=course, number=1, origin="distribution", opened_at=NOW)
    language = EditionLanguage.objects.create(
        edition=edition, language="en", title="T", purpose="P", origin="distribution"
    )
    lesson_place = Activity.objects.create(edition=edition, key="l", kind="lesson", position=1)
    quiz_place = Activity.objects.create(edition=edition, key="q", kind="quiz", position=2)
    lesson = Lesson.objects.create(activity=lesson_place, review_by=DAY)
    quiz = Quiz.objects.create(
        activity=quiz_place, draw_count=1, pass_percent=80, attempts_allowed=2
    )
    question = Question.objects.create(
        quiz=quiz, key="Q1", type="single", objective="O1", bloom="apply"
    )
    author, reviewer = (
        User.objects.create(service_number=f"E{n}", given_name="E", family_name="F")
        for n in range(2)
    )
    return {
        "authoring.Contribution": Contribution.objects.create(
            edition=edition, person=author, since=NOW
        ),
        "authoring.Review": Review.objects.create(
            edition=edition,
            submitted_by=author,
            submitted_at=NOW,
            draft_hash="h",
            decision="approved",
            decided_by=reviewer,
            decided_at=NOW,
        ),
        "courses.Edition": edition,
        "courses.EditionLanguage": language,
        "courses.Activity": lesson_place,
        "courses.Objective": Objective.objects.create(
            edition=edition, key="O1", position=1, bloom="apply"
        ),
        "courses.Source": Source.objects.create(
            edition=edition,
            key="S1",
            title="T",
            publisher="P",
            year=2025,
            seen="primary",
            certainty="A",
            checked_on=DAY,
            review_by=DAY,
        ),
        "courses.GlossaryTerm": GlossaryTerm.objects.create(
            edition=edition, language="en", key="t", term="T", definition="D"
        ),
        "lessons.Lesson": lesson,
        "lessons.LessonText": LessonText.objects.create(
            lesson=lesson, language="en", markdown="M", content_hash="h"
        ),
        "lessons.Picture": Picture.objects.create(
            edition=edition,
            name="p.svg",
            alt="A",
            media=Media.objects.create(
                sha256="f" * 64,
                content_type="image/svg+xml",
                file="f.svg",
                size=1,
                width=1,
                height=1,
                added_at=NOW,
            ),
        ),
        "quizzes.Quiz": quiz,
        "quizzes.Question": question,
        "quizzes.QuestionText": QuestionText.objects.create(
            question=question, language="en", content={"stem": "S"}, content_hash="h"
        ),
    }


def publish(world: World) -> None:
    EditionLanguage.objects.update(published_at=NOW)
    Edition.objects.update(published_at=NOW)
    for row in world.values():
        row.refresh_from_db()


def build_record(world: World) -> World:
    """A person who took the course, up to the certificate, with its trail and mail."""
    people = [
        User.objects.create(service_number=f"N{n}", given_name="A", family_name="B")
        for n in range(2)
    ]
    edition = Edition.objects.get()
    enrolment = Enrolment.objects.create(
        person=people[0],
        course=edition.course,
        edition=edition,
        assigned_at=NOW,
        started_at=NOW,
        completed_on=DAY,
    )
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz=Quiz.objects.get(),
        number=1,
        seed=7,
        language="en",
        started_at=NOW,
        deadline_at=NOW + timedelta(days=7),
    )
    answer = Answer.objects.create(
        attempt=attempt,
        question=Question.objects.get(),
        position=1,
        content_hash="h",
        arrangement=["a", "b"],
    )
    completion = Completion.objects.create(
        enrolment=enrolment, edition=edition, completed_at=NOW, language="en"
    )
    certificate = Certificate.objects.create(
        completion=completion,
        code="0" * 16,
        serial="S1",
        issued_at=NOW,
        language="en",
        snapshot={"course": "T"},
    )
    event = AuditEvent.objects.create(
        at=NOW, verb="v", subject_type="t", subject_id="1", details_hash="h"
    )
    seal = Seal.objects.create(
        number=1,
        at=NOW,
        previous_hash="p",
        root_hash="r",
        event_count=1,
        signature="s",
        key_id="k",
    )
    erratum = Erratum.objects.create(
        course=edition.course,
        activity_key="final-test",
        question_key="T-Q1",
        remedy=Erratum.Remedy.CREDIT,
        reason="R",
        proposed_by=people[0],
        proposed_at=NOW,
        state=Erratum.State.DECIDED,
        decision_reason="R",
        decided_by=people[1],
        decided_at=NOW,
    )
    return {
        **world,
        "quizzes.Attempt": attempt,
        "quizzes.Answer": answer,
        "quizzes.Erratum": erratum,
        "quizzes.Regrade": Regrade.objects.create(
            attempt=attempt,
            erratum=erratum,
            at=NOW,
            score_numerator=1,
            score_denominator=1,
            is_passed=True,
        ),
        "enrolments.Completion": completion,
        "enrolments.CompletionAnnulment": CompletionAnnulment.objects.create(
            completion=completion,
            reason="R",
            requested_by=people[0],
            approved_by=people[1],
            at=NOW,
        ),
        "certificates.Certificate": certificate,
        "certificates.CertificateHolder": CertificateHolder.objects.create(
            certificate=certificate, name="A Name"
        ),
        "certificates.CertificateEvent": CertificateEvent.objects.create(
            certificate=certificate, kind="issued", at=NOW
        ),
        "audit.AuditEvent": event,
        "audit.AuditDetail": AuditDetail.objects.create(event=event, data={"a": 1}),
        "audit.Seal": seal,
        "audit.SealEntry": SealEntry.objects.create(
            event=event, seal=seal, position=1, event_hash="h"
        ),
        "jobs.Message": Message.objects.create(
            kind="k",
            key="1",
            language="en",
            subject="S",
            text="T",
            html="H",
            message_id="<1@x>",
            created_at=NOW,
        ),
    }


@pytest.fixture
def draft(db: None) -> World:
    return build_course()


@pytest.fixture
def record(draft: World) -> World:
    publish(draft)
    return build_record(draft)


def other(field: Any, value: Any) -> Any:
    """A value of the field's type that is not `value`."""
    if isinstance(field, models.ForeignKey):
        return other(field.target_field, value)
    if isinstance(value, bool):
        return not value
    if isinstance(field, models.UUIDField):
        return uuid4() if isinstance(value, UUID) or value is None else str(uuid4())
    if isinstance(field, models.DateTimeField):
        return (value or NOW) + timedelta(days=1)
    if isinstance(field, models.DateField):
        return (value or DAY) + timedelta(days=1)
    if isinstance(field, models.JSONField):
        return {"changed": True}
    if isinstance(field, models.DecimalField | models.IntegerField):
        return (value or 0) + 1
    text = str(value or "")
    return ("y" if text.startswith("x") else "x") + text[1:]  # no longer than it was


def refused(row: models.Model, **changes: Any) -> bool:
    """Whether the database refuses the UPDATE because the row is frozen."""
    return _is_frozen(lambda: type(row)._default_manager.filter(pk=row.pk).update(**changes))


def delete_refused(row: models.Model) -> bool:
    # _raw_delete: Django's own PROTECT must not answer in the database's place.
    return _is_frozen(lambda: type(row)._default_manager.filter(pk=row.pk)._raw_delete("default"))


def insert_refused(row: models.Model) -> bool:
    copy = type(row)(**{field.attname: getattr(row, field.attname) for field in _fields(row)})
    copy.pk = None if isinstance(row._meta.pk, models.AutoField) else row.pk
    return _is_frozen(lambda: copy.save(force_insert=True))


def _is_frozen(act: Any) -> bool:
    try:
        with transaction.atomic():
            act()
            # Roll back what was allowed, before deferred constraints have their say.
            raise ZeroDivisionError
    except ZeroDivisionError:
        return False
    except IntegrityError as error:
        return "is frozen" in str(error)


def _fields(row: models.Model) -> list[Any]:
    return list(row._meta.concrete_fields)


# Per table: what may still change, and whether a row may be deleted or added when frozen.
EXPECTED: dict[str, tuple[set[str], bool, bool]] = {
    "courses.Edition": (set(), False, True),
    "courses.EditionLanguage": ({"confirmed_by_id", "confirmed_at"}, False, True),
    "courses.Activity": (set(), False, False),
    "courses.Objective": (set(), False, False),
    "courses.Source": (set(), False, False),
    "courses.GlossaryTerm": (set(), False, False),
    "authoring.Contribution": (set(), False, False),
    "authoring.Review": (set(), False, False),
    "lessons.Lesson": (set(), False, False),
    "lessons.LessonText": (set(), False, False),
    "lessons.Picture": (set(), False, False),
    "quizzes.Quiz": (set(), False, False),
    "quizzes.Question": (set(), False, False),
    "quizzes.QuestionText": (set(), False, False),
    "quizzes.Regrade": (set(), False, True),
    "quizzes.Erratum": ({"state", "applied_at"}, False, True),
    "enrolments.Completion": (set(), False, True),
    "enrolments.CompletionAnnulment": (set(), False, True),
    "certificates.Certificate": ({"pdf_file", "pdf_sha256", "pdf_made_at"}, False, True),
    "certificates.CertificateHolder": (set(), False, True),
    "certificates.CertificateEvent": (set(), False, True),
    "audit.AuditEvent": (set(), False, True),
    "audit.AuditDetail": (set(), True, True),
    "audit.Seal": (set(), False, True),
    "audit.SealEntry": (set(), False, True),
}


@pytest.mark.parametrize("label", EXPECTED)
def test_a_frozen_table(record: World, label: str) -> None:
    row, (may_change, may_delete, may_insert) = record[label], EXPECTED[label]
    allowed = {
        field.attname
        for field in _fields(row)
        if not refused(row, **{field.attname: other(field, getattr(row, field.attname))})
    }
    assert allowed == may_change
    assert delete_refused(row) is not may_delete
    assert insert_refused(row) is not may_insert


def test_every_rule_is_tested() -> None:
    by_state = {"quizzes.Attempt", "quizzes.Answer", "jobs.Message"}
    assert {rule.model for rule in freezing.FROZEN} == set(EXPECTED) | by_state


def test_a_decision_may_be_blanked_and_goes_with_a_draft(draft: World) -> None:
    review = draft["authoring.Review"]
    assert not refused(review, note="", comment="")
    assert refused(review, comment="Other words")
    assert not delete_refused(review)
    assert not delete_refused(draft["authoring.Contribution"])


@pytest.mark.parametrize(
    "label", [label for label in EXPECTED if label.partition(".")[0] in {"courses", "lessons"}]
)
def test_a_draft_is_open(draft: World, label: str) -> None:
    row = draft[label]
    for field in _fields(row):
        assert not refused(row, **{field.attname: other(field, getattr(row, field.attname))})
    assert not delete_refused(row)


def test_a_new_language_of_a_published_edition_is_open_until_it_is_published(
    record: World,
) -> None:
    edition = Edition.objects.get()
    new = EditionLanguage.objects.create(
        edition=edition, language="es", title="T", purpose="P", origin="distribution"
    )
    text = LessonText.objects.create(
        lesson=Lesson.objects.get(), language="es", markdown="M", content_hash="h"
    )
    assert not refused(text, markdown="N")
    EditionLanguage.objects.filter(pk=new.pk).update(published_at=NOW)
    assert refused(text, markdown="N")


def test_a_row_cannot_be_moved_into_a_published_edition(record: World) -> None:
    published = Edition.objects.get()
    draft = Edition.objects.create(course=published.course, number=2, origin="force", opened_at=NOW)
    activity = Activity.objects.create(edition=draft, key="n", kind="lesson", position=9)
    assert refused(activity, edition_id=published.pk)


class TestAttempts:
    ALWAYS = (
        *("seed", "language", "number", "started_at", "deadline_at", "hand_in_until"),
        *("enrolment_id", "quiz_id"),
    )
    SHOWN = ("question_id", "content_hash", "arrangement", "position", "attempt_id")
    GIVEN = (
        "response",
        "sequence",
        "saved_at",
        "is_flagged",
        "confidence",
        "seconds",
        "checked_at",
    )
    MARKS = ("mark_numerator", "mark_denominator")

    def frozen(self, row: models.Model, names: tuple[str, ...]) -> set[str]:
        fields = {field.attname: field for field in _fields(row)}
        return {
            name
            for name in names
            if refused(row, **{name: other(fields[name], getattr(row, name))})
        }

    def test_what_was_promised_at_the_start_never_changes(self, record: World) -> None:
        assert self.frozen(record["quizzes.Attempt"], self.ALWAYS) == set(self.ALWAYS)

    def test_while_open_answers_may_be_given(self, record: World) -> None:
        assert self.frozen(record["quizzes.Answer"], self.GIVEN) == set()

    def test_after_submission_only_marks_may_be_set(self, record: World) -> None:
        Attempt.objects.update(state="submitted", submitted_at=NOW)
        answer = record["quizzes.Answer"]
        everything = self.SHOWN + self.GIVEN
        assert self.frozen(answer, everything) == set(everything)
        assert self.frozen(answer, self.MARKS) == set()
        assert delete_refused(answer)

    def test_after_grading_nothing_changes(self, record: World) -> None:
        Attempt.objects.update(state="submitted", submitted_at=NOW)
        Answer.objects.update(mark_numerator=1, mark_denominator=1)
        Attempt.objects.update(
            state="graded",
            graded_at=NOW,
            score_numerator=1,
            score_denominator=1,
            is_passed=True,
        )
        answer, attempt = Answer.objects.get(), Attempt.objects.get()
        assert self.frozen(answer, self.MARKS + self.GIVEN) == set(self.MARKS + self.GIVEN)
        names = tuple(field.attname for field in _fields(attempt))
        assert self.frozen(attempt, names) == set(names)
        assert delete_refused(attempt)


class TestMessages:
    def test_words_may_only_be_erased(self, record: World) -> None:
        message = record["jobs.Message"]
        for name in ("subject", "text", "html"):
            assert refused(message, **{name: "other"})
            assert not refused(message, **{name: ""})
        for name in ("kind", "key", "message_id"):
            assert refused(message, **{name: ""})

    def test_its_state_goes_on(self, record: World) -> None:
        message = record["jobs.Message"]
        assert not refused(message, state="sent", sent_at=NOW, to_address="")


def test_the_reason_of_an_annulment_may_be_erased(record: World) -> None:
    row = record["enrolments.CompletionAnnulment"]
    assert not refused(row, reason="")


@pytest.mark.django_db
class TestTriggers:
    def test_all_are_there_after_migrating(self) -> None:
        assert freezing.missing() == []
        assert freezing.present() == set(freezing.wanted(connection.vendor))

    def test_a_lost_trigger_is_named_by_the_check(self) -> None:
        assert check_freezing(None, databases=["default"]) == []
        freezing.remove()
        [message] = check_freezing(None, databases=["default"])
        assert "audit_auditevent_update" in message.msg
        assert check_freezing(None, databases=None) == []

    def test_a_changed_rule_is_a_missing_trigger(self, monkeypatch: pytest.MonkeyPatch) -> None:
        changed = freezing.Frozen("audit.AuditEvent", when="{row}.verb <> ''")
        monkeypatch.setattr(freezing, "FROZEN", (changed,))
        assert len(freezing.missing()) == 2
        freezing.install()
        assert freezing.present() == set(freezing.wanted(connection.vendor))

    def test_a_rule_about_an_unknown_column_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rule = freezing.Frozen("audit.AuditEvent", only=("nothing",))
        monkeypatch.setattr(freezing, "FROZEN", (rule,))
        with pytest.raises(ValueError, match="no column"):
            freezing.wanted(connection.vendor)


@pytest.mark.django_db(transaction=True)
def test_flush_lets_go_and_guards_again() -> None:
    AuditEvent.objects.create(at=NOW, verb="v", subject_type="t", subject_id="1", details_hash="h")
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEvent.objects.exists()
    assert freezing.missing() == []


@pytest.mark.django_db(transaction=True)
def test_migrating_drops_and_creates_again() -> None:
    """A table rebuild on SQLite, as any migration may make, loses no trigger in the end."""
    model = apps.get_model("audit", "Seal")
    freezing.remove()
    with connection.schema_editor() as editor:
        field = models.CharField(max_length=65)
        field.set_attributes_from_name("key_id")
        field.model = model
        editor.alter_field(model, model._meta.get_field("key_id"), field)
        editor.alter_field(model, field, model._meta.get_field("key_id"))
    call_command("migrate", verbosity=0)
    assert freezing.missing() == []
