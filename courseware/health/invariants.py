"""What must always hold, in one function: run after every fault test, and by operators.

    I1  every valid completion has exactly one certificate or one unfinished job to issue it
    I2  codes are unique; the stored first PDF matches its hash, or its erasure is recorded
    I3  every issued certificate has exactly one logical mail that ends somewhere
    I4  every acknowledged answer is kept, none belongs to another attempt
    I5  at most one open attempt per enrolment and test; no more attempts than allowed
    I6  a score recomputed from what is stored is the stored score
    I7  no attempt is open longer than its deadline, the grace and one sweep
    I8  the trail tells the whole story and nobody has rewritten it (health.recorded)
    I9  reports: totals, cells and rows agree with what is counted one by one
    I10 no file without row, no row without file (after an hour)
    I11 stored dates and states are what the pure rules say
    I12 a request has all its effects or none

Owns: the list. Must not: mend anything; what it finds needs a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files.storage import default_storage
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from courseware.certificates import queries as certificates
from courseware.courses.queries import outline
from courseware.enrolments import rules
from courseware.enrolments.models import ActivityProgress, Completion, DateChange, Enrolment
from courseware.enrolments.queries import dates_of, steps_of, with_state
from courseware.health import recorded
from courseware.jobs.models import Job
from courseware.reports.queries.integrity import disagreements
from lessons.models import Media, Upload
from quizzes.models import Attempt, Erratum, Regrade
from quizzes.queries import integrity as quizzes

_FILE_AGE = timedelta(hours=1)
_FOLDER = "lessons"
#: How long a handed-in attempt may wait for its marks before something is wrong.
_MARKING = timedelta(minutes=15)


@dataclass(frozen=True, order=True)
class Finding:
    """`invariant` (I1…), what is wrong (an opaque id), a sentence without personal data."""

    invariant: str
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.invariant} {self.subject}: {self.message}"


def findings(now: datetime) -> list[Finding]:
    """Everything that does not hold at `now`; an empty list is the good answer."""
    found: list[Finding] = []
    for item in quizzes.findings(now):
        found.append(Finding(item.invariant, item.subject, item.message))
    found += certified(now)
    found += [Finding("I8", subject, message) for subject, message in recorded.findings(now)]
    found += [Finding("I9", which, message) for which, message in disagreements(now.date())]
    found += files(now)
    found += dates(now.date())
    found += whole_effects(now)
    return sorted(found)


def certified(now: datetime) -> Iterator[Finding]:
    """I1 to I3, and I10 of the certificates' own files."""
    parts = {
        "I1": [
            *certificates.completions_without_certificate_or_job(),
            *certificates.certificates_without_completion(),
        ],
        "I2": [*certificates.certificates_without_document(), *certificates.pdf_hash_mismatches()],
        "I3": certificates.certificates_without_one_message(),
        "I10": certificates.certificate_files_out_of_place(now),
    }
    for invariant, sentences in parts.items():
        for sentence in sentences:
            yield Finding(invariant, "certificates", sentence)


def files(now: datetime) -> Iterator[Finding]:
    """I10 of pictures, and of what was uploaded to become one. A file younger than an hour may
    still get its row, or lose its last one."""
    known = set(Media.objects.values_list("file", flat=True))
    known |= set(Upload.objects.exclude(file="").values_list("file", flat=True))
    for name in sorted(known):
        if not default_storage.exists(name):
            yield Finding("I10", name, "The row's file is missing.")
    for name in _walk(_FOLDER):
        if name not in known and now - default_storage.get_modified_time(name) > _FILE_AGE:
            yield Finding("I10", name, "The file has no row.")


def _walk(folder: str) -> Iterator[str]:
    if not default_storage.exists(folder):
        return
    folders, names = default_storage.listdir(folder)
    for name in names:
        yield f"{folder}/{name}"
    for inner in folders:
        yield from _walk(f"{folder}/{inner}")


def dates(today: date) -> Iterator[Finding]:
    """I11."""
    for enrolment in with_state(Enrolment.objects.all(), today).iterator():
        said = rules.state(dates_of(enrolment), today)
        if enrolment.state_on_day != said.value:
            yield Finding(
                "I11", str(enrolment.pk), f"SQL says {enrolment.state_on_day}, the rule {said}."
            )
        if enrolment.completed_on is not None:
            months = outline(enrolment.edition_id, "en").validity_months
            if enrolment.expires_on != rules.expiry(enrolment.completed_on, months):
                yield Finding("I11", str(enrolment.pk), "The expiry date is not the rule's.")
    for field in ("due_on", "expires_on"):
        yield from _dates_without_change(field)


