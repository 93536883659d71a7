"""An agent's day over the API, on the real rooms: only the sound is simulated."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from support.web_center import WebCenter, web_center
from support.web_rooms import browser, connected, sign_in
from switchboard.storage.database import Database
from switchboard.web.edge import COOKIE
from switchboard.web.live.changes import board_applied, desk_applied
from switchboard.web.messages.desk import LineTrouble
from switchboard.web.rooms import desk_records
from switchboard.web.server import serve


@pytest.fixture
async def center(sqlite_database: Database) -> AsyncIterator[WebCenter]:
    async with web_center(sqlite_database) as opened:
        yield opened


@pytest.fixture
async def ada(center: WebCenter) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in, with a page that answers, and available."""
    async with browser(center.app()) as page:
        await sign_in(page, "ada")
        person = (await center.tenancy.people(center.organization))[0]
        assert person.key == "ada"
        center.presence.feed_back(person)
        await done(page, "sign-in", {})
        yield page


async def done(page: httpx.AsyncClient, path: str, body: object) -> None:
    answer = await page.post(f"/api/desk/{path}", json=body)
    assert answer.status_code == 204, answer.text


async def desk(page: httpx.AsyncClient) -> dict[str, Any]:
    answer = await page.get("/api/desk")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_from_sign_in_to_the_record(center: WebCenter, ada: httpx.AsyncClient):
    assert (await desk(ada))["agent"]["state"] == "available"
    await center.ring("call1")
    offer = (await desk(ada))["offer"]
    assert offer["queue_name"] == "Support"
    assert offer["client_name"] == "Brand"
    assert offer["number"] == "+4930123456"
    assert (offer["steps"], offer["earlier"]) == ([], 0)
    assert offer["why"]["strategy"] == "longest idle"
    assert offer["why"]["excluded"] == {"signed out": 1}

    await done(ada, f"offers/{offer['offer']}/accept", {"fence": offer["fence"]})
    state = await desk(ada)
    assert state["offer"] is None
    engagement = state["engagement"]
    assert (state["agent"]["state"], engagement["state"]) == ("engaged", "talking")
    assert engagement["dispositions"] == [{"key": "sold", "name": "Sold"}]
    own = f"engagements/{engagement['engagement']}"

    await done(ada, f"{own}/hold", {})
    assert (await desk(ada))["engagement"]["state"] == "held"
    await done(ada, f"{own}/resume", {})
    await done(ada, f"{own}/mute", {})
    assert (await desk(ada))["engagement"]["muted"] is True
    await done(ada, f"{own}/digits", {"digits": "42#"})
    assert center.voice.pressed == [(engagement["engagement"], "42#")]
    await done(ada, "state", {"state": "paused", "reason": "break"})
    assert (await desk(ada))["agent"]["next_state"] == "paused"
    await done(ada, f"{own}/hang-up", {})
    state = await desk(ada)
    assert (state["agent"]["state"], state["engagement"]["state"]) == ("wrap-up", "wrap-up")
    assert state["engagement"]["wrap_up_deadline"] > state["server_now"]
    await done(ada, f"{own}/wrap-up", {"note": "wants two"})
    assert (await desk(ada))["engagement"]["note"] == "wants two"
    await done(ada, f"{own}/wrap-up", {"disposition": "sold", "finish": True})
    state = await desk(ada)
    assert (state["agent"]["state"], state["agent"]["reason"]) == ("paused", "break")
    assert state["engagement"] is None

    record = (await ada.get("/api/contacts/call1")).json()
    assert (record["how"], record["agent_name"], record["queue_name"]) == ("answered", "Ada", "Support")
    assert [visit["how"] for visit in record["visits"]] == ["answered"]
    assert [one["end"] for one in record["offers"]] == ["accepted"]
    assert record["offers"][0]["why"]["strategy"] == "longest idle"
    [worked] = record["engagements"]
    assert (worked["disposition"], worked["note"]) == ("Sold", "wants two")
    assert worked["talk_time"] >= 0
    assert worked["wrap_up_time"] >= 0

    listed = (await ada.get("/api/contacts")).json()["contacts"]
    assert [row["id"] for row in listed] == ["call1"]


