"""What desks, boards and records show in tests: plain ones, to be made different field by field."""

from typing import Any

from switchboard.agents.model import AgentState, Reach
from switchboard.web.doors.session import Who
from switchboard.web.messages.board import BoardAgent, BoardFigures, BoardLimits, BoardQueue, BoardTargets
from switchboard.web.messages.desk import DeskAgent, DeskChoice, DeskEngagement, DeskOffer, DeskState, OfferWhy

NO_LIMITS = BoardLimits(warn=None, alarm=None)

WHY = OfferWhy(strategy="longest idle", score=12.5, others=2, excluded={"paused": 1}, waited=3_000_000, because="")

SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"


def desk_state(who: Who, **different: Any) -> DeskState:
    agent = DeskAgent(
        id=who.id,
        name=who.name,
        state=AgentState.AVAILABLE,
        reason=None,
        since=1,
        until=None,
        then=None,
        next_state=None,
        next_reason=None,
        reach=Reach.BROWSER,
        reachable=True,
    )
    choice = DeskChoice(state="available", reason=None, name="Available")
    plain = DeskState(agent=agent, states=[choice], offer=None, engagement=None, server_now=1_000)
    return plain.model_copy(update=different)


def offer(number: int = 1) -> DeskOffer:
    return DeskOffer(
        callback=None,
        offer=number,
        fence=number * 10,
        contact="c1",
        queue_name="Support",
        client_name="Acme",
        number="+4930123456",
        customer_name=None,
        steps=["1 Support"],
        earlier=2,
        why=WHY,
        made_at=5,
        deadline=20_000_000,
    )


def engagement(**different: Any) -> DeskEngagement:
    plain = DeskEngagement(
        callback=None,
        engagement="e1",
        contact="c1",
        offer=7,
        fence=1,
        queue_name="Support",
        client_name="Acme",
        number=None,
        customer=None,
        state="talking",
        since=6,
        started_at=6,
        ring_time=2,
        wrap_up_deadline=None,
        dispositions=[],
        disposition=None,
        note="",
        muted=False,
        steps=[],
        troubles=[],
        recording="off",
        earlier=[],
    )
    return plain.model_copy(update=different)


def queue_row(row: str = "q1", **different: Any) -> BoardQueue:
    plain = BoardQueue(
        id=row,
        name=f"Queue {row}",
        client="Acme",
        client_id="k",
        waiting=0,
        paused=0,
        due=[],
        longest_since=None,
        offered=0,
        signed_in=1,
        available=1,
        targets=BoardTargets(level=80, waiting=NO_LIMITS, longest_wait=NO_LIMITS, service_level=NO_LIMITS),
    )
    return plain.model_copy(update=different)


def agent_row(row: str = "p1", **different: Any) -> BoardAgent:
    plain = BoardAgent(
        id=row,
        name=f"Agent {row}",
        state=AgentState.AVAILABLE,
        reason=None,
        since=1,
        longest=None,
        until=None,
        then=None,
        reachable=True,
        queue=None,
        contact=None,
        team=None,
        queues=["q1"],
    )
    return plain.model_copy(update=different)


def figures_row(row: str = "whole", **different: Any) -> BoardFigures:
    plain = BoardFigures(
        id=row,
        since=0,
        until=86_400_000_000,
        offered=0,
        answered=0,
        abandoned=0,
        other=0,
        full=0,
        overflowed_out=0,
        overflowed_in=0,
        handled=0,
        transferred=0,
        transfer_rate=None,
        service_level=None,
        formula="service level, offered/1",
        formula_text="of all",
        threshold=20_000_000,
        asa=None,
        aht=None,
        longest_wait=0,
    )
    return plain.model_copy(update=different)


ROW = {
    "id": "c1",
    "channel": "voice",
    "client": "Acme",
    "number": "+4930123456",
    "customer": None,
    "customer_name": None,
    "arrived_at": 1,
    "closed_at": 9,
    "how": "answered",
    "end": "answered",
    "why": None,
    "agent": "p1",
    "entrance": "+4930100",
    "queue_name": "Support",
    "agent_name": "Ada",
}
