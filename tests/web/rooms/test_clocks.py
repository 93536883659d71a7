"""Clocks of contacts, stopped and started over the API, on the real rooms; the board tells them apart."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from support.web_center import NODE, WebCenter, web_center
from support.web_rooms import browser, sign_in
from switchboard.agents.model import AgentState, Reach
from switchboard.routing.commands import AgentSignedIn, AgentStateAsked, ContactArrived, ContactQueued, OfferAccepted
from switchboard.storage.database import Database

HOUR = 3_600_000_000


@pytest.fixture
async def center(sqlite_database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(sqlite_database) as opened:
        # Somebody is there, so that contacts wait.
        pause = AgentStateAsked(opened.people["ada"], AgentState.PAUSED, "lunch")
        await opened.routing.command(AgentSignedIn(opened.people["ada"], NODE, Reach.PHONE), pause)
        yield opened


async def mail(center: WebCenter, contact: str, **due: int) -> None:
    await center.routing.command(
        ContactArrived(contact, center.client, "mail", NODE), ContactQueued(contact, center.queue, **due)
    )


async def told(page: AsyncClient, contact: str, running: object) -> tuple[int, str]:
    answer = await page.post(f"/api/contacts/{contact}/clock", json={"running": running})
    return answer.status_code, "" if answer.status_code == 204 else answer.json()["error"]["text"]


async def test_a_supervisor_stops_a_clock_and_the_board_tells_it_apart(center: WebCenter):
    await mail(center, "letter", due_in=HOUR)
    await mail(center, "late", due=center.clock.now() - HOUR)
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        for _ in range(2):
            assert await told(page, "letter", False) == (204, "")
        (row,) = (await page.get("/api/board")).json()["queues"]
        assert (row["waiting"], row["paused"]) == (1, 1)
        line = (await page.get(f"/api/board/queues/{center.queue}/waiting")).json()
        assert (line["waiting"], line["paused"]) == (1, 1)
        shown = {one["contact"]: one for one in line["contacts"]}
        assert shown["letter"]["paused_since"] is not None
        assert shown["late"]["paused_since"] is None
        assert shown["late"]["due"] < center.clock.now() < shown["letter"]["due"]
        assert await told(page, "letter", True) == (204, "")
        (row,) = (await page.get("/api/board")).json()["queues"]
        assert (row["waiting"], row["paused"]) == (2, 0)
    found = await center.tenancy.audit.entries(center.organization, kind="clock of a contact")
    assert sorted((one.action, one.subject) for one in found.rows) == [("paused", "letter"), ("resumed", "letter")]


async def test_an_agent_stops_clocks_of_the_queues_that_he_serves(center: WebCenter):
    await mail(center, "letter", due_in=HOUR)
    await center.routing.command(ContactArrived("elsewhere", center.client, "mail", NODE))
    async with browser(center.app()) as page:
        await sign_in(page, "ada")
        assert await told(page, "letter", False) == (204, "")
        assert center.routing.floor.state.contacts["letter"].clock is not None
        assert (await told(page, "elsewhere", False))[0] == 404
        assert await told(page, "letter", True) == (204, "")


async def test_what_cannot_be_stopped_says_why(center: WebCenter):
    await center.ring("call")
    await mail(center, "letter", due_in=HOUR)
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        assert await told(page, "nobody", False) == (404, "This contact waits nowhere any more")
        status, text = await told(page, "call", False)
        assert (status, text[:33]) == (409, "This contact is due at no time: o")
        assert (await told(page, "letter", "perhaps"))[0] == 422
        ada = center.people["ada"]
        await center.routing.command(AgentStateAsked(ada, AgentState.AVAILABLE))
        for lease in list(center.routing.floor.state.leases.values()):
            await center.routing.command(OfferAccepted(lease.offer, lease.fence))
        status, text = await told(page, "call", False)
        assert (status, text[:26]) == (409, "An agent has this contact;")
