"""A media worker: `python -m switchboard.channels.voice.media.worker --control FD ...`.

It carries the sound of some calls and does what the main process says over the inherited socket FD. It never
outlives the main process: the end of that socket is its own end. Signals of a terminal are not for it.
"""

import argparse
import asyncio
import os
import random
import signal
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import structlog

from switchboard.channels.voice.media import control
from switchboard.channels.voice.media.control_line import ControlLine
from switchboard.channels.voice.media.engine import TICK, Engine
from switchboard.channels.voice.media.events import LegBroken, MediaEvent
from switchboard.channels.voice.media.ports import PortBook, PortPair
from switchboard.channels.voice.media.scheduling import ask_for_sockets, ask_to_run_first
from switchboard.channels.voice.media.tape import Tapes
from switchboard.channels.voice.media.ticker import Ticker
from switchboard.kit.clock import Clock, SystemClock
from switchboard.kit.errors import Unavailable
from switchboard.kit.garbage import keep_collections_short
from switchboard.kit.logs import configure
from switchboard.kit.tasks import Tasks
from switchboard.protocols.recording.chunks import Kind

if TYPE_CHECKING:
    from switchboard.channels.voice.media.browsers import Browsers

_log = structlog.get_logger(__name__)

RESERVE: Final = 256
"""Ports that are bound ahead of need."""

REFILL: Final = 16
"""Ports bound at a time, so that no tick waits for the rest."""

_SPARE_SOCKETS: Final = 64


