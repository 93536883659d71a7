"""Beside the board: how agents spent the day, and what came in on which number."""

import random
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from support.web_center import WebCenter, web_center
from support.web_rooms import browser, sign_in
from switchboard.agents.model import AgentState, Reach
from switchboard.agents.service import Span, span_row
from switchboard.app.past import Past, Place
from switchboard.kit.clock import SystemClock
from switchboard.kit.ids import earliest
from switchboard.routing.commands import AgentSignedIn, ContactArrived, ContactFinished, ContactLeft
from switchboard.storage.database import Database
from switchboard.storage.writer import Batch

TODAY = earliest(SystemClock().now())
MINUTE = 60_000_000
PARTS = ("available", "ringing", "talk", "hold", "wrap_up", "delayed", "not_responding")


@pytest.fixture
async def center(sqlite_database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(sqlite_database) as opened:
        yield opened


@pytest.fixture
async def sue(center: WebCenter) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        yield page


async def got(page: httpx.AsyncClient, path: str, **asked: Any) -> Any:
    answer = await page.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def write(center: WebCenter, rows: list[Any]) -> None:
    await center.writer.append(Batch(center.organization, center.clock.now(), rows=rows))


async def past_of(center: WebCenter, *, until: int, days: int) -> None:
    past = Past(
        organization=center.organization,
        places=[Place(center.client, [center.queue], "+49301000"), Place(center.client, [center.queue], "100")],
        agents=[center.people["ada"], center.people["bob"]],
        dispositions={center.queue: ["sold"]},
        contacts=120,
        first_offer=-120,
        until=until,
        days=days,
        choose=random.Random(7),
    )
    await write(center, [row for of_one in past.rows() for row in of_one])


def spans(center: WebCenter, agent: str, begin: int, *of: tuple[AgentState, str | None, int]) -> list[Any]:
    """Rows of one span after the other; lengths in minutes."""
    rows = []
    for state, reason, minutes in of:
        rows.append(
            span_row(center.organization, center.people[agent], Span(state, reason, begin, begin + minutes * MINUTE))
        )
        begin += minutes * MINUTE
    return rows


def whole(row: dict[str, Any]) -> int:
    return sum(row[part] for part in PARTS) + sum(pause["time"] for pause in row["pauses"])


async def test_the_parts_of_yesterday_add_up_and_are_cut_at_midnight(center: WebCenter, sue: httpx.AsyncClient):
    midnight = center.figures.today(center.organization, center.client).since
    began = midnight - 120 * MINUTE
    of_ada = [
        (AgentState.AVAILABLE, None, 30),
        (AgentState.PAUSED, "break", 15),
        (AgentState.AVAILABLE, None, 5),
        (AgentState.OFFERED, None, 1),
        (AgentState.WRAP_UP, None, 9),
        (AgentState.PAUSED, "lunch", 10),
        # An hour, of which ten minutes are today.
        (AgentState.AVAILABLE, None, 60),
    ]
    await write(center, spans(center, "ada", began, *of_ada))
    for days, available, total in (("yesterday", 85, 120), ("today", 10, 10)):
        [row] = (await got(sue, "/api/board/times", days=days))["agents"]
        assert (row["name"], row["available"], row["signed_in"]) == ("Ada", available * MINUTE, total * MINUTE)
        assert whole(row) == row["signed_in"]
    [row] = (await got(sue, "/api/board/times", days="yesterday", client=center.client))["agents"]
    assert [pause["time"] for pause in row["pauses"]] == [15 * MINUTE, 10 * MINUTE]
    assert (await got(sue, "/api/board/times", days="yesterday", queue="none"))["agents"] == []


async def test_the_running_state_counts_and_is_that_of_the_agents_own_day(center: WebCenter, sue: httpx.AsyncClient):
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.PHONE))
    answer = await got(sue, "/api/board/times")
    [row] = answer["agents"]
    assert (row["id"], row["available"], whole(row)) == (center.people["ada"], row["signed_in"], row["signed_in"])
    day = await got(sue, f"/api/agents/{center.people['ada']}/day")
    assert day["signed_in"] - row["signed_in"] == day["server_now"] - answer["server_now"]


async def test_hold_is_part_of_the_talks_that_have_ended(center: WebCenter, sue: httpx.AsyncClient):
    midnight = center.figures.today(center.organization, center.client).since
    await past_of(center, until=midnight, days=1)
    held = await center.conversations.days.holds(
        center.organization, list(center.people.values()), midnight - 1440 * MINUTE, midnight
    )
    talked = spans(center, "ada", midnight - 1440 * MINUTE, (AgentState.ENGAGED, None, 1380))
    await write(center, talked)
    [row] = [one for one in (await got(sue, "/api/board/times", days="yesterday"))["agents"] if one["name"] == "Ada"]
    assert row["hold"] == held.get(center.people["ada"], 0)
    assert row["talk"] + row["hold"] == row["signed_in"] == whole(row)


@pytest.mark.parametrize("days", ["today", "yesterday", "week"])
async def test_every_count_of_a_number_is_the_total_of_the_list_it_opens(
    center: WebCenter, sue: httpx.AsyncClient, days: str
):
    midnight = center.figures.today(center.organization, center.client).since
    await past_of(center, until=midnight, days=9)
    for contact, dialled in (("a", "100"), ("b", "100"), ("c", None)):
        arrived = ContactArrived(TODAY + contact, center.client, "voice", "n1", entrance=dialled)
        await center.routing.command(arrived)
    await center.routing.command(ContactLeft(TODAY + "a"), ContactFinished(TODAY + "a"))
    rows = (await got(sue, "/api/board/entrances", days=days))["entrances"]
    assert {row["entrance"] for row in rows} >= ({"100"} if days != "yesterday" else {"100", "+49301000"})
    for row in rows:
        assert row["arrived"] == row["going_on"] + sum(one["count"] for one in row["ends"])
        if row["entrance"] is None:
            continue
        asked = {"client": row["client_id"], "entrance": row["entrance"], "from": row["since"], "to": row["until"]}
        assert (await got(sue, "/api/contacts", **asked))["total"] == row["arrived"]
        for one in row["ends"]:
            assert (await got(sue, "/api/contacts", **asked, end=one["end"]))["total"] == one["count"], one
    if days == "today":
        assert [(row["arrived"], row["going_on"]) for row in rows if row["entrance"] == "100"] == [(2, 1)]


async def test_who_may_not_watch_the_board_sees_neither(center: WebCenter):
    async with browser(center.app()) as ada:
        await sign_in(ada, "ada")
        assert (await ada.get("/api/board/times")).status_code == 403
        assert (await ada.get("/api/board/entrances")).status_code == 403
