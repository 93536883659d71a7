"""Messages on a stream, cut by Content-Length (RFC 3261 section 18.3); keep-alives are taken out (RFC 5626)."""

from typing import Final

from switchboard.protocols.sip.message import MAX_HEAD, SipParseError

MAX_BODY: Final = 65_536
"""Bytes of a body we accept on a stream."""
PING: Final = b"\r\n\r\n"
PONG: Final = b"\r\n"


class StreamFramer:
    """Bytes in, whole messages out. After a SipParseError the stream cannot be read any further: close it.

    `pings` counts the keep-alives that have to be answered with `PONG`; whoever answers sets it back.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self.pings = 0

    @property
    def waiting(self) -> int:
        """Bytes of a message that is not complete yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Add bytes and take the messages that are complete. Raises SipParseError when no message can follow."""
        self._buffer += data
        found: list[bytes] = []
        while True:
            self._skip_keep_alives()
            message = self._next()
            if message is None:
                return found
            found.append(message)

    def _skip_keep_alives(self) -> None:
        buffer = self._buffer
        while buffer.startswith(b"\r\n"):
            ping = buffer.startswith(PING)
            self.pings += ping
            del buffer[: 4 if ping else 2]
            self._searched = 0

    def _next(self) -> bytes | None:
        buffer = self._buffer
        end = buffer.find(b"\r\n\r\n", max(0, self._searched - 3))
        if end < 0:
            self._searched = len(buffer)
            if len(buffer) > MAX_HEAD:
                raise SipParseError("headers too long")
            return None
        if end > MAX_HEAD:
            raise SipParseError("headers too long")
        size = end + 4 + _content_length(bytes(buffer[:end]))
        if len(buffer) < size:
            self._searched = end
            return None
        message = bytes(buffer[:size])
        del buffer[:size]
        self._searched = 0
        return message


def _content_length(head: bytes) -> int:
    """The stated length of the body; without one a stream cannot be cut (section 20.14 makes it mandatory)."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() in (b"content-length", b"l"):
            value = value.strip()
            if not value.isdigit() or len(value) > 9 or int(value) > MAX_BODY:
                raise SipParseError("broken Content-Length")
            return int(value)
    raise SipParseError("no Content-Length on a stream")
