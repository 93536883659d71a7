"""Phones for media tests: a UDP socket that speaks a tone and listens by Fourier transform."""

import contextlib
import itertools
import random
import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from switchboard.audio.g711 import A_DECODE, MU_DECODE, encode_a, encode_mu
from switchboard.audio.tones import levels, tone
from switchboard.channels.voice.media.engine import Engine
from switchboard.channels.voice.media.events import MediaEvent
from switchboard.channels.voice.media.ports import PortPair, bind_udp
from switchboard.channels.voice.media.tape import Tapes
from switchboard.protocols.rtp.packet import RtpPacket, parse_rtp

LEVEL = 6_000
"""Amplitude of the tones."""

FRAME = 160


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now(self) -> int:
        return round(self.seconds * 1_000_000)

    def monotonic(self) -> float:
        return self.seconds


class Phone:
    """A far end that speaks one tone (Hz) in frames of `samples` and keeps what it is sent."""

    def __init__(
        self, frequency: int = 0, *, payload_type: int = 0, samples: int = FRAME, host: str = "127.0.0.1"
    ) -> None:
        self.socket = bind_udp(host, 0)
        self.address: tuple[str, int] = self.socket.getsockname()
        self.payload_type = payload_type
        self.samples = samples
        self.ssrc = 1_000 + frequency
        self.sequence = 60_000
        self.stamp = 4_294_000_000
        self.heard: list[RtpPacket] = []
        encode = encode_mu if payload_type == 0 else encode_a
        second = tone([frequency], 1.2, LEVEL) if frequency else np.zeros(9_600, np.int16)
        self._frames = itertools.cycle(encode(second).reshape(-1, samples))

    def speak(self, to: tuple[str, int]) -> RtpPacket:
        """Send the next frame."""
        packet = RtpPacket(self.payload_type, self.sequence, self.stamp, self.ssrc, next(self._frames).tobytes())
        self.skip()
        self.send(packet, to)
        return packet

    def skip(self) -> None:
        """A frame that is lost on the way."""
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.stamp = (self.stamp + self.samples) & 0xFFFFFFFF

    def send(self, packet: RtpPacket, to: tuple[str, int]) -> None:
        self.socket.sendto(packet.build(), to)

    def listen(self) -> list[RtpPacket]:
        """Take what has come; returns just that."""
        come: list[RtpPacket] = []
        with contextlib.suppress(BlockingIOError):
            while True:
                come.append(parse_rtp(self.socket.recv(2_048)))
        self.heard += come
        return come

    def sound(self, packets: int = 50) -> np.ndarray:
        """The last second (or fewer packets), linear."""
        table = {0: MU_DECODE, 8: A_DECODE}
        voice = [packet for packet in self.heard if packet.payload_type in table][-packets:]
        parts = [table[packet.payload_type][np.frombuffer(packet.payload, np.uint8)] for packet in voice]
        return np.concatenate(parts) if parts else np.zeros(FRAME, np.int16)

    def hears(self, frequencies: Sequence[int]) -> dict[int, float]:
        """The level of each tone in the last second, in dB of that at which phones speak."""
        found = np.maximum(levels(self.sound(), frequencies), 1e-3)
        return dict(zip(frequencies, (20 * np.log10(found / LEVEL)).round(1).tolist(), strict=True))


class Room:
    """An engine without a process: phones speak, the engine ticks, phones listen, all by hand."""

    def __init__(self) -> None:
        self.told: list[tuple[int, MediaEvent]] = []
        self.clock = SetClock()
        self.taped: list[tuple[str | int, ...]] = []
        tapes = Tapes(lambda *failed: self.taped.append(failed), lambda *closed: self.taped.append(closed))
        self.engine = Engine(
            self.clock, random.Random(7), "tests", lambda leg, event: self.told.append((leg, event)), tapes
        )
        self.phones: dict[int, Phone] = {}
        self.ports: dict[int, tuple[str, int]] = {}
        self._last = 0

    def join(self, phone: Phone, *, telephone_event: int | None = 101, connect: bool = True) -> int:
        """A leg for the phone."""
        self._last += 1
        leg = self._last
        pair = bound_pair()
        self.phones[leg] = phone
        self.ports[leg] = ("127.0.0.1", pair.port)
        self.engine.open(leg, pair)
        if connect:
            self.connect(leg, telephone_event=telephone_event)
        return leg

    def connect(
        self,
        leg: int,
        remote: tuple[str, int] | None = None,
        *,
        telephone_event: int | None = 101,
        also_from: Sequence[str] = (),
    ) -> None:
        phone = self.phones[leg]
        address = remote or phone.address
        self.engine.connect(
            leg,
            address,
            codec=phone.payload_type,
            telephone_event=telephone_event,
            also_from=also_from,
            rtcp_port=address[1] + 1,
        )

    def hear(self, call: str, hears: Mapping[int, Sequence[int | tuple[int, float]]]) -> None:
        """Set a call's matrix; a source without a gain has 1.0."""
        edges = {
            leg: [source if isinstance(source, tuple) else (source, 1.0) for source in sources]
            for leg, sources in hears.items()
        }
        self.engine.set_matrix(call, edges)

    def run(self, ticks: int, *, silent: Sequence[int] = ()) -> None:
        """Everybody speaks and listens for that many frames of 20 ms; `silent` legs only listen."""
        for _ in range(ticks):
            for leg, phone in self.phones.items():
                if leg not in silent:
                    phone.speak(self.ports[leg])
            self.tick()

    def tick(self) -> None:
        self.clock.seconds += 0.02
        self.engine.tick()
        for phone in self.phones.values():
            phone.listen()

    def events(self, leg: int, kind: type[MediaEvent]) -> list[MediaEvent]:
        return [event for told, event in self.told if told == leg and isinstance(event, kind)]

    def close(self) -> None:
        self.engine.close_all()
        for phone in self.phones.values():
            phone.socket.close()


def bound_pair(host: str = "127.0.0.1") -> PortPair:
    """Two sockets on free neighbouring ports."""
    while True:
        rtp = bind_udp(host, 0)
        port = rtp.getsockname()[1]
        with contextlib.suppress(OSError):
            if port % 2 == 0:
                return PortPair(port, rtp, bind_udp(host, port + 1))
        rtp.close()


@contextlib.contextmanager
def room() -> Iterator[Room]:
    made = Room()
    try:
        yield made
    finally:
        made.close()


def sound_file(path: Path, frequency: int, seconds: float) -> str:
    """A mu-law file of one tone."""
    path.write_bytes(encode_mu(tone([frequency], seconds, LEVEL)).tobytes())
    return str(path)


def readable(one: socket.socket) -> bool:
    """Whether a datagram waits."""
    try:
        one.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    return True
