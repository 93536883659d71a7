"""A bad network between a phone and the center: it passes SIP on, and loses and delays what is said.

    async with lossy_line(center_sip) as line:
        phone(..., account=f"<sip:..>;outbound=sip:{line.address};..")
        line.loss, line.delay = 0.2, 0.15

The phone calls through `address`. On the way the ports of the session descriptions become the line's own, so that RTP
and RTCP of both sides run through it. RTCP is passed on untouched: it is what tells of the loss.
"""

import asyncio
import contextlib
import random
import re
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from support.ports import free_ports

Address = tuple[str, int]
HOST: Final = "127.0.0.1"


class _Socket(asyncio.DatagramProtocol):
    """received: called with each datagram and where it came from."""

    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._received(data, addr)


class LossyLine:
    """loss: share of the packets that get lost; delay: seconds, each packet by another part of it. Both directions,
    at once for calls that go on."""

    def __init__(self, center: str) -> None:
        host, _, port = center.rpartition(":")
        self._center: Address = (host, int(port))
        self._phone: Address | None = None
        self._transports: list[asyncio.DatagramTransport] = []
        # Sound and RTCP, towards the center and towards the phone; and where the far ends of each are.
        self._ways: dict[tuple[str, int], asyncio.DatagramTransport] = {}
        self._ends: dict[tuple[str, int], Address] = {}
        self._random = random.Random(7)
        self.loss = self.delay = 0.0

    async def open(self) -> None:
        signalling = await self._bind(0, self._signalled)
        self._signalling = signalling
        self.address = f"{HOST}:{signalling.get_extra_info('sockname')[1]}"
        for side in ("center", "phone"):
            first = free_ports(2)
            for offset in (0, 1):
                way = (side, offset)
                self._ways[way] = await self._bind(first + offset, lambda data, _, way=way: self._said(way, data))

    def close(self) -> None:
        for transport in self._transports:
            transport.close()

    async def _bind(self, port: int, received: Callable[[bytes, Address], None]) -> asyncio.DatagramTransport:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Socket(received), local_addr=(HOST, port))
        self._transports.append(transport)
        return transport

    def _signalled(self, data: bytes, source: Address) -> None:
        if source == self._center:
            assert self._phone is not None, "the phone speaks first"
            self._signalling.sendto(self._through(data, end="center", shown="phone"), self._phone)
        else:
            self._phone = source
            self._signalling.sendto(self._through(data, end="phone", shown="center"), self._center)

    def _through(self, message: bytes, *, end: str, shown: str) -> bytes:
        """The message with the line's port in its session description. end: whose description it is; shown: who reads
        it. Lengths of message and port are written anew."""
        head, blank, body = message.partition(b"\r\n\r\n")
        if (said := re.search(rb"^m=audio (\d+)", body, re.MULTILINE)) is None:
            return message
        for offset in (0, 1):
            self._ends[end, offset] = (HOST, int(said[1]) + offset)
        ours = self._ways[shown, 0].get_extra_info("sockname")[1]
        body = body.replace(said[0], b"m=audio %d" % ours, 1)
        head = re.sub(rb"(?im)^Content-Length:[^\r]*", b"Content-Length: %d" % len(body), head)
        return head + blank + body

    def _said(self, way: tuple[str, int], data: bytes) -> None:
        """A packet came in on the side of `way`: out it goes on the other one."""
        side, offset = way
        other = ("phone" if side == "center" else "center", offset)
        if (end := self._ends.get(other)) is None or (offset == 0 and self._random.random() < self.loss):
            return
        late = self._random.random() * self.delay if offset == 0 else 0.0
        asyncio.get_running_loop().call_later(late, self._ways[other].sendto, data, end)


@contextlib.asynccontextmanager
async def lossy_line(center: str) -> AsyncIterator[LossyLine]:
    """A line that is perfect at first. center: its SIP address."""
    line = LossyLine(center)
    await line.open()
    try:
        yield line
    finally:
        line.close()
