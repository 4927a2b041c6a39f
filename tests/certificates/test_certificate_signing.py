"""Signing: a signed certificate verifies, a changed one does not, and it stays accessible."""

import io
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from courseware.certificates.rendering import CertificateFacts, FontSet, render_pdf
from courseware.certificates.signing import (
    Signer,
    fingerprint,
    generate_key,
    sign_pdf,
    verify_pdf,
)

AT = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def key_pair() -> tuple[bytes, bytes]:
    return generate_key("Northshire Police", at=AT)


@pytest.fixture
def unsigned(certificate_facts: CertificateFacts, certificate_fonts: FontSet) -> bytes:
    return render_pdf(certificate_facts, certificate_fonts)


@pytest.fixture
def signed(unsigned: bytes, key_pair: tuple[bytes, bytes]) -> bytes:
    return sign_pdf(
        unsigned, Signer.load(*key_pair), reason="Certificate", location="Northshire", at=AT
    )


class TestKeys:
    def test_the_certificate_may_sign_documents_for_ten_years(
        self, key_pair: tuple[bytes, bytes]
    ) -> None:
        certificate = x509.load_pem_x509_certificate(key_pair[1])
        assert certificate.not_valid_after_utc - AT > timedelta(days=3650)
        assert certificate.subject.rfc4514_string() == "CN=Northshire Police"
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        assert usage.digital_signature
        assert usage.content_commitment
        assert not usage.key_cert_sign

    def test_a_long_name_is_cut_to_what_a_certificate_allows(self) -> None:
        key, certificate = generate_key("Ż" * 100, at=AT)
        assert Signer.load(key, certificate).fingerprint == fingerprint(certificate)

    def test_the_fingerprint_tells_keys_apart(self, key_pair: tuple[bytes, bytes]) -> None:
        other = generate_key("Northshire Police", at=AT)
        assert len(fingerprint(key_pair[1])) == 64
        assert fingerprint(key_pair[1]) != fingerprint(other[1])

    def test_a_key_of_another_certificate_is_refused(self, key_pair: tuple[bytes, bytes]) -> None:
        other = generate_key("Northshire Police", at=AT)
        with pytest.raises(ValueError, match="does not belong"):
            Signer.load(other[0], key_pair[1])

    def test_another_curve_is_refused(self, key_pair: tuple[bytes, bytes]) -> None:
        key = ec.generate_private_key(ec.SECP384R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with pytest.raises(ValueError, match="P-256"):
            Signer.load(key, key_pair[1])

    def test_a_signer_shows_no_key(self, key_pair: tuple[bytes, bytes]) -> None:
        signer = Signer.load(*key_pair)
        assert repr(signer) == f"Signer({signer.fingerprint[:16]})"


class TestSignature:
    def test_a_signed_file_verifies(self, signed: bytes, key_pair: tuple[bytes, bytes]) -> None:
        report = verify_pdf(signed, key_pair[1])
        assert report
        assert report.signed_at == AT
        assert report.problem == ""

    def test_the_given_time_counts_in_any_zone(
        self, unsigned: bytes, key_pair: tuple[bytes, bytes]
    ) -> None:
        later = datetime(2027, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))
        signed = sign_pdf(unsigned, Signer.load(*key_pair), reason="r", location="l", at=later)
        assert verify_pdf(signed, key_pair[1]).signed_at == later

    def test_a_time_without_zone_is_refused(
        self, unsigned: bytes, key_pair: tuple[bytes, bytes]
    ) -> None:
        with pytest.raises(ValueError, match="time zone"):
            sign_pdf(
                unsigned,
                Signer.load(*key_pair),
                reason="r",
                location="l",
                at=AT.replace(tzinfo=None),
            )

    def test_the_file_is_added_to_and_stays_tagged_and_small(
        self, unsigned: bytes, signed: bytes
    ) -> None:
        assert signed.startswith(unsigned)
        assert len(signed) <= 60_000
        reader = pypdf.PdfReader(io.BytesIO(signed))
        root: Any = reader.root_object
        assert "/StructTreeRoot" in root
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "en-GB"
        assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()
        assert len(reader.pages) == 1

    def test_the_field_is_hidden_and_described(self, signed: bytes) -> None:
        root: Any = pypdf.PdfReader(io.BytesIO(signed)).root_object
        (field,) = (field.get_object() for field in root["/AcroForm"]["/Fields"])
        assert field["/F"] & 0b10
        assert field["/TU"] == "Certificate"
        assert field["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"
        assert field["/V"]["/Location"] == "Northshire"


class TestTampering:
    def test_any_changed_byte_is_found(self, signed: bytes, key_pair: tuple[bytes, bytes]) -> None:
        start = signed.index(b"/Contents <")
        inside = range(start, signed.index(b">", start) + 1)
        choose = random.Random(20261204)
        places = choose.sample(range(len(signed)), 80) + choose.sample(inside, 80)
        accepted = []
        for place in places:
            changed = bytearray(signed)
            changed[place] ^= 1 << choose.randrange(8)
            if verify_pdf(bytes(changed), key_pair[1]):
                accepted.append(place)
        assert accepted == []

    def test_something_added_or_cut_is_found(
        self, signed: bytes, key_pair: tuple[bytes, bytes]
    ) -> None:
        for changed in (signed + b"\n", signed[:-1], signed + signed[-200:]):
            assert not verify_pdf(changed, key_pair[1])

    def test_a_later_revision_of_the_file_is_found(
        self, signed: bytes, key_pair: tuple[bytes, bytes]
    ) -> None:
        writer = pypdf.PdfWriter(io.BytesIO(signed), incremental=True)
        writer.add_metadata({"/Title": "Another title"})
        out = io.BytesIO()
        writer.write(out)
        assert not verify_pdf(out.getvalue(), key_pair[1])

    def test_another_key_with_the_same_name_is_not_ours(self, signed: bytes) -> None:
        report = verify_pdf(signed, generate_key("Northshire Police", at=AT)[1])
        assert not report
        assert report.problem == "signed with another certificate"

    def test_a_signature_from_before_the_key_is_not_trusted(
        self, unsigned: bytes, key_pair: tuple[bytes, bytes]
    ) -> None:
        early = sign_pdf(
            unsigned,
            Signer.load(*key_pair),
            reason="r",
            location="l",
            at=AT - timedelta(days=30),
        )
        report = verify_pdf(early, key_pair[1])
        assert not report
        assert "certificate was not valid" in report.problem

    @pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"hello", bytes(1000)])
    def test_what_is_no_certificate_gives_a_report(
        self, content: bytes, key_pair: tuple[bytes, bytes]
    ) -> None:
        report = verify_pdf(content, key_pair[1])
        assert not report
        assert report.problem

    def test_an_unsigned_certificate_is_not_valid(
        self, unsigned: bytes, key_pair: tuple[bytes, bytes]
    ) -> None:
        assert verify_pdf(unsigned, key_pair[1]).problem == "0 signatures instead of one"


def test_who_signs_nothing_loads_nothing_that_signs(tmp_path: Path) -> None:
    """Neither pages nor commands: it would make every process start a third slower."""
    started = subprocess.run(
        [sys.executable, "-c", _START],
        env={**os.environ, "COURSEWARE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert started.stdout.split() == ["False", "True"]


_START = """
import sys
import django
django.setup()
import courseware.urls
print("pyhanko" in sys.modules)
import courseware.certificates.signing.sign
print("pyhanko" in sys.modules)
"""
