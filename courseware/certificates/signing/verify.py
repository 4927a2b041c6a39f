"""Says whether a certificate file is still exactly what the force signed.

Must not ask the network or the clock: a signature is judged at the time it says it was made,
against the one certificate that is passed in.
"""

import asyncio
import io
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext


@dataclass(frozen=True)
class Report:
    """What checking a file found; true exactly when the file is intact and ours.

    ``problem`` is empty for a valid file, else one English phrase for staff and logs.
    """

    is_intact: bool = False
    is_trusted: bool = False
    signed_at: datetime | None = None
    problem: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether the file is unchanged and signed with the trusted certificate."""
        return self.is_intact and self.is_trusted and not self.problem

    def __bool__(self) -> bool:
        """Let a report stand in an ``if``."""
        return self.is_valid


def verify_pdf(pdf: bytes, trusted_cert: bytes) -> Report:
    """Check the one signature of ``pdf`` against the PEM certificate ``trusted_cert``.

    Never raises for what is in the file: a damaged file gives a report with a problem.
    """
    _kind, _headers, der = pem.unarmor(trusted_cert)
    certificate = asn1_x509.Certificate.load(der)
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1:
            return Report(problem=f"{len(signatures)} signatures instead of one")
        return asyncio.run(_judged(pdf, signatures[0], certificate))
    except Exception as error:  # a damaged file breaks its parsers in any way it likes
        return Report(problem=f"not readable: {type(error).__name__}")


async def _judged(
    pdf: bytes, signature: EmbeddedPdfSignature, certificate: asn1_x509.Certificate
) -> Report:
    # Asked first: with any other certificate there is nothing to judge.
    if signature.signer_cert.dump() != certificate.dump():
        return Report(problem="signed with another certificate")
    if not _is_canonical(pdf, signature, certificate):
        return Report(problem="the signature's own bytes were changed")
    signed_at = signature.self_reported_timestamp
    if signed_at is None:
        return Report(problem="no time of signature")
    # pyHanko takes a trusted certificate as it is and does not ask when it was valid.
    if not certificate.not_valid_before <= signed_at <= certificate.not_valid_after:
        return Report(signed_at=signed_at, problem="the certificate was not valid at that time")
    context = ValidationContext(
        trust_roots=[certificate],
        allow_fetching=False,
        moment=signed_at,
        best_signature_time=signed_at,
    )
    status = await async_validate_pdf_signature(
        signature, signer_validation_context=context, skip_diff=True
    )
    return Report(
        is_intact=status.intact and status.valid,
        is_trusted=status.trusted,
        signed_at=signed_at,
        problem=_problem(status),
    )


def _problem(status: PdfSignatureStatus) -> str:
    if not status.intact:
        return "the file was changed after it was signed"
    if not status.valid:
        return "the signature is wrong"
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return "something was added after the signature"
    if not status.trusted:
        return "the certificate may not sign documents"
    return ""


def _is_canonical(
    pdf: bytes, signature: EmbeddedPdfSignature, certificate: asn1_x509.Certificate
) -> bool:
    """Whether the one gap that a signature cannot cover is written as we would write it.

    The signature stands as hexadecimal text outside the signed bytes. Readers forgive a change
    of case, of filling or of an unsigned field there; such a file would be another file that
    still counts as valid. So the envelope is built anew from its two protected parts, the signed
    attributes and the signature value, and compared.
    """
    first, length, second, rest = (int(number) for number in signature.byte_range)
    if first != 0 or second + rest != len(pdf):
        return False
    content = bytes(signature.pkcs7_content)
    envelope = _envelope(cms.ContentInfo.load(content)["content"], certificate)
    written = envelope.ljust(len(content), b"\0").hex().upper().encode()
    return pdf[length:second] == b"<" + written + b">"


def _envelope(signed: cms.SignedData, certificate: asn1_x509.Certificate) -> bytes:
    """Return the DER that holds the protected parts of ``signed`` and nothing else."""
    given = signed["signer_infos"][0]
    digest = {"algorithm": "sha256"}
    signer = {
        "version": "v1",
        "sid": {
            "issuer_and_serial_number": {
                "issuer": certificate.issuer,
                "serial_number": certificate.serial_number,
            }
        },
        "digest_algorithm": digest,
        "signed_attrs": given["signed_attrs"],
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": given["signature"].native,
    }
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())
