"""Whatever the network does, every call ends, and nothing is kept for ever."""

import gc
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.sip_calls import ANSWER, Pair, accepting, bare_invite
from support.sip_net import Network, Weather
from switchboard.channels.voice.sip.events import (
    Ended,
    Failed,
)
from switchboard.channels.voice.sip.inbound import InboundLeg
from switchboard.channels.voice.sip.leg import LegState
from switchboard.channels.voice.sip.outbound import OutboundLeg
from switchboard.channels.voice.sip.useragent import UserAgent

Plan = list[tuple[float, str]]
PLANS: st.SearchStrategy[Plan] = st.lists(
    st.tuples(
        st.floats(0, 8),
        st.sampled_from(
            ["ring", "answer", "reject", "callee leaves", "caller leaves", "hold", "unhold", "keys", "transfer"]
        ),
    ),
    max_size=8,
)


@settings(max_examples=400, deadline=None)
@given(
    plan=PLANS,
    loss=st.floats(0, 0.6),
    doubling=st.floats(0, 0.5),
    delay=st.floats(0, 3),
    seed=st.integers(0, 2**32),
)
def test_every_call_ends_on_any_network(plan: Plan, loss: float, doubling: float, delay: float, seed: int) -> None:
    network = Network(chance=random.Random(seed), weather=Weather(loss, doubling, delay))
    pair = Pair(network)
    leg = pair.dial(ring_limit=60)
    leg.on_event = lambda event: accepting(leg, pair.told, event)
    for pause, deed in sorted(plan):
        network.run(max(0.0, pause - network.now))
        _do(deed, leg, pair)
    network.run(20)
    leg.hangup()
    for inbound in pair.inbound:
        inbound.hangup()
    # Everything has a deadline: the ring limits, 32 s for answers, ACKs and until copies are forgotten.
    network.run(700)
    _all_over(leg, pair)


def _do(deed: str, leg: OutboundLeg, pair: Pair) -> None:
    at_the_caller: dict[str, Callable[[], None]] = {
        "caller leaves": leg.hangup,
        "hold": lambda: leg.reinvite(b"hold"),
        "keys": lambda: leg.send_info(b"1", "application/dtmf"),
        "transfer": lambda: leg.refer("sip:x@10.0.0.3"),
    }
    at_the_callee: dict[str, Callable[[InboundLeg], None]] = {
        "ring": InboundLeg.ring,
        "answer": lambda inbound: _answer(inbound, pair),
        "reject": lambda inbound: inbound.reject(486),
        "callee leaves": InboundLeg.hangup,
        "unhold": lambda inbound: inbound.reinvite(b"resume"),
    }
    if deed in at_the_caller:
        at_the_caller[deed]()
    else:
        for inbound in pair.inbound:
            at_the_callee[deed](inbound)


def _answer(inbound: InboundLeg, pair: Pair) -> None:
    inbound.on_event = lambda event: accepting(inbound, pair.callee_told, event)
    inbound.answer(ANSWER)


def _all_over(leg: OutboundLeg, pair: Pair) -> None:
    assert leg.state is LegState.ENDED
    assert all(inbound.state is LegState.ENDED for inbound in pair.inbound)
    finals = [event for event in pair.told if isinstance(event, Failed | Ended)]
    assert len(finals) <= 1
    for agent in (pair.calling, pair.called):
        _nothing_left(agent)


def _nothing_left(agent: UserAgent) -> None:
    assert agent.legs == 0
    assert len(agent.layer) == 0
    assert agent.layer.waiting == 0
    assert agent.layer._first_seen == {}


@pytest.mark.slow
def test_memory_is_freed_after_twenty_thousand_calls() -> None:
    network = Network()
    network.keep_log = False
    pair = Pair(network, on_invite=lambda leg: leg.answer(ANSWER))
    pair.inbound = _Forgetful()
    pair.callee_told = _Forgetful()
    pair.told = _Forgetful()
    most = 0
    gc.collect()
    before = len(gc.get_objects())
    for number in range(20_000):
        leg = pair.dial()
        network.deliver()
        leg.hangup()
        network.run(0.05)
        if number % 1_000 == 0:
            most = max(most, len(pair.calling.layer) + len(network.timers))
    # 32 s of 20 calls per second linger at any time, and no more.
    assert most < 32 * 20 * 2 * 8
    network.run(40)
    _nothing_left(pair.calling)
    _nothing_left(pair.called)
    assert network.timers.next_deadline() is None
    gc.collect()
    assert len(gc.get_objects()) - before < 2_000


def test_memory_is_freed_after_rejected_calls_without_ack() -> None:
    network = Network()
    pair = Pair(network, on_invite=lambda leg: leg.reject(486))
    for number in range(500):
        invite = bare_invite(f"call {number}", branch=f"z9hG4bKn{number}")
        network.carry(invite, ("10.0.0.7", 5060), ("10.0.0.2", 5060))
    network.run(1)
    assert len(pair.called.layer) == 500
    network.run(40)
    _nothing_left(pair.called)


class _Forgetful(list):  # type: ignore[type-arg]
    """Takes everything, keeps nothing."""

    def append(self, _: object) -> None:
        return
