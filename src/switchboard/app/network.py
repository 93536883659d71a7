"""How this node is seen from outside, its certificate, and whether it can listen at all."""

import errno
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from switchboard.kit.clock import Clock
from switchboard.kit.errors import Invalid, Unavailable
from switchboard.settings import Settings
from switchboard.web import certificate

ELSEWHERE: Final = ("192.0.2.1", 9)
"""An address of nobody (RFC 5737): a socket that is connected to it, and sends nothing, tells which of our
addresses the way out has."""


@dataclass(frozen=True, slots=True)
class Network:
    """addresses: ours that browsers reach for media. public_host: stands in SIP and SDP instead of the address
    that is listened on, empty for none. certificate, key: PEM files of the web, None for plain HTTP.
    """

    addresses: tuple[str, ...] = ("127.0.0.1",)
    public_host: str = ""
    certificate: Path | None = None
    key: Path | None = None
    fingerprint: str = ""
    """SHA-256 of a self-made certificate, as browsers show it; empty for a given one."""


def network(settings: Settings, clock: Clock, *, lan: bool) -> Network:
    """What `serve` and `demo` listen with. lan: reachable from other machines, by HTTPS.

    Raises Invalid when only one of certificate and key is given, Unavailable when none can be made.
    """
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        raise Invalid("a certificate needs its key and the other way round: give both", field="tls_key")
    given = (Path(settings.tls_certificate), Path(settings.tls_key)) if settings.tls_certificate else None
    if not lan:
        addresses = tuple(dict.fromkeys((settings.media_host, "127.0.0.1")))
        public = settings.public_address
        return Network(addresses, public, *(given or (None, None)))
    own = _own_address()
    public = settings.public_address or own
    addresses = tuple(dict.fromkeys((public.partition(":")[0], own, "127.0.0.1")))
    if given is not None:
        return Network(addresses, public, *given)
    made = certificate.ensure(settings.data, ["localhost", socket.gethostname(), *addresses], clock)
    return Network(addresses, public, made.certificate, made.key, made.fingerprint)


def check(settings: Settings, seen: Network) -> None:
    """Whether all that shall be listened on is free and the certificate can be used: asked before anything starts,
    so that a person hears of it at once. What is taken between this and the real start is told then.

    Raises Unavailable or Invalid with one clear line.
    """
    if seen.certificate is not None and seen.key is not None:
        _check_certificate(seen.certificate, seen.key)
    _check_free("the web", settings.web_host, settings.web_port, socket.SOCK_STREAM, "web_port")
    _check_free("SIP", settings.sip_host, settings.sip_port, socket.SOCK_DGRAM, "sip_port")
    _check_free("SIP", settings.sip_host, settings.sip_port, socket.SOCK_STREAM, "sip_port")
    _check_free("media", settings.media_host, 0, socket.SOCK_DGRAM, "media_host")


def _check_certificate(certificate: Path, key: Path) -> None:
    for file, what in ((certificate, "certificate"), (key, "key of the certificate")):
        if not file.is_file():
            raise Invalid(f"there is no file {file}, which should be the {what}", field="tls_certificate")
    try:
        # A key with a passphrase would make OpenSSL ask the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except OSError as error:
        # ssl.SSLError is an OSError, and often has no words for what it dislikes.
        why = (
            error.strerror if error.strerror and not isinstance(error, ssl.SSLError) else "they must be PEM, and a pair"
        )
        raise Invalid(f"the certificate {certificate} with key {key} cannot be used: {why}", field="tls_key") from None


def _check_free(what: str, host: str, port: int, kind: socket.SocketKind, field: str) -> None:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=kind, flags=socket.AI_PASSIVE)[0]
    except (socket.gaierror, UnicodeError):
        raise Unavailable(f"there is no address {host!r} for {what} to listen on", field=field) from None
    with socket.socket(family, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            why = _REASONS.get(error.errno or 0, error.strerror)
            raise Unavailable(f"{what} cannot listen on {host}:{port}: {why}", field=field) from None


_REASONS: Final = {
    errno.EADDRINUSE: "another program uses this port; stop it or choose another port",
    errno.EACCES: "this port needs more rights; choose one above 1023",
    errno.EADDRNOTAVAIL: "this machine does not have this address",
}


def _own_address() -> str:
    """Our address on the way out; loopback where there is no way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
