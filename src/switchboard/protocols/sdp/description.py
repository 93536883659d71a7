"""Reading session descriptions (RFC 8866). Total: any bytes give a value or SdpError."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

MOST_BYTES: Final = 16_384
MOST_LINES: Final = 400
DIRECTIONS: Final = ("sendrecv", "sendonly", "recvonly", "inactive")
_HELD: Final = {"sendrecv": "sendonly", "recvonly": "inactive"}
"""The direction of who does not want to hear us, by the one written."""


class SdpError(ValueError):
    """Not a session description we can read."""


@dataclass(slots=True)
class Media:
    """One m= section. port 0 means refused or disabled. formats: payload types as written, in order of preference.

    host: the connection address that holds for it, empty when none was given. direction: as the sender sees it.
    maps: rtpmap by payload type, `NAME/RATE` in upper case. ptime: milliseconds per packet, 0 when not given.
    """

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    host: str
    direction: str
    maps: dict[str, str] = field(default_factory=dict)
    ptime: int = 0


class Description(NamedTuple):
    """A whole description. media: in order; an answer must have as many."""

    media: list[Media]


def parse(data: bytes) -> Description:
    """Read a description. Raises SdpError."""
    # What stands before the first m= is said of every section that does not say it itself.
    section = session = Media("", 0, "", (), "", "sendrecv")
    found: list[Media] = []
    for line in _lines(data):
        kind, equals, value = line.partition("=")
        if not equals or len(kind) != 1:
            raise SdpError("broken line")
        if kind == "a":
            _attribute(section, value.strip())
        elif kind == "c":
            section.host = _connection(value)
        elif kind == "m":
            section = _media(value, session)
            found.append(section)
    for section in found:
        if section.host == "0.0.0.0":  # noqa: S104 - not an address to bind but the hold of RFC 2543
            section.direction = _HELD.get(section.direction, section.direction)
    return Description(found)


def _lines(data: bytes) -> list[str]:
    """What follows `v=0`, without empty lines."""
    if len(data) > MOST_BYTES:
        raise SdpError("description too long")
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MOST_LINES:
        raise SdpError("too many lines")
    if lines[0].strip() != "v=0":
        raise SdpError("not a session description")
    return list(filter(str.strip, lines[1:]))


def _attribute(section: Media, value: str) -> None:
    name, _, rest = value.partition(":")
    if name == "rtpmap":
        payload, _, encoding = rest.strip().partition(" ")
        section.maps[payload] = "/".join(encoding.strip().upper().split("/")[:2])
    elif name in DIRECTIONS:
        section.direction = name
    elif name == "ptime":
        section.ptime = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 4 else 0


def _connection(value: str) -> str:
    parts = value.split()
    if len(parts) != 3 or parts[0] != "IN" or parts[1] not in ("IP4", "IP6"):
        raise SdpError("broken connection line")
    return parts[2].partition("/")[0]


def _media(value: str, session: Media) -> Media:
    parts = value.split()
    if len(parts) < 3:
        raise SdpError("broken media line")
    port = parts[1].partition("/")[0]
    if not (port.isascii() and port.isdigit() and len(port) <= 5) or int(port) > 65_535:
        raise SdpError("broken media port")
    return Media(parts[0].lower(), int(port), parts[2].upper(), tuple(parts[3:]), session.host, session.direction)
