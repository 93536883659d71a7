"""Contacts, customers, lists, configuration, sounds, try-it, health and metrics."""

from support.web_rooms import SDP, Rooms, browser, sign_in
from switchboard.web.edge import Edge


async def test_contacts_come_by_pages_and_open_into_records():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "sue")
        first = (await page.get("/api/contacts?limit=1")).json()
        assert [row["id"] for row in first["contacts"]] == ["c1"]
        assert (await page.get("/api/contacts", params={"after": first["after"]})).json()["contacts"] == []
        record = (await page.get("/api/contacts/c1")).json()
        assert record["offers"] == []
        assert (await page.get("/api/contacts/nope")).status_code == 404


async def test_a_foreign_cursor_and_an_endless_page_are_refused_by_name():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "sue")
        answer = await page.get("/api/contacts?after=zzz")
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, "after")
        answer = await page.get("/api/contacts?limit=100000")
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, "limit")


async def test_a_customer_can_be_seen_and_renamed():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        assert (await page.get("/api/customers/k1")).json()["numbers"] == []
        assert (await page.patch("/api/customers/k1", json={"name": " Jo "})).status_code == 204
        _, customer, change = rooms.records.asked[0]
        assert (customer, change.name, change.note) == ("k1", "Jo", None)


async def test_configuration_goes_in_and_out_as_yaml():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "amy")
        answer = await page.get("/api/configuration")
        assert answer.headers["content-type"].startswith("application/yaml")
        answer = await page.post("/api/configuration?dry_run=true", content=answer.content)
        assert answer.json()["applied"] is False
        assert rooms.records.asked == [("apply", b"queues: []\n", True, False)]
        answer = await page.post("/api/configuration", content=b"people: []")
        assert answer.status_code == 422
        assert answer.json()["error"] == {
            "code": "invalid",
            "text": "line 1: queues is missing",
            "field": "queues",
            "faults": [],
            "present": None,
        }


async def test_a_broken_sound_is_refused_with_the_reason():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        good = await page.post("/api/sounds?key=hello", content=b"RIFF....")
        assert (good.status_code, good.json()["key"]) == (201, "hello")
        for body in (b"", b"junk"):
            answer = await page.post("/api/sounds?key=hello", content=body)
            assert (answer.status_code, answer.json()["error"]["field"]) == (422, "audio")
        answer = await page.post("/api/sounds", content=b"RIFF....")
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, "key")


async def test_a_stranger_may_try_a_call_while_the_page_is_open():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        assert (await page.get("/api/try-it")).json()["open"] is True
        call = (await page.post("/api/try-it/calls", json={"number": "+4930555", "sdp": SDP})).json()
        for digits, status in (("19*#", 204), ("", 422), ("1a", 422), ("1" * 21, 422)):
            asked = {"secret": call["secret"], "digits": digits}
            assert (await page.post(f"/api/try-it/calls/{call['call']}/digits", json=asked)).status_code == status
        guessed = {"secret": "guess", "digits": "1"}
        assert (await page.post(f"/api/try-it/calls/{call['call']}/digits", json=guessed)).status_code == 404
        wrong = await page.post(f"/api/try-it/calls/{call['call']}/hang-up", json={"secret": "guess"})
        assert wrong.status_code == 404
        right = await page.post(f"/api/try-it/calls/{call['call']}/hang-up", json={"secret": call["secret"]})
        assert right.status_code == 204
        rooms.try_it.open = False
        closed = await page.post("/api/try-it/calls", json={"number": "+4930555", "sdp": SDP})
        assert closed.status_code == 403


async def test_health_tells_what_is_missing():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        assert (await page.get("/api/health")).json()["status"] == "ok"
        rooms.health.database = False
        answer = await page.get("/api/health")
        assert answer.status_code == 503
        assert answer.json()["parts"] == [{"part": "database", "ok": False, "essential": True}]


async def test_metrics_name_routes_and_nobody():
    async with browser(Rooms().app(Edge(metrics_open=True))) as page:
        await sign_in(page, "ada")
        await page.get("/api/contacts/c1")
        await page.request("BREW", "/api/contacts/c1")
        text = (await page.get("/metrics")).text
        assert 'switchboard_web_requests_total{method="GET",route="/api/contacts/{contact}",status="2xx"} 1.0' in text
        assert "c1" not in text
        assert "BREW" not in text


async def test_metrics_are_for_administrators_elsewhere():
    async with browser(Rooms().app()) as page:
        assert (await page.get("/metrics")).status_code == 401
        await sign_in(page, "ada")
        assert (await page.get("/metrics")).status_code == 403
        await sign_in(page, "amy")
        assert (await page.get("/metrics")).status_code == 200
