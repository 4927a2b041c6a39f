"""The force's signing key: made once, loaded once per worker.

Must not read or write files: PEM bytes go in and out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

#: How long a generated certificate is valid. Signatures are judged at the time they were made,
#: so certificates issued in the last year do not fall invalid with the key.
VALIDITY = timedelta(days=3653)

# RFC 5280 caps a common name at 64, which libraries count in bytes. The certificate a trainee
# gets shows the force's full name all the same.
_COMMON_NAME_BYTES = 64


def generate_key(common_name: str, *, at: datetime) -> tuple[bytes, bytes]:
    """Return a new P-256 key and its self-signed certificate, both PEM, valid from ``at``.

    The certificate may sign documents and nothing else. The key is not encrypted: whoever
    stores it decides how it is protected.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = common_name.encode()[:_COMMON_NAME_BYTES].decode(errors="ignore")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + VALIDITY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_document_signing(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return key_pem, certificate.public_bytes(serialization.Encoding.PEM)


def _document_signing() -> x509.KeyUsage:
    """Digital signature and non-repudiation: what PDF readers expect of a document's signer."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def fingerprint(cert_pem: bytes) -> str:
    """Return the SHA-256 fingerprint of a PEM certificate: 64 lower-case hexadecimal digits."""
    return x509.load_pem_x509_certificate(cert_pem).fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True, eq=False)
class Signer:
    """A loaded key with its certificate; make one per worker and keep it.

    Loading parses and checks the key, which costs more than a signature.
    """

    cert_pem: bytes
    fingerprint: str
    backend: "SimpleSigner"

    @classmethod
    def load(cls, key_pem: bytes, cert_pem: bytes) -> "Signer":
        """Return the signer of a P-256 key.

        Raises ValueError when the key is of another kind or does not belong to the certificate.
        """
        key = serialization.load_pem_private_key(key_pem, password=None)
        certificate = x509.load_pem_x509_certificate(cert_pem)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise ValueError("the signing key must be a P-256 key")
        if key.public_key() != certificate.public_key():
            raise ValueError("the signing key does not belong to the certificate")
        return cls(cert_pem, fingerprint(cert_pem), _backend(key, certificate))

    def __repr__(self) -> str:
        """Name the signer by its certificate; key material never reaches a log."""
        return f"Signer({self.fingerprint[:16]})"


def _backend(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> "SimpleSigner":
    """Translate key and certificate into the types pyHanko works with."""
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(
            certificate.public_bytes(serialization.Encoding.DER)
        ),
        signing_key=asn1_keys.PrivateKeyInfo.load(der),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
