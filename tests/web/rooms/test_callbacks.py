"""Call-backs over the API, on the real rooms: entered, looked for, moved, cancelled, by those who may."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from support.callbacks import KeptTelephone
from support.web_center import WebCenter, web_center
from support.web_rooms import browser, sign_in
from switchboard.agents.model import Reach
from switchboard.kit.clock import MICROSECONDS
from switchboard.outbound.callbacks.store import Rows
from switchboard.routing.commands import AgentSignedIn, ContactLeft
from switchboard.storage.database import Database

DAY = 86_400 * MICROSECONDS


@pytest.fixture
async def center(sqlite_database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(sqlite_database) as opened:
        yield opened


@pytest.fixture
async def sue(center: WebCenter) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(center.app()) as page:
        await sign_in(page, "sue")
        yield page


async def entered(page: httpx.AsyncClient, center: WebCenter, **asked: Any) -> dict[str, Any]:
    answer = await page.post("/api/callbacks", json={"queue": center.queue, "number": "030 123456"} | asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_call_back_is_entered_found_moved_and_cancelled(center: WebCenter, sue: httpx.AsyncClient) -> None:
    (queue,) = (await sue.get("/api/callbacks/queues")).json()["queues"]
    assert (queue["id"], queue["first"], queue["last"]) == (center.queue, 0, 1440)
    made = await entered(sue, center, note="about the invoice", not_before=center.clock.now() + DAY)
    assert (made["number"], made["state"], made["asked_by"]) == ("+4930123456", "waiting", "Sue")
    assert (made["queue_name"], made["note"], made["most_attempts"]) == ("Support", "about the invoice", 3)
    for query, count in (
        ("state=open", 1),
        ("state=done", 0),
        (f"queue={center.queue}", 1),
        ("queue=other", 0),
        ("client=other", 0),
        (f"client={center.client}", 1),
        ("number=3456", 1),
        ("number=3457", 0),
    ):
        assert len((await sue.get(f"/api/callbacks?{query}")).json()["callbacks"]) == count, query
    moved = await sue.patch(f"/api/callbacks/{made['id']}", json={"not_before": made["not_before"] + DAY})
    assert moved.json()["not_before"] == made["not_before"] + DAY
    ended = await sue.post(f"/api/callbacks/{made['id']}/cancel")
    assert ended.json()["state"] == "cancelled"
    assert (await sue.post(f"/api/callbacks/{made['id']}/cancel")).status_code == 409
    assert (await sue.patch(f"/api/callbacks/{made['id']}", json={"note": "?"})).status_code == 409


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"queue": "nope"}, "queue"),
        ({"number": "1001"}, "number"),
        ({"number": "0800-FLOWERS"}, "number"),
        ({"number": ""}, "number"),
        ({"not_before": 1}, "not_before"),
        ({"until": 1}, "until"),
        ({"skills": {"juggling": 3}}, "skills"),
        ({"priority": 101}, "priority"),
        ({"language": "no such thing"}, "language"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    center: WebCenter, sue: httpx.AsyncClient, asked: dict[str, Any], field: str
) -> None:
    answer = await sue.post("/api/callbacks", json={"queue": center.queue, "number": "030 123456"} | asked)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field), answer.text
    assert (await sue.get("/api/callbacks")).json()["callbacks"] == []


async def test_a_number_has_one_open_call_back(center: WebCenter, sue: httpx.AsyncClient) -> None:
    await entered(sue, center)
    again = await sue.post("/api/callbacks", json={"queue": center.queue, "number": "+49 30 123456"})
    assert (again.status_code, "open call-back" in again.json()["error"]["text"]) == (409, True)


async def test_an_agent_has_his_own_and_no_others(center: WebCenter, sue: httpx.AsyncClient) -> None:
    hers = await entered(sue, center)
    async with browser(center.app()) as ada:
        await sign_in(ada, "ada")
        own = await entered(ada, center, number="030 654321")
        assert [one["id"] for one in (await ada.get("/api/callbacks")).json()["callbacks"]] == [own["id"]]
        assert (await ada.post(f"/api/callbacks/{hers['id']}/cancel")).status_code == 404
        assert (await ada.patch(f"/api/callbacks/{own['id']}", json={"note": "?"})).json()["note"] == "?"
    assert len((await sue.get("/api/callbacks")).json()["callbacks"]) == 2
    assert (await sue.patch("/api/callbacks/nope", json={"note": "?"})).status_code == 404


async def test_a_desk_says_that_it_is_a_call_back_and_the_record_leads_to_the_call_before(
    center: WebCenter, sue: httpx.AsyncClient
) -> None:
    center.callbacks.telephone = KeptTelephone()
    await center.routing.command(AgentSignedIn(center.people["ada"], "n1", Reach.BROWSER))
    await center.ring("01aaa", "+4930999")
    await center.routing.command(ContactLeft("01aaa"))
    await entered(sue, center, note="about the invoice")
    book = center.callbacks.book(center.organization)
    await book.look()
    (one,) = book.every
    assert one.contact is not None
    await center.ring(one.contact)
    async with browser(center.app()) as ada:
        await sign_in(ada, "ada")
        told = (await ada.get("/api/desk")).json()["offer"]["callback"]
    assert (told["asked_by"], told["attempt"], told["most_attempts"]) == ("Sue", 1, 3)
    assert (told["note"], told["calling"]) == ("about the invoice", False)
    await Rows(center.database, center.organization).save(one, joins="01aaa")
    for contact, other in ((one.contact, "01aaa"), ("01aaa", one.contact)):
        (joined,) = (await sue.get(f"/api/callbacks/joined/{contact}")).json()["contacts"]
        assert (joined["id"], joined["asked"]) == (other, False)
