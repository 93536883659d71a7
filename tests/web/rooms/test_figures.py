"""The figures of the day on the board, on the real rooms: every call counts, a restart changes nothing."""

import random
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from support.web_center import WebCenter, web_center
from support.web_rooms import browser, sign_in
from switchboard.agents.model import Reach, Team
from switchboard.app.past import Past, Place
from switchboard.conversations.model import TalkEnd
from switchboard.insight.service import Cell, Figures, Sources
from switchboard.kit.clock import SystemClock
from switchboard.kit.ids import earliest
from switchboard.kit.tasks import Tasks
from switchboard.routing.commands import AgentSignedIn, ContactLeft, EngagementEnded, OfferAccepted, WrapUpFinished
from switchboard.storage.database import Database
from switchboard.storage.writer import Batch

TODAY = earliest(SystemClock().now())
"""Where the ids of today's contacts begin: the rows are read in their order."""


@pytest.fixture
async def center(sqlite_database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(sqlite_database) as opened:
        yield opened


@pytest.fixture
async def sue(center: WebCenter) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        yield page


async def figures(page: httpx.AsyncClient, **filter_: str) -> dict[str, dict[str, Any]]:
    answer = await page.get("/api/board", params=filter_)
    assert answer.status_code == 200, answer.text
    return {row["id"]: row for row in answer.json()["figures"]}


def counts(row: dict[str, Any]) -> tuple[int, int, int, int]:
    return row["offered"], row["answered"], row["abandoned"], row["other"]


async def talk(center: WebCenter, contact: str, who: str = "ada") -> None:
    """A call that rings, is taken, ends, and whose record is finished."""
    await center.ring(contact)
    agent = center.people[who]
    desk = center.routing.desk(agent)
    assert desk is not None
    assert desk.offer is not None
    await center.routing.command(OfferAccepted(desk.offer.offer, desk.offer.fence))
    desk = center.routing.desk(agent)
    assert desk is not None
    assert desk.engagement is not None
    engagement = desk.engagement.engagement
    await center.routing.command(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    await center.routing.command(WrapUpFinished(engagement, "sold"))


async def test_calls_count_in_the_whole_the_client_and_the_queue(center: WebCenter, sue: httpx.AsyncClient):
    await center.ring(TODAY + "unserved")
    assert counts((await figures(sue))["whole"]) == (1, 0, 0, 1)
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.PHONE))
    await center.ring(TODAY + "c1")
    assert counts((await figures(sue))["whole"]) == (1, 0, 0, 1)
    await center.routing.command(ContactLeft(TODAY + "c1"))
    await talk(center, TODAY + "c2")
    await center.ring(TODAY + "c3")
    now = await figures(sue)
    assert set(now) == {"whole", center.client, center.queue}
    assert {counts(row) for row in now.values()} == {(3, 1, 1, 1)}
    whole = now["whole"]
    assert whole["service_level"] == 1.0
    assert whole["formula"] == "service level, offered/1"
    assert whole["formula_text"].startswith("(answered <= T + abandoned <= T)")
    assert whole["threshold"] == 20_000_000
    assert whole["asa"] is not None
    assert whole["aht"] is not None
    assert whole["until"] - whole["since"] in {23 * 3_600_000_000, 24 * 3_600_000_000, 25 * 3_600_000_000}
    assert set(await figures(sue, queue=center.queue)) == {center.queue}
    assert set(await figures(sue, client=center.client)) == {center.client, center.queue}


async def test_counting_the_rows_at_a_start_gives_the_same(center: WebCenter, sue: httpx.AsyncClient):
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.PHONE))
    for number in range(5):
        await talk(center, f"{TODAY}answered{number}")
    await center.ring(TODAY + "rings")
    await center.routing.command(ContactLeft(TODAY + "rings"))
    await center.ring(TODAY + "waits")
    before = await figures(sue)
    assert counts(before["whole"]) == (6, 5, 1, 0)
    async with Tasks("again") as tasks:
        sources = Sources(center.database, center.queues, center.tenancy, center.conversations)
        again = Figures(sources, center.clock, tasks)
        await again.open(center.routing)
        for place, row in before.items():
            cell = "" if place == "whole" else place
            figure = again.now(center.organization, Cell(cell))
            assert counts(row) == (figure.offered, figure.answered, figure.abandoned, figure.other)
            assert (row["asa"], row["aht"], row["longest_wait"]) == (figure.asa, figure.aht, figure.longest_wait)
        # Both follow what comes.
        await center.routing.command(ContactLeft(TODAY + "waits"))
        assert again.now(center.organization, Cell("")).abandoned == 2
        assert counts((await figures(sue))["whole"]) == (7, 5, 2, 0)


async def test_other_thresholds_count_the_day_anew(center: WebCenter, sue: httpx.AsyncClient):
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.PHONE))
    await center.ring(TODAY + "c1")
    await center.routing.command(ContactLeft(TODAY + "c1"))
    assert (await figures(sue))[center.queue]["service_level"] == 1.0
    async with center.database.transaction() as connection:
        item = (await center.queues.configured(connection, center.organization))["support"]
        await center.queues.put(connection, center.organization, msgspec.structs.replace(item, service_level=1))
    await center.figures.reload(center.organization)
    now = (await figures(sue))[center.queue]
    assert (now["threshold"], now["abandoned"], now["service_level"]) == (1, 1, 0.0)


