"""The process is cut off in the middle of a busy hour, two hundred times: nobody waits in vain, nobody twice.

Each cut is at a random moment: at rest, with decisions that were never saved, or between a commit and what should have
followed from it. Contacts that live on this node die with it and are closed as such; those that live elsewhere (a
message, a call on another node) stand in line as before.
"""

import asyncio
from collections import Counter
from random import Random
from typing import Any

import pytest

from support.clock import LoopClock, run
from support.floor import MemoryJournal, MemoryWriter, Runner, agent, queue
from support.invariants import check_agents, check_contacts, could_be_matched
from switchboard.agents.model import AgentState, Reach
from switchboard.conversations.model import ContactEnd, TalkEnd
from switchboard.routing import events as told
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentSignedOut,
    AgentStateAsked,
    ContactArrived,
    ContactLeft,
    ContactQueued,
    EngagementEnded,
    HoldAsked,
    OfferAccepted,
    OfferRejected,
    WrapUpFinished,
)
from switchboard.routing.floor import Floor
from switchboard.routing.model import RULES, WhenNobody
from switchboard.routing.overflow import Overflow, Reason
from switchboard.routing.replay import Replay
from switchboard.routing.saving import Saving
from switchboard.routing.service import Configured
from switchboard.routing.telling import Telling

SECOND = 1_000_000
HERE, ELSEWHERE = "n1", "n2"
"""The node that is cut off, and one that is not."""
AGENTS = ("anna", "ben", "cleo", "dora", "emil")
QUEUES = ("sales", "support")
CUTS = 20

CONFIGURED = Configured(
    [
        queue(
            "sales",
            when_nobody=WhenNobody.STAY,
            wrap_up=20 * SECOND,
            max_wait=15 * SECOND,
            max_length=3,
            overflow=(Overflow("support"),),
        ),
        queue("support", when_nobody=WhenNobody.STAY, ring_time=10 * SECOND),
    ],
    [agent(one, *(QUEUES if place % 2 else QUEUES[1:])) for place, one in enumerate(AGENTS)],
    {},
)


class CutWriter(MemoryWriter):
    """mute: commits, but the process dies before it hears of it."""

    mute = False

    def commit(self) -> None:
        if not self.mute:
            super().commit()
            return
        pending, self._pending = self._pending, []
        self.journal.entries += [batch.entry for batch, _ in pending if batch.entry is not None]


class Hour:
    """The world around the Floor: it knows what it was promised, whatever the process forgets."""

    def __init__(self, clock: LoopClock, seed: int) -> None:
        self.clock = clock
        self.choose = Random(seed)
        self.journal = MemoryJournal()
        self.asked: dict[str, str] = {}
        self.promised: set[str] = set()
        self.rings: dict[int, int] = {}
        self.runner: Runner
        self.writer: CutWriter

    async def begin(self) -> None:
        """The process starts; its agents' pages come back one by one."""
        self.runner = Runner(self.clock, CONFIGURED, self.journal)
        self.writer = CutWriter(self.journal)
        self.runner.writer = self.writer
        self.runner.routing._saving = Saving(self.writer)  # type: ignore[arg-type]  # same methods
        self.rings = {}
        self.runner.routing.subscribe(self._effects)
        await self.runner.routing.start()

    def _effects(self, events: Any, _: int) -> None:
        """What the committed lets happen: phones ring, and stop."""
        for event in events:
            if isinstance(event, told.Offered):
                assert self.journal.entries[-1].seq >= 1
                self.rings[event.offer] = event.fence
            elif isinstance(event, told.OfferEnded):
                self.rings.pop(event.offer, None)

    async def go_on(self, steps: int) -> None:
        for _ in range(steps):
            self.step()
            await asyncio.sleep(self.choose.choice((0.0, 0.0, 0.3, 2.0, 7.0)))

    def step(self) -> None:
        """Somebody does something."""
        routing, choose = self.runner.routing, self.choose
        match choose.randrange(10):
            case 0 | 1 | 2:
                self._call()
            case 3 | 4 if self.rings:
                offer = choose.choice(sorted(self.rings))
                how = OfferRejected if choose.random() < 0.2 else OfferAccepted
                routing.tell(how(offer, self.rings[offer]))
            case 5 | 6 if routing._floor.state.engagements:
                engagement = choose.choice(sorted(routing._floor.state.engagements))
                routing.tell(
                    choose.choice((EngagementEnded(engagement, TalkEnd.CUSTOMER), WrapUpFinished(engagement)))
                    if choose.random() < 0.8
                    else HoldAsked(engagement, choose.random() < 0.5)
                )
            case 7 if routing._floor.state.contacts:
                routing.tell(ContactLeft(choose.choice(sorted(routing._floor.state.contacts))))
            case _:
                who = choose.choice(AGENTS)
                routing.tell(AgentSignedIn(who, HERE, Reach.BROWSER), AgentStateAsked(who, AgentState.AVAILABLE))

    def _call(self) -> None:
        contact = f"c{len(self.asked) + 1}"
        self.asked[contact] = self.choose.choice((HERE, ELSEWHERE))
        done = self.runner.routing.tell(
            ContactArrived(contact, "acme", "voice", self.asked[contact]),
            ContactQueued(contact, self.choose.choice(QUEUES), self.choose.choice((0, 0, 0, 5))),
        )
        done.add_done_callback(lambda answered: self._promise(contact, answered))

    def _promise(self, contact: str, answered: Any) -> None:
        if not answered.cancelled() and answered.exception() is None:
            self.promised.add(contact)

    async def cut(self) -> None:
        """The process is gone, with all that it knew and had not saved."""
        kind = self.choose.choice(("at rest", "not saved", "not told"))
        if kind == "not saved":
            self.writer.hold = True
        elif kind == "not told":
            self.writer.mute = True
        for _ in range(self.choose.randrange(1, 6)):
            self.step()
        if kind != "at rest":
            # Time for a commit, none for what follows from it.
            await asyncio.sleep(0)
        routing = self.runner.routing
        routing._postponed, routing._telling = [], Telling({})
        if routing._timer is not None:
            routing._timer.cancel()
        self.writer.hold = True
        await self.runner.tasks.close()

    def saved(self) -> Floor:
        """What the journal says."""
        floor = Floor()
        for entry in self.journal.entries:
            for event in told.decode(entry.decisions):
                floor.apply(event, entry.at)
        return floor

    def ends(self) -> Counter[str]:
        return Counter(event.contact for event in self._all() if isinstance(event, told.ContactClosed))

    def arrivals(self) -> Counter[str]:
        return Counter(event.contact for event in self._all() if isinstance(event, told.ContactRegistered))

    def _all(self) -> list[told.Event]:
        return [event for entry in self.journal.entries for event in told.decode(entry.decisions)]


