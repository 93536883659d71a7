"""A call through the Floor, the writer and the projection, and what its record says afterwards."""

import random
from collections.abc import AsyncIterator

import pytest

from support.clock import SetClock
from support.floor import SECOND, agent, queue
from switchboard.agents.model import AgentState, Reach
from switchboard.agents.service import Agents
from switchboard.conversations.model import OfferEnd, TalkEnd
from switchboard.conversations.service import Conversations, Search, ledger
from switchboard.kit.errors import Invalid, NotFound
from switchboard.kit.ids import IdSource
from switchboard.kit.tasks import Tasks
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentSignedOut,
    ContactArrived,
    ContactBrokeOut,
    ContactFinished,
    ContactLeft,
    ContactQueued,
    EngagementEnded,
    HoldAsked,
    OfferAccepted,
    OfferRejected,
    WrapUpFinished,
)
from switchboard.routing.events import Event, Offered
from switchboard.routing.projection import register
from switchboard.routing.service import Configured, Routing
from switchboard.storage.database import Database
from switchboard.storage.journal import Journal
from switchboard.storage.projections import Projections
from switchboard.storage.writer import GroupCommitWriter
from switchboard.tenancy.service import Audit

CONFIGURED = Configured(
    [queue(wrap_up=30 * SECOND), queue("sales")],
    [agent("anna", "support", "sales"), agent("ben")],
    {},
)
ACME = ["acme"]


