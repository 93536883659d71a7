"""An hour of callers who do all that callers do, with a worker that dies, a queue that is retired and a center that
is killed: whoever arrived has exactly one end, however often and however late anything is said.
"""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from support.clock import LoopClock, run
from support.floor import Runner, agent, queue
from support.ledger_rows import Rows
from switchboard.agents.model import Reach
from switchboard.conversations.model import REFUSED_ENDS, ArrivalEnd, ContactEnd, TalkEnd
from switchboard.kit.tasks import Tasks
from switchboard.routing import events as told
from switchboard.routing.commands import (
    AgentSignedIn,
    Command,
    ContactArrived,
    ContactBrokeOut,
    ContactFinished,
    ContactLeft,
    ContactQueued,
    EngagementEnded,
    OfferAccepted,
    WorkerLost,
)
from switchboard.routing.model import WhenNobody
from switchboard.routing.service import Configured

MINUTE = 60.0
CALLERS = 1_000
QUEUES = [
    queue(),
    queue("patient", max_wait=30_000_000),
    queue("narrow", max_length=1),
    queue("deserted"),
    queue("retired", when_nobody=WhenNobody.STAY),
]
AGENTS = [agent("anna", "support", "patient", "narrow"), agent("bert", "support", "patient", "narrow")]
SAID = ("out of hours", "announcement", "served", "no choice")

CALL_BACK_ENDS = {ArrivalEnd.CALL_BACK_ASKED, ArrivalEnd.CALL_BACK_NOT_REACHED, ArrivalEnd.CALL_BACK_PUT_OFF}
"""Of call-backs, whose stories are in test_virtual_hold.py."""


class Hour:
    """A center in which everything is said at least once, and much of it again. chance: what callers do."""

    def __init__(self, clock: LoopClock, runner: Runner, chance: random.Random) -> None:
        self.clock = clock
        self.runner = runner
        self.chance = chance
        self.arrived: list[str] = []
        self.tasks = Tasks("callers")

    async def open(self) -> None:
        await self.runner.routing.start()
        self.runner.routing.subscribe(self._hear)
        for one in AGENTS:
            await self.runner.routing.command(AgentSignedIn(one.id, "n1", Reach.PHONE))

    async def say(self, *commands: Command) -> None:
        """Once, and as often as not once more."""
        await self.runner.routing.command(*commands)
        if self.chance.random() < 0.5:
            await self.runner.routing.command(*commands)

    async def callers(self, name: str, count: int, seconds: float) -> None:
        """So many within this time, each on a way of his own."""
        for number in range(count):
            self.tasks.start(self._call(f"{name}{number}"), name="caller")
            await asyncio.sleep(seconds / count)

    async def _call(self, contact: str) -> None:
        await self.say(ContactArrived(contact, "acme", "voice", "n1", self.chance.randrange(2)))
        self.arrived.append(contact)
        await self._pause(10)
        way = self.chance.random()
        if way < 0.15:
            await self.say(ContactLeft(contact))
        elif way < 0.35:
            await self.say(ContactFinished(contact, why=self.chance.choice(SAID)))
        else:
            await self.say(ContactQueued(contact, self.chance.choice(QUEUES).id))
            await self._pause(200)
            if way > 0.9:
                await self.say(ContactBrokeOut(contact))
                await self._pause(10)
        # In the end everybody hangs up, whatever the center thinks of him.
        await self._pause(60)
        await self.say(ContactLeft(contact))

    async def _pause(self, most: float) -> None:
        await asyncio.sleep(self.chance.random() * most)

    def _hear(self, events: Any, _: int) -> None:
        for event in events:
            if isinstance(event, told.Offered):
                does = self._answer(event) if self.chance.random() < 0.8 else self._give_up(event)
                self.tasks.start(does, name="offered")
            elif isinstance(event, told.EngagementOpened):
                self.tasks.start(self._talk(event), name="talk")

    async def _answer(self, offer: told.Offered) -> None:
        await self._pause(15)
        await self.say(OfferAccepted(offer.offer, offer.fence))

    async def _give_up(self, offer: told.Offered) -> None:
        await self._pause(15)
        await self.say(ContactLeft(offer.contact))

    async def _talk(self, opened: told.EngagementOpened) -> None:
        await self._pause(60)
        await self.say(EngagementEnded(opened.engagement, self.chance.choice([TalkEnd.AGENT, TalkEnd.CUSTOMER])))
        await self.say(ContactFinished(opened.contact, ContactEnd.FINISHED))


@pytest.mark.parametrize("seed", range(2))
def test_everybody_who_arrived_has_one_end(seed: int) -> None:
    async def story(clock: LoopClock) -> None:
        chance = random.Random(seed)
        before = Hour(clock, Runner(clock, Configured(QUEUES, AGENTS, {})), chance)
        await before.open()
        await before.callers("a", CALLERS // 2, 20 * MINUTE)
        await before.runner.routing.command(WorkerLost("n1", 1))
        before.runner.configured = Configured(QUEUES[:-1], AGENTS, {})
        await before.runner.routing.reload()
        await before.callers("b", CALLERS // 4, 10 * MINUTE)
        # Killed: nobody says anything any more, nothing is put in order, and what was not saved never is.
        before.runner.writer.hold = True
        await before.tasks.close()
        await before.runner.tasks.close()

        after = Hour(clock, Runner(clock, before.runner.configured, before.runner.journal), chance)
        await after.open()
        await after.callers("c", CALLERS // 4, 20 * MINUTE)
        await asyncio.sleep(20 * MINUTE)
        await after.tasks.close()
        await after.runner.close()

        rows, closed = Rows(), Counter[str]()
        for entry in before.runner.journal.entries:
            decided = told.decode(entry.decisions)
            rows.take(decided, entry.at)
            closed.update(event.contact for event in decided if isinstance(event, told.ContactClosed))
        arrived = set(before.arrived + after.arrived)
        assert closed == Counter(dict.fromkeys(arrived, 1))
        ends = Counter(row["end"] for row in rows.contacts())
        assert ends.total() == len(arrived) > CALLERS * 0.9
        missing = {end.value for end in set(ArrivalEnd) - REFUSED_ENDS - CALL_BACK_ENDS} - set(ends)
        assert missing == set(), ends

    run(story)
