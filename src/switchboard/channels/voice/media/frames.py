"""Sending frames of our own: keys, sounds, mixes, music and silence, one packet per row and tick."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from switchboard.audio.g711 import A_TO_MU, MU_SILENCE, MU_TO_A, encode_mu
from switchboard.audio.mixing import MixPlan, mix, plan
from switchboard.channels.voice.media.hearing import Hearing, Pressing
from switchboard.channels.voice.media.jitter import REVIEW, JitterBuffers
from switchboard.channels.voice.media.reception import Packets
from switchboard.channels.voice.media.relay import Send
from switchboard.channels.voice.media.rows import FRAME, NONE, Hears, Index, Rows
from switchboard.channels.voice.media.sounds import Sounds
from switchboard.protocols.rtp.packet import HEADER_SIZE, RtpPacket
from switchboard.protocols.rtp.telephone_event import EventPacket

_MARKER: Final = 0x80


@dataclass(frozen=True, slots=True)
class _Plan:
    """Who is sent a frame, by kind; valid until somebody hears something else."""

    framed: Index
    posts: list[tuple[Send, memoryview]]
    alaw: Index
    sound: Index
    silence: Index
    music: dict[int, Index]
    digits: list[int]
    mix: MixPlan
    mixed: np.typing.NDArray[np.bool_]


class Frames:
    """Fills `Rows.out` and sends it. senders: by row."""

    def __init__(self, rows: Rows, sounds: Sounds, hearing: Hearing, senders: list[Send]) -> None:
        self._rows = rows
        self._sounds = sounds
        self._hearing = hearing
        self._senders = senders
        self.jitter = JitterBuffers()
        self._needed: set[int] = set()
        self._plan = self._planned()
        self.failed = 0
        """Packets that the operating system did not take, since the start."""

    def plan(self) -> None:
        """Who hears what has changed."""
        self._plan = self._planned()
        needed = set(self._plan.mix.sources.tolist())
        for row in self._needed - needed:
            self.jitter.forget(row)
        self._needed = needed

    def store(self, packets: Packets) -> None:
        """Keep the sound of a round's packets that is to be mixed."""
        wanted = self._plan.mixed[packets.rows] & ~packets.is_event
        if not wanted.any():
            return
        packets = packets.only(wanted)
        payloads = packets.data[:, HEADER_SIZE:].copy()
        alaw = (packets.data[:, 1] & 0x7F) == 8
        if alaw.any():
            payloads[alaw] = A_TO_MU.take(payloads[alaw])
        streams = self._rows.stream[packets.rows]
        self.jitter.place(packets.rows, streams, packets.stamps, payloads, packets.sizes - HEADER_SIZE)

    def send(self, tick: int) -> None:
        """Send this tick's frames."""
        ended = self._fill(tick)
        self._head(self._plan.framed, tick)
        for send, view in self._plan.posts:
            try:
                send(view)
            except OSError:
                self.failed += 1
        for row in self._plan.digits:
            self._press(row, tick)
        for row in ended:
            self._hearing.next_sound(row)

    def _fill(self, tick: int) -> list[int]:
        """Put this tick's sound into the packets; returns the rows whose sound file ends with it."""
        now, out = self._plan, self._rows.out[:, HEADER_SIZE:]
        if len(now.mix.destinations):
            out[now.mix.destinations] = encode_mu(mix(now.mix, self.jitter.play(now.mix.sources)))
            if tick % REVIEW == 0:
                self.jitter.review()
        for number, rows in now.music.items():
            sound = self._sounds[number]
            out[rows] = sound.frame(tick % sound.length)
        out[now.silence] = MU_SILENCE
        ended = self._fill_sounds(now.sound)
        if len(now.alaw):
            out[now.alaw] = MU_TO_A.take(out[now.alaw])
        return ended

    def _planned(self) -> _Plan:
        rows = self._rows
        hears = rows.hears
        mixed = plan(self._hearing.mixes)
        sources = np.zeros(rows.capacity, np.bool_)
        sources[mixed.sources] = True
        self.jitter.grow(rows.capacity)
        framed = np.flatnonzero((hears != Hears.NOTHING) & (hears != Hears.RELAY) & (hears != Hears.DIGITS))
        music = np.flatnonzero(hears == Hears.MUSIC)
        return _Plan(
            framed=framed,
            posts=[(self._senders[row], rows.views[row]) for row in framed.tolist()],
            alaw=framed[rows.codec[framed] == 8],
            sound=np.flatnonzero(hears == Hears.SOUND),
            silence=np.flatnonzero(hears == Hears.SILENCE),
            music={n: music[rows.music[music] == n] for n in set(rows.music[music].tolist())},
            digits=np.flatnonzero(hears == Hears.DIGITS).tolist(),
            mix=mixed,
            mixed=sources,
        )

    def _fill_sounds(self, playing: Index) -> list[int]:
        """The next frame of each row's sound; returns the rows whose sound ends with it."""
        ended: list[int] = []
        if not len(playing):
            return ended
        rows, out = self._rows, self._rows.out[:, HEADER_SIZE:]
        numbers = rows.sound[playing]
        for number in np.unique(numbers).tolist():
            sound = self._sounds[number]
            same = playing[numbers == number]
            out[same] = sound.frames(rows.sound_frame[same])
            rows.sound_frame[same] += 1
            ended += same[rows.sound_frame[same] >= sound.length].tolist()
        return ended

    def _head(self, to: Index, tick: int) -> None:
        """Headers of this tick's frames: numbers go on, times are those of now."""
        rows, out, count = self._rows, self._rows.out, len(to)
        pause = np.maximum(tick - rows.due[to], 0)
        stamps = (rows.next_ts[to] + pause * FRAME) & 0xFFFFFFFF
        sequences = rows.next_seq[to]
        begins = (pause > 0) | (rows.following[to] != NONE) | (rows.sent[to] == 0)
        out[to, 1] = rows.codec[to] | (begins * _MARKER).astype(np.uint8)
        out[to, 2:4] = sequences.astype(">u2").view(np.uint8).reshape(count, 2)
        out[to, 4:8] = stamps.astype(">u4").view(np.uint8).reshape(count, 4)
        rows.next_seq[to] = (sequences + 1) & 0xFFFF
        rows.next_ts[to] = (stamps + FRAME) & 0xFFFFFFFF
        rows.due[to] = tick + 1
        rows.following[to] = NONE
        rows.sent[to] += 1
        rows.octets[to] += FRAME

    def _press(self, row: int, tick: int) -> None:
        """One frame of keys being pressed (RFC 4733, 2.5.1)."""
        pressed = self._hearing.pressing(row)
        if pressed is None:
            return
        pressing, frame = pressed
        self._follow_clock(row, pressing, frame, tick)
        if frame.event is None:
            return
        rows = self._rows
        packet = RtpPacket(
            int(rows.event_type[row]),
            int(rows.next_seq[row]),
            pressing.stamp,
            int(rows.own_ssrc[row]),
            frame.event.build(),
            marker=frame.begun == 0,
        ).build()
        rows.next_seq[row] = (rows.next_seq[row] + 1) & 0xFFFF
        rows.sent[row] += 1
        rows.octets[row] += len(packet) - HEADER_SIZE
        try:
            self._senders[row](memoryview(packet))
        except OSError:
            self.failed += 1

    def _follow_clock(self, row: int, pressing: Pressing, frame: EventPacket, tick: int) -> None:
        """Time goes on while keys are pressed; an event keeps the time of its beginning."""
        rows = self._rows
        now = (int(rows.next_ts[row]) + max(tick - int(rows.due[row]), 0) * FRAME) & 0xFFFFFFFF
        if frame.begun == 0:
            pressing.stamp = now
        rows.next_ts[row] = (now + FRAME) & 0xFFFFFFFF
        rows.due[row] = tick + 1
        rows.following[row] = NONE
