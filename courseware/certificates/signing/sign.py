"""Puts an invisible PAdES signature on a PDF, as an addition after the file's own bytes.

Must not change what the file shows: it stays tagged, and its first bytes stay what they were.
"""

import asyncio
import io
from datetime import datetime

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from courseware.certificates.signing.keys import Signer

FIELD = "CertificateSignature"

# A P-256 signature with its one certificate needs about 1,300 bytes. Fixed, because pyHanko
# otherwise makes a second signature only to learn its size.
_RESERVED_BYTES = 4096


def sign_pdf(pdf: bytes, signer: Signer, *, reason: str, location: str, at: datetime) -> bytes:
    """Return ``pdf`` with a PAdES B-B signature that says it was made at ``at`` (aware)."""
    if at.tzinfo is None:
        raise ValueError("at needs a time zone")
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return asyncio.run(_signed(writer, _pdf_signer(signer, reason, location), at))


def _pdf_signer(signer: Signer, reason: str, location: str) -> PdfSigner:
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        location=location,
        cades_signed_attr_spec=CAdESSignedAttrSpec(),
    )
    # Hidden, as PDF/UA asks of a field that has no place on the page.
    field = SigFieldSpec(
        FIELD,
        on_page=0,
        readable_field_name=reason,
        invis_sig_settings=InvisSigSettings(set_print_flag=False, set_hidden_flag=True),
    )
    return PdfSigner(metadata, signer=signer.backend, new_field_spec=field)


async def _signed(writer: IncrementalPdfFileWriter, signer: PdfSigner, at: datetime) -> bytes:
    """Do what pyHanko's ``async_sign_pdf`` does, with our time in place of the machine's."""
    session = signer.init_signing_session(writer)
    session.system_time = at
    document = session.prepare_tbs_document(
        validation_info=None, bytes_reserved=_RESERVED_BYTES, appearance_text_params=None
    )
    prepared, output = document.digest_tbs_document()
    attributes = PdfCMSSignedAttributes(
        signing_time=at, cades_signed_attrs=signer.signature_meta.cades_signed_attr_spec
    )
    await document.perform_signature(
        document_digest=prepared.document_digest, pdf_cms_signed_attrs=attributes
    )
    output.seek(0)
    return bytes(output.read())
