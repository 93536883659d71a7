"""Real sockets on loopback: UDP and TCP, broken streams, limits, closing."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial

import pytest
import uvloop

from switchboard.channels.voice.sip.events import Acked, Answered, Cancelled, Ended, Failed, LegEvent
from switchboard.channels.voice.sip.leg import Leg
from switchboard.channels.voice.sip.stack import InboundLeg, Limits, SipStack
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import Unavailable
from switchboard.kit.tasks import Tasks

SDP = b"v=0\r\n"


@asynccontextmanager
async def running(limits: Limits | None = None, public_address: str = "") -> AsyncIterator[SipStack]:
    async with Tasks("sip-test") as tasks:
        stack = SipStack(
            clock=SystemClock(),
            entropy=random.Random(5),
            tasks=tasks,
            limits=limits,
            public_address=public_address,
        )
        await stack.start("127.0.0.1", 0)
        yield stack
        await stack.close()


class Ear:
    """Collects a leg's events and lets a test wait for one of them."""

    def __init__(self, leg: Leg) -> None:
        self._events: asyncio.Queue[LegEvent] = asyncio.Queue()
        leg.on_event = self._events.put_nowait

    async def until(self, kind: type[LegEvent]) -> LegEvent:
        async with asyncio.timeout(5):
            while True:
                event = await self._events.get()
                if isinstance(event, kind):
                    return event


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_call_over_each_transport(transport: str) -> None:
    async with running() as caller, running() as callee:
        ears: list[Ear] = []

        def answer(leg: InboundLeg) -> None:
            ears.append(Ear(leg))
            leg.ring()
            leg.answer(SDP)

        callee.on_invite = answer
        leg = caller.dial(f"sip:anna@127.0.0.1:{callee.address[1]};transport={transport}", from_user="1", sdp=SDP)
        ear = Ear(leg)
        assert await ear.until(Answered) == Answered(SDP)
        await ears[0].until(Acked)
        leg.hangup()
        assert await ears[0].until(Ended) == Ended(by_remote=True)
        assert (caller.legs, callee.legs) == (0, 0)


async def test_host_by_name() -> None:
    async with running() as caller, running() as callee:
        callee.on_invite = lambda leg: leg.reject(486)
        ear = Ear(caller.dial(f"sip:anna@localhost:{callee.address[1]}", from_user="1", sdp=SDP))
        assert await ear.until(Failed) == Failed(486, "Busy Here")
        ear = Ear(caller.dial("sip:anna@no-such-host.invalid", from_user="1", sdp=SDP))
        assert await ear.until(Failed) == Failed(503, "Service Unavailable")


async def test_connection_refused_is_told() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        async with running() as caller:
            ear = Ear(caller.dial(f"sip:anna@127.0.0.1:{port};transport=tcp", from_user="1", sdp=SDP))
            assert await ear.until(Failed) == Failed(503, "Service Unavailable")


async def test_port_in_use_is_one_clear_line() -> None:
    async with running() as first, Tasks("t") as tasks:
        second = SipStack(clock=SystemClock(), entropy=random.Random(1), tasks=tasks)
        with pytest.raises(Unavailable, match=f"SIP cannot listen on 127.0.0.1:{first.address[1]}: already in use"):
            await second.start(*first.address)


