"""From a certificate's facts to its files: drawn, signed, recognised.

Owns: which fonts and which key. Must not: store a file or write a row.
"""

import logging
from datetime import date, datetime
from functools import cache

from django.conf import settings

from courseware.certificates import keys, signing, wording
from courseware.certificates.rendering import (
    FontSet,
    RenderError,
    UnprintableText,
    packaged_fonts,
    render_pdf,
    render_share_image,
)
from courseware.certificates.rendering.facts import clean
from courseware.certificates.wording import Printed

logger = logging.getLogger(__name__)


@cache
def fonts() -> FontSet:
    """The packaged fonts; the kept compiler is found by this object."""
    return packaged_fonts(settings.FONTS_DIR)


def require_printable(printed: Printed, holder_name: str) -> None:
    """Raises UnprintableText with the code points that no packaged font has."""
    facts = wording.certificate_facts(printed, holder_name)
    if missing := fonts().missing(clean(text) for text in facts.texts()):
        raise UnprintableText(missing)


def signed_pdf(
    printed: Printed, holder_name: str, *, at: datetime, duplicate_on: date | None = None
) -> bytes:
    """The certificate as a signed PDF. Raises RenderError.

    Signed at `at`, but never before the key was made: a certificate entered for a day in the past
    would carry a signature that no reader accepts.
    """
    facts = wording.certificate_facts(printed, holder_name, duplicate_on=duplicate_on)
    return signing.sign_pdf(
        render_pdf(facts, fonts()),
        keys.signer(),
        reason=wording.signature_reason(printed.language),
        location=printed.snapshot["force"],
        at=max(at, keys.valid_from()),
    )


def is_signed_by_us(pdf: bytes) -> bool:
    """Whether the file is whole and carries the signature of today's key."""
    return bool(signing.verify_pdf(pdf, keys.public_certificate()))


def share_image(printed: Printed) -> bytes | None:
    """The picture without a name; None where this machine cannot set its script."""
    try:
        return render_share_image(wording.share_facts(printed), fonts())
    except RenderError as error:
        # The certificate matters, its picture does not. The message never holds a name.
        logger.warning("no share image for %s: %s", printed.serial, error)
        return None
