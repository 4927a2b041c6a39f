"""Password hashing that two cores can afford.

Django's default costs 0.35 CPU-seconds a sign-in (measured): 2,000 recruits would take six
minutes of two cores. Argon2id with 19 MiB, two passes and one lane is OWASP's profile.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2Hasher(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1
