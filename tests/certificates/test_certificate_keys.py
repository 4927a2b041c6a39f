"""The signing key: made once, kept from others, or given by the settings."""

import stat
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone

from courseware.certificates import keys
from courseware.certificates.signing import fingerprint, generate_key


def test_processes_that_start_together_agree(settings: LazySettings) -> None:
    with ThreadPoolExecutor(8) as pool:
        seen = {future.result() for future in [pool.submit(keys._material) for _ in range(8)]}
    assert len(seen) == 1
    assert sorted(path.name for path in settings.KEYS_DIR.iterdir()) == ["certificate"]


def test_only_we_may_read_the_key(settings: LazySettings) -> None:
    keys.signer()
    folder: Path = settings.KEYS_DIR / "certificate"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "key.pem").stat().st_mode) == 0o600


def test_the_settings_win_and_nothing_is_written(settings: LazySettings) -> None:
    key, certificate = generate_key("Northshire Police", at=timezone.now())
    settings.CERTIFICATE_KEY, settings.CERTIFICATE_CERT = key.decode(), certificate.decode()
    assert keys.signer().fingerprint == fingerprint(certificate)
    assert not settings.KEYS_DIR.exists()


def test_half_a_pair_and_a_wrong_pair_explain_themselves(settings: LazySettings) -> None:
    key, certificate = (pem.decode() for pem in generate_key("One", at=timezone.now()))
    other = generate_key("Other", at=timezone.now())[1].decode()
    settings.CERTIFICATE_KEY, settings.CERTIFICATE_CERT = key, ""
    with pytest.raises(ImproperlyConfigured, match="both"):
        keys.public_certificate()
    settings.CERTIFICATE_CERT = other
    with pytest.raises(ImproperlyConfigured, match="cannot be used together"):
        keys.signer()
    settings.CERTIFICATE_CERT = certificate
    assert keys.signer()


def test_a_folder_that_cannot_be_written_explains_itself(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.KEYS_DIR = tmp_path / "file"
    settings.KEYS_DIR.write_text("in the way")
    with pytest.raises(ImproperlyConfigured, match="COURSEWARE_KEYS"):
        keys.signer()


def test_the_command_shows_the_public_half_only() -> None:
    out = StringIO()
    call_command("show_signing_certificate", stdout=out)
    assert "BEGIN CERTIFICATE" in out.getvalue()
    assert keys.public_fingerprint() in out.getvalue()
    assert "PRIVATE" not in out.getvalue()
