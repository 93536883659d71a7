"""One media worker as the main process sees it: the child process, its control line, its legs."""

import asyncio
import os
import socket
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog

from switchboard.channels.voice.media import control
from switchboard.channels.voice.media.leg import LegKind, MediaLeg
from switchboard.channels.voice.media.scheduling import ONE_THREAD
from switchboard.kit.errors import Invalid, Unavailable
from switchboard.protocols.recording.chunks import Header, Kind

_log = structlog.get_logger(__name__)

HUNG: Final = 10.0
"""Seconds without a beat (there is one a second) after which a worker counts as dead and is killed."""

GATHER: Final = 0.005
"""Seconds that a command may wait for others: a call needs a dozen, and each write costs more than saying one."""

ANSWER_LIMIT: Final = 5.0
"""Seconds a worker may take to answer a browser's offer."""

Hears = Mapping[int, Sequence[tuple[int, float]]]
"""{destination leg id: [(source leg id, gain), ...]}; gain 1.0 leaves the level as it is, range 0-4."""


RecordingReport = control.RecordingClosed | control.RecordingFailed


class _Reports(asyncio.Protocol):
    """Reads what the worker says and hands it on."""

    def __init__(self, worker: "MediaWorker") -> None:
        self._worker = worker
        self._lines = control.report_lines()

    def data_received(self, data: bytes) -> None:
        for report in self._lines.feed(data):
            self._worker.take(report)

    def connection_lost(self, _: Exception | None) -> None:
        self._worker.line_lost()


