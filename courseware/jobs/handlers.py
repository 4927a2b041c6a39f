"""What the jobs of this app do: send a mail, and tidy up.

Sending goes lease → send → mark. Killed between the two, the mail is sent twice under the same
Message-ID, and none is lost; the other order lost five of three hundred.

Owns: handing a Message to the mail server. Must not: write an address into an error.
"""

import smtplib
from datetime import timedelta
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.db.models import F

from courseware.core import failpoints
from courseware.jobs import actions, registry
from courseware.jobs.models import Job, Message
from courseware.jobs.registry import JobKind, Park, Retry, Work

TIDY = "jobs.tidy"
KEEP_PERIODIC = timedelta(days=2)
# Two tries and more than five days: a mail server may be down over a long weekend.
_MAIL_TRIES = 16


def send_message(work: Work) -> None:
    """Kind "mail.send": hand one Message over, once if nothing dies at the wrong moment."""
    message = Message.objects.filter(id=UUID(work.args["message"])).first()
    if message is None:
        raise Park("The message does not exist.")
    if message.state != Message.State.WAITING:
        return
    if not message.to_address:
        _mark(message, state=Message.State.SUPPRESSED)
        return
    try:
        mail = _build(message)
    except FileNotFoundError as error:
        raise Retry("The attached file is missing.") from error
    failpoints.hit("mail.before_send")
    # Counted before: what a killed worker may have handed over counts as handed over.
    Message.objects.filter(id=message.id).update(transmissions=F("transmissions") + 1)
    refusal = _hand_over(mail)
    failpoints.hit("mail.after_send")
    if refusal:
        _mark(message, state=Message.State.FAILED, last_error=refusal)
        return
    _mark(message, state=Message.State.SENT, sent_at=work.now, last_error="")
    failpoints.hit("mail.marked")


def _build(message: Message) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to_address],
        headers={
            "Message-ID": message.message_id,
            # RFC 3834: an out-of-office reply to this helps nobody.
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(message.html, "text/html")
    if message.attachment_file:
        with default_storage.open(message.attachment_file) as file:
            mail.attach(message.attachment_name, file.read())
    return mail


def _hand_over(mail: EmailMultiAlternatives) -> str:
    """Empty if the server took it; the reason if it never will. Raises Retry otherwise."""
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _ in error.recipients.values()})
        if codes and all(code >= 500 for code in codes):
            return f"The mail server refused the address ({codes[0]})."
        raise Retry(f"The mail server put the address off ({codes[:1]}).") from error
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= 500:
            return f"The mail server refused the message ({error.smtp_code})."
        raise Retry(f"The mail server put the message off ({error.smtp_code}).") from error
    except smtplib.SMTPNotSupportedError:
        return "The mail server cannot handle this address."
    except smtplib.SMTPResponseException as error:
        # Greeting, sign-in or sender refused: our settings, not this mail. Staff can mend them.
        raise Retry(
            f"The mail server refused us ({type(error).__name__} {error.smtp_code})."
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Retry(f"No answer from the mail server ({type(error).__name__}).") from error
    except ValueError:  # also UnicodeError: Django refuses such an address or header
        return "The address or a header is not valid."
    return ""


def _mark(message: Message, **changes: object) -> None:
    Message.objects.filter(id=message.id, state=Message.State.WAITING).update(**changes)


def tidy(work: Work) -> None:
    """Kind "jobs.tidy": park what nobody knows, drop what nobody needs any more."""
    actions.park_unknown(now=work.now)
    Job.objects.filter(
        kind__in=registry.periodic(),
        state__in=[Job.State.DONE, Job.State.CANCELLED],
        finished_at__lt=work.now - KEEP_PERIODIC,
    ).delete()
    for job in Job.objects.filter(expires_at__lte=work.now, state=Job.State.DONE):
        # The file first: killed in between, the row still leads to it (deleting is idempotent).
        if job.result_file:
            default_storage.delete(job.result_file)
        job.delete()


def register() -> None:
    registry.register(
        JobKind(actions.MAIL, send_message, max_attempts=_MAIL_TRIES, description="Send one mail.")
    )
    registry.register(
        JobKind(
            TIDY,
            tidy,
            max_attempts=3,
            description="Park unknown kinds; delete finished periodic jobs and expired results.",
        ),
        every=timedelta(minutes=10),
    )
