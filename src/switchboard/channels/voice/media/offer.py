"""A browser's SDP offer, read for what a phone call needs, and our answer to it (RFC 8829, RFC 3264).

Total: `read_offer` returns a value or raises OfferError, whatever the text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

LONGEST: Final = 64 * 1024
"""Characters of an offer that are read; Chromium's have about 4,000."""

MOST_CANDIDATES: Final = 20

PCMU: Final = 0
PCMA: Final = 8

_MEDIA: Final = re.compile(r"m=([a-z]+) (\d{1,5})(?:/\d+)? ([A-Z/]+) ([0-9 ]+|\S+)$")
_CODEC: Final = re.compile(r"(\d{1,3}) ([A-Za-z0-9._-]+)/(\d+)(?:/1)?$")
_FINGERPRINT: Final = re.compile(r"(sha-256|sha-384|sha-512) ([0-9A-F]{2}(?::[0-9A-F]{2})+)$", re.IGNORECASE)
_CANDIDATE: Final = re.compile(
    r"(\S{1,32}) 1 udp (\d{1,10}) ([0-9A-Fa-f.:]{2,45}) (\d{1,5}) typ (host|srflx|prflx|relay)\b",
    re.IGNORECASE,
)
_UFRAG: Final = re.compile(r"[A-Za-z0-9+/]{4,256}$")
_PASSWORD: Final = re.compile(r"[A-Za-z0-9+/]{22,256}$")
_TOKEN: Final = re.compile(r"[\w!#$%&'*+.^`{|}~-]{1,64}$")

_SETUP: Final = {"actpass": "active", "passive": "active", "active": "passive"}
"""Our DTLS part for theirs (RFC 5763, section 5): we begin when we may, it saves a round trip."""

_DIRECTION: Final = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}


class OfferError(ValueError):
    """The offer cannot be answered; the text is a line for people."""


class Candidate(NamedTuple):
    """Where the browser may be reached: foundation, priority, host (an IP address), port, type."""

    foundation: str
    priority: int
    host: str
    port: int
    kind: str


class Fingerprint(NamedTuple):
    """Of the browser's certificate: algorithm such as `sha-256`, value as hex pairs."""

    algorithm: str
    value: str


