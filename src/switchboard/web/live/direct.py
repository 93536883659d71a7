"""One frame for many pages: made ready once for the wire, and handed to each connection in one call.

    frame = Frame('{"type": "change", ...}')        # a board's change
    write = writer_of(socket)                        # None where the server has no such way (tests without one)
    write(frame.wire) or outbox.queue(frame.text)    # False: this page takes nothing just now

The usual way of a frame, through the WebSocket's own task and uvicorn's, costs three times as much as what it ends
in: a write to the connection. Two hundred open boards take the usual way only while they are slow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from fastapi import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

EXTENSION: Final = "switchboard.direct"
"""Name in the scope's extensions (ASGI), under which the connection offers `write_now`."""

_TEXT: Final = 0x81
"""A whole message of text, RFC 6455 section 5.2: FIN and opcode 1."""

Write = Callable[[bytes], bool]


@dataclass(frozen=True)
class Frame:
    """A message, as text and as the bytes of its WebSocket frame, made when first needed."""

    text: str

    @cached_property
    def wire(self) -> bytes:
        """RFC 6455 section 5.2: what a server sends is not masked."""
        payload = self.text.encode()
        size = len(payload)
        if size < 126:
            head = bytes((_TEXT, size))
        elif size < 1 << 16:
            head = bytes((_TEXT, 126)) + size.to_bytes(2)
        else:
            head = bytes((_TEXT, 127)) + size.to_bytes(8)
        return head + payload


class DirectWebSocket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, which whole frames can be written to at once. Without compression, as we serve it."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            # The application's task has not begun yet: it finds the extension there.
            self.scope["extensions"][EXTENSION] = {"write": self.write_now}

    def write_now(self, wire: bytes) -> bool:
        """Write a whole frame; False when the page is not there, is leaving or has not taken the last ones yet."""
        if not self.handshake_complete or self.close_sent or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(wire)
        return True


def writer_of(socket: WebSocket) -> Write | None:
    """How to write to this page at once; None under a server that is not ours."""
    offered = socket.scope.get("extensions", {}).get(EXTENSION)
    return None if offered is None else offered["write"]
