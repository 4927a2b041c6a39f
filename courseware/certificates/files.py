"""Files of certificates in the default storage: whole or not there.

Owns: writing so that a killed process, a full disk or a second writer never leaves half a file
under a name that a row points to. Must not: know what is in a file.
"""

import errno
import hashlib
import os
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


class CannotStore(Exception):
    """The storage refused. The message says why, without a file's name."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(name: str) -> bytes | None:
    """The file's bytes, or None if there is no such file."""
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def write(name: str, content: bytes, *, replace: bool = False) -> bytes:
    """Store `content` under `name` and return what is stored there now.

    Without `replace` the first writer wins: two workers that write at once agree on one file.
    Raises CannotStore.
    """
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:  # an object store, which writes a whole object or none
        return _write_object(name, content, replace=replace)
    try:
        return _write_file(path, content, replace=replace)
    except OSError as error:
        reason = errno.errorcode.get(error.errno or 0, type(error).__name__)
        raise CannotStore(f"The file could not be written ({reason}).") from error


def _write_object(name: str, content: bytes, *, replace: bool) -> bytes:
    if default_storage.exists(name):
        if not replace:
            return read(name) or b""
        default_storage.delete(name)
    stored = default_storage.save(name, ContentFile(content))
    if stored != name:  # somebody was quicker, and the storage found another name
        default_storage.delete(stored)
    return read(name) or b""


def _write_file(path: Path, content: bytes, *, replace: bool) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            part.replace(path)
        else:
            _put_in_place(part, path)
    finally:
        # Also the parts that killed processes left: the job they died in is run again and comes
        # here. A living second writer loses its part and finds the finished file.
        for left in path.parent.glob(f"{path.name}.*.part"):
            left.unlink(missing_ok=True)
    return path.read_bytes()


def _put_in_place(part: Path, path: Path) -> None:
    try:
        path.hardlink_to(part)  # refuses if the name is taken; a rename would replace it
    except FileExistsError:
        return
    except OSError:
        if path.exists():
            return
        part.replace(path)  # a file system without hard links
