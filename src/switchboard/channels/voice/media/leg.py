"""A media leg as the main process sees it: a handle whose methods return at once."""

from collections.abc import Callable, Sequence
from typing import Final, Literal, Protocol

import structlog

from switchboard.channels.voice.media import control
from switchboard.channels.voice.media.events import Digit, DigitSource, MediaEvent, PlayEnded, Quality
from switchboard.channels.voice.media.presses import Presses

_log = structlog.get_logger(__name__)

LegKind = Literal["rtp", "webrtc"]
Address = tuple[str, int]

PCMU: Final = 0
PCMA: Final = 8
"""Static payload types of G.711 (RFC 3551, table 4)."""


class Worker(Protocol):
    """What a leg needs of the worker it lives in."""

    @property
    def id(self) -> int: ...

    def monotonic(self) -> float:
        """Seconds of a clock that does not jump."""
        ...

    def send(self, command: control.Command) -> None:
        """Pass a command on; dropped when the worker is gone, whose death is told elsewhere."""
        ...


def _unheard(_: MediaEvent) -> None:
    """What a leg tells before anyone listens."""


class MediaLeg:
    """One far end: a SIP phone or trunk channel (`kind` "rtp") or a browser ("webrtc").

    Methods may be called in any order and any number of times, and return before the worker has acted; what
    is said first takes effect first. After `close` they do nothing. What the leg hears: the sound of
    `play`; else the legs named in its call's matrix; else the background set by `music`, `silence`, `quiet`.
    """

    def __init__(self, worker: Worker, leg: int, kind: LegKind, local_address: Address) -> None:
        self.id: Final = leg
        """Names the leg in its worker's matrices. Never used again."""
        self.worker: Final = worker
        self.kind: Final = kind
        self.local_address: Final = local_address
        """Where the far end sends to: our address in the SDP. RTCP is received on the next port."""
        self.on_event: Callable[[MediaEvent], None] = _unheard
        """Called in the main loop for all that this leg tells, `PlayEnded` included; may be replaced."""
        self.on_quality: Callable[[Quality], None] = _unheard
        """For whoever judges the sound, beside `on_event` of the side that the leg belongs to."""
        self.heard_out = False
        """Whether the last sound that ended by itself was played; a file that cannot be read ends, too."""
        self.quality: Quality | None = None
        """The last report, None before the first (about ten seconds after `connect`)."""
        self.closed = False
        self._presses = Presses()
        self._plays = 0
        self._playing: int | None = None
        self._then: tuple[int, Callable[[], None]] | None = None
        self._background: tuple[str, bool] | None = ("", False)

    def connect(
        self,
        remote: Address,
        payload_type: int,
        telephone_event: int | None = None,
        *,
        also_from: Sequence[str] = (),
        rtcp_port: int | None = None,
    ) -> None:
        """Start sending to `remote` and accept what comes from there; again after a re-INVITE. RTP legs only.

        remote: IP address (no name) and port from the far end's SDP. payload_type: 0 or 8, what we send;
        both are understood. telephone_event: the far end's payload type for RFC 4733, None without.
        also_from: IP addresses that the first packet may come from besides `remote`'s, such as the source of
        the signalling for a phone behind NAT. The first packet from one of these settles the address for
        good; until another `connect`, all else is dropped. rtcp_port: where RTCP goes, default port + 1.
        Raises ValueError for another payload type.
        """
        if payload_type not in (PCMU, PCMA):
            raise ValueError(f"payload type {payload_type} is neither PCMU nor PCMA")
        self._send(
            control.Connect(
                self.id,
                remote[0],
                remote[1],
                payload_type,
                telephone_event,
                list(also_from),
                remote[1] + 1 if rtcp_port is None else rtcp_port,
            )
        )

    def play(self, sound: str | Sequence[str], *, loop: bool = False, then: Callable[[], None] | None = None) -> int:
        """Play a file, or several one after the other, instead of whatever the leg hears.

        sound: paths of headerless mu-law files, 8 kHz mono, absolute or relative to the main process's
        folder. loop: from the start again until stopped. then: called once when it ended by itself, also
        when a file could not be read (`heard_out` is then false); not when it was replaced or stopped.
        Returns the number that `PlayEnded.play` will carry. Replaces a sound that is still playing.
        """
        self._plays += 1
        self._playing = self._plays
        self._then = None if then is None else (self._plays, then)
        sounds = [sound] if isinstance(sound, str) else list(sound)
        self._send(control.Play(self.id, self._plays, sounds, loop))
        return self._plays

    def stop_playing(self) -> None:
        """End the sound at once; its `then` is not called."""
        self._then = None
        if self._playing is not None:
            self._playing = None
            self._send(control.StopPlaying(self.id))

    def music(self, sound: str) -> None:
        """Background: a file that is looped, at the same place for all who hear it."""
        self._set_background(sound, silence=False)

    def silence(self) -> None:
        """Background: frames of silence, so that the far end sees a living line."""
        self._set_background("", silence=True)

    def quiet(self) -> None:
        """No background: nothing is sent unless the leg hears something (this is how a leg starts)."""
        self._set_background("", silence=False)

    def mute(self, on: bool = True) -> None:
        """Whether the others get silence instead of what the far end says; digits are still told."""
        self._send(control.Mute(self.id, on))

    def send_digits(self, digits: str) -> None:
        """Press keys (0-9, *, #, A-D) towards the far end: RFC 4733, or tones where it has none.

        100 ms each, 60 ms apart, over whatever the leg hears. Raises ValueError for another character.
        """
        if unknown := set(digits.upper()) - set("0123456789*#ABCD"):
            raise ValueError(f"no key is labelled {min(unknown)!r}")
        self._send(control.SendDigits(self.id, digits.upper()))

    def close(self) -> None:
        """End the leg: it leaves every matrix, a browser gets a DTLS close. Of what may follow, a last `Quality` is
        told to whoever judges the sound, and nothing to the side that the leg belonged to."""
        if not self.closed:
            self._send(control.Close(self.id))
            self.closed = True
            self._then = None
            # Leg and side know each other: without this both would wait for the garbage collector.
            self.on_event = _unheard

    def key_pressed(self, key: str, how: DigitSource = DigitSource.INFO) -> None:
        """For the signalling: the far end says that a key was pressed. Told as Digit unless that is known already."""
        if not self.closed:
            self.tell(Digit(key, how))

    def tell(self, event: MediaEvent) -> None:
        """For the worker's link: an event arrived."""
        if isinstance(event, Digit) and not self._presses.is_new(event.digit, event.how, self.worker.monotonic()):
            return
        if isinstance(event, Quality):
            self.quality = event
            self.on_quality(event)
        then = self._ended(event) if isinstance(event, PlayEnded) else None
        self.on_event(event)
        if then is not None:
            then()

    def _ended(self, event: PlayEnded) -> Callable[[], None] | None:
        if event.failed:
            _log.warning("sound_not_played", leg=self.id, why=event.failed)
            # Perhaps it was the music, which the worker has replaced by silence: the next wish is said again.
            self._background = None
        self.heard_out = not event.failed
        if event.play == self._playing:
            self._playing = None
        if self._then is None or self._then[0] != event.play:
            return None
        then = self._then[1]
        self._then = None
        return then

    def _set_background(self, sound: str, *, silence: bool) -> None:
        """What the worker was told already is not said again."""
        if self._background != (sound, silence):
            self._background = (sound, silence)
            self._send(control.Background(self.id, sound, silence=silence))

    def _send(self, command: control.Command) -> None:
        if not self.closed:
            self.worker.send(command)
