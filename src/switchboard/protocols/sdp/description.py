"""Reading session descriptions (RFC 8866). Total: any bytes give a value or SdpError."""

from dataclasses import dataclass
from typing import Final

MOST_BYTES: Final = 16_384
MOST_LINES: Final = 400
DIRECTIONS: Final = ("sendrecv", "sendonly", "recvonly", "inactive")


class SdpError(ValueError):
    """Not a session description we can read."""


@dataclass(frozen=True, slots=True)
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
    maps: dict[str, str]
    ptime: int


@dataclass(frozen=True, slots=True)
class Description:
    """A whole description. origin: the o= value. media: in order; an answer must have as many."""

    origin: str
    media: tuple[Media, ...]


class _Section:
    """Lines of one section while it is read."""

    def __init__(self, host: str, direction: str) -> None:
        self.media: tuple[str, int, str, tuple[str, ...]] | None = None
        self.host = host
        self.direction = direction
        self.maps: dict[str, str] = {}
        self.ptime = 0

    def line(self, kind: str, value: str) -> None:
        if kind == "c":
            self.host = _connection(value)
        elif kind == "a":
            self._attribute(value)

    def _attribute(self, value: str) -> None:
        name, _, rest = value.partition(":")
        if name in DIRECTIONS:
            self.direction = name
        elif name == "rtpmap":
            payload, _, encoding = rest.strip().partition(" ")
            self.maps[payload] = "/".join(encoding.strip().upper().split("/")[:2])
        elif name == "ptime":
            self.ptime = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 4 else 0

    def done(self) -> Media:
        assert self.media is not None
        kind, port, protocol, formats = self.media
        direction = self.direction
        if self.host == "0.0.0.0":  # noqa: S104 - not an address to bind but the hold of RFC 2543
            direction = {"sendrecv": "sendonly", "recvonly": "inactive"}.get(direction, direction)
        return Media(kind, port, protocol, formats, self.host, direction, self.maps, self.ptime)


def parse(data: bytes) -> Description:
    """Read a description. Raises SdpError."""
    if len(data) > MOST_BYTES:
        raise SdpError("description too long")
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MOST_LINES:
        raise SdpError("too many lines")
    if lines[0].strip() != "v=0":
        raise SdpError("not a session description")
    session = _Section("", "sendrecv")
    sections: list[_Section] = []
    origin = ""
    for line in filter(str.strip, lines[1:]):
        kind, value = _split(line)
        if kind == "m":
            section = _Section(session.host, session.direction)
            section.media = _media(value)
            sections.append(section)
        elif kind == "o":
            origin = value
        else:
            (sections[-1] if sections else session).line(kind, value)
    return Description(origin, tuple(section.done() for section in sections))


def _split(line: str) -> tuple[str, str]:
    kind, equals, value = line.partition("=")
    if not equals or len(kind) != 1:
        raise SdpError("broken line")
    return kind, value.strip()


def _connection(value: str) -> str:
    parts = value.split()
    if len(parts) != 3 or parts[0] != "IN" or parts[1] not in ("IP4", "IP6"):
        raise SdpError("broken connection line")
    return parts[2].partition("/")[0]


def _media(value: str) -> tuple[str, int, str, tuple[str, ...]]:
    parts = value.split()
    if len(parts) < 3:
        raise SdpError("broken media line")
    port = parts[1].partition("/")[0]
    if not (port.isascii() and port.isdigit() and len(port) <= 5) or int(port) > 65_535:
        raise SdpError("broken media port")
    return parts[0].lower(), int(port), parts[2].upper(), tuple(parts[3:])