async def test_words_typed_as_the_wrap_up_ends_are_kept_and_later_ones_are_not(
    center: WebCenter, ada: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    await center.ring("call1")
    offer = (await desk(ada))["offer"]
    await done(ada, f"offers/{offer['offer']}/accept", {"fence": offer["fence"]})
    own = f"engagements/{(await desk(ada))['engagement']['engagement']}"
    await done(ada, f"{own}/hang-up", {})
    await done(ada, f"{own}/wrap-up", {"note": "wants two", "finish": True})
    assert (await desk(ada))["engagement"] is None
    await done(ada, f"{own}/wrap-up", {"note": "wants two lamps", "disposition": "sold", "finish": True})
    [worked] = (await ada.get("/api/contacts/call1")).json()["engagements"]
    assert (worked["disposition"], worked["note"]) == ("Sold", "wants two lamps")

    async with browser(center.app()) as other:
        await sign_in(other, "bob")
        foreign = await other.post(f"/api/desk/{own}/wrap-up", json={"note": "not mine"})
    assert foreign.status_code == 409
    monkeypatch.setattr(desk_records, "LATE", -1)
    late = await ada.post(f"/api/desk/{own}/wrap-up", json={"note": "too late"})
    assert (late.status_code, late.json()["error"]["text"]) == (409, "This call has ended")


async def test_the_next_call_of_a_customer_shows_the_earlier_one(center: WebCenter, ada: httpx.AsyncClient):
    await center.ring("call1")
    offer = (await desk(ada))["offer"]
    await done(ada, f"offers/{offer['offer']}/accept", {"fence": offer["fence"]})
    engagement = (await desk(ada))["engagement"]
    own = f"engagements/{engagement['engagement']}"
    customer = engagement["customer"]["id"]
    answer = await ada.patch(f"/api/customers/{customer}", json={"name": "Jo March", "note": "likes tea"})
    assert answer.status_code == 204
    await done(ada, f"{own}/hang-up", {})
    await done(ada, f"{own}/wrap-up", {"disposition": "sold", "note": "first", "finish": True})
    # Nobody on the desk: the customer is no longer hers to look at.
    assert (await ada.get(f"/api/customers/{customer}")).status_code == 404

    await center.ring("call2")
    state = await desk(ada)
    assert (state["offer"]["customer_name"], state["offer"]["earlier"]) == ("Jo March", 1)
    offer = state["offer"]
    await done(ada, f"offers/{offer['offer']}/accept", {"fence": offer["fence"]})
    [earlier] = (await desk(ada))["engagement"]["earlier"]
    assert (earlier["contact"], earlier["disposition"], earlier["note"]) == ("call1", "Sold", "first")
    seen = (await ada.get(f"/api/customers/{customer}")).json()
    assert (seen["name"], seen["note"], seen["numbers"]) == ("Jo March", "likes tea", ["+4930123456"])
    assert [row["customer_name"] for row in seen["contacts"]] == ["Jo March", "Jo March"]


async def test_a_customer_named_at_the_desk_is_told_to_every_desk_that_shows_him(
    center: WebCenter, ada: httpx.AsyncClient
):
    await center.ring("call1")
    offer = (await desk(ada))["offer"]
    await done(ada, f"offers/{offer['offer']}/accept", {"fence": offer["fence"]})
    engagement = (await desk(ada))["engagement"]
    assert (engagement["offer"], engagement["fence"]) == (offer["offer"], offer["fence"])
    told = {"ada": 0, "bob": 0}
    for key in told:
        center.hub.desk(center.organization, center.people[key], lambda key=key: told.update({key: told[key] + 1}))
    answer = await ada.patch(f"/api/customers/{engagement['customer']['id']}", json={"name": "Jo March"})
    assert answer.status_code == 204
    assert told == {"ada": 1, "bob": 0}


async def test_the_board_names_the_reason_of_a_pause(center: WebCenter, ada: httpx.AsyncClient):
    await done(ada, "state", {"state": "paused", "reason": "break"})
    async with browser(center.app()) as sue:
        await sign_in(sue, "sue")
        assert [row["reason"] for row in (await sue.get("/api/board")).json()["agents"]] == ["Break"]


async def test_what_is_late_or_not_hers_is_a_conflict(center: WebCenter, ada: httpx.AsyncClient):
    await center.ring("call1")
    offer = (await desk(ada))["offer"]
    for number, fence in ((offer["offer"], offer["fence"] + 1), (offer["offer"] + 1, offer["fence"])):
        answer = await ada.post(f"/api/desk/offers/{number}/accept", json={"fence": fence})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    async with browser(center.app()) as bob:
        await sign_in(bob, "bob")
        answer = await bob.post(f"/api/desk/offers/{offer['offer']}/accept", json={"fence": offer["fence"]})
        assert answer.status_code == 409
        assert (await bob.get("/api/contacts/call1")).status_code == 404
        assert (await bob.get("/api/contacts")).json()["contacts"] == []
    assert (await ada.post("/api/desk/engagements/other/hold")).status_code == 409
    await done(ada, f"offers/{offer['offer']}/reject", {"fence": offer["fence"]})
    state = await desk(ada)
    assert (state["agent"]["state"], state["offer"]) == ("delayed", None)


async def test_a_choice_that_is_not_configured_is_named(center: WebCenter, ada: httpx.AsyncClient):
    for reason in ("lunch", None):
        answer = await ada.post("/api/desk/state", json={"state": "paused", "reason": reason})
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, "reason")
    answer = await ada.post("/api/desk/profile", json={"reach": "phone"})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "reach")
    await center.ring("call1")
    offer = (await desk(ada))["offer"]
    await done(ada, f"offers/{offer['offer']}/accept", {"fence": offer["fence"]})
    own = (await desk(ada))["engagement"]["engagement"]
    answer = await ada.post(f"/api/desk/engagements/{own}/wrap-up", json={"disposition": "bought"})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "disposition")


