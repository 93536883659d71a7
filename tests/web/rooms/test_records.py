"""The records over the API, on the real rooms: search, the whole route, CSV, ends, and an agent's day."""

import csv
import datetime as dt
import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from support.web_center import WebCenter, web_center
from support.web_rooms import browser, sign_in
from switchboard.agents.model import AgentState, Reach, Team
from switchboard.agents.service import Span, span_row
from switchboard.conversations.model import Refused, TalkEnd
from switchboard.conversations.service import ledger
from switchboard.customers import service as customers
from switchboard.routing.commands import (
    AgentSignedIn,
    AgentStateAsked,
    ContactLeft,
    EngagementEnded,
    HoldAsked,
    OfferAccepted,
)
from switchboard.routing.model import SkillItem
from switchboard.storage.database import Database
from switchboard.storage.writer import Batch
from switchboard.web.rooms.contact_export import cell


@pytest.fixture
async def center(sqlite_database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(sqlite_database) as opened:
        yield opened


@pytest.fixture
async def sue(center: WebCenter) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        yield page


async def found(page: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    answer = await page.get("/api/contacts", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["contacts"]


async def talk(center: WebCenter, contact: str, number: str) -> str:
    """A call that Ada takes; returns the engagement."""
    await center.ring(contact, number, steps=["1: support"])
    desk = center.routing.desk(center.people["ada"])
    assert desk is not None
    assert desk.offer is not None
    (answer,) = await center.routing.command(OfferAccepted(desk.offer.offer, desk.offer.fence))
    assert answer.engagement is not None
    return answer.engagement


async def test_a_contact_is_found_by_what_is_known_of_it(center: WebCenter, sue: httpx.AsyncClient):
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.PHONE))
    talked, left = center.ids.next(), center.ids.next()
    engagement = await talk(center, talked, "+4930123456")
    await center.routing.command(EngagementEnded(engagement, TalkEnd.CUSTOMER))
    await center.ring(left, "+4930999999")
    await center.routing.command(ContactLeft(left))
    (row,) = await found(sue, number="3456")
    assert (row["id"], row["end"], row["agent_name"], row["queue_name"]) == (talked, "answered", "Ada", "Support")
    assert (await sue.patch(f"/api/customers/{row['customer']}", json={"name": "Jörg Müller"})).status_code == 204
    for asked in (
        {"number": "+49 30 123456"},
        {"name": "muller"},
        {"name": "Joerg muell"},
        {"agent": center.people["ada"]},
        {"customer": row["customer"]},
        {"end": "answered", "queue": center.queue},
        {"visit": "answered", "client": center.client},
    ):
        assert [one["id"] for one in await found(sue, **asked)] == [talked], asked
    assert [one["id"] for one in await found(sue, visit="abandoned")] == [left]
    assert await found(sue, name="schmidt") == []
    now = center.clock.now()
    page = (await sue.get("/api/contacts", params={"from": 0, "to": now + 1})).json()
    assert (page["total"], len(page["contacts"])) == (2, 2)
    for asked, field in (({"number": "12"}, "number"), ({"name": "x"}, "name"), ({"colour": "red"}, "colour")):
        answer = await sue.get("/api/contacts", params=asked)
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


@pytest.mark.parametrize(("one_by_one", "most"), [(50, 2_000), (0, 2_000), (0, 0)])
async def test_a_name_is_found_however_many_have_it(
    center: WebCenter, sue: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, one_by_one: int, most: int
):
    monkeypatch.setattr(customers, "ONE_BY_ONE", one_by_one)
    monkeypatch.setattr(customers, "MOST_CALLED", most)
    for name, number in (("Jo March", "+4930123456"), ("Amy March", "+4930123457"), ("Jo Bhaer", "+4930123458")):
        contact = center.ids.next()
        await center.ring(contact, number)
        await center.routing.command(ContactLeft(contact))
        (row,) = await found(sue, number=number)
        assert (await sue.patch(f"/api/customers/{row['customer']}", json={"name": name})).status_code == 204
    assert [row["customer_name"] for row in await found(sue, name="march")] == ["Amy March", "Jo March"]
    (row,) = await found(sue, name="jo mar")
    assert [one["id"] for one in await found(sue, name="mar", customer=row["customer"])] == [row["id"]]
    assert await found(sue, name="bhaer", customer=row["customer"]) == []
    assert await found(sue, name="laurence") == []


async def test_the_record_is_the_whole_route_and_adds_up(center: WebCenter, sue: httpx.AsyncClient):
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.PHONE))
    contact = center.ids.next()
    engagement = await talk(center, contact, "+4930123456")
    open_record = (await sue.get(f"/api/contacts/{contact}")).json()
    assert open_record["parts"] == []
    await center.routing.command(HoldAsked(engagement, on=True))
    heard = ledger.talk_heard(center.organization, engagement, bad_time=7, loss=0.1, jitter=0.02, bad_sides=["agent"])
    await center.routing.command(EngagementEnded(engagement, TalkEnd.CUSTOMER), along=[heard])
    record = (await sue.get(f"/api/contacts/{contact}")).json()
    assert [step["said"] for step in record["steps"]] == ["1: support"]
    assert [part["name"] for part in record["parts"]] == [
        "before the line", "in line", "talk", "hold", "with the flow again"
    ]  # fmt: skip
    assert sum(part["time"] for part in record["parts"]) == record["closed_at"] - record["arrived_at"]
    (talked,) = record["engagements"]
    assert (talked["ended_by"], talked["holds"], talked["wrap_up_end"]) == ("customer", 1, None)
    assert talked["sound"] == {"bad_time": 7, "loss": 0.1, "jitter": 0.02, "sides": ["agent"]}
    exported = (await sue.get("/api/contacts/export")).content.decode()
    (line,) = csv.DictReader(io.StringIO(exported, newline=""))
    assert (line["talk ended by"], line["bad sound s"]) == ("customer", "0.000")


