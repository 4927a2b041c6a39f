"""The floor: the product's own server, database, session and user, and nothing else."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

django.setup()

# Models may be imported only now.
from allauth.account.auth_backends import AuthenticationBackend  # noqa: E402

from courseware.accounts.backends import AccountBackend  # noqa: E402

# After set-up, because the apps insist on middlewares of theirs when they are loaded.
settings.ROOT_URLCONF = "tests.bench.floor_urls"
settings.MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
# Session and user as plain Django reads them; the product's own ways are what is measured.
settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
AccountBackend.get_user = AuthenticationBackend.get_user  # type: ignore[method-assign]  # on purpose
application = WSGIHandler()