def _dates_without_change(field: str) -> Iterator[Finding]:
    newest = (
        DateChange.objects.filter(enrolment=OuterRef("pk"), field=field)
        .order_by("-at", "-pk")
        .values("new")[:1]
    )
    strays = (
        Enrolment.objects.filter(**{f"{field}__isnull": False})
        .annotate(said=newest)
        .filter(Q(said__isnull=True) | ~Q(said=F(field)))
    )
    for enrolment in strays.iterator():
        yield Finding("I11", str(enrolment.pk), f"{field} was changed without a dated row.")


def whole_effects(now: datetime) -> Iterator[Finding]:
    """I12, as far as rows can show it: what belongs together stands together."""
    yield from _completions()
    yield from _marked_attempts()
    unfinished = {Job.State.WAITING, Job.State.LEASED}
    marking = set(
        Job.objects.filter(kind="quizzes.grade", state__in=unfinished).values_list("key", flat=True)
    )
    handed_in = Attempt.objects.filter(
        state=Attempt.State.SUBMITTED, submitted_at__lt=now - _MARKING
    )
    for attempt in handed_in.iterator():
        if str(attempt.pk) not in marking:
            yield Finding("I12", str(attempt.pk), "Handed in, and nobody will mark it.")
    yield from _errata()


def _errata() -> Iterator[Finding]:
    """What was decided about a question reaches everybody, now or by its job."""
    kept = {Job.State.WAITING, Job.State.LEASED, Job.State.PARKED}
    working = set(
        Job.objects.filter(kind="quizzes.regrade", state__in=kept).values_list("key", flat=True)
    )
    for erratum in Erratum.objects.filter(state=Erratum.State.DECIDED).iterator():
        if str(erratum.pk) not in working:
            yield Finding("I12", str(erratum.pk), "Decided, and nobody will carry it out.")


def _completions() -> Iterator[Finding]:
    recorded = Completion.objects.filter(enrolment=OuterRef("pk"))
    done = Q(completed_on__isnull=False)
    for enrolment in Enrolment.objects.filter(done, ~Exists(recorded)).iterator():
        yield Finding("I12", str(enrolment.pk), "Complete without a completion.")
    for enrolment in Enrolment.objects.filter(~done, Exists(recorded)).iterator():
        yield Finding("I12", str(enrolment.pk), "A completion of an open enrolment.")
    done_keys: dict[object, set[str]] = {}
    for enrolment_id, key in ActivityProgress.objects.filter(state="done").values_list(
        "enrolment", "activity_key"
    ):
        done_keys.setdefault(enrolment_id, set()).add(key)
    for enrolment in Enrolment.objects.filter(withdrawn_at__isnull=True).iterator():
        required = rules.required_keys(steps_of(outline(enrolment.edition_id, "en")))
        is_complete = rules.is_complete(required, done_keys.get(enrolment.pk, set()))
        if is_complete != (enrolment.completed_on is not None):
            yield Finding("I12", str(enrolment.pk), "Progress and completion disagree.")


def _marked_attempts() -> Iterator[Finding]:
    progress = ActivityProgress.objects.filter(
        enrolment=OuterRef("enrolment"), activity_key=OuterRef("quiz__activity__key")
    )
    # Moved to another edition, a person may have to sit a test again that they passed before.
    # What holds since a question turned out wrong is the newest regrade's.
    anew = Regrade.objects.filter(attempt=OuterRef("pk")).order_by("-pk").values("is_passed")[:1]
    passed = Attempt.objects.alias(now=Coalesce(Subquery(anew), F("is_passed"))).filter(
        now=True, quiz__activity__edition=F("enrolment__edition")
    )
    for attempt in passed.filter(~Exists(progress.filter(state="done"))).iterator():
        yield Finding("I12", str(attempt.pk), "Passed, but the test is not done.")
    counted = Attempt.objects.values("enrolment", "quiz__activity__key").annotate(n=Count("pk"))
    used = {
        (row.enrolment_id, row.activity_key): row.attempts_used
        for row in ActivityProgress.objects.filter(attempts_used__gt=0)
    }
    for row in counted:
        if used.get((row["enrolment"], row["quiz__activity__key"]), 0) != row["n"]:
            yield Finding("I12", str(row["enrolment"]), "Attempts are counted wrongly.")
