"""The floor: the product's own server, database, session and user, and nothing else."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

django.setup()
# After set-up, because the apps insist on middlewares of theirs when they are loaded.
settings.ROOT_URLCONF = "tests.bench.floor_urls"
settings.MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
application = WSGIHandler()