@dataclass(slots=True)
class _Media:
    """One m= section as it is read; its attributes begin with those of the session."""

    kind: str
    port: int
    profile: str
    formats: str
    attributes: list[tuple[str, str]] = field(default_factory=list)

    def first(self, name: str) -> str:
        return next((value for key, value in self.attributes if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the answer needs.

    codec: PCMU or PCMA. telephone_event: its payload type, None without. setup: our DTLS part, `active` or
    `passive`. direction: ours. candidates: those with IP addresses; the others are found when the browser
    speaks to us first. sections: the m= lines in order, of which `audio` (an index) is answered.
    """

    codec: int
    telephone_event: int | None
    ufrag: str
    password: str
    fingerprints: Sequence[Fingerprint]
    setup: str
    direction: str
    mid: str
    candidates: Sequence[Candidate]
    sections: Sequence[tuple[str, str, str]]
    audio: int


@dataclass(frozen=True, slots=True)
class Ours:
    """Our side of the answer. addresses: (IP address, UDP port), the most wanted first."""

    addresses: Sequence[tuple[str, int]]
    ufrag: str
    password: str
    fingerprint: Fingerprint
    ssrc: int
    cname: str
    session: int


def read_offer(sdp: str) -> Offer:
    """Raises OfferError when it is no SDP, has no audio that we can answer, or lacks ICE or DTLS."""
    sections = _sections(sdp)
    found = next((at for at, section in enumerate(sections) if _is_voice(section)), None)
    if found is None:
        raise OfferError("the offer has no audio over DTLS-SRTP")
    audio = sections[found]
    codec, event = _codecs(audio)
    ufrag, password = audio.first("ice-ufrag"), audio.first("ice-pwd")
    if not (_UFRAG.match(ufrag) and _PASSWORD.match(password)):
        raise OfferError("the offer has no usable ICE user name and password")
    fingerprints = [Fingerprint(m[1].lower(), m[2].upper()) for m in _matches(_FINGERPRINT, audio, "fingerprint")]
    if not fingerprints:
        raise OfferError("the offer has no DTLS fingerprint that we can check")
    direction = next((_DIRECTION[name] for name, _ in audio.attributes if name in _DIRECTION), "sendrecv")
    mid = audio.first("mid")
    if mid and not _TOKEN.match(mid):
        raise OfferError("the offer's mid has characters that it may not have")
    return Offer(
        codec=codec,
        telephone_event=event,
        ufrag=ufrag,
        password=password,
        fingerprints=fingerprints,
        setup=_SETUP.get(audio.first("setup") or "actpass", "active"),
        direction=direction,
        mid=mid,
        candidates=_candidates(audio),
        sections=[(section.kind, section.profile, section.formats) for section in sections],
        audio=found,
    )


def write_answer(offer: Offer, ours: Ours) -> str:
    """The answer: the audio section accepted with our candidates, every other one refused."""
    lines = ["v=0", f"o=- {ours.session} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    if offer.mid:
        lines.append(f"a=group:BUNDLE {offer.mid}")
    lines.append("a=msid-semantic: WMS *")
    for at, (kind, profile, formats) in enumerate(offer.sections):
        if at == offer.audio:
            lines += _audio_lines(offer, ours, profile)
        else:
            # A refused section has port 0 and keeps its place (RFC 3264, section 6).
            lines += [f"m={kind} 0 {profile} {formats}", "c=IN IP4 0.0.0.0", "a=inactive"]
    return "\r\n".join(lines) + "\r\n"


def _audio_lines(offer: Offer, ours: Ours, profile: str) -> list[str]:
    host, port = ours.addresses[0]
    name = "PCMU" if offer.codec == PCMU else "PCMA"
    event = offer.telephone_event
    events = [f"a=rtpmap:{event} telephone-event/8000", f"a=fmtp:{event} 0-15"] if event is not None else []
    formats = f"{offer.codec}" if event is None else f"{offer.codec} {event}"
    return [
        f"m=audio {port} {profile} {formats}",
        f"c=IN {_family(host)} {host}",
        *([f"a=mid:{offer.mid}"] if offer.mid else []),
        f"a={offer.direction}",
        "a=rtcp-mux",
        f"a=rtpmap:{offer.codec} {name}/8000",
        *events,
        "a=ptime:20",
        f"a=msid:switchboard voice-{ours.ssrc}",
        f"a=ssrc:{ours.ssrc} cname:{ours.cname}",
        f"a=ice-ufrag:{ours.ufrag}",
        f"a=ice-pwd:{ours.password}",
        *(_candidate_line(at, *address) for at, address in enumerate(ours.addresses)),
        "a=end-of-candidates",
        f"a=fingerprint:{ours.fingerprint.algorithm} {ours.fingerprint.value}",
        f"a=setup:{offer.setup}",
    ]


def _candidate_line(at: int, host: str, port: int) -> str:
    # Type preference 126 for host candidates, then the order given (RFC 8445, section 5.1.2.1).
    priority = (126 << 24) + ((65_535 - at) << 8) + 255
    return f"a=candidate:{at + 1} 1 udp {priority} {host} {port} typ host"


def _family(host: str) -> str:
    return "IP6" if ":" in host else "IP4"


def _sections(sdp: str) -> list[_Media]:
    if len(sdp) > LONGEST or not sdp.startswith("v=0"):
        raise OfferError("this is no SDP offer")
    session: list[tuple[str, str]] = []
    sections: list[_Media] = []
    for line in sdp.splitlines():
        if line.startswith("m="):
            media = _MEDIA.match(line.strip())
            if media is None or int(media[2]) > 65_535:
                raise OfferError("an m= line of the offer cannot be read")
            sections.append(_Media(media[1], int(media[2]), media[3], media[4]))
        elif line.startswith("a="):
            name, _, value = line[2:].strip().partition(":")
            (sections[-1].attributes if sections else session).append((name, value))
    for section in sections:
        # What the session says holds where the section says nothing.
        section.attributes += session
    return sections


def _is_voice(section: _Media) -> bool:
    # "UDP/TLS/RTP/SAVPF" and its older spellings (RFC 8829, section 5.1.2); port 0 is a refused section.
    return section.kind == "audio" and section.port != 0 and "RTP/SAVP" in section.profile


def _codecs(audio: _Media) -> tuple[int, int | None]:
    """(PCMU or PCMA, payload type of telephone events). PCMU first: it is what is mixed without a change."""
    offered = [int(number) for number in audio.formats.split() if number.isdigit()]
    named = {
        (match[2].lower(), int(match[3])): int(match[1])
        for match in reversed(_matches(_CODEC, audio, "rtpmap"))
        if int(match[1]) in offered
    }
    codec = next((kind for kind in (PCMU, PCMA) if kind in offered), None)
    if codec is None:
        raise OfferError("the offer has neither PCMU nor PCMA")
    event = named.get(("telephone-event", 8_000))
    return codec, event if event is not None and event < 128 else None


def _candidates(audio: _Media) -> list[Candidate]:
    found = [
        Candidate(match[1], int(match[2]), match[3], int(match[4]), match[5].lower())
        for match in _matches(_CANDIDATE, audio, "candidate")
        if 0 < int(match[4]) <= 65_535 and int(match[2]) < 1 << 32
    ]
    return found[:MOST_CANDIDATES]


def _matches(pattern: re.Pattern[str], audio: _Media, name: str) -> list[re.Match[str]]:
    return [match for value in audio.all(name) if (match := pattern.match(value))]