async def test_an_agent_by_phone_needs_no_page_but_a_registered_phone(center: WebCenter):
    async with browser(center.app()) as bob:
        await sign_in(bob, "bob")
        await done(bob, "sign-in", {"reach": "phone"})
        assert (await desk(bob))["agent"]["reachable"] is False
        center.voice.phones.add(center.people["bob"])
        await done(bob, "profile", {"reach": "phone"})
        agent = (await desk(bob))["agent"]
        assert (agent["reach"], agent["reachable"]) == ("phone", True)
        await done(bob, "sign-out", {})
        agent = (await desk(bob))["agent"]
        assert (agent["state"], agent["reach"]) == ("signed out", "phone")


async def test_somebody_without_a_profile_is_told_so(center: WebCenter):
    item_roles = await center.tenancy.people(center.organization)
    assert len(item_roles) == 3
    async with center.database.transaction() as connection:
        await center.agents.profiles.retire(connection, center.organization, "bob")
    await center.routing.reload()
    async with browser(center.app()) as bob:
        await sign_in(bob, "bob")
        answer = await bob.post("/api/desk/sign-in", json={})
        assert answer.status_code == 403
        assert "not set up as an agent" in answer.json()["error"]["text"]


async def test_the_feed_follows_the_floor_and_the_page_keeps_its_agent_reachable(center: WebCenter):
    server = await serve(center.app(), "127.0.0.1", 0)
    try:
        async with (
            connected(server.address) as sue,
            connected(server.address) as ada,
        ):
            await sign_in(sue, "sue")
            await sign_in(ada, "ada")
            async with (
                watch(server.address, sue, "board") as board,
                watch(server.address, ada, "desk") as page,
            ):
                line = json.loads(await board.recv())["state"]
                assert line["agents"] == []
                state = json.loads(await page.recv())["state"]
                assert state["agent"]["state"] == "signed out"
                await done(ada, "sign-in", {})
                await center.ring("call1")
                while state["offer"] is None:
                    frame = json.loads(await page.recv())
                    state = desk_applied(state, frame.get("changes", []))
                assert state["agent"]["reachable"] is True
                while not line["queues"][0]["offered"]:
                    line = board_applied(line, json.loads(await board.recv()).get("changes", []))
                assert [row["state"] for row in line["agents"]] == ["offered"]
                assert line["agents"][0]["queue"] == "Support"
                fresh = (await sue.get("/api/board")).json()
                assert {**fresh, "server_now": 0} == {**line, "server_now": 0}
            # Her page is gone: nothing rings there any more, nor will.
            person = next(one for one in await center.tenancy.people(center.organization) if one.key == "ada")
            center.presence.feed_lost(person)
            await center.routing.command()
            now = (await sue.get("/api/board")).json()
            assert [row["reachable"] for row in now["agents"]] == [False]
            assert (now["queues"][0]["offered"], now["queues"][0]["available"]) == (0, 0)
    finally:
        await server.close()


