"""The signature of a seal: Ed25519.

Owns: keys as bytes in and out, signing, verifying. Must not: know where a key is kept.
"""

import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_KEY_ID_LENGTH = 16
_PUBLIC_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


def generate_key() -> bytes:
    """A new private key, PEM, not encrypted: whoever keeps it decides how it is guarded."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@dataclass(frozen=True, eq=False)
class SealKey:
    """A loaded private key with its public half."""

    key_id: str
    public_pem: str
    private: Ed25519PrivateKey

    @classmethod
    def load(cls, pem: bytes) -> "SealKey":
        """Raises ValueError when it is no unencrypted Ed25519 key."""
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ValueError("not a private key in PEM, or an encrypted one") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("not an Ed25519 key")
        public_pem = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(_id_of(key.public_key()), public_pem.decode("ascii"), key)

    def sign(self, message: bytes) -> str:
        return self.private.sign(message).hex()

    def __repr__(self) -> str:
        """Key material never reaches a log."""
        return f"SealKey({self.key_id})"


def is_signed(*, message: bytes, signature: str, public_pem: str) -> bool:
    """Did the owner of this public key sign exactly this?"""
    try:
        _load_public(public_pem).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_id(public_pem: str) -> str:
    """16 digits of the SHA-256 of a public key. Raises ValueError for anything else."""
    return _id_of(_load_public(public_pem))


def public_keys_in(text: str) -> dict[str, str]:
    """Every public key of `text` (PEM, one after the other) by its id. Raises ValueError."""
    blocks = [f"{block}\n" for block in _PUBLIC_PEM.findall(text)]
    return {key_id(block): block for block in blocks}


def _load_public(pem: str) -> Ed25519PublicKey:
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm as error:
        raise ValueError("not a public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")
    return key


def _id_of(key: Ed25519PublicKey) -> str:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:_KEY_ID_LENGTH]
