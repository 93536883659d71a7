"""What a media leg tells: values that travel from a worker process to `MediaLeg.on_event`."""

from enum import StrEnum

import msgspec


class WebRtcState(StrEnum):
    """How far a browser's transport is."""

    CONNECTED = "connected"
    """ICE and DTLS are done: sound flows."""
    CLOSED = "closed"
    """The browser ended it (DTLS close): a page was closed or reloaded."""
    FAILED = "failed"
    """It never came up, or the browser has not answered ICE consent checks for half a minute."""


class DigitSource(StrEnum):
    """How a digit reached us."""

    RFC_4733 = "rfc4733"
    """Telephone-event packets."""
    IN_BAND = "in-band"
    """Tones in the sound."""
    INFO = "info"
    """SIP INFO."""


class PlayEnded(msgspec.Struct, frozen=True, tag="play_ended"):
    """A sound, or a list of them, was played to its end.

    play: the number that `MediaLeg.play` returned. failed: empty, or why it could not be played (a missing
    file); what follows must go on nevertheless.
    """

    play: int
    failed: str = ""


class Digit(msgspec.Struct, frozen=True, tag="digit"):
    """The far end pressed a key: one of 0-9, *, #, A-D. Told once per press, in whatever forms it comes.

    how: the form that came first.
    """

    digit: str
    how: DigitSource = DigitSource.RFC_4733


class MediaLost(msgspec.Struct, frozen=True, tag="media_lost"):
    """A browser has sent no sound for `seconds`. A warning only: the page's heartbeat decides with it."""

    seconds: float


class MediaBack(msgspec.Struct, frozen=True, tag="media_back"):
    """Sound came again after `seconds` without."""

    seconds: float


class Quality(msgspec.Struct, frozen=True, tag="quality"):
    """How well sound travels, from what we count and from the far end's RTCP reports.

    received, sent: packets so far. lost: packets missing so far. loss: share of packets missing since the
    last report, 0-1. jitter: interarrival jitter in seconds (RFC 3550, 6.4.1). far_loss, far_jitter: the same
    as the far end reported it; round_trip: seconds. None as long as the far end has reported nothing.
    """

    received: int
    sent: int
    lost: int
    loss: float
    jitter: float
    far_loss: float | None = None
    far_jitter: float | None = None
    round_trip: float | None = None


class WebRtcChanged(msgspec.Struct, frozen=True, tag="webrtc"):
    """A browser's transport came up or ended."""

    state: WebRtcState


class LegBroken(msgspec.Struct, frozen=True, tag="broken"):
    """The worker could not do what this leg was told; the leg is of no more use and should be closed."""

    text: str


MediaEvent = PlayEnded | Digit | MediaLost | MediaBack | Quality | WebRtcChanged | LegBroken
"""Everything that `MediaLeg.on_event` may be called with."""
