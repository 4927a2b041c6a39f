"""One settings file for every shape of installation, driven by the environment.

With nothing set it runs on SQLite with Celery over a folder. docs/reference/settings.md lists
every variable.
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from courseware import env

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(env.text("COURSEWARE_HOME", str(BASE_DIR / "var"))).resolve()
KEYS_DIR = Path(env.text("COURSEWARE_KEYS", str(HOME / "keys")))
env.keep_private(HOME)

# ------------------------------------------------------------------ mode and addresses
DEMO = env.flag("COURSEWARE_DEMO", default=False)
DEBUG = False  # never on: pages of ours say what happened, tracebacks go to the log
PORT = env.number("PORT", 8000, minimum=1)
SITE_URL = env.url("SITE_URL", f"http://localhost:{PORT}", ["https", "http"]).rstrip("/")
_site = urlsplit(SITE_URL)
if not _site.hostname:
    raise ImproperlyConfigured(
        f"SITE_URL={SITE_URL!r} is not a web address. Write it like https://training.example.org."
    )
HTTPS = _site.scheme == "https"
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", _site.hostname or "")
if DEMO or not HTTPS:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "localhost", "127.0.0.1", "[::1]"]
FORCE_NAME = env.text("COURSEWARE_FORCE", "Norland Police (fictional)" if DEMO else "Your force")

SECRET_KEY = env.generated("SECRET_KEY", KEYS_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.listed("SECRET_KEY_FALLBACKS")
AUDIT_KEY = env.generated("AUDIT_KEY", KEYS_DIR / "audit_key")
SEAL_KEY = env.text("SEAL_KEY")  # PEM (Ed25519); empty: generated once under KEYS_DIR
SEAL_OLD_KEYS = env.text("SEAL_OLD_KEYS")  # public halves of the keys before it, PEM
SEAL_MAIL_TO = env.text("SEAL_MAIL_TO").strip()
CERTIFICATE_KEY = env.text("CERTIFICATE_KEY")  # PEM; empty: generated once under KEYS_DIR
CERTIFICATE_CERT = env.text("CERTIFICATE_CERT")

# ------------------------------------------------------------------ applications
INSTALLED_APPS = [
    "courseware.audit",
    "courseware.jobs",
    "courseware.accounts",
    "courseware.courses",
    "courseware.enrolments",
    "courseware.certificates",
    "lessons",
    "quizzes",
    "courseware.authoring",
    "courseware.bundles",
    "courseware.reports",
    "courseware.home",
    "courseware.search",
    "courseware.demo",
    "courseware.health",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "courseware.accounts.admin_config.CoursewareAdminConfig",  # django.contrib.admin, our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "courseware.health.middleware.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",  # the next ones leave messages
    "courseware.accounts.middleware.RefusalMiddleware",
    "courseware.accounts.middleware.PreferencesMiddleware",
    "courseware.accounts.middleware.SessionLimitMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "courseware.accounts.middleware.GateMiddleware",
    "courseware.accounts.middleware.SecondFactorMiddleware",
    "courseware.accounts.middleware.NewPasswordMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "courseware.urls"
WSGI_APPLICATION = "courseware.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "courseware" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "courseware.core.ui",
                "courseware.core.languages",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "courseware.home.context.site",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# ------------------------------------------------------------------ database
_database = env.database(f"sqlite:///{HOME / 'courseware.sqlite3'}")
_plans_kept = env.flag("DATABASE_PREPARED_STATEMENTS", default=True)
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # Measured with 8 writers: 503 of 800 transactions "locked" by default, none with
    # immediate transactions and WAL. FULL: an answer shown as saved survives a power cut.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    _database["OPTIONS"] = {
        "connect_timeout": 5,
        # The server plans a repeated query once in a connection: it halves what one costs there.
        # Not through a PgBouncer older than 1.21, which mixes up whose plan it is.
        "server_side_binding": _plans_kept,
        "prepare_threshold": 3 if _plans_kept else None,
        "options": "-c statement_timeout=30000 -c lock_timeout=3000"
        " -c idle_in_transaction_session_timeout=60000",
    }
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": env.number("DATABASE_CONN_MAX_AGE", 300),
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ------------------------------------------------------------------ cache and sessions
_redis = env.url("CACHE_URL", "", ["redis", "rediss", "unix"])
if _redis:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": _redis,
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        }
    }
    SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
else:
    # Shared by the processes of one machine: throttles count the same everywhere.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(HOME / "cache"),
            # Django's 300 would let anybody push the counts of failed tries out.
            "OPTIONS": {"MAX_ENTRIES": 20_000, "CULL_FREQUENCY": 10},
        }
    }
    SESSION_ENGINE = "courseware.accounts.sessions"

SESSION_COOKIE_AGE = 12 * 60 * 60  # absolute, see SessionLimitMiddleware
SESSION_IDLE_STAFF = 60 * 60
SESSION_IDLE_SHARED = 15 * 60  # "This is a shared computer" at sign-in
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "courseware_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "courseware_csrf"
LANGUAGE_COOKIE_NAME = "courseware_language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "courseware.home.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []

# ------------------------------------------------------------------ security headers
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Throttles count by the visitor's address, the last one the proxy wrote, not by the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "img-src": ["'self'", "data:"],  # Bootstrap's CSS icons are data: images
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "form-action": ["'self'"],
}
# The longest form is a test with all its questions on one page: a hundred answers, each of 2,000
# characters of up to twelve bytes on their way, or of a dozen fields beside its five others.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_HANDLERS = [
    "courseware.core.uploads.BoundedUploadHandler",  # before the two that keep things
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# ------------------------------------------------------------------ people and sign-in
AUTH_USER_MODEL = "accounts.User"
# An address is unique by a constraint on its lower case, which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["courseware.accounts.backends.AccountBackend"]
PASSWORD_HASHERS = ["courseware.accounts.hashers.TunedArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "courseware.accounts.passwords.LengthValidator"},
    {
        "NAME": "courseware.accounts.passwords.SimilarityValidator",
        "OPTIONS": {
            "user_attributes": ("email", "service_number", "given_name", "family_name"),
        },
    },
    {"NAME": "courseware.accounts.passwords.CommonValidator"},
    {"NAME": "courseware.accounts.passwords.ContextValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "courseware.accounts.adapter.AccountAdapter"
ACCOUNT_USER_DISPLAY = "courseware.accounts.adapter.display_name"
ACCOUNT_FORMS = {
    "login": "courseware.accounts.forms.LoginForm",
    "change_password": "courseware.accounts.forms.ChangePasswordForm",
    "reset_password": "courseware.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "courseware.accounts.forms.ResetPasswordKeyForm",
}
# allauth's own generator would fill its table of addresses, a second truth about them.
_RESET_TOKENS = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = _RESET_TOKENS
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "service_number"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are entered by staff; addresses are theirs to give
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_RATE_LIMITS = {
    # An academy sits behind one address: the address limit is wide, the account limit narrow.
    "login": "1200/m/ip",
    "login_failed": "240/m/ip,6/5m/key",
    "reset_password": "60/m/ip,3/h/key",
    "reset_password_from_key": "120/m/ip",
}
MFA_ADAPTER = "courseware.accounts.second_factor.MFAAdapter"
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Courseware"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False
SECOND_FACTOR_REQUIRED = not DEMO

# ------------------------------------------------------------------ languages and time
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", "en", [code for code, name in LANGUAGES])
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_USER_TIME_ZONE = env.zone("COURSEWARE_TIME_ZONE", "Europe/Brussels")
FORMAT_MODULE_PATH = ["courseware.formats"]

# ------------------------------------------------------------------ files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "build" / "collected"
STATICFILES_DIRS = [
    ("js", BASE_DIR / "static" / "js"),
    ("img", BASE_DIR / "static" / "img"),
    BASE_DIR / "build" / "static",
]
MEDIA_URL = "media/"
MEDIA_ROOT = HOME / "media"
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # Nobody's secret, and often built by another account than the one that serves them.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
LIBRARY_DIR = BASE_DIR / "courseware" / "library"
FONTS_DIR = Path(env.text("COURSEWARE_FONTS", str(BASE_DIR / "node_modules/@expo-google-fonts")))

# ------------------------------------------------------------------ mail
_mail_host = env.text("MAIL_HOST")
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": _mail_host,
            "port": env.number("MAIL_PORT", 587, minimum=1),
            "username": env.text("MAIL_USER"),
            "password": env.text("MAIL_PASSWORD"),
            "use_tls": env.flag("MAIL_TLS", default=True),
            "timeout": 10,  # Django's default waits for ever on a dead server
        },
    }
    if _mail_host
    else {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": str(HOME / "mail")},
    }
}
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"courseware@{_site.hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MESSAGE_ID_DOMAIN = _site.hostname

# ------------------------------------------------------------------ work
_BROKERS = ["amqp", "amqps", "pyamqp", "redis", "rediss", "filesystem"]
CELERY_BROKER_URL = env.url("CELERY_BROKER_URL", "filesystem://", _BROKERS)
BROKER_DIR = HOME / "broker"
CELERY_QUEUE = env.text("CELERY_QUEUE", "courseware")
WORKERS = env.number("COURSEWARE_WORKERS", 2, minimum=1)  # processes that carry out work
JOB_LEASE_SECONDS = env.number("JOB_LEASE_SECONDS", 300, minimum=1)
# Claimed and handed out at once.
JOBS_IN_FLIGHT = env.number("JOBS_IN_FLIGHT", 20 * WORKERS, minimum=1)

# ------------------------------------------------------------------ lessons and quizzes
ANSWER_GRACE_SECONDS = env.number("ANSWER_GRACE_SECONDS", 10)

# ------------------------------------------------------------------ logs: no names, no answers
_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", "INFO", _LEVELS)},
    "loggers": {"fontTools": {"level": "WARNING"}, "pyhanko": {"level": "WARNING"}},
}
