"""Hashing: the profile that two cores can afford, and never more than a few at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import HttpRequest, HttpResponse

from courseware.accounts import hashers
from courseware.accounts.hashers import AT_ONCE, SignInBusy, TunedArgon2Hasher
from courseware.accounts.middleware import RefusalMiddleware


def test_the_profile_is_the_measured_one() -> None:
    encoded = TunedArgon2Hasher().encode("a sentence", "saltsaltsalt")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert TunedArgon2Hasher().verify("a sentence", encoded)
    assert not TunedArgon2Hasher().verify("another", encoded)


def test_a_rush_is_hashed_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, running, most = threading.Lock(), 0, 0

    def slow(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return True

    monkeypatch.setattr(Argon2PasswordHasher, "verify", slow, raising=False)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: TunedArgon2Hasher().verify("x", "y"), range(32)))
    assert all(answers)
    assert most == AT_ONCE


def test_a_queue_that_does_not_move_is_a_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashers, "WAIT_SECONDS", 0.01)
    for _ in range(AT_ONCE):
        hashers._turns.acquire()
    try:
        with pytest.raises(SignInBusy) as caught:
            TunedArgon2Hasher().verify("x", "y")
    finally:
        for _ in range(AT_ONCE):
            hashers._turns.release()
    middleware = RefusalMiddleware(lambda request: HttpResponse())
    response = middleware.process_exception(HttpRequest(), caught.value)
    assert response is not None
    assert (response.status_code, response["Retry-After"]) == (503, "5")
