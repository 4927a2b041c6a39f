"""Every model of ours says which of its fields are personal. An undeclared one fails here."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from courseware.accounts.models import User
from courseware.core.personal import Personal
from courseware.health.reference import OF_LIBRARIES

#: Names of things, not of people.
NAMES_OF_THINGS = {
    "accounts.Unit.name",
    "courses.Category.name",
    "jobs.Heartbeat.name",
    "jobs.Message.attachment_name",
}


def _models() -> Iterator[type[models.Model]]:
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in {"courseware", "lessons", "quizzes"}:
            yield from config.get_models()


def _declared(model: type[models.Model]) -> dict[str, Personal]:
    declared: dict[str, Personal] | None = getattr(model, "personal_data", None)
    assert declared is not None, f"{model._meta.label} says nothing about personal data"
    return declared


def _looks_personal(field: "models.Field[object, object]") -> bool:
    if field.is_relation:
        return field.related_model is User
    if isinstance(field, models.EmailField):
        return True
    return isinstance(field, models.CharField) and "name" in field.name


@pytest.mark.parametrize("model", list(_models()), ids=lambda model: model._meta.label)
def test_the_declaration_names_real_fields_and_all_that_look_personal(
    model: type[models.Model],
) -> None:
    declared = _declared(model)
    fields = {field.name: field for field in model._meta.concrete_fields}
    assert not set(declared) - set(fields), "declared, but no field"
    forgotten = {
        name
        for name, field in fields.items()
        if _looks_personal(field)
        and name not in declared
        and f"{model._meta.label}.{name}" not in NAMES_OF_THINGS
    }
    assert not forgotten, f"{model._meta.label} does not declare {sorted(forgotten)}"


@pytest.mark.parametrize("model", list(_models()), ids=lambda model: model._meta.label)
def test_every_declaration_says_why_how_long_and_what_erasure_does(
    model: type[models.Model],
) -> None:
    for name, personal in _declared(model).items():
        assert all((personal.why, personal.keep, personal.erasure)), name


#: Tables of libraries that point to a person and in which nothing is ever written.
EMPTY = {"account.EmailAddress", "admin.LogEntry"}


def test_tables_of_libraries_about_people_are_declared() -> None:
    ours = set(_models())
    theirs = {model._meta.label: model for model in apps.get_models() if model not in ours}
    about_people = {
        label
        for label, model in theirs.items()
        if any(field.is_relation and field.related_model is User for field in model._meta.fields)
    }
    assert about_people == (set(OF_LIBRARIES) - {"sessions.Session"}) | EMPTY
    for label, declared in OF_LIBRARIES.items():
        fields = {field.name for field in theirs[label]._meta.fields}
        assert set(declared) <= fields, label
