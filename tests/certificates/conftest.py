"""Samples for the certificate tests: fonts, words in two languages, one plain certificate; and
for each test a storage, a key and a cache of its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from courseware.certificates.rendering import CertificateFacts, FontSet, ShareFacts, packaged_fonts
from courseware.jobs import registry

ISSUED_AT = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)

ENGLISH = {
    "heading": "Certificate of completion",
    "awarded_to": "Awarded to",
    "course": "For completing the course",
    "objectives": "After this course the holder can",
    "learning_hours": "Learning time",
    "completed_on": "Completed on",
    "valid_until": "Valid until",
    "serial": "Certificate number",
    "verify": "Check this certificate",
    "verify_hint": "Scan the code, or open the address below and compare.",
    "code": "Verification code",
    "qr_alt": "QR code that opens the verification page of this certificate",
    "signed": "This file is signed by the issuing force. Any change breaks the signature.",
    "demonstration": "DEMONSTRATION – a fictional force and person, not a real certificate",
}

ARABIC = {
    "heading": "شهادة إتمام",
    "awarded_to": "إلى",
    "course": "لإتمام الدورة",
    "objectives": "بعد هذه الدورة يستطيع حاملها",
    "learning_hours": "مدة التعلم",
    "completed_on": "تاريخ الإتمام",
    "valid_until": "صالحة حتى",
    "serial": "رقم الشهادة",
    "verify": "التحقق من هذه الشهادة",
    "verify_hint": "امسح الرمز أو افتح العنوان أدناه وقارن.",
    "code": "رمز التحقق",
    "qr_alt": "رمز يفتح صفحة التحقق من هذه الشهادة",
    "signed": "هذا الملف موقع رقميا من الجهة المصدرة، وأي تغيير فيه يبطل التوقيع.",
    "demonstration": "للعرض فقط – جهة وشخص خياليان، وليست شهادة حقيقية",
}


@pytest.fixture(autouse=True)
def _own_files(
    settings: LazySettings,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Files, key and throttles of each test are its own, and no periodic work runs between."""
    folder = tmp_path_factory.mktemp("certificates")
    settings.MEDIA_ROOT = folder / "media"
    settings.KEYS_DIR = folder / "keys"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
    cache.clear()
    monkeypatch.setattr(registry, "_periods", {})


@pytest.fixture(scope="session")
def certificate_fonts() -> FontSet:
    return packaged_fonts(Path(__file__).parents[2] / "node_modules/@expo-google-fonts")


@pytest.fixture
def certificate_facts() -> CertificateFacts:
    return CertificateFacts(
        holder_name="Siân Gŵyr",
        course_title="Technology and crime: the landscape, and first-responder essentials",
        course_key="C0",
        edition="Edition 3, May 2026",
        objectives=(
            "Put the steps of handling a scene with digital devices in the right order.",
            "Choose the lawful route to data held by a provider, including emergencies.",
        ),
        learning_hours="3 hours 15 minutes",
        completed_on="4 December 2026",
        valid_until="4 December 2028",
        issued_by="Northshire Police",
        serial="2026-000214",
        public_code="7K3M-Q9TX-4HBR-W2ZD",
        verification_url="https://training.northshire.example/verify/7K3M-Q9TX-4HBR-W2ZD",
        language="en-GB",
        direction="ltr",
        labels=ENGLISH,
        notice=(
            "Awareness level: gives no authority to examine devices or act covertly. "
            "It records training, not fitness for a post."
        ),
        issued_at=ISSUED_AT,
    )


@pytest.fixture
def arabic_labels() -> dict[str, str]:
    return ARABIC


@pytest.fixture
def share_facts() -> ShareFacts:
    return ShareFacts(
        heading="Certificate of completion",
        course_title="Technology and crime: the landscape, and first-responder essentials",
        completed="Completed in December 2026",
        issued_by="Northshire Police",
        verification_host="training.northshire.example",
        direction="ltr",
    )