async def test_every_arrival_has_one_end(center: WebCenter, sue: httpx.AsyncClient):
    first, second = center.ids.next(), center.ids.next()
    await center.ring(first)
    await center.ring(second)
    await center.routing.command(ContactLeft(first))
    at = center.clock.now()
    rows = center.conversations.turned_away(
        center.organization, center.ids.next(), client="", channel="voice", entrance="+49305", number=None,
        why=Refused.UNKNOWN_NUMBER, at=at,
    )  # fmt: skip
    minute = at // 60_000_000 * 60_000_000
    rows.append(
        center.conversations.more_turned_away(
            center.organization, minute, client="", why=Refused.UNKNOWN_NUMBER, source="trunk", count=40
        )
    )
    await center.writer.append(Batch(center.organization, at, rows=rows))
    answer = (await sue.get("/api/contacts/ends", params={"from": minute, "to": at + 60_000_000})).json()
    counts = {one["end"]: one["count"] for one in answer["ends"]}
    assert counts["refused unknown number"] == 41
    assert answer["total"] == sum(counts.values()) == 43
    (refused,) = await found(sue, end="refused unknown number")
    assert (refused["entrance"], refused["how"], refused["client"]) == ("+49305", "refused", "")
    assert (await sue.get("/api/contacts/ends", params={"from": 0, "to": at})).status_code == 422


async def test_an_export_is_what_was_found_and_stands_in_the_audit(center: WebCenter, sue: httpx.AsyncClient):
    for _ in range(3):
        contact = center.ids.next()
        await center.ring(contact, "+4930123456")
        await center.routing.command(ContactLeft(contact))
    (row, *_) = await found(sue)
    evil = '=HYPERLINK("http://evil";"x")'
    assert (await sue.patch(f"/api/customers/{row['customer']}", json={"name": evil})).status_code == 204
    answer = await sue.get("/api/contacts/export", params={"queue": center.queue})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    lines = list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    assert [line["contact"] for line in lines] == [one["id"] for one in await found(sue)]
    first = lines[0]
    assert (first["number"], first["customer"]) == ("+4930123456", f"'{evil}")
    arrived = dt.datetime.fromisoformat(first["arrived"])
    assert arrived.utcoffset() is not None
    assert abs(arrived.timestamp() - row["arrived_at"] / 1e6) < 0.001
    entries = (await center.tenancy.audit.entries(center.organization)).rows
    (entry,) = [one for one in entries if one.action == "exported"]
    assert (entry.kind, entry.by, dict(entry.changes)) == ("contacts", center.people["sue"], {"queue": "changed"})
    assert (await sue.get("/api/contacts/export", params={"number": "1"})).status_code == 422


