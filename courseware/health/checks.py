"""Our own deployment checks, beside Django's: `manage.py check --deploy`.

Owns: what must be true of an installation that people rely on. Must not: talk to the network.
"""

import stat
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError, connections

from courseware.audit.queries import public_keys
from courseware.health import freezing

Apps = Sequence[Any] | None


def check_freezing(
    app_configs: Apps, databases: Iterable[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Runs where a database is asked for: `manage.py check --database default`."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        try:
            lost = freezing.missing(alias)
        except DatabaseError:
            continue  # Django says it better
        if lost and "django_migrations" in connections[alias].introspection.table_names():
            found.append(
                Error(
                    f"The database does not guard {', '.join(lost)}.",
                    hint="Run manage.py migrate.",
                    id="courseware.E201",
                )
            )
    return found


def check_csp(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    policy = getattr(settings, "SECURE_CSP", None) or {}
    middleware = "django.middleware.csp.ContentSecurityPolicyMiddleware"
    unsafe = [word for words in policy.values() for word in words if "unsafe" in word]
    if policy.get("default-src") != ["'none'"] or unsafe or middleware not in settings.MIDDLEWARE:
        return [
            Error(
                "There is no strict content security policy.",
                hint="Keep SECURE_CSP and its middleware as they come.",
                id="courseware.E202",
            )
        ]
    return []


def check_mail(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    mailer: dict[str, Any] = settings.MAILERS["default"]
    if not mailer["BACKEND"].endswith("smtp.EmailBackend"):
        return [
            Error(
                "Mail goes into a folder and reaches nobody.",
                hint="Set MAIL_HOST.",
                id="courseware.E203",
            )
        ]
    if not mailer["OPTIONS"].get("timeout"):
        return [
            Error(
                "A dead mail server would hang a worker for ever.",
                hint="Give the mailer a timeout of about ten seconds.",
                id="courseware.E204",
            )
        ]
    return []


def check_database(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    database: dict[str, Any] = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.sqlite3":
        return []
    found: list[CheckMessage] = [
        Warning(
            "SQLite carries a small school on one machine, not a force.",
            hint="Set DATABASE_URL to a PostgreSQL database.",
            id="courseware.W205",
        )
    ]
    if database.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE":
        found.append(
            Error(
                "Transactions on SQLite would fail with 'database is locked'.",
                hint="Set transaction_mode to IMMEDIATE.",
                id="courseware.E206",
            )
        )
    return found


def check_second_factor(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    if settings.SECOND_FACTOR_REQUIRED and not settings.DEMO:
        return []
    return [
        Error(
            "Staff can sign in without a second factor.",
            hint="Set COURSEWARE_DEMO=0.",
            id="courseware.E207",
        )
    ]


def check_site_url(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    if settings.SITE_URL.startswith("https://"):
        return []
    return [
        Error(
            "People would reach this site without encryption.",
            hint="Set SITE_URL to an https address.",
            id="courseware.E208",
        )
    ]


def check_utc(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    if settings.USE_TZ and settings.TIME_ZONE == "UTC":
        return []
    return [
        Error(
            "Due times would jump when the clocks change.",
            hint="Keep USE_TZ and TIME_ZONE as they come; people choose their own zone.",
            id="courseware.E209",
        )
    ]


def check_keys(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """Keys lie in files that nobody but the service's own account can read."""
    folder = Path(settings.KEYS_DIR)
    files = [folder, *folder.iterdir()] if folder.is_dir() else []
    others = stat.S_IRWXG | stat.S_IRWXO
    return [
        Error(
            f"Other accounts of this machine can reach {path.name}.",
            hint="chmod it to 600 (the folder to 700).",
            id="courseware.E210",
        )
        for path in files
        if path.stat().st_mode & others
    ]


def check_home(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """People's names, answers and mail lie there; the keys may lie elsewhere."""
    home = Path(settings.HOME)
    if not home.is_dir() or not home.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return []
    return [
        Error(
            "Other accounts of this machine can reach the folder COURSEWARE_HOME.",
            hint="chmod it to 700.",
            id="courseware.E212",
        )
    ]


def check_seals(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """A chain proves little to somebody who fears its keeper, unless its end is known outside."""
    if not settings.SEAL_MAIL_TO:
        return [
            Warning(
                "No seal of the audit trail leaves this installation.",
                hint="Set SEAL_MAIL_TO to an address that its administrators cannot read.",
                id="courseware.W213",
            )
        ]
    try:
        validate_email(settings.SEAL_MAIL_TO)
        public_keys()
    except ValidationError:
        hint = "SEAL_MAIL_TO is not one e-mail address."
    except ImproperlyConfigured as error:
        hint = str(error)
    else:
        return []
    return [Error("The audit trail cannot be sealed.", hint=hint, id="courseware.E214")]


def check_lease(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    if settings.JOB_LEASE_SECONDS >= 300:
        return []
    return [
        Warning(
            "Work could be given to a second worker while the first is still at it.",
            hint="Set JOB_LEASE_SECONDS to 300 or more.",
            id="courseware.W211",
        )
    ]


DEPLOY_CHECKS: tuple[Callable[..., list[CheckMessage]], ...] = (
    check_csp,
    check_mail,
    check_database,
    check_second_factor,
    check_site_url,
    check_utc,
    check_keys,
    check_home,
    check_lease,
    check_seals,
)
