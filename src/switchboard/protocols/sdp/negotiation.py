"""Offer and answer (RFC 3264) for one stream of G.711 with telephone-events (RFC 4733)."""

import ipaddress
from functools import lru_cache
from typing import Final, NamedTuple

from switchboard.protocols.sdp.description import Description, Media, SdpError, parse

PCMU: Final = 0
PCMA: Final = 8
NAMES: Final = {PCMU: "PCMU/8000", PCMA: "PCMA/8000"}
EVENTS: Final = "TELEPHONE-EVENT/8000"
USUAL_EVENTS: Final = 101
"""Payload type we offer for telephone-events."""
OPPOSITE: Final = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
"""The same direction, seen from the other end (section 6.1)."""


class NoCommonCodec(ValueError):
    """Nothing in the offer that we can carry: answer the call 488."""

    status = 488


class Local(NamedTuple):
    """Our end. host: an IP address. port: even, from the media worker. session: any number that stays for the call;
    version: raised by one with each description that differs from the one before. direction: what we want.
    """

    host: str
    port: int
    session: int
    version: int = 1
    direction: str = "sendrecv"
    codecs: tuple[int, ...] = (PCMU, PCMA)


class Agreed(NamedTuple):
    """What flows. remote: where we send. payload_type: 0 or 8. telephone_event: its payload type, or None.

    direction: as we see it: `sends` and `receives` say it plainly. ptime: milliseconds per packet that the peer wants.
    """

    remote: tuple[str, int]
    payload_type: int
    telephone_event: int | None
    direction: str
    ptime: int = 20

    @property
    def sends(self) -> bool:
        """Whether the peer wants to hear us."""
        return self.direction in ("sendrecv", "sendonly")

    @property
    def receives(self) -> bool:
        """Whether we hear the peer; not, for example, while he holds us."""
        return self.direction in ("sendrecv", "recvonly")


def offer(local: Local) -> bytes:
    """A description of our own, every codec of `local` in its order."""
    maps = {str(codec): NAMES[codec] for codec in local.codecs}
    return _write(local, [_audio(local, maps, USUAL_EVENTS, local.direction)])


def answer(offered: bytes, local: Local) -> tuple[bytes, Agreed]:
    """The answer to an offer and what it means.

    The peer's first codec that we know is taken, and only that one, so that neither side changes it mid-call. Streams
    other than the first usable audio are refused. Raises SdpError for garbage, NoCommonCodec.
    """
    description = parse(offered)
    chosen = _usable(description)
    media = description.media[chosen]
    codec = _codec(media, local.codecs)
    events = _events(media)
    direction = _narrowed(OPPOSITE[media.direction], local.direction)
    lines = [
        _audio(local, {str(codec): NAMES[codec]}, events, direction) if index == chosen else _refused(other)
        for index, other in enumerate(description.media)
    ]
    return _write(local, lines), _agreement(media, codec, events, direction)


def agreed(answered: bytes, local: Local) -> Agreed:
    """What the answer to an `offer(local)` means. Raises SdpError, NoCommonCodec."""
    description = parse(answered)
    media = description.media[_usable(description)]
    return _agreement(media, _codec(media, local.codecs), _events(media), OPPOSITE[media.direction])


def _usable(description: Description) -> int:
    for index, media in enumerate(description.media):
        if media.kind == "audio" and media.port and media.protocol in ("RTP/AVP", "RTP/AVPF"):
            return index
    raise NoCommonCodec("no plain audio stream")


def _codec(media: Media, known: tuple[int, ...]) -> int:
    for written in media.formats:
        if written.isascii() and written.isdigit() and len(written) <= 3:
            codec = int(written)
            if codec in known and media.maps.get(written, NAMES[codec]) == NAMES[codec]:
                return codec
    raise NoCommonCodec("neither PCMU nor PCMA")


def _events(media: Media) -> int | None:
    for written in media.formats:
        if media.maps.get(written) == EVENTS and written.isascii() and written.isdigit() and len(written) <= 3:
            payload = int(written)
            return payload if payload < 128 else None
    return None


def _narrowed(possible: str, wanted: str) -> str:
    """The most that both ends allow."""
    sends = "send" in possible and "send" in wanted
    receives = "recv" in possible and "recv" in wanted
    return {(True, True): "sendrecv", (True, False): "sendonly", (False, True): "recvonly"}.get(
        (sends, receives), "inactive"
    )


def _agreement(media: Media, codec: int, events: int | None, direction: str) -> Agreed:
    host = _address(media.host)
    if not host:
        # A name here would make us resolve what strangers choose; no phone or trunk writes one.
        raise SdpError("no usable media address")
    return Agreed((host, media.port), codec, events, direction, media.ptime or 20)


@lru_cache(maxsize=4_096)
def _address(host: str) -> str:
    """The IP address in its usual spelling, empty for what is none."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""


def _audio(local: Local, maps: dict[str, str], events: int | None, direction: str) -> str:
    formats = list(maps)
    lines = [f"a=rtpmap:{payload} {name}" for payload, name in maps.items()]
    if events is not None:
        formats.append(str(events))
        lines += [f"a=rtpmap:{events} telephone-event/8000", f"a=fmtp:{events} 0-15"]
    head = f"m=audio {local.port} RTP/AVP {' '.join(formats)}"
    return "\r\n".join([head, *lines, "a=ptime:20", f"a={direction}"])


def _refused(media: Media) -> str:
    return f"m={media.kind} 0 {media.protocol} {' '.join(media.formats) or '0'}"


def _write(local: Local, media: list[str]) -> bytes:
    family = "IP6" if ":" in local.host else "IP4"
    lines = [
        "v=0",
        f"o=- {local.session} {local.version} IN {family} {local.host}",
        "s=-",
        f"c=IN {family} {local.host}",
        "t=0 0",
        *media,
        "",
    ]
    return "\r\n".join(lines).encode()
