"""Why a contact waits and why an agent idles: in words, over the API, on the real rooms."""

from collections.abc import AsyncIterator

import pytest

from support.web_center import WebCenter, web_center
from support.web_rooms import browser, sign_in
from switchboard.agents.model import AgentState, Reach
from switchboard.routing.commands import AgentSignedIn, AgentStateAsked
from switchboard.routing.model import Exclusion
from switchboard.routing.requirement_text import read_needs, write_needs
from switchboard.routing.service import NotHis, WhyIdle, WhyWaiting
from switchboard.storage.database import Database
from switchboard.web.rooms.sentences import of_agent, of_contact

NAMES = {"a": "Anna", "b": "Ben", "c": "Cleo"}
SECOND = 1_000_000


@pytest.fixture
async def center(sqlite_database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(sqlite_database) as opened:
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
            "He gets no call: on a pause.",
            "But for that he could take the call that waits in Support.",
        ]
        assert (await page.get("/api/board/stuck")).json() == {"stuck": []}
        assert (await page.get("/api/board/queues/nowhere/waiting")).status_code == 404
        assert (await page.get("/api/board/agents/nobody/why")).status_code == 404
        await sign_in(page, "ada")
        assert (await page.get(f"/api/board/queues/{center.queue}/waiting")).status_code == 403


def test_a_contact_says_what_it_needs_who_could_and_what_comes_next():
    why = WhyWaiting(
        "c1",
        "q",
        0,
        2,
        None,
        {"a": Exclusion.PAUSED, "b": Exclusion.SIGNED_OUT, "c": Exclusion.LACKS_SKILL},
        read_needs("german >= 3"),
        0,
        2,
        30 * SECOND,
        read_needs("german"),
        300 * SECOND,
    )
    assert of_contact(why, NAMES, write_needs, 0) == [
        "2 before it in line.",
        "It needs german >= 3 (step 1 of 2).",
        "1 agent could take it: Anna (on a pause).",
        "1 agent who could is signed out.",
        "1 agent of the queue is not what it needs.",
        "In 30 s whoever is german may take it.",
        "It leaves the line in 5 min at the latest.",
    ]
    assert of_contact(WhyWaiting("c1", "q", 0, 0, "a", {}), NAMES, write_needs, 0) == ["It rings at Anna."]


def test_an_agent_says_what_waits_and_why_it_is_not_his():
    lacking = (NotHis("q", 2, 0, read_needs("german >= 3")),)
    why = WhyIdle("a", AgentState.AVAILABLE, None, None, (), lacking, (NotHis("r", 3, 0),))
    assert of_agent(why, str.upper, write_needs, 0) == [
        "He is free for the next call.",
        "2 calls wait in Q and need german >= 3, which he is not.",
        "Calls wait in queues that he does not serve: R (3).",
    ]
    resting = WhyIdle("a", AgentState.DELAYED, Exclusion.DELAYED, 4 * SECOND, (), (), ())
    assert of_agent(resting, str, write_needs, 0) == [
        "He gets no call: resting after a call that did not come about, for 4 s at most.",
        "No call waits anywhere.",
    ]
