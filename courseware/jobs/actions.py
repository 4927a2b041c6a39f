"""Every write on work: ask for it, claim it, say how it ended; and post a mail.

    enqueue, post_mail             in the caller's transaction, beside the act they belong to
    claim → begin → finish         by whoever holds the token
                  → fail, park     (`release`: nobody could be told about the claim)
    retry_now, cancel, send_again  for staff, through health.actions, which records it

A claim is a conditional UPDATE: of any number of claimers one sees its row changed. It gives a
token, which `begin` exchanges for another; whoever comes with an old token changes nothing, so
neither a repeated message nor a worker that was believed dead and wakes up does harm.

Owns: the states of Job and Message. Must not: run a handler or talk to a broker.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from courseware.core.ids import new_id
from courseware.core.prepared import PreparedInsert
from courseware.jobs import backoff, registry
from courseware.jobs.mailtext import render_mail
from courseware.jobs.models import Heartbeat, Job, Message

MAIL = "mail.send"
#: A kind nobody here knows may belong to a newer release that is just being installed.
PATIENCE_WITH_UNKNOWN = timedelta(hours=1)
_ERROR_LENGTH = 500
_SUBJECT_LENGTH = 200
_insert = PreparedInsert(
    Job, "id", "kind", "key", "args", "created_at", "next_try_at", "owner_id", or_ignore=True
)
_NO_LEASE: dict[str, Any] = {"lease_until": None, "lease_token": None}


# ------------------------------------------------------------------ asking for work
def enqueue(
    *,
    kind: str,
    key: str,
    args: Mapping[str, Any],
    now: datetime,
    run_at: datetime | None = None,
    owner_id: UUID | None = None,
) -> Job:
    """As `ask`; returns the job."""
    ask(kind=kind, key=key, args=args, now=now, run_at=run_at, owner_id=owner_id)
    return Job.objects.get(kind=kind, key=key)


def ask(
    *,
    kind: str,
    key: str,
    args: Mapping[str, Any],
    now: datetime,
    run_at: datetime | None = None,
    owner_id: UUID | None = None,
) -> None:
    """Make the job (kind, key) in the caller's transaction if it does not exist yet.

    `args` holds ids only. Asking again changes nothing, whatever has become of the job. One
    statement: people wait for the transactions that ask.
    """
    _insert([(new_id(), kind, key, dict(args), now, run_at or now, owner_id)])


def enqueue_periodic(*, now: datetime) -> int:
    """Make the jobs of the current slots; returns how many. Two callers make one job.

    A kind that still has unfinished work gets no further slot: it would only pile up.
    """
    wanted = {
        kind: registry.slot(now, every)
        for kind, every in registry.periodic().items()
        if registry.get(kind) is not None
    }
    if not wanted:
        return 0
    unfinished = Q(state=Job.State.WAITING) | Q(state=Job.State.LEASED)
    busy = set(Job.objects.filter(unfinished, kind__in=wanted).values_list("kind", flat=True))
    busy |= {
        kind
        for kind, key in Job.objects.filter(
            kind__in=wanted, key__in=set(wanted.values())
        ).values_list("kind", "key")
        if wanted[kind] == key
    }
    new = [
        Job(kind=kind, key=key, args={}, created_at=now, next_try_at=now)
        for kind, key in wanted.items()
        if kind not in busy
    ]
    Job.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def post_message(
    *,
    kind: str,
    key: str,
    recipient_id: UUID | None,
    to_address: str | None,
    language: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    attachment: tuple[str, str] | None = None,
) -> Message:
    """One logical mail by (kind, key), and the job that sends it, in the caller's transaction.

    `attachment` is (name shown to the reader, name in the default storage). Posting again
    changes nothing. Without an address the mail is kept and marked as suppressed by its job.
    """
    name, file = attachment or ("", "")
    identity = new_id()
    message = Message(
        id=identity,
        kind=kind,
        key=key,
        recipient_id=recipient_id,
        to_address=to_address or "",
        language=language,
        # A line break in a course title would end a header and poison the job.
        subject=" ".join(subject.split())[:_SUBJECT_LENGTH],
        text=text,
        html=html,
        attachment_name=name,
        attachment_file=file,
        message_id=f"<{identity.hex}@{settings.MESSAGE_ID_DOMAIN}>",
        created_at=now,
    )
    with transaction.atomic():
        Message.objects.bulk_create([message], ignore_conflicts=True)
        message = Message.objects.get(kind=kind, key=key)
        ask(kind=MAIL, key=str(message.pk), args={"message": str(message.pk)}, now=now)
    return message


def post_mail(
    template: str,
    context: Mapping[str, Any],
    *,
    kind: str,
    key: str,
    recipient_id: UUID | None,
    to_address: str | None,
    language: str,
    time_zone: str = "",
    now: datetime,
    attachment: tuple[str, str] | None = None,
) -> Message:
    """As `post_message`, in the words of the mail `template` (see mailtext)."""
    words = render_mail(template, context, language, time_zone)
    return post_message(
        kind=kind,
        key=key,
        recipient_id=recipient_id,
        to_address=to_address,
        language=language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        now=now,
        attachment=attachment,
    )


# ------------------------------------------------------------------ claiming
def lease_of(kind: str) -> timedelta:
    known = registry.get(kind)
    if known is not None and known.lease is not None:
        return known.lease
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def longest_lease() -> timedelta:
    """No claim is valid longer than this without a sign of life."""
    own = [kind.lease for kind in registry.kinds().values() if kind.lease is not None]
    return max([timedelta(seconds=settings.JOB_LEASE_SECONDS), *own])


def claim(*, limit: int, now: datetime) -> list[tuple[UUID, UUID]]:
    """Lease up to `limit` jobs that are due or whose lease has run out: [(job id, token), …].

    Takes only kinds known to this release. A job whose lease ran out after its last try is
    parked: it has ended every worker that touched it.
    """
    known = registry.kinds()
    due = (
        Job.objects.filter(kind__in=known)
        .filter(
            Q(state=Job.State.WAITING, next_try_at__lte=now)
            | Q(state=Job.State.LEASED, lease_until__lte=now)
        )
        .order_by("next_try_at")
        .values("id", "kind", "state", "attempts", "next_try_at", "lease_token")[:limit]
    )
    claimed = []
    for seen in list(due):
        as_seen = _as_seen(seen)
        if seen["attempts"] >= known[seen["kind"]].max_attempts:
            as_seen.update(
                state=Job.State.PARKED,
                finished_at=now,
                last_error=f"The worker was lost at each of {seen['attempts']} tries.",
                **_NO_LEASE,
            )
            continue
        token = uuid4()
        taken = as_seen.update(
            state=Job.State.LEASED,
            lease_token=token,
            lease_until=now + lease_of(seen["kind"]),
        )
        if taken == 1:
            claimed.append((seen["id"], token))
    return claimed


def _as_seen(seen: Mapping[str, Any]) -> QuerySet[Job]:
    """The row, if nobody has touched it since; what keeps two claimers apart."""
    return Job.objects.filter(
        id=seen["id"],
        state=seen["state"],
        attempts=seen["attempts"],
        next_try_at=seen["next_try_at"],
        lease_token=seen["lease_token"],
    )


def park_unknown(*, now: datetime) -> int:
    """Park due jobs of kinds that no release here has known for an hour; returns how many."""
    return (
        Job.objects.filter(
            Q(state=Job.State.WAITING, next_try_at__lte=now - PATIENCE_WITH_UNKNOWN)
            | Q(state=Job.State.LEASED, lease_until__lte=now - PATIENCE_WITH_UNKNOWN)
        )
        .exclude(kind__in=registry.kinds())
        .update(
            state=Job.State.PARKED,
            finished_at=now,
            last_error="No installed release knows this kind of work.",
            **_NO_LEASE,
        )
    )


def release(*, job_id: UUID, token: UUID, now: datetime) -> bool:
    """Give a claim back unused: nobody could be told about it. Costs the job no try."""
    return _held(job_id, token).update(state=Job.State.WAITING, next_try_at=now, **_NO_LEASE) == 1


# ------------------------------------------------------------------ carrying out
def begin(*, job_id: UUID, token: UUID, now: datetime) -> Job | None:
    """Start a try: counts it, renews the lease and changes the token, see `Job.lease_token`.

    None if `token` is no longer the job's. Because the token changes, the same message delivered
    three times starts one try. Tries are counted here and not at the claim: a message that is
    lost, or that waits while no worker runs, must not use up the job's tries.
    """
    job = _held(job_id, token).first()
    if job is None:
        return None
    job.attempts += 1
    job.lease_token = uuid4()
    started = _held(job_id, token).update(
        attempts=job.attempts,
        lease_token=job.lease_token,
        lease_until=now + lease_of(job.kind),
    )
    return job if started == 1 else None


def heartbeat(
    *, job_id: UUID, token: UUID, now: datetime, done: int | None = None, total: int | None = None
) -> bool:
    """Renew the lease and show progress. False: the job is somebody else's now, stop."""
    job = _held(job_id, token).only("kind").first()
    if job is None:
        return False
    changes: dict[str, Any] = {"lease_until": now + lease_of(job.kind)}
    if done is not None:
        changes["progress_done"] = done
    if total is not None:
        changes["progress_total"] = total
    return _held(job_id, token).update(**changes) == 1


