"""The spelling of events and seals is fixed: a change would break every seal ever made."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from courseware.audit import schema
from courseware.audit.signing import SealKey, generate_key, is_signed, key_id, public_keys_in

EVENT_HASH = "ab4f0fb9d7ba05a5bbadee17623d9a8f270565d89f1825d5302184dd8726720d"
ROOT_HASH = "457c1fd807de3108da244a7b957d78ca5e7cfe6fdb1ea7bcb5bcd1fcbbaf84d7"
AT = datetime(2026, 11, 24, 9, 5, 0, 7, tzinfo=UTC)
FACTS = schema.event_facts(
    id="0199c1b8-0000-7000-8000-000000000001",
    at=AT,
    verb="unit.updated",
    actor=None,
    subject_type="unit",
    subject_id="é",
    details_hash="00",
)


def test_an_event_is_spelt_in_one_way() -> None:
    assert schema.canonical(FACTS).decode() == (
        '{"actor":null,"at":"2026-11-24T09:05:00.000007Z","details_hash":"00",'
        '"id":"0199c1b8-0000-7000-8000-000000000001","subject_id":"é","subject_type":"unit",'
        '"verb":"unit.updated"}'
    )


def test_hashes_of_known_values() -> None:
    """Computed once by hand (printf … | sha256sum), so that nothing here proves itself."""
    assert schema.event_hash(FACTS) == EVENT_HASH
    root = schema.root_hash(
        number=2, at=AT, previous=schema.NOTHING_BEFORE, event_hashes=["aa", "bb"]
    )
    assert root == ROOT_HASH


def test_a_moment_is_the_same_in_every_zone() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert schema.instant(elsewhere) == schema.instant(AT) == "2026-11-24T09:05:00.000007Z"


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_fact_counts(name: str) -> None:
    assert schema.event_hash({**FACTS, name: "other"}) != schema.event_hash(FACTS)


def test_everything_about_a_seal_counts() -> None:
    def root(
        number: int = 1,
        at: datetime = AT,
        previous: str = schema.NOTHING_BEFORE,
        event_hashes: tuple[str, ...] = ("aa", "bb"),
    ) -> str:
        return schema.root_hash(number=number, at=at, previous=previous, event_hashes=event_hashes)

    others = {
        root(number=2),
        root(at=AT + timedelta(microseconds=1)),
        root(previous="1" * 64),
        root(event_hashes=("bb", "aa")),
        root(event_hashes=("aa",)),
        root(event_hashes=("aabb",)),
    }
    assert len(others) == 6
    assert root() not in others


def test_details_are_proven_by_the_key_only() -> None:
    details = {"b": 1, "a": ["é"]}
    known = schema.details_hash(details, key="k")
    assert known == schema.details_hash({"a": ["é"], "b": 1}, key="k")
    assert known != schema.details_hash(details, key="other")
    assert known != schema.details_hash({"b": 1}, key="k")


# ------------------------------------------------------------------ signatures
def test_only_the_owner_of_the_key_signs() -> None:
    key, other = SealKey.load(generate_key()), SealKey.load(generate_key())
    signature = key.sign(b"this")
    assert is_signed(message=b"this", signature=signature, public_pem=key.public_pem)
    for message, signed, public in (
        (b"that", signature, key.public_pem),
        (b"this", other.sign(b"this"), key.public_pem),
        (b"this", signature, other.public_pem),
        (b"this", "no hexadecimal", key.public_pem),
        (b"this", signature, "no key"),
    ):
        assert not is_signed(message=message, signature=signed, public_pem=public)


def test_a_key_is_named_by_its_public_half_and_never_shown() -> None:
    key = SealKey.load(generate_key())
    assert key.key_id == key_id(key.public_pem)
    assert len(key.key_id) == 16
    assert repr(key) == f"SealKey({key.key_id})"


def test_several_public_keys_in_one_text() -> None:
    one, two = SealKey.load(generate_key()), SealKey.load(generate_key())
    text = f"# kept since 2026\n{one.public_pem}\n{two.public_pem}"
    assert public_keys_in(text) == {one.key_id: one.public_pem, two.key_id: two.public_pem}
    with pytest.raises(ValueError):  # noqa: PT011  (whatever the library says)
        public_keys_in("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")


@pytest.mark.parametrize("pem", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAA\n"])
def test_what_is_no_key_is_refused(pem: bytes) -> None:
    with pytest.raises(ValueError, match="not a private key"):
        SealKey.load(pem)
