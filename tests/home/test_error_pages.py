"""Pages for bad days: what happened, what was kept, what to do; without a database if need be."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from courseware.home import errors
from tests.asking import signed_in
from tests.cast import person
from tests.certificates.completed import body_of
from tests.courses_made import make_course
from tests.lessons.readers import words

Fault = Callable[..., Any]


def raising(error: Exception) -> Fault:
    def fault(*_: Any, **__: Any) -> Any:
        raise error

    return fault


def answered(monkeypatch: pytest.MonkeyPatch, error: Exception, **headers: str) -> Any:
    """The start page, signed out, when it meets `error`."""
    monkeypatch.setattr("courseware.home.views.catalogue", raising(error))
    return Client(raise_request_exception=False).get("/", headers=headers)


# ------------------------------------------------------------------ 404
@pytest.mark.django_db
def test_whatever_is_not_there_looks_the_same() -> None:
    make_course()
    client = signed_in(person("Alice"))
    pages = [
        client.get(address)
        for address in (
            "/nothing/",
            reverse("course", args=["nothing"]),
            reverse("lesson", args=["made-course", "lesson-1"]),
            reverse("quizzes:start", args=["made-course", "final-test"]),
        )
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({body_of(page) for page in pages}) == 1
    assert "There is no such page" in words(pages[0])


@pytest.mark.django_db
def test_signed_out_a_missing_page_says_as_little() -> None:
    response = Client().get("/nothing/")
    assert response.status_code == 404
    assert "nothing" not in body_of(response)  # outside, the language form leads back here


# ------------------------------------------------------------------ 400, 403
def test_a_request_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    response = answered(monkeypatch, SuspiciousOperation("secret reason"))
    assert response.status_code == 400
    assert "We could not read that request" in words(response)
    assert "secret reason" not in words(response)


@pytest.mark.django_db
@pytest.mark.parametrize("is_checked", [False, True])
def test_a_text_that_is_too_long_to_be_sent(settings: LazySettings, is_checked: bool) -> None:
    """Where the token is looked for, and where a view asks for the first field."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=is_checked)
    long = "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    client.get(reverse("account_login"))  # the cookie beside the token
    response = client.post(reverse("account_login"), {"login": long})
    assert response.status_code == 413
    page = words(response)
    assert "That is too long to be sent" in page
    assert "press Back" in page
    assert "1 MB" in page


def test_too_many_fields_are_too_long_too(monkeypatch: pytest.MonkeyPatch) -> None:
    response = answered(monkeypatch, TooManyFieldsSent("secret reason"))
    assert response.status_code == 413
    assert "That is too long to be sent" in words(response)
    assert "secret reason" not in words(response)


@pytest.mark.django_db
def test_a_page_that_is_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    response = answered(monkeypatch, PermissionDenied("secret reason"))
    assert response.status_code == 403
    assert "This page is not open to you" in words(response)
    assert "secret reason" not in words(response)


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_in_words() -> None:
    make_course()
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("Alice"))
    response = client.post(reverse("lesson_finish", args=["made-course", "lesson-1"]))
    assert response.status_code == 403
    assert "Please send that again" in words(response)


# ------------------------------------------------------------------ 500, 503
def test_a_fault_of_ours_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the db fixture any query would end the test."""
    response = answered(monkeypatch, RuntimeError("secret reason"))
    assert response.status_code == 500
    assert "Something went wrong here" in words(response)
    assert "secret reason" not in words(response)
    assert "Retry-After" not in response


@pytest.mark.parametrize("error", [OperationalError("away"), InterfaceError("closed")])
def test_a_database_that_is_away_is_a_503(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    response = answered(monkeypatch, error)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "Back shortly" in words(response)
    assert "away" not in words(response)


def test_a_script_gets_it_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    response = answered(monkeypatch, OperationalError("away"), accept="application/json")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response.json() == {"error": "unavailable"}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_database_that_goes_away_before_the_session_is_read(method: str) -> None:
    client = signed_in(person("Alice"))
    client.raise_request_exception = False
    with connection.execute_wrapper(raising(OperationalError("away"))):
        response = getattr(client, method)(reverse("lesson_finish", args=["a", "b"]))
        page = client.get("/")
    for answer in (response, page):
        assert answer.status_code == 503
        assert answer["Retry-After"] == "5"
    assert client.get("/").status_code == 200


def test_the_handlers_alone(rf: Any, settings: LazySettings) -> None:
    """As Django calls them when no middleware ran."""
    request: HttpRequest = rf.get("/x")
    answers: list[tuple[HttpResponse, int]] = [
        (errors.bad_request(request, SuspiciousOperation()), 400),
        (errors.bad_request(request, RequestDataTooBig()), 413),
        (errors.forbidden(request, PermissionDenied()), 403),
        (errors.not_found(request, Http404()), 404),
        (errors.server_error(request), 500),
        (errors.unavailable(request), 503),
    ]
    for response, status in answers:
        assert response.status_code == status
        assert "<h1>" in response.content.decode()
