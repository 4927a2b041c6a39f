"""Status from events and dates; two spellings of one name."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseware.certificates.rules import Status, is_same_name, normalised_name, status

TODAY = date(2026, 11, 24)
KINDS = ["issued", "superseded", "revoked", "restored", "rebuilt", "erased"]


@pytest.mark.parametrize(
    ("events", "valid_until", "expected"),
    [
        (["issued"], None, Status.VALID),
        (["issued"], TODAY, Status.VALID),  # the last day counts
        (["issued"], TODAY - timedelta(1), Status.EXPIRED),
        (["issued", "superseded"], TODAY, Status.SUPERSEDED),
        (["issued", "superseded"], TODAY - timedelta(1), Status.EXPIRED),
        (["issued", "revoked"], TODAY, Status.REVOKED),
        (["issued", "revoked"], TODAY - timedelta(1), Status.REVOKED),
        (["issued", "revoked", "restored"], TODAY, Status.VALID),
        (["issued", "revoked", "superseded", "restored"], TODAY, Status.SUPERSEDED),
        (["issued", "revoked", "superseded"], TODAY, Status.REVOKED),
        (["issued", "rebuilt", "erased"], TODAY, Status.VALID),
    ],
)
def test_status(events: list[str], valid_until: date | None, expected: Status) -> None:
    assert status(events, valid_until=valid_until, today=TODAY) is expected


@given(st.lists(st.sampled_from(KINDS)), st.dates(), st.dates())
def test_a_status_never_comes_back_by_waiting(events: list[str], until: date, today: date) -> None:
    first = status(events, valid_until=until, today=today)
    later = status(
        events, valid_until=until, today=min(today, date.max - timedelta(1)) + timedelta(1)
    )
    assert first is later or (
        first in {Status.VALID, Status.SUPERSEDED} and later is Status.EXPIRED
    )


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("siân gŵyr", "Siân Gŵyr"),
        ("  Sian   Gwyr ", "Siân Gŵyr"),
        ("SIÂN GŴYR", "Siân Gŵyr"),  # decomposed
        ("Lukasz Zolc", "Łukasz Żółć"),
        ("Thordur Gudjonsson", "Þórður Guðjónsson"),
        ("Jürgen Strasse", "Jürgen Straße"),
        ("Sean D'Arcy-Ni Bhriain", "Seán D’Arcy‑Ní Bhriain"),
        ("ΕΛΕΝΗ ΠΑΠΑΔΟΠΟΥΛΟΥ", "Ελένη Παπαδοπούλου"),
        ("Xanthippe\u00a0Canary", "Xanthippe Canary"),
        ("\uff21\uff4c\uff49\uff43\uff45", "Alice"),  # full-width letters
    ],
)
def test_one_name_in_two_spellings(typed: str, printed: str) -> None:
    assert is_same_name(typed, printed)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("Alice", "Alice Example"), ("Example Alice", "Alice Example"), ("", "A"), ("Bo", "Bob")],
)
def test_two_names(typed: str, printed: str) -> None:
    assert not is_same_name(typed, printed)


@given(st.text(max_size=60))
def test_any_text_compares_with_itself(text: Any) -> None:
    assert is_same_name(text, text)
    assert is_same_name(text.upper().lower(), text.upper())
    assert normalised_name(f"  {text}  ") == normalised_name(text)
