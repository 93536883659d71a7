"""A call that is over leaves nothing for the garbage collector, whose looks at everything hold the main loop.

What refers to itself in a ring stays until the collector comes. Each part of a call is let go here with the
collector off: it must be gone at once.
"""

import asyncio
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from support.sip_calls import Pair
from support.sip_net import Network
from support.voice import scene
from switchboard.channels.voice.media.leg import MediaLeg
from switchboard.channels.voice.reactions import react
from switchboard.channels.voice.session import Session
from switchboard.channels.voice.telephone import PhoneAgent, SipCaller
from switchboard.conversations.model import ContactEnd
from switchboard.routing.commands import ContactArrived
from switchboard.routing.events import ContactClosed, QueueEntered

FORGOTTEN_AFTER = 70
"""Seconds after which no transaction is kept any longer (RFC 3261, 64 * T1 for each side)."""


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class Worker:
    """A media worker that nobody hears."""

    id = 1

    def monotonic(self) -> float:
        return 0.0

    def send(self, command: Any) -> None:
        del command


async def test_a_call_is_gone_when_it_is_over() -> None:
    at = scene([{"enqueue": {"queue": "support"}}])
    at.call.begin(ContactArrived("c1", "brand", "voice", "main", worker=7), ())
    await asyncio.sleep(0)
    react({"c1": at.call}, [QueueEntered("c1.v1", "c1", "q1", place=0, number=1)])
    react({"c1": at.call}, [ContactClosed("c1", "brand", "voice", ContactEnd.ABANDONED, 0)])
    caller, call = weakref.ref(at.caller), weakref.ref(at.call)
    await asyncio.sleep(0)
    del at
    assert call() is None
    assert caller() is None


@pytest.mark.parametrize("caller_hangs_up", [True, False])
def test_both_sides_of_a_sip_call_are_gone_when_it_is_over(caller_hangs_up: bool) -> None:
    pair = Pair(Network())
    outbound, inbound = pair.up()
    agents_media = MediaLeg(Worker(), 1, "rtp", ("127.0.0.1", 20_000))
    callers_media = MediaLeg(Worker(), 2, "rtp", ("127.0.0.1", 20_002))
    customer = SipCaller(inbound, callers_media, Session.offering(callers_media))
    customer.answer()
    agent = PhoneAgent(
        outbound,
        agents_media,
        Session.offering(agents_media),
        answered=lambda: None,
        failed=lambda _: None,
        ended=lambda: None,
        held=lambda _: None,
    )
    if caller_hangs_up:
        agent.hang_up()
    else:
        customer.hang_up()
    pair.network.run(FORGOTTEN_AFTER)
    kept = [weakref.ref(one) for one in (outbound, inbound, agents_media, callers_media, customer, agent)]
    del outbound, inbound, agents_media, callers_media, customer, agent
    pair.inbound.clear()
    pair.told.clear()
    pair.callee_told.clear()
    assert [one() for one in kept] == [None] * len(kept)
