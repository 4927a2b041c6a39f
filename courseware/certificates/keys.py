"""The signing key and its public certificate: from the settings, else made once.

With CERTIFICATE_KEY and CERTIFICATE_CERT set (PEM) nothing is written; several machines must have
them set. Otherwise both lie in KEYS_DIR/certificate, made when they are first needed.

Owns: where the key is kept. Must not: print or log it.
"""

import tempfile
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from courseware.certificates.signing import Signer, fingerprint, generate_key

_KEY, _CERT = "key.pem", "cert.pem"


def signer() -> Signer:
    """The force's signer. Loaded once a process: loading costs more than a signature."""
    key, certificate = _material()
    return _loaded(key, certificate)


def public_certificate() -> bytes:
    """The public half, PEM: what a checker needs to verify a file."""
    return _material()[1]


def public_fingerprint() -> str:
    """SHA-256 of the public certificate in groups of four, as people compare it."""
    digits = _fingerprint(public_certificate())
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def valid_from() -> datetime:
    """Since when the key may sign."""
    return _valid_from(public_certificate())


@lru_cache(maxsize=4)
def _valid_from(certificate: bytes) -> datetime:
    return x509.load_pem_x509_certificate(certificate).not_valid_before_utc


@lru_cache(maxsize=4)
def _loaded(key: bytes, certificate: bytes) -> Signer:
    try:
        return Signer.load(key, certificate)
    except ValueError as error:
        raise ImproperlyConfigured(
            "CERTIFICATE_KEY and CERTIFICATE_CERT cannot be used together: the key must be an "
            "unencrypted P-256 key and the certificate its own, both in PEM."
        ) from error


@lru_cache(maxsize=4)
def _fingerprint(certificate: bytes) -> str:
    return fingerprint(certificate)


def _material() -> tuple[bytes, bytes]:
    key, certificate = settings.CERTIFICATE_KEY, settings.CERTIFICATE_CERT
    if bool(key) != bool(certificate):
        raise ImproperlyConfigured(
            "Set both CERTIFICATE_KEY and CERTIFICATE_CERT, or neither: then a key is made."
        )
    if key:
        return key.encode(), certificate.encode()
    return _made_once(settings.KEYS_DIR / "certificate")


def _made_once(folder: Path) -> tuple[bytes, bytes]:
    """Read both files, made first if they are missing.

    They appear together by the rename of a folder: of two processes that start together one
    succeeds and the other reads, so that nobody signs with a key that is then replaced.
    """
    try:
        with suppress(FileNotFoundError):
            return (folder / _KEY).read_bytes(), (folder / _CERT).read_bytes()
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".certificate-") as name:
            _write(Path(name) / "new")
            with suppress(OSError):  # the folder is there by now, and not empty
                (Path(name) / "new").rename(folder)
        return (folder / _KEY).read_bytes(), (folder / _CERT).read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The folder {folder.parent} cannot be written ({error.strerror}). Make it writable, "
            "set COURSEWARE_KEYS to a folder that is, or set CERTIFICATE_KEY and CERTIFICATE_CERT."
        ) from error


def _write(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    key, certificate = generate_key(settings.FORCE_NAME, at=timezone.now())
    for name, content in ((_KEY, key), (_CERT, certificate)):
        path = folder / name
        path.touch(mode=0o600)  # before the content: never readable by others, not for a moment
        path.write_bytes(content)