def in_line(floor: Floor) -> list[str]:
    """Visits of contacts that live elsewhere, in their order."""
    state = floor.state
    waiting = [one for one in state.visits.values() if state.contacts[one.contact].node == ELSEWHERE]
    return [one.id for one in sorted(waiting, key=lambda one: one.order)]


def nothing_is_lost(hour: Hour, before: Floor) -> None:
    """After a start: the journal's contacts, each once, at their places; no agent with work that is not there."""
    floor = hour.runner.routing._floor
    state, ends, arrivals = floor.state, hour.ends(), hour.arrivals()
    assert max([*arrivals.values(), *ends.values()], default=0) <= 1
    assert hour.promised <= set(arrivals)
    assert set(state.contacts) == set(arrivals) - set(ends)
    # Who lived here is gone; who lives elsewhere stands where he stood.
    assert {contact.node for contact in state.contacts.values()} <= {ELSEWHERE}
    assert in_line(floor) == in_line(before)
    assert set(state.contacts) == {one for one, contact in before.state.contacts.items() if contact.node == ELSEWHERE}
    check_agents(state)
    check_contacts(state)
    assert not list(could_be_matched(state))
    for one in state.agents.values():
        assert all(engagement in state.engagements for engagement in one.engagements)
        assert all(state.leases[offer].agent == one.id for offer in one.offers)


@pytest.mark.parametrize("seed", range(10))
def test_twenty_cuts_in_a_busy_hour(seed: int) -> None:
    async def story(clock: LoopClock) -> None:
        hour = Hour(clock, seed)
        await hour.begin()
        for _ in range(CUTS):
            await hour.go_on(hour.choose.randrange(5, 40))
            await hour.cut()
            before = hour.saved()
            await hour.begin()
            nothing_is_lost(hour, before)
        # The cuts did hurt: something was never saved, something saved was never told.
        assert set(hour.asked) > set(hour.arrivals()) > hour.promised
        # Both ways from one queue to the other were gone.
        entered = [one for one in hour._all() if isinstance(one, told.QueueEntered)]
        assert {one.passage.why for one in entered if one.passage is not None and one.passage.passed} == {
            Reason.FULL,
            Reason.MAX_WAIT,
        }
        await everybody_goes_home(hour)

    run(story)


async def everybody_goes_home(hour: Hour) -> None:
    """What is left is served to the end: each contact has one end, and no agent is left with anything."""
    routing = hour.runner.routing
    state = routing._floor.state
    for _ in range(2_000):
        if not state.contacts:
            break
        for who in AGENTS:
            routing.tell(AgentSignedIn(who, HERE, Reach.BROWSER), AgentStateAsked(who, AgentState.AVAILABLE))
        for offer, fence in list(hour.rings.items()):
            routing.tell(OfferAccepted(offer, fence))
        for engagement in list(state.engagements):
            routing.tell(EngagementEnded(engagement, TalkEnd.CUSTOMER))
        await asyncio.sleep(5)
    assert not state.contacts
    for who in AGENTS:
        routing.tell(AgentSignedOut(who))
    await asyncio.sleep(60)
    assert not state.engagements
    assert {one.state for one in state.agents.values()} == {AgentState.SIGNED_OUT}
    assert routing._floor.next_deadline() is None
    assert set(hour.ends().values()) == {1}
    assert hour.ends() == hour.arrivals()
    lost = [one for one in hour._all() if isinstance(one, told.ContactClosed) and one.how is ContactEnd.SIGNALLING_LOST]
    assert {hour.asked[one.contact] for one in lost} == {HERE}
    replay = Replay()
    assert {entry.rules for entry in hour.journal.entries} == {RULES}
    assert [found for entry in hour.journal.entries if (found := replay.check(entry)) is not None] == []
    await hour.runner.close()