class Worker:
    """Between the control line and the engine. browsers: opens legs for browsers, None without WebRTC."""

    def __init__(
        self, clock: Clock, entropy: random.Random, tasks: Tasks, options: argparse.Namespace, line: socket.socket
    ) -> None:
        self._line = ControlLine(line, take=self.do, settled=self._settle, ended=self.end)
        self._report = self._line.report
        self._book = PortBook(clock, options.host, options.first_port, options.last_port)
        self._bound: dict[int, PortPair] = {}
        self._used: dict[int, int] = {}
        self._reserve = min(RESERVE, (ask_for_sockets() - _SPARE_SOCKETS) // 8)
        if options.webrtc:
            # What is bound ahead is for phones; of a small range browsers shall find something, too.
            self._reserve = min(self._reserve, self._book.left * 3 // 4)
        self._loop = asyncio.get_running_loop()
        tapes = Tapes(self._tape_failed, self._tape_closed)
        self._engine = Engine(clock, entropy, f"{entropy.getrandbits(64):016x}", self._tell, tapes)
        self._browsers = (
            _browsers(self._engine, self._book, clock, entropy, tasks, self._report) if options.webrtc else None
        )
        self._does: dict[type[control.Command], Callable[[Any], None]] = {
            control.Open: self._open,
            control.OpenWebRtc: self._open_webrtc,
            control.Connect: self._connect,
            control.SetMatrix: self._set_matrix,
            control.Play: self._play,
            control.StopPlaying: self._stop_playing,
            control.Background: self._background,
            control.Mute: self._mute,
            control.SendDigits: self._send_digits,
            control.Record: self._record,
            control.PauseRecording: self._pause_recording,
            control.StopRecording: self._stop_recording,
            control.Close: self._close,
        }
        self._ticker = Ticker(TICK, self._tick, self._ended_by_failure)
        self.ended: Final = asyncio.get_running_loop().create_future()
        """Done with the exit status when the worker shall end."""

    async def begin(self) -> None:
        """Get ready and say so; commands are taken from now on."""
        await self._line.open()
        self._fill_reserve(self._reserve)
        keep_collections_short()
        self._report(control.Ready(os.getpid(), ask_to_run_first()))
        self._beat()

    def end(self, status: int = 0) -> None:
        """The main process is gone, or the worker is of no more use."""
        if not self.ended.done():
            self.ended.set_result(status)

    def close(self) -> None:
        self._ticker.stop()
        self._engine.close_all()

    def do(self, command: control.Command) -> None:
        """Carry out a command. A failure breaks the leg that it is about, not the others."""
        try:
            self._does[type(command)](command)
        except Exception as error:  # noqa: BLE001  # one bad command must not end the calls of others
            _log.exception("command_failed", command=type(command).__name__)
            if isinstance(command, control.ToLeg):
                self._tell(command.leg, LegBroken(f"{type(command).__name__} failed: {error}"))

    def _tick(self, count: int) -> None:
        self._line.read()
        self._engine.tick(count)
        self._settle()

    def _settle(self) -> None:
        """Tick while there is something to carry, wait for word while there is not.

        No command is heard before the next tick, so that between ticks the worker need not be woken for one.
        """
        busy = self._engine.busy or (self._browsers is not None and self._browsers.busy)
        if busy != self._ticker.running:
            self._line.attend(on=not busy)
            (self._ticker.start if busy else self._ticker.stop)()

    def _open(self, command: control.Open) -> None:
        pair = self._bound.pop(command.port)
        self._used[command.leg] = command.port
        self._engine.open(command.leg, pair)
        if len(self._bound) <= max(self._reserve - REFILL, 0):
            self._fill_reserve(REFILL)

    def _open_webrtc(self, command: control.OpenWebRtc) -> None:
        if self._browsers is None:
            self._report(control.WebRtcRefused(command.leg, "this server does not talk to browsers"))
        else:
            self._browsers.open(command)

    def _connect(self, command: control.Connect) -> None:
        self._engine.connect(
            command.leg,
            (command.host, command.port),
            codec=command.payload_type,
            telephone_event=command.telephone_event,
            also_from=command.also_from,
            rtcp_port=command.rtcp_port,
        )

    def _set_matrix(self, command: control.SetMatrix) -> None:
        self._engine.set_matrix(command.call, dict(command.hears))

    def _play(self, command: control.Play) -> None:
        self._engine.play(command.leg, command.play, command.sounds, loop=command.loop)

    def _stop_playing(self, command: control.StopPlaying) -> None:
        self._engine.stop_playing(command.leg)

    def _background(self, command: control.Background) -> None:
        self._engine.set_background(command.leg, command.music, silence=command.silence)

    def _mute(self, command: control.Mute) -> None:
        self._engine.mute(command.leg, on=command.on)

    def _send_digits(self, command: control.SendDigits) -> None:
        self._engine.send_digits(command.leg, command.digits)

    def _record(self, command: control.Record) -> None:
        self._engine.record(command.header, command.path, command.left, command.right)

    def _pause_recording(self, command: control.PauseRecording) -> None:
        self._engine.recorder.pause(command.recording, None if command.gap is None else Kind(command.gap))

    def _stop_recording(self, command: control.StopRecording) -> None:
        self._engine.recorder.stop(command.recording)

    def _tape_failed(self, recording: str, why: str) -> None:
        """In the tapes' thread."""
        self._loop.call_soon_threadsafe(self._engine.recorder.drop, recording)
        self._loop.call_soon_threadsafe(self._report, control.RecordingFailed(recording, why))

    def _tape_closed(self, recording: str, samples: int, size: int) -> None:
        """In the tapes' thread."""
        self._loop.call_soon_threadsafe(self._report, control.RecordingClosed(recording, samples, size))

    def _close(self, command: control.Close) -> None:
        self._engine.close(command.leg)
        port = self._used.pop(command.leg, None)
        if port is not None:
            self._book.rest(port)
        elif self._browsers is not None:
            self._browsers.close(command.leg)
        self._report(control.Closed(command.leg))

    def _fill_reserve(self, most: int) -> None:
        """Bind up to `most` more ports and hand them over."""
        ports: list[int] = []
        try:
            while len(ports) < most and len(self._bound) < self._reserve and (pair := self._book.bind()):
                self._bound[pair.port] = pair
                ports.append(pair.port)
        except Unavailable as error:
            _log.error("no_more_media_ports", why=error.text, bound=len(self._bound))
        if ports:
            self._report(control.Ports(ports))

    def _beat(self) -> None:
        """Once a second: tell how it goes, and bind ports whose rest is over."""
        fared = self._ticker.fared()
        self._report(
            control.Beat(
                legs=self._engine.legs,
                late_p50=fared.late_p50,
                late_p99=fared.late_p99,
                late_worst=fared.late_worst,
                busy=fared.busy,
                skipped=self._ticker.skipped,
                strangers=self._engine.strangers,
                unsent=self._engine.unsent,
                concealed=self._engine.concealed,
            )
        )
        self._fill_reserve(REFILL)
        asyncio.get_running_loop().call_later(1.0, self._beat)

    def _tell(self, leg: int, event: MediaEvent) -> None:
        self._report(control.Told(leg, event))

    def _ended_by_failure(self) -> None:
        self.end(1)


def _browsers(
    engine: Engine,
    book: PortBook,
    clock: Clock,
    entropy: random.Random,
    tasks: Tasks,
    report: Callable[[control.Report], None],
) -> "Browsers":
    # 35 MB and half a second that a worker without browsers does not spend.
    from switchboard.channels.voice.media.browsers import Browsers

    return Browsers(engine, book, clock, entropy, tasks, report)


async def run(options: argparse.Namespace) -> int:
    """Serve until the control line ends; returns the exit status."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Ctrl-C reaches the whole group, but calls go on until the main process has drained them.
        signal.signal(number, signal.SIG_IGN)
    async with Tasks("media") as tasks:
        line = socket.socket(fileno=options.control)
        worker = Worker(SystemClock(), random.SystemRandom(), tasks, options, line)
        await worker.begin()
        status: int = await worker.ended
        worker.close()
    return status


def main(arguments: Sequence[str] | None = None) -> int:
    """The program."""
    reader = argparse.ArgumentParser(prog="switchboard.channels.voice.media.worker", description=__doc__)
    reader.add_argument("--control", type=int, required=True, help="inherited socket to the main process")
    reader.add_argument("--host", default="127.0.0.1", help="IP address that RTP sockets are bound to")
    reader.add_argument("--first-port", type=int, default=20_000)
    reader.add_argument("--last-port", type=int, default=29_999)
    reader.add_argument("--webrtc", action="store_true", help="be ready for browsers")
    configure(level="info")
    return asyncio.run(run(reader.parse_args(arguments)))


if __name__ == "__main__":
    raise SystemExit(main())
