"""How this node is seen from outside, and its certificate."""

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from switchboard.kit.clock import Clock
from switchboard.kit.errors import Invalid
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
    settings.data.mkdir(parents=True, exist_ok=True)
    made = certificate.ensure(settings.data, ["localhost", socket.gethostname(), *addresses], clock)
    return Network(addresses, public, made.certificate, made.key, made.fingerprint)


def _own_address() -> str:
    """Our address on the way out; loopback where there is no way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
