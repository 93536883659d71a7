"""One configured thing at a time: who may, what a wrong form is told, and what a late one is."""

import pytest

from support.web_rooms import Rooms, browser, sign_in


async def test_a_section_is_listed_and_a_thing_changed():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "amy")
        listed = (await page.get("/api/administration/queues")).json()
        assert (listed["kind"], listed["label"], listed["items"][0]["key"]) == ("queue", "key", "support")
        asked = {"item": {"name": "Help"}, "revision": "r1"}
        tried = await page.put("/api/administration/queues/support?dry_run=true", json=asked)
        assert (tried.status_code, tried.json()["applied"]) == (200, False)
        saved = (await page.put("/api/administration/queues/support", json=asked)).json()
        assert saved["applied"] is True
        assert [one[4].dry_run for one in rooms.administration.asked] == [True, False]


async def test_every_wrong_field_is_named():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        answer = await page.put("/api/administration/queues/support", json={"item": {}, "revision": "r1"})
        assert answer.status_code == 422
        error = answer.json()["error"]
        assert error["field"] == "name"
        assert [fault["field"] for fault in error["faults"]] == ["name", "ring_time"]


async def test_a_change_from_an_older_state_is_answered_with_the_present_one():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        asked = {"item": {"name": "Help"}, "revision": "r0"}
        answer = await page.put("/api/administration/queues/support", json=asked)
        assert answer.status_code == 409
        error = answer.json()["error"]
        assert (error["code"], error["field"], error["present"]["revision"]) == ("conflict", "revision", "r1")


async def test_a_thing_is_retired_unless_it_is_needed():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        assert (await page.delete("/api/administration/queues/support?revision=r1")).status_code == 200
        needed = await page.delete("/api/administration/queues/support")
        assert needed.status_code == 409
        assert "flow welcome" in needed.json()["error"]["text"]
        assert (await page.delete("/api/administration/queues/nope")).status_code == 404
        assert (await page.get("/api/administration/nothing")).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "item"),
        ({"item": []}, "item"),
        ({"item": {"name": 2**70}}, "item"),
        ({"item": {}, "revision": 7}, "revision"),
        ({"item": {}, "more": 1}, "more"),
    ],
)
async def test_a_body_that_is_none_is_refused_by_name(body: object, field: str):
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        answer = await page.put("/api/administration/queues/support", json=body)
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


@pytest.mark.parametrize("user_name", ["ada", "sue"])
async def test_only_administrators_may(user_name: str):
    async with browser(Rooms().app()) as page:
        await sign_in(page, user_name)
        assert (await page.get("/api/administration/queues")).status_code == 403
        assert (await page.put("/api/administration/queues/x", json={"item": {}})).status_code == 403
        assert (await page.delete("/api/administration/queues/x")).status_code == 403


async def test_a_flow_is_checked_listened_to_and_has_versions():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        checked = await page.post("/api/flows/check", content=b"key: welcome")
        assert checked.json() == {"faults": [], "item": {}, "language": "en", "outline": []}
        heard = await page.get("/api/flows/speech", params={"text": "Hello", "language": "en"})
        assert heard.headers["content-type"] == "audio/wav"
        assert (await page.get("/api/flows/speech", params={"text": "Hello", "language": "xx"})).status_code == 422
        assert (await page.get("/api/flows/speech")).json()["error"]["field"] == "text"
        assert (await page.get("/api/flows/welcome/versions")).json()["versions"][0]["by"] == "Amy"
        assert (await page.get("/api/flows/nope/versions")).status_code == 404
        assert (await page.get("/api/sounds/music/audio")).headers["content-type"] == "audio/wav"


async def test_a_trial_call_needs_a_number():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        assert (await page.get("/api/trunks")).json()["trunks"][0]["registration"] == "registered"
        made = await page.post("/api/trunks/carrier/trial", json={"number": "+4930123"})
        assert made.json()["finding"] == "sound both ways"
        assert (await page.post("/api/trunks/nope/trial", json={"number": "100"})).status_code == 404
        for number in ("", "sip:x@evil.example", "12 34", "+", "1" * 30, None):
            answer = await page.post("/api/trunks/carrier/trial", json={"number": number})
            assert (answer.status_code, answer.json()["error"]["field"]) == (422, "number")


async def test_versions_are_listed_and_brought_back():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "amy")
        listed = (await page.get("/api/configuration/versions?section=queues&key=support")).json()
        assert [(one["version"], one["by_name"]) for one in listed["versions"]] == [(1, "Amy")]
        tried = await page.post("/api/configuration/versions/1/back?dry_run=true", json={})
        assert (tried.status_code, tried.json()["applied"]) == (200, False)
        assert (await page.post("/api/configuration/versions/7/back", json={})).status_code == 404
        for wrong in ("/api/configuration/versions?limit=0", "/api/configuration/versions?after=x"):
            assert (await page.get(wrong)).status_code == 422
        for path, body in (("0", {}), ("1", {"section": "no blanks"}), ("1", {"more": 1})):
            assert (await page.post(f"/api/configuration/versions/{path}/back", json=body)).status_code == 422


async def test_a_change_is_tried_before_it_is_saved():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        asked = {"section": "queues", "key": "support", "item": {"name": "Help"}, "date": "2026-03-02"}
        begun = await page.post("/api/trials", json=asked)
        assert (begun.status_code, begun.json()["state"]) == (202, "running")
        assert (await page.get("/api/trials/t1")).json()["done"] == 1
        assert (await page.get("/api/trials/t2")).status_code == 404
        assert (await page.delete("/api/trials/t1")).status_code == 204
        kept = (await page.get("/api/trials?section=queues&key=support")).json()
        assert (kept["trials"], kept["running"]["id"], kept["running"]["again"]) == ([], "t1", False)
        file = {"content": b"organization: {key: acme}"}
        assert (await page.post("/api/trials/file?prune=true&date=2026-03-02", **file)).status_code == 202
        assert (await page.post("/api/trials/file", content=b"queues: []")).status_code == 422
        assert (await page.post("/api/trials/file?date=today", **file)).status_code == 422
        for wrong in ({"item": {}}, {"date": "yesterday"}, {"section": "a b"}, {"key": ""}):
            assert (await page.post("/api/trials", json={**asked, **wrong})).status_code == 422, wrong
