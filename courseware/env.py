"""Settings from the environment: typed reads, secrets from files, keys generated once.

Owns: reading one variable and explaining what to do when it is missing or wrong, and that what
our processes write is theirs alone. Must not: know what a setting is for; only `settings` imports
this module.
"""

import os
import secrets
import sys
import zoneinfo
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}
_DATABASES = {"postgres", "postgresql", "psql", "pgsql", "sqlite"}
# They write the program's own files, which the account of the service must be able to read.
_BUILDING = {"collectstatic", "compile_catalogues", "collect_messages"}


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


def number(name: str, default: int, minimum: int = 0) -> int:
    value = text(name, str(default))
    try:
        found = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not a whole number. Set it to one, for example {default}."
        ) from error
    if found < minimum:
        raise ImproperlyConfigured(
            f"{name}={value!r} is too small. Set it to {minimum} or more, for example {default}."
        )
    return found


def choice(name: str, default: str, allowed: Collection[str]) -> str:
    """One of `allowed`, in any case of letters."""
    value = text(name) or default
    for word in allowed:
        if word.lower() == value.strip().lower():
            return word
    raise ImproperlyConfigured(
        f"{name}={value!r} is not known here. Set it to one of: {', '.join(allowed)}."
    )


def zone(name: str, default: str) -> str:
    value = text(name) or default
    try:
        zoneinfo.ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:  # OSError: a region is a folder
        raise ImproperlyConfigured(
            f"{name}={value!r} is not a time zone. Set it to one, for example {default}."
        ) from error
    return value


def url(name: str, default: str, schemes: Collection[str]) -> str:
    """An address with one of `schemes`. What is said never repeats it: it may hold a password."""
    value = text(name) or default
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        understood = parts.scheme in schemes and "://" in value and (parts.port or 1) > 0
    except ValueError:  # brackets that do not close, a port that is no number
        understood = False
    if not understood:
        starts = ", ".join(f"{scheme}://" for scheme in schemes)
        raise ImproperlyConfigured(
            f"{name} cannot be understood. "
            f"Write it as an address that starts with one of: {starts}."
        )
    return value


def listed(name: str, default: str = "") -> list[str]:
    """A comma-separated list, without empty entries."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(default: str) -> dict[str, object]:
    """DATABASE_URL as a Django database entry, without options of ours."""
    address = text("DATABASE_URL") or default
    # Asked first: the library would warn about a scheme it does not know, password and all.
    config: dict[str, object] = {}
    if address.partition("://")[0] in _DATABASES:
        try:
            config = dict(environ.Env.db_url_config(address))
        except ValueError:
            config = {}
    if not config.get("NAME"):
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be understood. Write it as postgres://user:password@host/name "
            "or sqlite:////absolute/path/to/file.sqlite3."
        )
    return config


def keep_private(home: Path) -> None:
    """Make `home` for this account alone, and whatever this process writes from now on.

    Every process reads the settings first, so this is the one place: people's names, answers and
    mail lie there, and the usual umask would show them to every account of the machine.
    """
    usual = os.umask(0o077)
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The folder {home} cannot be written ({error.strerror}). "
            "Make it writable, or set COURSEWARE_HOME to a folder that is."
        ) from error
    if _BUILDING.intersection(sys.argv[1:2]):
        os.umask(usual)


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
            f"The folder {path.parent} cannot be written ({error.strerror}). Make it writable, or "
            "set COURSEWARE_HOME to a folder that is (for the keys alone: COURSEWARE_KEYS)."
        ) from error
    value = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(value + "\n")
    return value
