"""The certificate made by ourselves: usable, private, renewed in time."""

import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

from switchboard.kit.clock import MICROSECONDS, SystemClock
from switchboard.kit.errors import Unavailable
from switchboard.web import certificate
from switchboard.web.certificate import ensure

HOSTS = ["192.0.2.5", "desk.local", "::1"]
DAY = 86_400 * MICROSECONDS


class At:
    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def monotonic(self) -> float:
        return self._now / MICROSECONDS


NOW = SystemClock().now()


def test_it_names_the_hosts_and_its_key_is_private(tmp_path: Path):
    made = ensure(tmp_path / "new", HOSTS, At(NOW))
    read = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == set(HOSTS)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    assert len(made.fingerprint.split(":")) == 32
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(made.certificate, made.key)


def test_it_stays_until_it_ends_soon_or_lacks_a_host(tmp_path: Path):
    first = ensure(tmp_path, HOSTS, At(NOW))
    assert ensure(tmp_path, HOSTS[:1], At(NOW + 300 * DAY)) == first
    later = ensure(tmp_path, HOSTS, At(NOW + 380 * DAY))
    assert later.fingerprint != first.fingerprint
    other = ensure(tmp_path, [*HOSTS, "other.local"], At(NOW + 381 * DAY))
    assert other.fingerprint != later.fingerprint


@pytest.mark.parametrize("name", ["web-certificate.pem", "web-key.pem"])
def test_a_damaged_one_is_made_anew(tmp_path: Path, name: str):
    first = ensure(tmp_path, HOSTS, At(NOW))
    (tmp_path / name).write_text("damaged")
    assert ensure(tmp_path, HOSTS, At(NOW)).fingerprint != first.fingerprint


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(certificate, "_write", full)
    with pytest.raises(Unavailable, match="No space left on device"):
        ensure(tmp_path, HOSTS, At(NOW))