def finish(*, job_id: UUID, token: UUID, now: datetime) -> bool:
    return (
        _held(job_id, token).update(
            state=Job.State.DONE, finished_at=now, last_error="", **_NO_LEASE
        )
        == 1
    )


def fail(
    *, job_id: UUID, token: UUID, reason: str, now: datetime, after: timedelta | None = None
) -> bool:
    """This try did not succeed: again later, or parked after the last one."""
    job = _held(job_id, token).first()
    if job is None:
        return False
    known = registry.get(job.kind)
    if known is not None and job.attempts >= known.max_attempts:
        return park(job_id=job_id, token=token, reason=f"{reason} (try {job.attempts})", now=now)
    longest = registry.periodic().get(job.kind, backoff.LONGEST)
    wait = after if after is not None else backoff.delay(job.attempts, longest=longest)
    return (
        _held(job_id, token).update(
            state=Job.State.WAITING,
            next_try_at=now + wait,
            last_error=reason[:_ERROR_LENGTH],
            **_NO_LEASE,
        )
        == 1
    )


def park(*, job_id: UUID, token: UUID, reason: str, now: datetime) -> bool:
    """Only a person can help. Stays visible until somebody retries or cancels it."""
    return (
        _held(job_id, token).update(
            state=Job.State.PARKED,
            finished_at=now,
            last_error=reason[:_ERROR_LENGTH],
            **_NO_LEASE,
        )
        == 1
    )


