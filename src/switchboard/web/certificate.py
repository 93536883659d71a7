"""A certificate made by ourselves, for HTTPS on a local network where nobody issued one.

Browsers give a page the microphone only over HTTPS (or on this machine). They warn once about this
certificate, for nobody else vouches for it; its fingerprint is printed, so that one can compare.
"""

import datetime as dt
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from switchboard.kit.clock import MICROSECONDS, Clock
from switchboard.kit.errors import Unavailable

LASTS: Final = dt.timedelta(days=397)
"""Browsers refuse longer ones (CA/Browser Forum, ballot SC31)."""
RENEW_BEFORE: Final = dt.timedelta(days=30)
_SKEW: Final = dt.timedelta(days=1)
"""Clocks of other machines may be behind ours."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files for the web server. fingerprint: SHA-256, as browsers show it."""

    certificate: Path
    key: Path
    fingerprint: str


def ensure(folder: Path, hosts: Sequence[str], clock: Clock) -> Certificate:
    """The certificate in `folder` for these host names and addresses; a new one when there is none, it
    ends soon or lacks one of the hosts. Raises Unavailable when the folder cannot be written.
    """
    paths = Certificate(folder / "web-certificate.pem", folder / "web-key.pem", "")
    now = dt.datetime.fromtimestamp(clock.now() // MICROSECONDS, dt.UTC)
    try:
        known = _read(paths)
        if known is None or not _serves(known, hosts, now):
            known = _make(paths, hosts, now)
    except OSError as error:
        raise Unavailable(f"The certificate in {folder} cannot be used: {error.strerror}") from error
    return Certificate(paths.certificate, paths.key, _fingerprint(known))


def _read(paths: Certificate) -> x509.Certificate | None:
    """None when there is none, or it and its key are no pair."""
    try:
        known = x509.load_pem_x509_certificate(paths.certificate.read_bytes())
        key = serialization.load_pem_private_key(paths.key.read_bytes(), None)
    except (FileNotFoundError, ValueError):
        return None
    return known if known.public_key() == key.public_key() else None


def _serves(known: x509.Certificate, hosts: Sequence[str], now: dt.datetime) -> bool:
    names = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return known.not_valid_after_utc - now > RENEW_BEFORE and set(_names(hosts)) <= set(names)


def _names(hosts: Sequence[str]) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = []
    for host in dict.fromkeys(hosts):
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            names.append(x509.DNSName(host.encode("idna").decode()))
    return names


def _make(paths: Certificate, hosts: Sequence[str], now: dt.datetime) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Switchboard")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + LASTS - _SKEW)
        .add_extension(x509.SubjectAlternativeName(_names(hosts)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    paths.key.parent.mkdir(parents=True, exist_ok=True)
    _write(paths.key, pem, 0o600)
    _write(paths.certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)
    return made


def _write(path: Path, content: bytes, mode: int) -> None:
    """Replace the file at once, so that nobody reads half of it or with wider rights."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    draft.replace(path)


def _fingerprint(known: x509.Certificate) -> str:
    return known.fingerprint(hashes.SHA256()).hex(":").upper()