class House:
    """Floor, writer, ledger and conversations on a real database, with a clock moved by hand."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SetClock()
        self.tasks = Tasks("test")
        projections = Projections()
        register(projections)
        self.writer = GroupCommitWriter(database, clock=self.clock, projections=projections)
        self.routing = self.floor()
        self.conversations = Conversations(database, self.clock)
        self.offers: list[Offered] = []

    def floor(self) -> Routing:
        async def load() -> Configured:
            return CONFIGURED

        return Routing(
            "org",
            node="n1",
            clock=self.clock,
            tasks=self.tasks,
            journal=Journal(self.database),
            writer=self.writer,
            load=load,
        )

    def hear(self, events: list[Event], at: int) -> None:
        self.offers += [event for event in events if isinstance(event, Offered)]

    async def start(self) -> None:
        await self.routing.start()
        self.routing.subscribe(self.hear)  # type: ignore[arg-type]

    async def call(
        self,
        contact: str,
        *,
        queue_id: str = "support",
        number: str | None = None,
        customer: str | None = None,
        client: str = "acme",
    ) -> None:
        await self.routing.command(
            ContactArrived(contact, client, "voice", "n1", 1, customer, "+4930100"),
            ContactQueued(contact, queue_id),
            along=self.conversations.came_from("org", client, contact, number),
        )
        self.clock.pass_seconds(1)

    async def accept(self) -> str:
        offer = self.offers[-1]
        (answer,) = await self.routing.command(OfferAccepted(offer.offer, offer.fence))
        assert answer.engagement is not None
        return answer.engagement

    async def close(self) -> None:
        await self.routing.close()
        await self.tasks.close()
        await self.writer.close()


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    built = House(database)
    await built.start()
    yield built
    await built.close()


async def test_the_record_tells_the_whole_route_with_times_that_add_up(house: House) -> None:
    routing, clock = house.routing, house.clock
    await routing.command(AgentSignedIn("anna", "n1", Reach.BROWSER))
    clock.pass_seconds(1)
    await routing.command(AgentSignedIn("ben", "n1", Reach.PHONE))
    clock.pass_seconds(9)
    begun = clock.now()
    await house.call("c1", number="+4915112345678", customer="k1")
    clock.pass_seconds(2)
    await routing.command(OfferRejected(house.offers[-1].offer, house.offers[-1].fence))
    clock.pass_seconds(4)
    engagement = await house.accept()
    clock.pass_seconds(10)
    await routing.command(HoldAsked(engagement, on=True))
    clock.pass_seconds(5)
    await routing.command(HoldAsked(engagement, on=False))
    clock.pass_seconds(20)
    heard = ledger.talk_heard("org", engagement, bad_time=4 * SECOND, loss=0.1, jitter=0.02, bad_sides=["caller"])
    await routing.command(EngagementEnded(engagement, TalkEnd.CUSTOMER), along=[heard])
    await house.conversations.note("org", "acme", "c1", engagement, by="ben", disposition="solved")
    await house.conversations.note("org", "acme", "c1", engagement, by="ben", note="wants a call back")
    clock.pass_seconds(7)
    await routing.command(WrapUpFinished(engagement, "solved"))

    record = await house.conversations.record("org", ACME, "c1")
    contact = record.contact
    assert (contact.number, contact.customer, contact.entrance) == ("+4915112345678", "k1", "+4930100")
    assert (contact.arrived_at, contact.how, contact.queue, contact.agent) == (begun, "answered", "support", "ben")
    assert contact.closed_at == begun + 42 * SECOND
    (visit,) = record.visits
    assert (visit.entered_at, visit.left_at, visit.how) == (begun, begun + 7 * SECOND, "answered")
    rejected, accepted = record.offers
    assert (rejected.agent, rejected.reach, rejected.end) == ("anna", "browser", "rejected")
    assert (rejected.made_at, rejected.ended_at) == (begun, begun + 3 * SECOND)
    assert rejected.why["strategy"] == "longest idle"
    assert [agent for agent, _ in rejected.why["runners_up"]] == ["ben"]
    assert (accepted.agent, accepted.end, accepted.why["excluded"]) == ("ben", "accepted", {"delayed": 1})
    (work,) = record.engagements
    assert (work.ring_time, work.talk_time, work.hold_time, work.holds) == (4 * SECOND, 30 * SECOND, 5 * SECOND, 1)
    assert (work.ended_by, work.wrap_up_end, work.wrap_up_time) == ("customer", "finished", 7 * SECOND)
    assert (work.bad_sound_time, work.sound) == (4 * SECOND, {"loss": 0.1, "jitter": 0.02, "sides": ["caller"]})
    assert (contact.ended_by, contact.bad_sound_time) == ("customer", 4 * SECOND)
    assert work.opened_at + (work.talk_time or 0) + (work.hold_time or 0) == work.talk_ended_at
    assert (work.disposition, work.note) == ("solved", "wants a call back")
    assert await house.conversations.said("org", "acme", "c1", engagement) == ("solved", "wants a call back")


async def test_an_engagement_without_wrap_up_is_closed_with_its_talk(house: House) -> None:
    await house.routing.command(AgentSignedIn("anna", "n1", Reach.PHONE))
    await house.call("c1", queue_id="sales")
    engagement = await house.accept()
    house.clock.pass_seconds(3)
    await house.routing.command(EngagementEnded(engagement, TalkEnd.AGENT))
    (work,) = (await house.conversations.record("org", ACME, "c1")).engagements
    assert (work.closed_at, work.wrap_up_time, work.wrap_up_end) == (house.clock.now(), 0, "none")


async def test_an_abandoned_call_has_its_visit_and_its_offer_with_distinct_ends(house: House) -> None:
    await house.routing.command(AgentSignedIn("anna", "n1", Reach.PHONE))
    await house.call("c1")
    await house.call("c2")
    await house.routing.command(ContactLeft("c1"))
    await house.routing.command(ContactLeft("c2"))
    first = await house.conversations.record("org", ACME, "c1")
    assert (first.contact.how, first.visits[0].how, first.offers[0].end) == (
        "abandoned",
        "abandoned while offered",
        OfferEnd.CALLER_LEFT.value,
    )
    second = await house.conversations.record("org", ACME, "c2")
    assert second.visits[0].how == "abandoned while offered"


async def test_after_a_kill_the_dead_calls_are_closed_in_the_ledger(house: House) -> None:
    await house.routing.command(AgentSignedIn("anna", "n1", Reach.PHONE))
    await house.call("talking")
    await house.accept()
    await house.call("waiting")
    house.clock.pass_seconds(60)
    # The first runner is forgotten, as if its process were killed.
    again = house.floor()
    await again.start()
    for contact in ("talking", "waiting"):
        record = await house.conversations.record("org", ACME, contact)
        assert record.contact.how == "signalling lost"
        assert record.contact.closed_at == house.clock.now()
    record = await house.conversations.record("org", ACME, "talking")
    assert record.engagements[0].ended_by == "signalling lost"
    record = await house.conversations.record("org", ACME, "waiting")
    assert record.visits[0].how == "signalling lost"
    await again.close()


async def test_what_an_agent_did_adds_up_to_his_sign_in_time(house: House) -> None:
    clock, routing = house.clock, house.routing
    begun = clock.now()
    await routing.command(AgentSignedIn("anna", "n1", Reach.PHONE))
    clock.pass_seconds(5)
    await house.call("c1")
    engagement = await house.accept()
    clock.pass_seconds(20)
    await routing.command(EngagementEnded(engagement, TalkEnd.AGENT))
    clock.pass_seconds(3)
    await routing.command(WrapUpFinished(engagement))
    clock.pass_seconds(2)
    await routing.command(AgentSignedOut("anna"))
    ids = IdSource(clock, random.Random(1))
    agents = Agents(house.database, clock, ids, Audit(house.database, clock, ids))
    spans = await agents.spans("org", "anna", begun, clock.now())
    assert [(span.state, (span.until - span.since) // SECOND, span.contact) for span in spans] == [
        (AgentState.AVAILABLE, 5, None),
        (AgentState.OFFERED, 1, "c1"),
        (AgentState.ENGAGED, 20, "c1"),
        (AgentState.WRAP_UP, 3, "c1"),
        (AgentState.AVAILABLE, 2, None),
    ]
    assert sum(span.until - span.since for span in spans) == clock.now() - begun


async def test_what_is_not_there_or_not_ours_is_said_clearly(house: House) -> None:
    await house.call("c1", client="brand")
    with pytest.raises(NotFound):
        await house.conversations.record("org", ACME, "c1")
    for cursor in ("", "x y", "c" * 65, "ü"):
        with pytest.raises(Invalid) as refused:
            await house.conversations.page("org", Search(clients=ACME), after=cursor)
        assert refused.value.field == "after"
    with pytest.raises(Invalid):
        await house.conversations.note("org", "brand", "c1", "c1.e1", by="anna", note="x" * 10_001)
    assert await house.conversations.number("org", "brand", "c1") is None


async def test_what_a_customer_chose_and_why_his_contact_ended_are_in_the_record(house: House) -> None:
    async def step(number: int, kind: str, said: str) -> None:
        row = ledger.step_taken(
            "org", "c1", number, client="acme", at=number, flow="welcome", place="steps[0]", kind=kind, said=said
        )
        command = ContactBrokeOut("c1") if number == 1 else ContactFinished("c1", why="thanks")
        await house.routing.command(command, along=[row])

    await house.routing.command(AgentSignedIn("anna", "n1", Reach.PHONE))
    await house.call("c1")
    await step(1, "menu", "1")
    await step(2, "broke out", "9")
    record = await house.conversations.record("org", ACME, "c1")
    assert (record.contact.how, record.contact.why) == ("finished", "thanks")
    assert [visit.how for visit in record.visits] == ["broke out"]
    assert [(one.number, one.kind, one.said) for one in record.steps] == [(1, "menu", "1"), (2, "broke out", "9")]
    assert await house.conversations.steps("org", "acme", "c1") == record.steps
    assert await house.conversations.steps("org", "other", "c1") == []