async def test_an_agent_exports_nothing_and_sees_his_own(center: WebCenter):
    async with browser(center.app()) as page:
        await sign_in(page, "ada")
        assert (await page.get("/api/contacts/export")).status_code == 403
        assert (await page.get("/api/contacts/ends", params={"from": 0, "to": 1})).status_code == 403
        assert (await page.get(f"/api/agents/{center.people['bob']}/day")).status_code == 404
        assert (await page.get(f"/api/agents/{center.people['ada']}/day")).status_code == 200


@pytest.mark.parametrize(("text", "written"), [("=1+1", "'=1+1"), ("+4930123", "+4930123"), ("+SUM(A1)", "'+SUM(A1)")])
def test_a_cell_is_no_formula(text: str, written: str):
    assert cell(text) == written
    assert cell("-1") == "'-1"
    assert cell("@x") == "'@x"
    assert cell(None) == ""


async def test_the_day_of_an_agent_adds_up_while_he_works(center: WebCenter, sue: httpx.AsyncClient):
    ada = center.people["ada"]
    await center.routing.command(AgentSignedIn(ada, "n1", Reach.PHONE))
    await center.routing.command(AgentStateAsked(ada, AgentState.PAUSED, "break"))
    day = (await sue.get(f"/api/agents/{ada}/day")).json()
    assert (day["agent_name"], day["time_zone"]) == ("Ada", "Europe/Berlin")
    assert sum(one["time"] for one in day["states"]) == day["signed_in"]
    assert day["spans"][-1]["until"] is None
    assert [one["state"] for one in day["spans"]][-1] == "paused"


HOUR = 3_600_000_000


