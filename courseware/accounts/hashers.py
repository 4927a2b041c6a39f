"""Password hashing that two cores can afford.

Django's default costs 0.35 CPU-seconds a sign-in (measured): 2,000 recruits would take six
minutes of two cores. Argon2id with 19 MiB, two passes and one lane is OWASP's profile.

At most a few hashes run at once in a process, whatever the number of its threads: a rush of
sign-ins queues here and leaves the other threads to people who are reading or being tested.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 2
WAIT_SECONDS = 10.0


class SignInBusy(Exception):
    """The queue did not move in time; the page says so and asks to try again (503)."""


_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise SignInBusy
    try:
        yield
    finally:
        _turns.release()


class TunedArgon2Hasher(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _turn():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _turn():
            return bool(super().verify(password, encoded))
