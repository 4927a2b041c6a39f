"""What must always hold between completions, certificates, their files and their mails.

I1  every valid completion has one certificate, or an unfinished job that issues it
I2  codes are well formed (the database keeps them unique); a stored PDF matches its hash
I3  every certificate has one logical mail, which ends or has an unfinished job
I10 no file without a row, no row without a file

Each function returns plain sentences with ids, empty when all is well. A job that waits, runs or
is parked counts as unfinished: staff see a parked one; a cancelled one is a finding.
Owns: saying what is wrong. Must not: mend it, or name a person.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db.models import Count, Exists, OuterRef, QuerySet

from courseware.certificates import files, rules
from courseware.certificates.models import Certificate, CertificateEvent
from courseware.core.ids import normalise_code
from courseware.enrolments.actions import ISSUE_CERTIFICATE
from courseware.enrolments.models import Completion
from courseware.jobs.actions import MAIL
from courseware.jobs.models import Job, Message

#: Kind of the mail; its key is the certificate's id.
MAIL_KIND = "certificate"
#: Where the files lie in the default storage.
FOLDER = "certificates"
_UNFINISHED = [Job.State.WAITING, Job.State.LEASED, Job.State.PARKED]


# ------------------------------------------------------------------ I1
def completions_without_certificate_or_job() -> list[str]:
    """I1: a valid completion that nothing will turn into a certificate."""
    waiting = Completion.objects.filter(certificate__isnull=True, annulment__isnull=True)
    unfinished = _unfinished_keys(ISSUE_CERTIFICATE)
    return [
        f"Completion {pk} has neither a certificate nor an unfinished job to issue it."
        for pk in waiting.values_list("pk", flat=True)
        if str(pk) not in unfinished
    ]


def certificates_without_completion() -> list[str]:
    """I1: a certificate that rests on nothing, or beside another current one of the course."""
    completion = Completion.objects.filter(pk=OuterRef("completion_id"))
    orphans = Certificate.objects.filter(~Exists(completion))
    twice = (
        Certificate.objects.filter(~Exists(_events("pk", rules.SUPERSEDED)))
        .values("completion__enrolment__person", "completion__enrolment__course")
        .annotate(how_many=Count("pk"))
        .filter(how_many__gt=1)
        .order_by()
    )
    unsaid = Certificate.objects.filter(~Exists(_events("pk", rules.ISSUED)))
    return [
        *(f"Certificate {pk} has no completion." for pk in orphans.values_list("pk", flat=True)),
        *(
            f"Person {row['completion__enrolment__person']} has {row['how_many']} current"
            f" certificates of course {row['completion__enrolment__course']}."
            for row in twice
        ),
        *(f"Certificate {pk} has no event of issue." for pk in unsaid.values_list("pk", flat=True)),
    ]


# ------------------------------------------------------------------ I2
def certificates_without_document() -> list[str]:
    """I2: issued, no PDF, and nothing will make one."""
    unfinished = _unfinished_keys(ISSUE_CERTIFICATE)
    missing = Certificate.objects.filter(pdf_file="").exclude(Exists(_events("pk", rules.ERASED)))
    return [
        f"Certificate {pk} has no document and no unfinished job to make it."
        for pk, completion in missing.values_list("pk", "completion_id")
        if str(completion) not in unfinished
    ]


def pdf_hash_mismatches() -> list[str]:
    """I2: a stored PDF is gone or is not the one that was signed; a code no reader could type."""
    problems = []
    stored = Certificate.objects.exclude(pdf_file="").exclude(Exists(_events("pk", rules.ERASED)))
    for pk, code, name, expected in stored.values_list("pk", "code", "pdf_file", "pdf_sha256"):
        content = files.read(name)
        if content is None:
            problems.append(f"The document of certificate {pk} is missing.")
        elif files.sha256(content) != expected:
            problems.append(f"The document of certificate {pk} does not match its hash.")
        if normalise_code(code) != code:
            problems.append(f"The code of certificate {pk} is malformed.")
    return problems


# ------------------------------------------------------------------ I3
def certificates_without_one_message() -> list[str]:
    """I3: no mail and none coming; a mail that never ends; a mail of no certificate."""
    problems = []
    messages = {
        key: (str(pk), state)
        for key, pk, state in Message.objects.filter(kind=MAIL_KIND).values_list(
            "key", "pk", "state"
        )
    }
    issuing, sending = _unfinished_keys(ISSUE_CERTIFICATE), _unfinished_keys(MAIL)
    for pk, completion in Certificate.objects.values_list("pk", "completion_id"):
        message, state = messages.pop(str(pk), ("", ""))
        if not message and str(completion) not in issuing:
            problems.append(f"Certificate {pk} has no mail and no unfinished job to post it.")
        if message and state == Message.State.WAITING and message not in sending:
            problems.append(f"Mail {message} of certificate {pk} waits without a job to send it.")
    problems += [f"Mail {message} belongs to no certificate." for message, _ in messages.values()]
    return problems


# ------------------------------------------------------------------ I10
def certificate_files_out_of_place(now: datetime) -> list[str]:
    """I10: a file older than an hour that no row points to; a row whose file is gone."""
    rows = dict(Certificate.objects.exclude(pdf_file="").values_list("pdf_file", "pk"))
    pictures = {picture_of(name) for name in rows}
    there = set(_names(FOLDER))
    strays = [
        name
        for name in sorted(there - set(rows) - pictures)
        if now - default_storage.get_modified_time(name) > timedelta(hours=1)
    ]
    return [
        *(f"No certificate has the file {name}." for name in strays),
        *(
            f"The file of certificate {pk} is gone."
            for name, pk in rows.items()
            if name not in there
        ),
    ]


def picture_of(pdf_file: str) -> str:
    """Name of the share image, which lies beside the PDF."""
    return pdf_file.removesuffix(".pdf") + ".png"


def _names(folder: str) -> Iterator[str]:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names)
    for inner in folders:
        yield from _names(f"{folder}/{inner}")


def _events(outer: str, kind: str) -> QuerySet[CertificateEvent]:
    return CertificateEvent.objects.filter(certificate=OuterRef(outer), kind=kind)


def _unfinished_keys(kind: str) -> set[str]:
    return set(Job.objects.filter(kind=kind, state__in=_UNFINISHED).values_list("key", flat=True))