@pytest.mark.parametrize(("date", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
async def test_a_day_with_a_change_of_the_clock(center: WebCenter, sue: httpx.AsyncClient, date: str, hours: int):
    """Signed in from the evening before to the morning after: the day is all there is of it, and it is that long."""
    ada = center.people["ada"]
    noon = round(dt.datetime.fromisoformat(f"{date}T12:00:00+00:00").timestamp()) * 1_000_000
    spans = [(AgentState.AVAILABLE, noon - 30 * HOUR, noon - HOUR), (AgentState.ENGAGED, noon - HOUR, noon + 30 * HOUR)]
    rows = [span_row(center.organization, ada, Span(state, None, since, until)) for state, since, until in spans]
    await center.writer.append(Batch(center.organization, noon, rows=rows))
    day = (await sue.get(f"/api/agents/{ada}/day", params={"date": date})).json()
    assert day["until"] - day["since"] == day["signed_in"] == hours * HOUR
    assert sum(one["time"] for one in day["states"]) == day["signed_in"]
    before = (
        await sue.get(f"/api/agents/{ada}/day", params={"date": str(dt.date.fromisoformat(date) - dt.timedelta(1))})
    ).json()
    assert before["until"] == day["since"]


async def test_supervisors_say_who_looks_after_a_customer(center: WebCenter, sue: httpx.AsyncClient) -> None:
    ref = await center.customers.recognise(center.organization, center.client, "+4930123456", "DE")
    assert ref is not None
    async with center.database.transaction() as connection:
        await center.agents.teams.put(connection, center.organization, Team("day", "Day shift"))
        team = (await center.agents.teams.ids(connection, center.organization))["day"]
    place = f"/api/customers/{ref.id}"
    ada = center.people["ada"]
    assert (await sue.patch(place, json={"personal_agent": ada, "branch": team})).status_code == 204
    shown = (await sue.get(place)).json()
    assert (shown["personal_agent_name"], shown["branch_name"]) == ("Ada", "Day shift")
    again = await center.customers.recognise(center.organization, center.client, "+4930123456", "DE")
    assert again is not None
    assert (again.personal_agent, again.branch) == (ada, team)
    assert (await sue.patch(place, json={"personal_agent": ""})).status_code == 204
    assert (await sue.get(place)).json()["personal_agent"] is None
    for field in ("personal_agent", "branch"):
        answer = await sue.patch(place, json={field: "nobody"})
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


async def test_how_a_customer_is_served_changes_as_a_whole_or_not_at_all(
    center: WebCenter, sue: httpx.AsyncClient
) -> None:
    ref = await center.customers.recognise(center.organization, center.client, "+4930123456", "DE")
    assert ref is not None
    async with center.database.transaction() as connection:
        await center.skills.put(connection, center.organization, SkillItem("german", "German"))
    center.names.forget(center.organization)
    place, ada = f"/api/customers/{ref.id}", center.people["ada"]
    assert (await sue.patch(place, json={"priority": 10})).status_code == 204
    # Written while somebody saw no priority yet.
    seen = {"personal_agent": "", "needs": {}, "priority": 0}
    stale = {"personal_agent": ada, "needs": {"german": 4}, "priority": 20, "seen": seen}
    answer = await sue.patch(place, json=stale)
    assert (answer.status_code, answer.json()["error"]["field"]) == (409, "priority")
    shown = (await sue.get(place)).json()
    assert (shown["personal_agent"], shown["needs"], shown["priority"]) == (None, {}, 10)
    assert (await sue.patch(place, json=stale | {"seen": seen | {"priority": 10}})).status_code == 204
    shown = (await sue.get(place)).json()
    assert (shown["personal_agent"], shown["needs"], shown["priority"]) == (ada, {"german": 4}, 20)


async def test_supervisors_say_what_a_customer_needs(center: WebCenter, sue: httpx.AsyncClient) -> None:
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.BROWSER))
    caller = (center.organization, center.client, "+4930123456", "DE")
    ref = await center.customers.recognise(*caller)
    assert ref is not None
    place = f"/api/customers/{ref.id}"
    async with center.database.transaction() as connection:
        for item in (SkillItem("german", "German"), SkillItem("signing", "Sign language")):
            await center.skills.put(connection, center.organization, item)
    center.names.forget(center.organization)
    for needs in ({"signing": 1, "german": 2}, {"german": 3}):
        assert (await sue.patch(place, json={"needs": needs, "priority": 50})).status_code == 204
        again = await center.customers.recognise(*caller)
        assert again is not None
        assert (again.needs, again.priority) == (tuple(sorted(needs.items())), 50)
    shown = (await sue.get(place)).json()
    assert (shown["needs"], shown["needs_shown"], shown["priority"]) == ({"german": 3}, ["German 3"], 50)
    assert (await sue.patch(place, json={"needs": {}, "priority": 0})).status_code == 204
    shown = (await sue.get(place)).json()
    assert (shown["needs"], shown["priority"]) == ({}, 0)
    wrong: list[dict[str, object]] = [{"needs": {"french": 1}}, {"needs": {"german": 11}}, {"priority": 101}]
    for change in wrong:
        answer = await sue.patch(place, json=change)
        assert answer.status_code in {400, 422}
        assert answer.json()["error"]["field"].startswith(next(iter(change)))
    async with browser(center.app()) as page:
        await sign_in(page, "ada")
        await talk(center, "01aaaa", "+4930123456")
        refused = await page.patch(place, json={"priority": 100})
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "refused")


async def test_who_talked_to_a_customer_last_is_known(center: WebCenter) -> None:
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.BROWSER))
    ref = await center.customers.recognise(center.organization, center.client, "+4930123456", "DE")
    assert ref is not None
    place = (center.organization, center.client, ref.id)
    assert await center.conversations.last_agent(*place) is None
    engagement = await talk(center, "01aaaa", "+4930123456")
    last = await center.conversations.last_agent(*place)
    assert last is not None
    assert last[0] == center.people["ada"]
    await center.routing.command(EngagementEnded(engagement, TalkEnd.AGENT))
    assert await center.conversations.last_agent(*place) == last
    assert await center.conversations.last_agent(center.organization, "other", ref.id) is None


async def test_the_lines_that_a_customer_left_are_known(center: WebCenter) -> None:
    ref = await center.customers.recognise(center.organization, center.client, "+4930123456", "DE")
    assert ref is not None
    place = (center.organization, center.client, ref.id)
    assert await center.conversations.latest_visits(*place) == {}
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.BROWSER))
    await talk(center, "01aaaa", "+4930123456")
    (first,) = (await center.conversations.latest_visits(*place)).values()
    assert first[1] == "answered"
    await center.ring("01bbbb", "+4930123456")
    await center.routing.command(ContactLeft("01bbbb"))
    (later,) = (await center.conversations.latest_visits(*place)).values()
    assert later[1] == "abandoned"
    assert later[0] >= first[0]
    assert await center.conversations.latest_visits(center.organization, "other", ref.id) == {}
