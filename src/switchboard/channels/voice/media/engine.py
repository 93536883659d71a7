"""The sound of all legs of a worker: one tick every 20 ms, every leg a row of numpy columns.

The engine knows no clock and no control line: `Worker` calls `tick` and passes the commands on.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from switchboard.audio.tones import key_tones
from switchboard.channels.voice.media.events import LegBroken, MediaEvent, PlayEnded
from switchboard.channels.voice.media.frames import Frames
from switchboard.channels.voice.media.hearing import Hearing, Playing, Sources
from switchboard.channels.voice.media.intake import Intake
from switchboard.channels.voice.media.keys import KeysInSound
from switchboard.channels.voice.media.ports import PortPair
from switchboard.channels.voice.media.reception import Reception
from switchboard.channels.voice.media.recorder import Recorder
from switchboard.channels.voice.media.relay import Relay, Send
from switchboard.channels.voice.media.reports import Reports
from switchboard.channels.voice.media.rows import NONE, Rows
from switchboard.channels.voice.media.rtp_end import FarEnd, RtpEnd
from switchboard.channels.voice.media.sounds import Sound, Sounds
from switchboard.channels.voice.media.tape import Tapes
from switchboard.kit.clock import Clock
from switchboard.protocols.recording.chunks import Header
from switchboard.protocols.rtp.telephone_event import press_frames

TICK: Final = 0.02
"""Seconds between ticks."""

TICKS_PER_SECOND: Final = 50


def _nowhere(_: memoryview) -> None:
    """The way to send of a row that has no far end yet."""


class Engine:
    """Legs by the number that the main process gave them. tell: called with (leg, event), within a tick too.
    tapes: where recordings are written.

    A command for a leg that is not there (any more) does nothing: the main process may speak of a leg that
    has just ended.
    """

    def __init__(
        self, clock: Clock, entropy: random.Random, cname: str, tell: Callable[[int, MediaEvent], None], tapes: Tapes
    ) -> None:
        self._tell = tell
        self.rows: Final = Rows(entropy)
        self.intake: Final = Intake()
        self._senders: list[Send] = []
        self._sounds = Sounds()
        self._hearing = Hearing(self.rows, self._sounds, self._tell_row)
        self._reception = Reception(self.rows, self._tell_row)
        self.recorder: Final = Recorder(self.rows, tapes)
        self._keys = KeysInSound(self.rows, self._tell_row)
        self._reports = Reports(self.rows, clock, cname, self._tell_row)
        self._make_senders()
        self._relay = Relay(self.rows, self._senders)
        self._frames = Frames(self.rows, self._sounds, self._hearing, self._senders)
        self._row_of: dict[int, int] = {}
        self._leg_of: dict[int, int] = {}
        self._ends: dict[int, FarEnd] = {}
        self._tick = 0

    @property
    def legs(self) -> int:
        """How many legs there are."""
        return len(self._row_of)

    @property
    def busy(self) -> bool:
        """Whether there is anything that a tick would do."""
        return bool(self._row_of) or bool(self.recorder)

    @property
    def strangers(self) -> int:
        """Datagrams since the start that came from a wrong address or were no RTP."""
        return self._reception.strangers

    @property
    def unsent(self) -> int:
        """Packets since the start that the operating system did not take."""
        return self._relay.failed + self._frames.failed

    @property
    def concealed(self) -> int:
        """Pieces of 10 ms since the start that were made up in mixes because a packet was lost or late."""
        return self._frames.jitter.concealed

    def tick(self, count: int = 1) -> None:
        """Receive what has come, pass it on, send what is due. count: ticks since the last call; those left
        out are heard as a gap.
        """
        self._tick += count
        self.recorder.tick(self._tick)
        if not self._row_of:
            return
        if self.rows.changed:
            self.rows.changed = False
            self._hearing.choose()
            self._relay.plan()
            self._frames.plan()
        for batch in self.intake.rounds():
            packets = self._reception.take(batch, self._tick)
            if len(packets.rows):
                self._relay.forward(packets, self._tick)
                self._frames.store(packets)
                self._keys.hear(packets)
                self.recorder.store(packets)
        self._frames.send(self._tick)
        for row in self._reports.due(self._tick):
            self._ends[row].send_rtcp(self._reports.report(row))
        if self._tick % TICKS_PER_SECOND == 0:
            self._reception.watch(self._tick)

    def open(self, leg: int, pair: PortPair) -> None:
        """A leg for a phone or trunk on these sockets."""
        row = self._begin(leg)
        self._ends[row] = RtpEnd(
            row,
            pair,
            self.intake,
            settle=lambda send: self._settle(row, send),
            on_rtcp=lambda data: self.take_rtcp(row, data),
            on_stranger=self.count_stranger,
        )

    def connect(
        self,
        leg: int,
        remote: tuple[str, int],
        *,
        codec: int,
        telephone_event: int | None,
        also_from: Sequence[str],
        rtcp_port: int,
    ) -> None:
        """See `MediaLeg.connect`."""
        row = self._row_of.get(leg)
        end = None if row is None else self._ends[row]
        if row is None or not isinstance(end, RtpEnd):
            return
        try:
            end.connect(remote, also_from, rtcp_port)
        except OSError as error:
            self._tell(leg, LegBroken(f"no sound can be sent to the far end: {error}"))
            return
        self._speak(row, codec, telephone_event)

    def open_browser(self, leg: int, end: FarEnd) -> int:
        """A leg for a browser whose transport is not up yet; it can be told what to hear already.

        Returns its row.
        """
        row = self._begin(leg)
        self._ends[row] = end
        self.rows.browser[row] = True
        return row

    def row(self, leg: int) -> int:
        """The row of a leg that is there. Raises KeyError."""
        return self._row_of[leg]

    def browser_connected(self, leg: int, send: Send, *, ssrc: int, codec: int, telephone_event: int | None) -> None:
        """The browser's transport is up."""
        row = self._row_of[leg]
        self.rows.heard_at[row] = self._tick
        self.rows.set_ssrc(row, ssrc)
        self._settle(row, send)
        self._speak(row, codec, telephone_event)

    def browser_gone(self, leg: int) -> None:
        """The browser's transport has ended; the leg stays, silent, until it is closed."""
        if (row := self._row_of.get(leg)) is not None:
            self.rows.connected[row] = False
            self._hearing.settle(row)

    def set_matrix(self, call: str, hears: Mapping[int, Sources]) -> None:
        """See `MediaWorker.set_matrix`; legs that are not there are left out."""
        rows = self._row_of
        self._hearing.set_matrix(
            call,
            {
                rows[heard]: [(rows[source], gain) for source, gain in sources if source in rows]
                for heard, sources in hears.items()
                if heard in rows
            },
        )

    def play(self, leg: int, number: int, paths: Sequence[str], *, loop: bool) -> None:
        """See `MediaLeg.play`. A file that cannot be read is told as PlayEnded(failed=...)."""
        row = self._row_of.get(leg)
        if row is None:
            return
        sounds: list[Sound] = []
        try:
            sounds.extend(self._sounds.open(path) for path in paths)
        except OSError as error:
            self._give_back(sounds)
            self._hearing.stop(row)
            self._tell(leg, PlayEnded(number, failed=f"a sound cannot be read: {error}"))
            return
        if sounds:
            self._hearing.play(row, Playing(number, sounds, loop))
        else:
            self._hearing.stop(row)
            self._tell(leg, PlayEnded(number))

    def stop_playing(self, leg: int) -> None:
        """See `MediaLeg.stop_playing`."""
        if (row := self._row_of.get(leg)) is not None:
            self._hearing.stop(row)

    def set_background(self, leg: int, music: str, *, silence: bool) -> None:
        """See `MediaLeg.music`, `silence` and `quiet`. Music that cannot be read is silence."""
        row = self._row_of.get(leg)
        if row is None:
            return
        sound: Sound | None = None
        if music:
            try:
                sound = self._sounds.open(music)
            except OSError as error:
                silence = True
                self._tell(leg, PlayEnded(NONE, failed=f"music cannot be read: {error}"))
        self._hearing.set_background(row, sound, silence)

    def record(self, header: Header, path: str, left: int | None, right: int | None) -> None:
        """See `MediaWorker.record`; a leg that is not there is silence."""
        rows = [NONE if leg is None else self._row_of.get(leg, NONE) for leg in (left, right)]
        self.recorder.start(header, path, *rows)

    def mute(self, leg: int, *, on: bool) -> None:
        """See `MediaLeg.mute`."""
        if (row := self._row_of.get(leg)) is not None:
            self._hearing.mute(row, on)

    def send_digits(self, leg: int, digits: str) -> None:
        """See `MediaLeg.send_digits`."""
        row = self._row_of.get(leg)
        if row is None or not digits:
            return
        if self.rows.event_type[row] == NONE:
            self._hearing.interrupt(row, self._sounds.add(key_tones(digits)))
        else:
            self._hearing.press(row, press_frames(digits))

    def close(self, leg: int) -> None:
        """The leg ends; its last quality is told before."""
        row = self._row_of.get(leg)
        if row is None:
            return
        end = self._ends.pop(row)
        if self.rows.connected[row]:
            if goodbye := self._reports.goodbye(row):
                end.send_rtcp(goodbye)
            self._tell(leg, self._reports.quality(row))
        end.close()
        del self._row_of[leg], self._leg_of[row]
        self._hearing.forget(row)
        self._reception.forget(row)
        self._keys.forget(row)
        self.recorder.forget(row)
        self._reports.forget(row)
        self._senders[row] = _nowhere
        self.rows.release(row)

    def close_all(self) -> None:
        for leg in list(self._row_of):
            self.close(leg)
        self.recorder.close()
        self.intake.close()

    def take_rtcp(self, row: int, data: bytes) -> None:
        """An RTCP packet of the row's far end."""
        self._reports.take(row, data)

    def count_stranger(self) -> None:
        """A datagram came that belongs to nobody."""
        self._reception.strangers += 1

    def _begin(self, leg: int) -> int:
        row = self.rows.take(self._tick)
        self._make_senders()
        self._row_of[leg], self._leg_of[row] = row, leg
        self._hearing.begin(row)
        self._reports.begin(row)
        return row

    def _make_senders(self) -> None:
        self._senders += [_nowhere] * (self.rows.capacity - len(self._senders))

    def _speak(self, row: int, codec: int, telephone_event: int | None) -> None:
        """The row's far end can be sent to, in this coding."""
        self.rows.codec[row] = codec
        self.rows.event_type[row] = NONE if telephone_event is None else telephone_event
        self.rows.connected[row] = True
        self._hearing.settle(row)

    def _settle(self, row: int, send: Send) -> None:
        self._senders[row] = send
        # The frames' plan holds the old way to send.
        self.rows.changed = True

    def _give_back(self, sounds: Sequence[Sound]) -> None:
        for sound in sounds:
            self._sounds.release(sound.number)

    def _tell_row(self, row: int, event: MediaEvent) -> None:
        self._tell(self._leg_of[row], event)