def _held(job_id: UUID, token: UUID) -> QuerySet[Job]:
    return Job.objects.filter(id=job_id, state=Job.State.LEASED, lease_token=token)


def beat(*, name: str, now: datetime) -> None:
    """A process of the kind `name` is alive."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=now)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


# ------------------------------------------------------------------ what staff may ask for
# The audit event is written by the caller, health.actions: this package lies below the trail.
@transaction.atomic
def retry_now(*, job_id: UUID, now: datetime) -> bool:
    """Try a waiting, parked or cancelled job at once, with all its tries again."""
    changed = Job.objects.filter(
        id=job_id, state__in=[Job.State.WAITING, Job.State.PARKED, Job.State.CANCELLED]
    ).update(state=Job.State.WAITING, attempts=0, next_try_at=now, finished_at=None)
    if changed == 1:
        _message_of(job_id).filter(state=Message.State.FAILED).update(state=Message.State.WAITING)
    return changed == 1


@transaction.atomic
def cancel(*, job_id: UUID, now: datetime) -> bool:
    """Give up a waiting or parked job. A mail given up counts as failed for good."""
    changed = Job.objects.filter(id=job_id, state__in=[Job.State.WAITING, Job.State.PARKED]).update(
        state=Job.State.CANCELLED, finished_at=now
    )
    if changed == 1:
        _message_of(job_id).filter(state=Message.State.WAITING).update(
            state=Message.State.FAILED, last_error="Given up by staff."
        )
    return changed == 1


@transaction.atomic
def send_again(*, message_id: UUID, now: datetime) -> bool:
    """Try a mail that failed for good once more, under the same Message-ID."""
    changed = Message.objects.filter(id=message_id, state=Message.State.FAILED).update(
        state=Message.State.WAITING, last_error=""
    )
    if changed == 1:
        ask(kind=MAIL, key=str(message_id), args={"message": str(message_id)}, now=now)
        Job.objects.filter(kind=MAIL, key=str(message_id)).exclude(state=Job.State.LEASED).update(
            state=Job.State.WAITING, attempts=0, next_try_at=now, finished_at=None
        )
    return changed == 1


def _message_of(job_id: UUID) -> QuerySet[Message]:
    keys = list(Job.objects.filter(id=job_id, kind=MAIL).values_list("key", flat=True))
    return Message.objects.filter(id__in=keys)
