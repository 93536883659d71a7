"""A worker's end of the control line: commands come in, reports go out."""

import asyncio
import socket
from collections.abc import Callable
from typing import Final

import msgspec
import structlog

from switchboard.channels.voice.media import control

_log = structlog.get_logger(__name__)

_AT_ONCE: Final = 1 << 18
"""Bytes read at a tick; what is left waits for the next."""


class ControlLine(asyncio.Protocol):
    """Reads by itself while it is `attended` by the loop, and otherwise only when `read` is called.

    Being woken for every word costs a worker more than the word: whoever has a beat of his own reads at his beats.
    line: the socket to the main process. take: called with each command. settled: called when a batch of commands has
    been taken. ended: called when the main process is gone.
    """

    def __init__(
        self,
        line: socket.socket,
        *,
        take: Callable[[control.Command], None],
        settled: Callable[[], None],
        ended: Callable[[], None],
    ) -> None:
        self._line = line
        self._take = take
        self._settled = settled
        self._ended = ended
        self._lines = control.command_lines()
        self._transport: asyncio.Transport | None = None
        self._unsent: list[bytes] = []

    async def open(self) -> None:
        """From now on commands are taken."""
        await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=self._line)

    def attend(self, *, on: bool) -> None:
        """Whether the loop shall read what comes as soon as it comes."""
        if self._transport is not None:
            if on:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()

    def read(self) -> None:
        """Take what has come while nobody attended."""
        if self._transport is None or self._transport.is_closing():
            return
        try:
            data = self._line.recv(_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._take_all(data)
        else:
            self._ended()

    def report(self, report: control.Report) -> None:
        """Say something to the main process; what one turn of the loop says goes out in one write."""
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unsent.append(control.encode(report))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._take_all(data)
        self._settled()

    def connection_lost(self, _: Exception | None) -> None:
        self._ended()

    def _take_all(self, data: bytes) -> None:
        try:
            for command in self._lines.feed(data):
                self._take(command)
        except msgspec.MsgspecError:
            _log.exception("control_line_not_understood")
            self._ended()

    def _flush(self) -> None:
        lines, self._unsent = b"".join(self._unsent), []
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(lines)
