"""The key that signs seals, outside the database: from the settings, else made once.

    KEYS_DIR/seal_key.pem        the private key now in use    or SEAL_KEY
    KEYS_DIR/seal_old_keys.pem   public halves used before     or SEAL_OLD_KEYS

Whoever can change the database alone can therefore not make a seal that verifies. Several
machines must have both settings, or share the folder.

Owns: where keys are kept. Must not: print or log a private one.
"""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from courseware.audit.signing import SealKey, generate_key, public_keys_in

_KEY, _OLD = "seal_key.pem", "seal_old_keys.pem"


def seal_key() -> SealKey:
    """The key in use, made first if there is none. Raises ImproperlyConfigured."""
    if settings.SEAL_KEY:
        return _loaded(settings.SEAL_KEY.encode(), "SEAL_KEY")
    path = _folder() / _KEY
    return _loaded(_made_once(path), str(path))


def public_keys() -> dict[str, str]:
    """Every public key a seal may be signed with (PEM, by id): those used before, and today's.

    Makes no key: who only verifies has nothing to sign. Raises ImproperlyConfigured.
    """
    try:
        known = public_keys_in(_old_keys())
    except ValueError as error:
        raise ImproperlyConfigured(
            "SEAL_OLD_KEYS holds something that is no Ed25519 public key in PEM."
        ) from error
    if settings.SEAL_KEY or (_folder() / _KEY).exists():
        key = seal_key()
        known[key.key_id] = key.public_pem
    return known


def change_key() -> tuple[SealKey, SealKey]:
    """Make a new key and keep the public half of the old one: (old, new).

    Killed in between, the old key stays in use and is listed among the old ones: no harm.
    Raises ImproperlyConfigured where the key comes from the settings.
    """
    if settings.SEAL_KEY:
        raise ImproperlyConfigured(
            "The key comes from SEAL_KEY. Add its public half (manage.py show_seal_key) to "
            "SEAL_OLD_KEYS, then put a new key into SEAL_KEY."
        )
    old = seal_key()
    if old.key_id not in public_keys_in(_old_keys()):
        _replace(_folder() / _OLD, (_old_keys() + old.public_pem).encode())
    _replace(_folder() / _KEY, generate_key())
    return old, seal_key()


def _folder() -> Path:
    return Path(settings.KEYS_DIR)


def _old_keys() -> str:
    """From both places: a force may move its keys from the folder into the settings."""
    path = _folder() / _OLD
    kept = path.read_text(encoding="ascii") if path.exists() else ""
    return f"{settings.SEAL_OLD_KEYS}\n{kept}".lstrip() if settings.SEAL_OLD_KEYS else kept


def _loaded(pem: bytes, where: str) -> SealKey:
    try:
        return SealKey.load(pem)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{where} cannot sign seals: it must hold an unencrypted Ed25519 key in PEM."
        ) from error


def _made_once(path: Path) -> bytes:
    """The file's content. Of two processes that make it together one wins, both read the same."""
    with suppress(FileNotFoundError):
        return path.read_bytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = _part_of(path, generate_key())
        try:
            with suppress(FileExistsError):
                path.hardlink_to(part)  # appears whole, and never replaces another
        finally:
            part.unlink()
        return path.read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The folder {path.parent} cannot be written ({error.strerror}). Make it writable, "
            "set COURSEWARE_KEYS to a folder that is, or set SEAL_KEY."
        ) from error


def _replace(path: Path, content: bytes) -> None:
    _part_of(path, content).replace(path)


def _part_of(path: Path, content: bytes) -> Path:
    """A whole file beside `path`, readable by us only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 600
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
