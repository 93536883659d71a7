"""The other end of a trunk, where the customers' phones are: it writes down who is called and lets them answer."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from typing import Any, Final

from support.stranger import audio

HOST: Final = "127.0.0.1"


class Exchange(asyncio.DatagramProtocol):
    """Use `exchange`. Every phone rings and is answered, but those of `away`, which ring on."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.called: dict[str, str] = {}
        """The number that was dialled, by Call-ID: one for each call, however often its INVITE was sent."""
        self._heard = asyncio.Event()

    @property
    def port(self) -> int:
        return int(self._transport.get_extra_info("sockname")[1])

    def calls(self, number: str) -> int:
        """How often this number was called."""
        return list(self.called.values()).count(number)

    async def rings(self, number: str, times: int) -> None:
        """Wait until this number has been called so often."""
        async with asyncio.timeout(30):
            while self.calls(number) < times:
                self._heard.clear()
                await self._heard.wait()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        asked = data.decode(errors="replace")
        method, uri, *_ = asked.split(" ", 2)
        if method == "INVITE":
            number = uri.removeprefix("sip:").partition("@")[0]
            [call] = re.findall(r"^Call-ID:\s*(\S+)", asked, re.IGNORECASE | re.MULTILINE)
            self.called[call] = number
            self._transport.sendto(_answer(asked, "180 Ringing"), addr)
            if number not in self.away:
                self._transport.sendto(_answer(asked, "200 OK", self.port), addr)
            self._heard.set()
        elif method in {"REGISTER", "BYE", "CANCEL", "OPTIONS"}:
            self._transport.sendto(_answer(asked, "200 OK"), addr)


def _answer(asked: str, status: str, port: int = 0) -> bytes:
    """A response (RFC 3261, 8.2.6); with a session description when a port is given."""
    kept = re.findall(r"^(?:Via|From|To|Call-ID|CSeq):[^\r]*\r\n", asked, re.IGNORECASE | re.MULTILINE)
    lines = [
        f"{line[:-2]};tag=phone\r\n" if line[:3].lower() == "to:" and "tag=" not in line else line for line in kept
    ]
    body = audio(HOST) if port else ""
    more = f"Contact: <sip:phone@{HOST}:{port}>\r\nContent-Type: application/sdp\r\n" if port else ""
    return f"SIP/2.0 {status}\r\n{''.join(lines)}{more}Content-Length: {len(body)}\r\n\r\n{body}".encode()


@contextlib.asynccontextmanager
async def exchange() -> AsyncIterator[Exchange]:
    """An exchange that is there as long as the block."""
    transport, made = await asyncio.get_running_loop().create_datagram_endpoint(Exchange, local_addr=(HOST, 0))
    try:
        yield made
    finally:
        transport.close()
