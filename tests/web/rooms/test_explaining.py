"""Why a contact waits and why an agent idles: in words, over the API, on the real rooms."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from support.clock import SetClock
from support.web_center import WebCenter, web_center
from support.web_rooms import browser, sign_in
from switchboard.agents.model import AgentState, Reach
from switchboard.routing.commands import AgentSignedIn, AgentStateAsked, ContactLeft, OfferAccepted
from switchboard.routing.due import Clock
from switchboard.routing.model import Asks, Exclusion, Found, Requirement, RunnerUp, Why
from switchboard.routing.overflow import Reason
from switchboard.routing.requirement_text import read_needs, write_needs
from switchboard.routing.service import NotHis, ReliefHistory, WhyIdle, WhyWaiting
from switchboard.storage.database import Database
from switchboard.web.messages.board import BoardFilter
from switchboard.web.messages.explaining import Question
from switchboard.web.rooms.board import RoutingBoard
from switchboard.web.rooms.explaining import FloorExplained
from switchboard.web.rooms.sentences import of_agent, of_contact

NAMES = {"a": "Anna", "b": "Ben", "c": "Cleo"}
SECOND = 1_000_000


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def center(sqlite_database: Database, clock: SetClock) -> AsyncIterator[WebCenter]:
    async with web_center(sqlite_database, clock) as opened:
        yield opened


async def test_a_supervisor_reads_why(center: WebCenter):
    routing = center.floors.of(center.organization)
    ada = center.people["ada"]
    await routing.command(AgentSignedIn(ada, "n1", Reach.PHONE), AgentStateAsked(ada, AgentState.PAUSED, "lunch"))
    await center.ring("call1")
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        line = (await page.get(f"/api/board/queues/{center.queue}/waiting")).json()
        assert (line["name"], line["waiting"]) == ("Support", 1)
        (contact,) = line["contacts"]
        assert (contact["place"], contact["offered_to"]) == (1, None)
        assert contact["sentences"][:2] == ["It is the next in line.", "1 agent could take it: Ada (on a pause)."]
        why = (await page.get(f"/api/board/agents/{ada}/why")).json()
        assert why["name"] == "Ada"
        assert why["sentences"] == [
            "Ada gets no call: on a pause.",
            "But for that Ada could take the call that waits in Support.",
        ]
        assert (await page.get("/api/board/stuck")).json() == {"stuck": []}
        assert (await page.get("/api/board/queues/nowhere/waiting")).status_code == 404
        assert (await page.get("/api/board/agents/nobody/why")).status_code == 404
        await sign_in(page, "ada")
        assert (await page.get(f"/api/board/queues/{center.queue}/waiting")).status_code == 403


def test_a_contact_says_what_of_its_needs_was_set_for_its_customer():
    asks = Asks((Requirement("s1", 4),), 20)
    why = WhyWaiting("c1", "q", 0, 0, (), {}, needs=read_needs("german >= 4"), asks=asks)
    said = of_contact(why, NAMES, write_needs, 0, skills={"s1": "German"})
    assert said[1:3] == ["It needs german >= 4.", "As set for this customer: German 4, priority 20."]


def test_a_contact_says_when_it_is_due():
    why = WhyWaiting("c1", "q", 0, 0, (), {}, clock=Clock(60 * SECOND, 30 * SECOND))
    assert of_contact(why, NAMES, write_needs, 0)[1:3] == ["It is due in 90 s.", "Its clock has stood still for 30 s."]
    why = WhyWaiting("c1", "q", 0, 0, (), {}, clock=Clock(60 * SECOND))
    assert of_contact(why, NAMES, write_needs, 100 * SECOND)[1] == "It is overdue by 40 s."
    why = WhyWaiting("c1", "q", 0, 0, (), {}, clock=Clock(60 * SECOND, 0, 50 * SECOND, held=True))
    assert of_contact(why, NAMES, write_needs, 100 * SECOND)[1:4] == [
        "It is due in 10 s.",
        "Its clock has stood still for 50 s.",
        "It is offered to nobody until its clock goes on.",
    ]


def test_a_contact_says_where_it_came_from_and_where_it_goes():
    why = WhyWaiting("c1", "q", 0, 0, (), {}, leave_at=60 * SECOND, overflow="n", came_from="s")
    why = msgspec.structs.replace(why, came_why=Reason.MAX_WAIT)
    queues = {"n": "Night", "s": "Support"}
    assert of_contact(why, NAMES, write_needs, 0, queues.__getitem__) == [
        "It is the next in line.",
        "It came from Support: it had waited there as long as it may.",
        "Nobody who is signed in could take it.",
        "It leaves the line in 60 s at the latest, for Night if that queue takes it.",
    ]


def test_a_contact_says_what_it_needs_who_could_and_what_comes_next():
    why = WhyWaiting(
        "c1",
        "q",
        0,
        2,
        (),
        {"a": Exclusion.PAUSED, "b": Exclusion.SIGNED_OUT, "c": Exclusion.LACKS_SKILL},
        read_needs("german >= 3"),
        0,
        2,
        30 * SECOND,
        read_needs("german"),
        300 * SECOND,
        ((60 * SECOND, None),),
    )
    assert of_contact(why, NAMES, write_needs, 0) == [
        "2 before it in line.",
        "It needs german >= 3 (step 1 of 2).",
        "1 agent could take it: Anna (on a pause).",
        "1 agent who could is signed out.",
        "1 agent of the queue is not what it needs: Cleo.",
        "In 30 s also whoever is german may take it.",
        "60 s after that, also anyone of the queue.",
        "It leaves the line in 5 min at the latest.",
    ]
    assert of_contact(WhyWaiting("c1", "q", 0, 0, "a", {}), NAMES, write_needs, 0) == ["It rings at Anna."]
    chosen = Why("longest idle", Found.AGENT, 12.0, (RunnerUp("b", 3.0), RunnerUp("c", 1.0)))
    rings = WhyWaiting("c1", "q", 0, 0, "a", {}, chosen=chosen)
    assert of_contact(rings, NAMES, write_needs, 0)[1] == "Chosen by longest idle, before Ben, Cleo."


async def test_an_open_explanation_says_who_left_the_line_and_how(center: WebCenter, clock: SetClock):
    routing = center.floors.of(center.organization)
    ada = center.people["ada"]
    asked = Question(kind="queue", id=center.queue)
    door = FloorExplained(center.floors, center.hub, center.names, center.clock, ReliefHistory(center.database))
    told: list[None] = []
    stop = door.watch(center.organization, asked, lambda: told.append(None))
    await routing.command(AgentSignedIn(ada, "n1", Reach.PHONE))
    await center.ring("call1")
    await center.ring("call2")
    ringing = (await door.explanation(center.organization, asked)).line
    assert ringing is not None
    assert ringing.left == []
    assert ringing.contacts[0].sentences[:2] == [
        "It rings at Ada.",
        "Chosen by longest idle: nobody else was free for it.",
    ]
    offer = routing.desk(ada).offer  # type: ignore[union-attr]  # she is an agent
    assert offer is not None
    clock.pass_seconds(4)
    await routing.command(OfferAccepted(offer.offer, offer.fence))
    clock.pass_seconds(26)
    await routing.command(ContactLeft("call2"))
    assert told
    line = (await door.explanation(center.organization, asked)).line
    assert line is not None
    assert (line.waiting, line.contacts) == (0, [])
    assert [one.sentence for one in line.left] == ["The caller gave up, after 30 s.", "Answered by Ada after 4 s."]
    stop()
    # Nobody looks any more: nothing is remembered.
    line = (await door.explanation(center.organization, asked)).line
    assert line is not None
    assert line.left == []
    idle = (await door.explanation(center.organization, Question(kind="agent", id=ada))).agent
    assert idle is not None
    assert (idle.idle, idle.sentences[0]) == (False, "Ada gets no call: on a call.")
    gone = await door.explanation(center.organization, Question(kind="agent", id="nobody"))
    assert (gone.line, gone.agent) == (None, None)


async def test_a_fault_is_on_every_board_until_it_is_over(center: WebCenter):
    routing = center.floors.of(center.organization)
    ada = center.people["ada"]
    board = RoutingBoard(center.floors, center.figures, center.hub, center.names, center.clock, center.watchdog)
    told: list[None] = []
    board.watch(center.organization, lambda: told.append(None))
    await center.watchdog.look()
    assert (told, (await board.board(center.organization, BoardFilter())).stuck) == ([], [])
    # What no input can bring about: a wrap-up that belongs to no work.
    at_fault = routing.floor.state.agents[ada]
    at_fault.state = AgentState.WRAP_UP
    await center.watchdog.look()
    narrowed = await board.board(center.organization, BoardFilter(queue="another"))
    (stuck,) = narrowed.stuck
    assert (stuck.kind, stuck.name, stuck.why, stuck.owner) == (
        "agent",
        "Ada",
        "wrap-up, but with nobody",
        "he himself",
    )
    assert stuck.advice.startswith("Ask the agent to sign out and in again")
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        assert (await page.get("/api/board/stuck")).json()["stuck"] == [stuck.model_dump(mode="json")]
    assert len(told) == 1
    at_fault.state = AgentState.SIGNED_OUT
    await center.watchdog.look()
    assert len(told) == 2
    assert (await board.board(center.organization, BoardFilter())).stuck == []


def test_an_agent_says_what_waits_and_why_it_is_not_his():
    lacking = (NotHis("q", 2, 0, read_needs("german >= 3")),)
    why = WhyIdle("a", AgentState.AVAILABLE, None, None, (), lacking, (NotHis("r", 3, 0),))
    assert of_agent(why, "Anna", str.upper, write_needs, 0) == [
        "Anna is free for the next call.",
        "2 calls wait in Q and need german >= 3, which Anna is not.",
        "Calls wait in queues that Anna does not serve: R (3).",
    ]
    resting = WhyIdle("a", AgentState.DELAYED, Exclusion.DELAYED, 4 * SECOND, (), (), ())
    assert of_agent(resting, "Anna", str, write_needs, 0) == [
        "Anna gets no call: resting after a call that did not come about, for 4 s at most.",
        "No call waits anywhere.",
    ]
