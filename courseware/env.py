"""Settings from the environment: typed reads, secrets from files, keys generated once.

Owns: reading one variable and explaining what to do when it is missing or wrong.
Must not: know what a setting is for; only `settings` imports this module.
"""

import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """The variable `name`, or the content of the file that `<name>_FILE` points to."""
    if name in os.environ:
        return os.environ[name]
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return default
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE points to {path}, which cannot be read ({error.strerror}). "
            f"Point it to a readable file or set {name} itself."
        ) from error


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no. Set it to 1 or 0.")


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not a whole number. Set it to one, for example {default}."
        ) from error


def listed(name: str, default: str = "") -> list[str]:
    """A comma-separated list, without empty entries."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(default: str) -> dict[str, object]:
    """DATABASE_URL as a Django database entry, without options of ours."""
    url = text("DATABASE_URL", default)
    try:
        config = environ.Env.db_url_config(url)
    except Exception as error:
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be understood. Write it as postgres://user:password@host/name "
            "or sqlite:////absolute/path/to/file.sqlite3."
        ) from error
    if not config.get("ENGINE"):
        raise ImproperlyConfigured("DATABASE_URL names a database that Courseware does not know.")
    return dict(config)


def generated(name: str, path: Path) -> str:
    """A secret from the environment, else from `path`: written once, readable by us only."""
    value = text(name)
    if value:
        return value
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # O_EXCL: of two processes that start together one writes and the other reads.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The folder {path.parent} cannot be written ({error.strerror}). "
            f"Make it writable, set COURSEWARE_HOME to a folder that is, or set {name}."
        ) from error
    value = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(value + "\n")
    return value
