"""Celery carries out what rows record. Settings as measured under kill -9 (docs/adr).

Owns: how workers behave. Must not: hold a due time; those live in rows, never in ETA or countdown.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courseware.settings")

from django.conf import settings

app = Celery("courseware", set_as_current=True)