class MediaWorker:
    """A worker process. Made by `MediaPool`; call code uses `open_leg`, `open_webrtc` and `set_matrix`.

    Its methods belong to the main loop. Once `alive` is False commands go nowhere and opening raises
    Unavailable.
    """

    def __init__(self, worker_id: int, host: str, monotonic: Callable[[], float]) -> None:
        self.id: Final = worker_id
        self.monotonic: Final = monotonic
        self._host = host
        self.pid = 0
        self.scheduling = ""
        """The scheduling class its ticks got: `fifo`, `nice -10` or `normal`."""
        self.alive = False
        self.last_beat: control.Beat | None = None
        """How it fares, at most a second old while `alive`; None in its first second."""
        self._legs: dict[int, MediaLeg] = {}
        self._ports: deque[int] = deque()
        self._matrices: set[str] = set()
        self._answers: dict[int, asyncio.Future[tuple[MediaLeg, str]]] = {}
        self._recordings: dict[str, Callable[[RecordingReport], None]] = {}
        self._last_leg = 0
        self._process: asyncio.subprocess.Process | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._unsent: list[bytes] = []
        self._ready: asyncio.Future[control.Ready] | None = None
        self._hung: asyncio.TimerHandle | None = None
        self._why = ""

    @property
    def legs(self) -> int:
        """Legs open in it."""
        return len(self._legs)

    @property
    def ports_left(self) -> int:
        """How many RTP legs can be opened before it hands over more ports."""
        return len(self._ports)

    def open_leg(self, *, kind: LegKind = "rtp") -> MediaLeg:
        """A leg on a port that is already bound. Raises Unavailable when none is left or the worker is dead.

        kind: only "rtp"; a browser's leg comes from `open_webrtc`. Raises ValueError for that.
        """
        if kind != "rtp":
            raise ValueError("a browser's leg is opened by open_webrtc")
        if not self.alive:
            raise Unavailable("this media worker has ended")
        if not self._ports:
            raise Unavailable("all media ports are in use; raise media_port_last or wait for calls to end")
        port = self._ports.popleft()
        self._last_leg += 1
        leg = MediaLeg(self, self._last_leg, "rtp", (self._host, port))
        self._legs[leg.id] = leg
        self.send(control.Open(leg.id, port))
        return leg

    async def open_webrtc(self, offer_sdp: str, host_addresses: Sequence[str]) -> tuple[MediaLeg, str]:
        """A leg for a browser: (leg, answer SDP).

        host_addresses: IP addresses of ours that the browser can reach; they become the answer's only
        candidates. Raises Invalid(field="sdp") when the offer has no audio with PCMU or PCMA, no usable ICE
        or DTLS part, or is no SDP; Unavailable when the worker is gone, does not answer or has no port left.
        """
        if not self.alive:
            raise Unavailable("this media worker has ended")
        self._last_leg += 1
        leg_id = self._last_leg
        answer: asyncio.Future[tuple[MediaLeg, str]] = asyncio.get_running_loop().create_future()
        self._answers[leg_id] = answer
        self.send(control.OpenWebRtc(leg_id, offer_sdp, list(host_addresses)))
        try:
            return await asyncio.wait_for(answer, ANSWER_LIMIT)
        except TimeoutError:
            self.send(control.Close(leg_id))
            raise Unavailable("the media worker did not answer the browser's offer in time") from None
        except asyncio.CancelledError:
            self.send(control.Close(leg_id))
            raise
        finally:
            self._answers.pop(leg_id, None)

    def set_matrix(self, call: str, hears: Hears) -> None:
        """Who hears whom in `call`, from now on; replaces what was said of this call before.

        A destination with one source at gain 1.0 gets its packets relayed as they are; any other mix passes
        a jitter buffer. Legs that closed are forgotten by themselves. {} ends it.
        """
        if not hears and call not in self._matrices:
            return
        (self._matrices.add if hears else self._matrices.discard)(call)
        self.send(control.SetMatrix(call, [(heard, list(sources)) for heard, sources in hears.items()]))

    def record(
        self,
        header: Header,
        path: str,
        left: MediaLeg | None,
        right: MediaLeg | None,
        told: Callable[[RecordingReport], None],
    ) -> None:
        """Record what two legs say, from now on, into a new file; again with others when a leg was replaced.

        told: called at most once, when the file is complete or cannot be written; never when the worker dies.
        """
        self._recordings[header.recording] = told
        legs = [None if leg is None else leg.id for leg in (left, right)]
        self.send(control.Record(header, path, *legs))

    def pause_recording(self, recording: str, gap: Kind | None) -> None:
        """From now on a gap (`Kind.PAUSED`, `Kind.HELD`), or sound again."""
        self.send(control.PauseRecording(recording, gap))

    def stop_recording(self, recording: str) -> None:
        """It is over; `told` follows."""
        self.send(control.StopRecording(recording))

    # What follows is for the pool and for the legs.

    async def start(self, command: Sequence[str], *, limit: float) -> None:
        """Start the process and wait until it is ready. limit: seconds. Raises Unavailable."""
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._ready = loop.create_future()
        try:
            with theirs:
                self._process = await asyncio.create_subprocess_exec(
                    *command,
                    *("--control", str(theirs.fileno())),
                    stdin=asyncio.subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    env={**os.environ, **ONE_THREAD},
                )
            self.pid = self._process.pid
            transport, _ = await loop.create_unix_connection(lambda: _Reports(self), sock=ours)
            self._transport = transport
            ready = await asyncio.wait_for(self._ready, limit)
        except (OSError, TimeoutError) as error:
            ours.close()
            await self._kill()
            raise Unavailable(f"a media worker did not start: {str(error) or 'no answer'}") from error
        except asyncio.CancelledError:
            # The start of the whole center was given up: no process may be left behind.
            self._gone()
            ours.close()
            await self._kill()
            raise
        self.scheduling = ready.scheduling
        self.alive = True
        self._expect_beat()

    async def ended(self) -> str:
        """Wait until the process is gone; says why in a few words."""
        if self._process is None:
            return "never started"
        status = await self._process.wait()
        self._gone()
        return self._why or (f"signal {-status}" if status < 0 else f"exit status {status}")

    async def close(self) -> None:
        """End the process: it goes when its control line closes, and is killed if it does not."""
        self._gone()
        if self._process is not None and self._process.returncode is None:
            try:
                await asyncio.wait_for(self._process.wait(), 2.0)
            except TimeoutError:
                await self._kill()

    def send(self, command: control.Command) -> None:
        """Queue a command; what a moment says goes out in one write."""
        if self._transport is None:
            return
        if not self._unsent:
            asyncio.get_running_loop().call_later(GATHER, self._flush)
        self._unsent.append(control.encode(command))

    def _flush(self) -> None:
        lines, self._unsent = b"".join(self._unsent), []
        if self._transport is not None:
            self._transport.write(lines)

    def take(self, report: control.Report) -> None:
        """A report of the worker arrived."""
        match report:
            case control.Told(leg_id, event):
                # A leg that is closed here may still be told of what happened before the worker heard of it.
                if (leg := self._legs.get(leg_id)) is not None:
                    leg.tell(event)
            case control.Closed(leg_id):
                self._legs.pop(leg_id, None)
            case control.RecordingClosed(recording) | control.RecordingFailed(recording):
                if (told := self._recordings.pop(recording, None)) is not None:
                    told(report)
            case control.WebRtcAnswer(leg_id) | control.WebRtcRefused(leg_id):
                self._answered(leg_id, report)
            case _:
                self._take_own(report)

    def _take_own(self, report: control.Ready | control.Ports | control.Beat) -> None:
        """A report about the worker itself."""
        match report:
            case control.Ports(ports):
                self._ports.extend(ports)
            case control.Beat():
                self.last_beat = report
                self._expect_beat()
            case control.Ready():
                if self._ready is not None and not self._ready.done():
                    self._ready.set_result(report)

    def line_lost(self) -> None:
        """The control line closed: the worker ends or has ended."""
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(ConnectionResetError("it ended before it was ready"))
        self._gone()

    def _answered(self, leg_id: int, report: control.WebRtcAnswer | control.WebRtcRefused) -> None:
        waiting = self._answers.get(leg_id)
        if waiting is None or waiting.done():
            return
        if isinstance(report, control.WebRtcAnswer):
            leg = MediaLeg(self, leg_id, "webrtc", (report.host, report.port))
            self._legs[leg_id] = leg
            waiting.set_result((leg, report.sdp))
        else:
            refused = Unavailable(report.text) if report.busy else Invalid(report.text, field="sdp")
            waiting.set_exception(refused)

    def _expect_beat(self) -> None:
        if self._hung is not None:
            self._hung.cancel()
        self._hung = asyncio.get_running_loop().call_later(HUNG, self._no_beat)

    def _no_beat(self) -> None:
        self._why = f"no sign of life for {HUNG:.0f} s"
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    def _gone(self) -> None:
        """Forget everything that needs a living worker."""
        self.alive = False
        self._ports.clear()
        self._legs.clear()
        self._recordings.clear()
        if self._hung is not None:
            self._hung.cancel()
            self._hung = None
        if self._transport is not None:
            self._transport.close()
            self._transport = None
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(Unavailable("the media worker ended"))

    async def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