INVITE = (
    "INVITE sip:anna@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{transport} 10.9.9.9:4444;branch=z9hG4bK{branch};rport\r\n"
    "From: <sip:x@10.9.9.9>;tag=f\r\nTo: <sip:anna@127.0.0.1>\r\nCall-ID: {branch}\r\nCSeq: 1 INVITE\r\n"
    "Contact: <sip:x@10.9.9.9:4444>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)


async def _connect(stack: SipStack) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(*stack.address)


async def _head(reader: asyncio.StreamReader) -> str:
    async with asyncio.timeout(5):
        return (await reader.readuntil(b"\r\n\r\n")).decode()


async def test_public_address_is_shown() -> None:
    async with running(public_address="203.0.113.5:5099") as stack:
        stack.on_invite = InboundLeg.ring
        reader, writer = await _connect(stack)
        writer.write(INVITE.format(transport="TCP", branch="p1").encode())
        ringing = await _head(reader)
        assert "Contact: <sip:203.0.113.5:5099;transport=tcp>" in ringing
        assert f";rport={writer.get_extra_info('sockname')[1]};" in ringing
        writer.close()


async def test_keep_alive_is_answered_and_messages_are_cut_anywhere() -> None:
    async with running() as stack:
        stack.on_invite = lambda leg: leg.reject(404)
        reader, writer = await _connect(stack)
        writer.write(b"\r\n\r\n")
        async with asyncio.timeout(5):
            assert await reader.readexactly(2) == b"\r\n"
        data = INVITE.format(transport="TCP", branch="c1").encode()
        for start in range(0, len(data), 50):
            writer.write(data[start : start + 50])
            await writer.drain()
        assert (await _head(reader)).startswith("SIP/2.0 404 Not Found")
        writer.close()


async def test_caller_whose_connection_breaks_is_gone() -> None:
    async with running() as stack:
        arrived: asyncio.Queue[Ear] = asyncio.Queue()
        stack.on_invite = lambda leg: arrived.put_nowait(Ear(leg))
        _, writer = await _connect(stack)
        writer.write(INVITE.format(transport="TCP", branch="g1").encode())
        ear = await arrived.get()
        writer.transport.abort()
        assert await ear.until(Cancelled) == Cancelled("connection lost")


@pytest.mark.parametrize(
    "data",
    [
        b"X" * 20_000,
        b"INVITE sip:a SIP/2.0\r\nX: y\r\n\r\n",
        b"INVITE sip:a SIP/2.0\r\nContent-Length: 99999999\r\n\r\n",
        b"INVITE sip:a SIP/2.0\r\nContent-Le",
        b"",
    ],
    ids=["huge header", "no length", "huge length", "half a message", "half-open"],
)
async def test_broken_streams_are_closed(data: bytes) -> None:
    async with running(Limits(first_message=0.2)) as stack:
        reader, writer = await _connect(stack)
        writer.write(data)
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()
        # And the next caller is served.
        stack.on_invite = lambda leg: leg.reject(404)
        reader, writer = await _connect(stack)
        writer.write(INVITE.format(transport="TCP", branch="n1").encode())
        assert "404" in await _head(reader)
        writer.close()


async def test_one_address_may_not_take_every_connection() -> None:
    async with running(Limits(connections_per_address=3)) as stack:
        connections = [await _connect(stack) for _ in range(5)]
        async with asyncio.timeout(5):
            assert [await reader.read() for reader, _ in connections[3:]] == [b"", b""]
        assert stack.guard.counts["connections refused"] == 2
        for _, writer in connections:
            writer.close()


async def test_garbage_that_insists_is_ignored() -> None:
    async with running(Limits(faults=5)) as stack:
        counts = stack.guard.counts
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as noise:
            noise.connect(stack.address)
            async with asyncio.timeout(5):
                while counts["ignored"] == 0:
                    noise.send(b"\xff" * 50)
                    await asyncio.sleep(0)
        assert counts["garbage"] == 5


async def test_closing_ends_calls() -> None:
    async with running() as caller:
        async with running() as callee:
            callee.on_invite = lambda leg: leg.answer(SDP)
            ear = Ear(caller.dial(f"sip:anna@127.0.0.1:{callee.address[1]}", from_user="1", sdp=SDP))
            await ear.until(Answered)
        assert await ear.until(Ended) == Ended(by_remote=True)


async def test_closing_waits_for_calls_to_end() -> None:
    async with running() as caller, running() as callee:
        callee.on_invite = lambda leg: leg.answer(SDP)
        leg = caller.dial(f"sip:anna@127.0.0.1:{callee.address[1]}", from_user="1", sdp=SDP)
        await Ear(leg).until(Answered)
        asyncio.get_running_loop().call_later(0.05, leg.hangup)
        await callee.close(drain=5)
        assert callee.legs == 0


@pytest.mark.parametrize(
    "story",
    [
        partial(test_call_over_each_transport, "udp"),
        partial(test_call_over_each_transport, "tcp"),
        partial(test_broken_streams_are_closed, b"X" * 20_000),
        partial(test_broken_streams_are_closed, b""),
        test_host_by_name,
        test_connection_refused_is_told,
        test_port_in_use_is_one_clear_line,
        test_keep_alive_is_answered_and_messages_are_cut_anywhere,
        test_caller_whose_connection_breaks_is_gone,
        test_one_address_may_not_take_every_connection,
        test_closing_ends_calls,
    ],
)
def test_the_same_under_uvloop(story: Callable[[], Coroutine[None, None, None]]) -> None:
    """Its transports are of another family, and its errors have other texts."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(story())