async def test_what_is_wrong_with_a_talk_is_shown_on_desk_and_board_while_it_lasts(
    center: WebCenter, ada: httpx.AsyncClient
):
    person = center.people["ada"]
    await center.ring("call1")
    offer = (await desk(ada))["offer"]
    await done(ada, f"offers/{offer['offer']}/accept", {"fence": offer["fence"]})
    bad = LineTrouble(kind="bad sound", side="caller", since=5, loss=0.1, jitter=0.02)
    told: list[str] = []
    stops = [
        center.hub.desk(center.organization, person, lambda: told.append("desk")),
        center.hub.board(center.organization, lambda: told.append("board")),
    ]
    center.voice.troubled = {person: [bad]}
    center.hub.touch_line(center.organization, person)
    assert told == ["desk", "board"]
    async with browser(center.app()) as sue:
        await sign_in(sue, "sue")
        assert (await desk(ada))["engagement"]["troubles"] == [bad.model_dump()]
        assert [row["troubles"] for row in (await sue.get("/api/board")).json()["agents"]] == [[bad.model_dump()]]
        center.voice.troubled = {}
        assert (await desk(ada))["engagement"]["troubles"] == []
        assert [row["troubles"] for row in (await sue.get("/api/board")).json()["agents"]] == [[]]
    for stop in stops:
        stop()


def watch(address: str, page: httpx.AsyncClient, topics: str) -> connect:
    return connect(
        f"{address.replace('http', 'ws')}/api/feed?topics={topics}",
        origin=address,
        additional_headers={"Cookie": f"{COOKIE}={page.cookies[COOKIE]}"},
    )


async def test_two_who_write_about_a_customer_see_each_others_words(center: WebCenter, ada: httpx.AsyncClient):
    await center.ring("call1")
    offer = (await desk(ada))["offer"]
    await done(ada, f"offers/{offer['offer']}/accept", {"fence": offer["fence"]})
    path = f"/api/customers/{(await desk(ada))['engagement']['customer']['id']}"
    async with browser(center.app()) as other:
        await sign_in(other, "sue")
        assert (await other.patch(path, json={"note": "likes tea", "seen": {"note": ""}})).status_code == 204
    assert (await desk(ada))["engagement"]["customer"]["note"] == "likes tea"
    answer = await ada.patch(path, json={"note": "likes coffee", "seen": {"note": ""}})
    assert (answer.status_code, answer.json()["error"]["field"]) == (409, "note")
    assert "Somebody else changed the note" in answer.json()["error"]["text"]
    assert (await ada.patch(path, json={"note": "likes both", "seen": {"note": "likes tea"}})).status_code == 204
    assert (await ada.get(path)).json()["note"] == "likes both"


async def test_what_a_customer_chose_before_stands_on_offer_and_call(center: WebCenter, ada: httpx.AsyncClient):
    await center.ring("call1", steps=["1 Support", "2 Lamps"])
    offer = (await desk(ada))["offer"]
    assert offer["steps"] == ["1 Support", "2 Lamps"]
    await done(ada, f"offers/{offer['offer']}/accept", {"fence": offer["fence"]})
    assert (await desk(ada))["engagement"]["steps"] == ["1 Support", "2 Lamps"]
