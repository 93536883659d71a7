"""Clocks of contacts, stopped and started over the API, on the real rooms; the board tells them apart."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from httpx import AsyncClient

from support.web_center import NODE, WebCenter, web_center
from support.web_rooms import browser, sign_in
from switchboard.agents.model import AgentState, Reach
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentStateAsked,
    ClockPaused,
    ContactArrived,
    ContactLeft,
    ContactQueued,
    OfferAccepted,
)
from switchboard.routing.events import ClockSet, Event
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


async def told(page: AsyncClient, contact: str, running: object, **more: object) -> tuple[int, str]:
    answer = await page.post(f"/api/contacts/{contact}/clock", json={"running": running, **more})
    return answer.status_code, "" if answer.status_code == 204 else answer.json()["error"]["text"]


async def goes_on(center: WebCenter, contact: str) -> None:
    """Its clock stands still for a moment, and goes on by itself."""
    gone_on = asyncio.Event()

    def hear(events: Sequence[Event], _: int) -> None:
        if any(isinstance(one, ClockSet) and one.clock.ended is not None for one in events):
            gone_on.set()

    leave = center.routing.subscribe(hear)
    await center.routing.command(ClockPaused(contact, until=center.clock.now() + 10_000))
    await asyncio.wait_for(gone_on.wait(), 30)
    leave()


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


async def test_a_clock_is_stopped_until_a_time_and_says_so_until_it_goes_on_by_itself(center: WebCenter):
    await mail(center, "letter", due_in=HOUR)
    address = f"/api/board/queues/{center.queue}/waiting"
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        until = center.clock.now() + 24 * HOUR
        assert await told(page, "letter", False, until=until) == (204, "")
        (shown,) = (await page.get(address)).json()["contacts"]
        assert shown["paused_until"] == until
        assert "Its clock goes on by itself in 24 h at the latest." in shown["sentences"]
        # Another time may be said while it stands still; the same once more is no news.
        assert await told(page, "letter", False, until=until + HOUR) == (204, "")
        assert await told(page, "letter", False, until=until + HOUR) == (204, "")
        for wrong, text in (
            ({"running": False, "until": center.clock.now()}, "this time is over: say when the clock shall go on"),
            (
                {"running": False, "until": center.clock.now() + 24 * 8 * HOUR},
                "a clock of this queue stands still for at most 7 days: say an earlier time, or none",
            ),
            ({"running": True, "until": until}, "say a time only for a clock that is stopped"),
        ):
            answer = await page.post("/api/contacts/letter/clock", json=wrong)
            assert (answer.status_code, answer.json()["error"]["field"]) == (422, "until")
            assert answer.json()["error"]["text"] == text
        await goes_on(center, "letter")
        (shown,) = (await page.get(address)).json()["contacts"]
        assert (shown["paused_since"], shown["paused_until"]) == (None, None)
        assert "Its clock went on by itself: the time had come until which it was stopped." in shown["sentences"]
    found = await center.tenancy.audit.entries(center.organization, kind="clock of a contact")
    assert [one.action for one in found.rows] == ["paused", "paused"]


async def test_the_record_says_how_long_it_waited_and_how_long_it_was_paused(center: WebCenter):
    await mail(center, "letter", due_in=HOUR)
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        await goes_on(center, "letter")
        await center.routing.command(ContactLeft("letter"))
        record = (await page.get("/api/contacts/letter")).json()
        (visit,) = record["visits"]
        assert visit["went_on"] == "until"
        assert visit["paused"] > 0
        parts = {one["name"]: one["time"] for one in record["parts"]}
        assert parts["paused"] == visit["paused"]
        assert parts["in line"] + parts["paused"] == visit["left_at"] - visit["entered_at"]
        await center.ring("call")
        await center.routing.command(ContactLeft("call"))
        parts = (await page.get("/api/contacts/call")).json()["parts"]
        assert "paused" not in [one["name"] for one in parts]