async def test_a_teams_figures_are_what_its_agents_answered(center: WebCenter, sue: httpx.AsyncClient):
    async with center.database.transaction() as connection:
        await center.agents.teams.put(connection, center.organization, Team("day", "Day shift"))
        team = (await center.agents.teams.ids(connection, center.organization))["day"]
        profile = (await center.agents.profiles.configured(connection, center.organization))["ada"]
        changed = msgspec.structs.replace(profile, team=team)
        await center.agents.profiles.put(connection, center.organization, changed)
    await center.routing.reload()
    await center.figures.reload(center.organization)
    center.names.forget(center.organization)
    await center.routing.command(*(AgentSignedIn(center.people[who], "n1", Reach.PHONE) for who in ("ada", "bob")))
    await talk(center, TODAY + "c1", "ada")
    await center.ring(TODAY + "c2")
    await center.routing.command(ContactLeft(TODAY + "c2"))
    assert counts((await figures(sue))["whole"]) == (2, 1, 1, 0)
    of_team = (await figures(sue, team=team))["whole"]
    assert counts(of_team) == (1, 1, 0, 0)
    assert of_team["formula"] == "service level, answered/1"
    board = (await sue.get("/api/board", params={"team": team})).json()
    assert [(row["name"], row["team"]) for row in board["agents"]] == [("Ada", team)]
    assert [row["id"] for row in board["queues"]] == [center.queue]
    asked = {"team": team, "visit": "answered", "from": of_team["since"], "to": of_team["until"]}
    assert (await sue.get("/api/contacts", params=asked)).json()["total"] == 1
    choices = (await sue.get("/api/board/choices")).json()
    assert [one["name"] for one in choices["teams"]] == ["Day shift"]


async def test_choices_name_what_a_board_can_be_narrowed_to(center: WebCenter, sue: httpx.AsyncClient):
    answer = (await sue.get("/api/board/choices")).json()
    assert [(one["id"], one["name"]) for one in answer["clients"]] == [(center.client, "Brand")]
    assert [(one["id"], one["client"]) for one in answer["queues"]] == [(center.queue, center.client)]


async def test_a_filter_that_is_no_filter_is_named(center: WebCenter, sue: httpx.AsyncClient):
    answer = await sue.get("/api/board", params={"colour": "red"})
    assert answer.status_code == 422
    async with browser(center.app()) as ada:
        await sign_in(ada, "ada")
        assert (await ada.get("/api/board")).status_code == 403
        assert (await ada.get("/api/board/choices")).status_code == 403


async def past_of(center: WebCenter) -> None:
    """Three hundred contacts of the nine days before today."""
    people = [center.people["ada"], center.people["bob"]]
    past = Past(
        organization=center.organization,
        places=[Place(center.client, [center.queue])],
        agents=people,
        dispositions={center.queue: ["sold"]},
        contacts=300,
        first_offer=-300,
        until=center.figures.today(center.organization, center.client).since,
        days=9,
        choose=random.Random(7),
    )
    rows = [row for of_one in past.rows() for row in of_one]
    await center.writer.append(Batch(center.organization, center.clock.now(), rows=rows))


@pytest.mark.parametrize("days", ["yesterday", "week"])
async def test_counts_of_earlier_days_open_into_their_lists(center: WebCenter, sue: httpx.AsyncClient, days: str):
    await past_of(center)
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.PHONE))
    await talk(center, TODAY + "answered")
    now = await figures(sue, days=days)
    today = (await figures(sue))["whole"]
    whole = now["whole"]
    assert (today["offered"], whole["until"]) == (1, {"yesterday": today["since"], "week": today["until"]}[days])
    for place, row in now.items():
        of = {"whole": {}, center.client: {"client": place}, center.queue: {"queue": place}}[place]
        for visit in ("offered", "answered", "abandoned", "other"):
            asked = {"visit": visit, "from": row["since"], "to": row["until"], **of}
            assert (await sue.get("/api/contacts", params=asked)).json()["total"] == row[visit], (place, visit)
    if days == "yesterday":
        assert whole["offered"] > 10
    # What comes now counts in the week, and not in yesterday.
    await talk(center, TODAY + "another")
    after = (await figures(sue, days=days))["whole"]
    assert after["answered"] - whole["answered"] == {"yesterday": 0, "week": 1}[days]


async def test_days_that_are_none_are_refused_by_name(sue: httpx.AsyncClient):
    answer = await sue.get("/api/board", params={"days": "month"})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "days")


async def test_every_count_is_the_total_of_the_list_that_it_opens(center: WebCenter, sue: httpx.AsyncClient):
    await center.ring(TODAY + "unserved")
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.PHONE))
    for number in range(3):
        await talk(center, f"{TODAY}answered{number}")
    for number in range(2):
        await center.ring(f"{TODAY}left{number}")
        await center.routing.command(ContactLeft(f"{TODAY}left{number}"))
    await center.ring(TODAY + "waits")
    now = await figures(sue)
    assert counts(now["whole"]) == (6, 3, 2, 1)
    for place, row in now.items():
        of = {"whole": {}, center.client: {"client": place}, center.queue: {"queue": place}}[place]
        for visit in ("offered", "answered", "abandoned", "other"):
            asked = {"visit": visit, "from": row["since"], "to": row["until"], **of}
            answer = await sue.get("/api/contacts", params=asked)
            assert answer.status_code == 200, answer.text
            listed = answer.json()
            assert (listed["total"], len(listed["contacts"])) == (row[visit], row[visit]), (place, visit)
