"""Reconciliation over the API, on the real rooms and the real child process, on both databases."""

import csv
import datetime as dt
import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from support.clock import SetClock
from support.web_center import WebCenter, web_center
from support.web_rooms import browser, sign_in
from switchboard.conversations.model import Refused
from switchboard.insight.reconciliation import service, store
from switchboard.insight.reconciliation.model import KEPT
from switchboard.insight.reconciliation.retention import UNDER_WAY, Retention
from switchboard.insight.reconciliation.runs import Runs
from switchboard.kit.clock import Clock
from switchboard.storage.database import Database
from switchboard.storage.writer import Batch

SECOND = 1_000_000
NUMBER = "+4930555001"


@pytest.fixture
async def center(database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(database) as opened:
        yield opened


@pytest.fixture
async def sue(center: WebCenter) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        yield page


@pytest.fixture
async def lone(sqlite_database: Database) -> AsyncIterator[WebCenter]:
    """For what has nothing to do with the database."""
    async with web_center(sqlite_database) as opened:
        yield opened


async def refused(center: WebCenter, number: str | None, seconds_ago: int) -> str:
    """A contact of the client in the ledger: refused, so that it is over."""
    contact, at = center.ids.next(), center.clock.now() - seconds_ago * SECOND
    rows = center.conversations.turned_away(
        center.organization,
        contact,
        client=center.client,
        channel="voice",
        entrance=NUMBER,
        number=number,
        why=Refused.AT_A_LIMIT,
        at=at,
    )
    await center.writer.append(Batch(center.organization, at, rows=rows))
    return contact


def written(center: WebCenter, *lines: tuple[int, str]) -> str:
    """A list: (seconds ago, caller)."""
    rows = ["Start,From,To,Duration,Result"]
    for seconds_ago, caller in lines:
        start = dt.datetime.fromtimestamp(center.clock.now() / SECOND - seconds_ago, dt.UTC)
        rows.append(f"{start.isoformat()},{caller},{NUMBER},0,busy")
    return "\n".join(rows)


async def compare(page: httpx.AsyncClient, center: WebCenter, content: str, **asked: Any) -> dict[str, Any]:
    params = {"client": center.client, "name": "October", **asked}
    answer = await page.post("/api/reconciliations", params=params, content=content)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(page: httpx.AsyncClient, id_: str, kind: str, **asked: Any) -> list[dict[str, Any]]:
    answer = await page.get(f"/api/reconciliations/{id_}/differences", params={"kind": kind, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


async def test_a_list_is_compared_kept_opened_again_and_deleted(center: WebCenter, sue: httpx.AsyncClient) -> None:
    both = await refused(center, "+4930100001", 50)
    ours = await refused(center, "+4930100002", 40)
    await refused(center, None, 20)
    content = written(center, (50, "+4930100001"), (30, "+4930100003"), (20, "anonymous"))
    made = await compare(sue, center, content)
    assert (made["lines"], made["calls"], made["matched"]) == (3, 3, 2)
    assert (made["only_carrier"], made["only_us"], made["answered"], made["duration"]) == (1, 1, 0, 0)
    assert (made["by"], made["client"]) == ("Sue", "Brand")
    assert made["expires_at"] - made["made_at"] == KEPT

    assert (await sue.get("/api/reconciliations")).json()["reconciliations"] == [made]
    assert (await sue.get(f"/api/reconciliations/{made['id']}")).json() == made
    (theirs,) = await listed(sue, made["id"], "only with the carrier")
    assert (theirs["line"], theirs["caller"], theirs["why"]) == (3, "+4930100003", "given up")
    (missing,) = await listed(sue, made["id"], "only with us")
    assert (missing["contact"], missing["our_caller"], missing["why"]) == (ours, "+4930100002", "refused")
    assert both not in {missing["contact"], theirs["contact"]}

    export = await sue.get(f"/api/reconciliations/{made['id']}/export")
    rows = list(csv.DictReader(io.StringIO(export.text)))
    assert [(row["difference"], row["contact"]) for row in rows] == [
        ("only with the carrier", ""),
        ("only with us", ours),
    ]
    assert rows[1]["our caller"] == "+4930100002"

    assert (await sue.delete(f"/api/reconciliations/{made['id']}")).status_code == 204
    assert (await sue.get(f"/api/reconciliations/{made['id']}")).status_code == 404
    assert (await sue.get("/api/reconciliations")).json()["reconciliations"] == []
    trail = await center.tenancy.audit.entries(center.organization, kind="reconciliation")
    assert [entry.action for entry in trail.rows] == ["deleted", "exported", "compared"]
    assert {entry.by for entry in trail.rows} == {center.people["sue"]}
    assert "+49" not in str([entry.changes for entry in trail.rows])


async def test_the_same_list_again_replaces_its_result(center: WebCenter, sue: httpx.AsyncClient) -> None:
    content = written(center, (30, "+4930100003"))
    first = await compare(sue, center, content)
    preview = await sue.post("/api/reconciliations/preview", params={"client": center.client}, content=content)
    assert preview.json()["earlier"]["id"] == first["id"]
    second = await compare(sue, center, content, name="October, corrected", tolerance=5)
    kept = (await sue.get("/api/reconciliations")).json()["reconciliations"]
    assert [(one["id"], one["name"], one["tolerance"]) for one in kept] == [(second["id"], "October, corrected", 5)]
    async with center.database.reading() as connection:
        assert await store.orphan(connection, center.organization, "z") is None


async def test_a_preview_shows_what_is_understood_and_keeps_nothing(center: WebCenter, sue: httpx.AsyncClient) -> None:
    content = written(center, (30, "+4930100003")) + "\nTotal,,,,\nx\n"
    params: dict[str, Any] = {"client": center.client}
    shown = (await sue.post("/api/reconciliations/preview", params=params, content=content)).json()
    assert {one["holds"]: one["at"] for one in shown["columns"]} == {
        "start": 0,
        "caller": 1,
        "called": 2,
        "duration": 3,
        "result": 4,
    }
    assert shown["headings"] == ["Start", "From", "To", "Duration", "Result"]
    assert (shown["first"], shown["total"], shown["faulty"], shown["missing"]) == (2, 3, 2, [])
    assert [fault["line"] for fault in shown["faults"]] == [3, 4]
    assert shown["lines"][0]["call"]["caller"] == "+4930100003"
    swapped = params | {"start": 0, "called": 1}
    shown = (await sue.post("/api/reconciliations/preview", params=swapped, content=content)).json()
    assert shown["lines"][0]["call"]["called"] == "+4930100003"
    nothing = (await sue.post("/api/reconciliations/preview", params=params, content="a;b\nc;d\n")).json()
    assert nothing["missing"] == ["start", "called"]
    assert (await sue.get("/api/reconciliations")).json()["reconciliations"] == []


@pytest.mark.parametrize(
    ("asked", "content", "status", "field"),
    [
        ({"client": "nobody"}, "x", 404, "client"),
        ({}, "", 422, "list"),
        ({}, "\x00\x01\x02", 422, None),
        ({}, "a;b\nc;d\n", 422, "start"),
        ({"zone": "Mars/Olympus"}, "start;to\n2026-01-01 10:00;100\n", 422, "zone"),
        ({"start": "900"}, "x", 422, "start"),
        ({"tolerance": "0"}, "x", 422, "tolerance"),
        ({"start": 1, "called": 0}, "start;to\n2026-01-01 10:00;100\n", 422, "start"),
        ({"dates": "backwards"}, "x", 422, "dates"),
    ],
)
async def test_what_cannot_be_compared_is_refused_by_name(
    lone: WebCenter, asked: dict[str, Any], content: str, status: int, field: str | None
) -> None:
    params = {"client": lone.client, "name": "October", **asked}
    async with browser(lone.app()) as page:
        await sign_in(page, "sue")
        answer = await page.post("/api/reconciliations", params=params, content=content)
    assert answer.status_code == status, answer.text
    if field is not None:
        assert answer.json()["error"]["field"] == field


async def test_agents_may_not_compare(lone: WebCenter) -> None:
    async with browser(lone.app()) as page:
        await sign_in(page, "ada")
        assert (await page.get("/api/reconciliations")).status_code == 403
        assert (await page.post("/api/reconciliations/preview", params={"client": "x"}, content="x")).status_code == 403


async def test_many_differences_are_read_page_by_page(center: WebCenter, sue: httpx.AsyncClient) -> None:
    content = written(center, *((1_000 - at, f"+4930{100_000 + at}") for at in range(450)))
    made = await compare(sue, center, content)
    assert made["only_carrier"] == 450
    after, seen = 0, 0
    while after is not None:
        params: dict[str, Any] = {"kind": "only with the carrier", "after": after, "limit": 200}
        page = (await sue.get(f"/api/reconciliations/{made['id']}/differences", params=params)).json()
        assert [row["number"] for row in page["rows"]] == list(range(seen + 1, seen + len(page["rows"]) + 1))
        seen, after = seen + len(page["rows"]), page["after"]
    assert seen == 450
    export = await sue.get(f"/api/reconciliations/{made['id']}/export")
    assert len(export.text.splitlines()) == 451


async def test_callers_who_were_only_counted_explain_a_line(center: WebCenter, sue: httpx.AsyncClient) -> None:
    minute = center.clock.now() // (60 * SECOND) * 60 * SECOND - 600 * SECOND
    row = center.conversations.more_turned_away(
        center.organization, minute, client=center.client, why=Refused.AT_A_LIMIT, source="trunk", count=1
    )
    await center.writer.append(Batch(center.organization, minute, rows=[row]))
    start = dt.datetime.fromtimestamp(minute / SECOND + 20, dt.UTC).isoformat()
    made = await compare(sue, center, f"start,from,to,result\n{start},,{NUMBER},busy\n{start},,{NUMBER},busy\n")
    found = await listed(sue, made["id"], "only with the carrier")
    assert [one["why"] for one in found] == ["counted", "given up"]


class MovedClock:
    """Another clock, so much later."""

    def __init__(self, clock: Clock, by: int) -> None:
        self._clock = clock
        self._by = by

    def now(self) -> int:
        return self._clock.now() + self._by

    def monotonic(self) -> float:
        return self._clock.monotonic()


async def test_a_center_that_was_not_running_explains_a_line(center: WebCenter, sue: httpx.AsyncClient) -> None:
    hour, now = 3_600 * SECOND, center.clock.now()
    async with center.database.transaction() as connection:
        for since, until, clean in ((now - 3 * hour, now - hour, True), (now + hour // 4, now + hour, False)):
            await store.begin_run(connection, center.organization, until, since, clean)
    content = written(center, (2 * 3_600, "+4930100001"), (1_800, "+4930100002"), (-1_800, "+4930100003"))
    made = await compare(sue, center, content)
    found = await listed(sue, made["id"], "only with the carrier")
    assert [one["why"] for one in found] == ["not running", "given up", "not running"]


async def test_every_life_of_the_center_says_since_when_it_had_been_silent(database: Database) -> None:
    clock = SetClock()
    begun = clock.now()
    for stops in (True, False, True):
        runs = Runs(database, clock)
        await runs.begin("o1")
        clock.pass_seconds(100)
        if stops:
            await runs.end()
        clock.pass_seconds(10)
    await Runs(database, clock).begin("o1")
    async with database.reading() as connection:
        found = await store.silences(connection, "o1", 0, clock.now() + 1)
        assert await store.silences(connection, "o1", begun + 101 * SECOND, begun + 109 * SECOND) == found[:1]
    # Nothing was written in the second life: it was last seen when it began.
    assert [((one.since - begun) // SECOND, (one.until - begun) // SECOND, one.clean) for one in found] == [
        (100, 110, True),
        (110, 220, False),
        (320, 330, True),
    ]


async def test_a_result_expires_and_nothing_of_it_stays(center: WebCenter, sue: httpx.AsyncClient) -> None:
    made = await compare(sue, center, written(center, (30, "+4930100003")))
    audit = center.tenancy.audit
    await Retention(center.database, center.clock, audit).expire(center.organization)
    assert await center.reconciliations.latest(center.organization, [center.client]) != []
    late = MovedClock(center.clock, KEPT + UNDER_WAY)
    await Retention(center.database, late, audit).expire(center.organization)
    assert (await sue.get(f"/api/reconciliations/{made['id']}")).status_code == 404
    async with center.database.reading() as connection:
        assert await store.orphan(connection, center.organization, "z") is None


async def test_what_a_dead_process_left_behind_is_swept_away(center: WebCenter, sue: httpx.AsyncClient) -> None:
    made = await compare(sue, center, written(center, (30, "+4930100003")))
    async with center.database.transaction() as connection:
        await store.remove_head(connection, center.organization, center.client, made["id"])
    retention = Retention(center.database, center.clock, center.tenancy.audit)
    await retention.expire(center.organization)
    async with center.database.reading() as connection:
        # It could be in the making still.
        assert await store.orphan(connection, center.organization, "z") == made["id"]
    later = Retention(center.database, MovedClock(center.clock, 2 * UNDER_WAY), center.tenancy.audit)
    await later.expire(center.organization)
    async with center.database.reading() as connection:
        assert await store.orphan(connection, center.organization, "z") is None


async def test_a_result_of_another_client_is_not_found(center: WebCenter, sue: httpx.AsyncClient) -> None:
    made = await compare(sue, center, written(center, (30, "+4930100003")))
    room: service.Reconciliations = center.reconciliations
    assert await room.latest(center.organization, ["another"]) == []
    assert await room.latest("another", [center.client]) == []
    assert (await room.one(center.organization, [center.client], made["id"])).id == made["id"]
