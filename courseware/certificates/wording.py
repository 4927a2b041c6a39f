"""The words of a certificate in its language: labels, dates, lengths, from the frozen snapshot.

Owns: what is printed on the PDF and the share image. Must not: draw, or read a table; the
snapshot holds no name, so the holder's comes in beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courseware.certificates.rendering import CertificateFacts, ShareFacts
from courseware.certificates.rendering.facts import Direction
from courseware.core.ids import grouped


@dataclass(frozen=True)
class Printed:
    """What identifies one certificate on paper, beside its snapshot."""

    serial: str
    code: str
    language: str
    issued_at: datetime
    snapshot: Mapping[str, Any]


def verification_url(code: str) -> str:
    """The public page of a code. Only SITE_URL says where we are."""
    return f"{settings.SITE_URL}{reverse('verify', args=[grouped(code)])}"


def certificate_facts(
    printed: Printed, holder_name: str, *, duplicate_on: date | None = None
) -> CertificateFacts:
    """All that the PDF shows. A duplicate says so, and when it was made."""
    snapshot = printed.snapshot
    with translation.override(printed.language):
        return CertificateFacts(
            holder_name=holder_name,
            course_title=snapshot["course"]["title"],
            course_key=snapshot["course"]["key"],
            edition=_edition(snapshot),
            objectives=tuple(snapshot["objectives"]),
            learning_hours=_hours(snapshot["minutes"]),
            completed_on=_day(snapshot["completed_on"]),
            valid_until=_day(snapshot["valid_until"]),
            issued_by=snapshot["force"],
            serial=printed.serial,
            public_code=grouped(printed.code),
            verification_url=verification_url(printed.code),
            language=printed.language,
            direction=_direction(),
            labels=_labels(),
            notice=_notice(duplicate_on),
            issued_at=printed.issued_at,
            is_demonstration=snapshot["is_demonstration"],
        )


def share_facts(printed: Printed) -> ShareFacts:
    """All that the share image shows: no name."""
    snapshot = printed.snapshot
    with translation.override(printed.language):
        month = date_format(date.fromisoformat(snapshot["completed_on"]), "YEAR_MONTH_FORMAT")
        return ShareFacts(
            heading=_("Certificate of completion"),
            course_title=snapshot["course"]["title"],
            completed=_("Completed in {month}").format(month=month),
            issued_by=snapshot["force"],
            verification_host=urlsplit(settings.SITE_URL).netloc,
            direction=_direction(),
            demonstration=_demonstration() if snapshot["is_demonstration"] else "",
        )


def signature_reason(language: str) -> str:
    """What a PDF reader shows as the reason of the signature."""
    with translation.override(language):
        return _("Certificate of completion")


def _labels() -> dict[str, str]:
    return {
        "heading": _("Certificate of completion"),
        "awarded_to": _("Awarded to"),
        "course": _("For completing the course"),
        "objectives": _("After this course the holder can"),
        "learning_hours": _("Learning time"),
        "completed_on": _("Completed on"),
        "valid_until": _("Valid until"),
        "serial": _("Certificate number"),
        "verify": _("Check this certificate"),
        "verify_hint": _("Scan the code, or open the address below and compare."),
        "code": _("Verification code"),
        "qr_alt": _("QR code that opens the verification page of this certificate"),
        "signed": _("This file is signed by the issuing force. Any change breaks the signature."),
        "demonstration": _demonstration(),
    }


def _demonstration() -> str:
    return _("DEMONSTRATION – a fictional force and person, not a real certificate")


def _notice(duplicate_on: date | None) -> str:
    notice = _(
        "Awareness level; gives no authority to examine devices or act covertly. "
        "It records training, not fitness for a post."
    )
    if duplicate_on is None:
        return notice
    day = date_format(duplicate_on, "DATE_FORMAT")
    return _("Duplicate, made on {day}.").format(day=day) + " " + notice


def _edition(snapshot: Mapping[str, Any]) -> str:
    published = date.fromisoformat(snapshot["edition"]["published_on"])
    return _("Edition {number}, {month}").format(
        number=snapshot["edition"]["number"], month=date_format(published, "YEAR_MONTH_FORMAT")
    )


def _day(iso: str | None) -> str:
    return date_format(date.fromisoformat(iso), "DATE_FORMAT") if iso else ""


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("{n} hour", "{n} hours", hours).format(n=hours))
    if rest:
        parts.append(ngettext("{n} minute", "{n} minutes", rest).format(n=rest))
    return " ".join(parts)


def _direction() -> Direction:
    return "rtl" if translation.get_language_bidi() else "ltr"
