"""People, phones, accounts and the audit over the web: what a page is told, and what it is refused."""

import pytest

from support.web_rooms import Rooms, browser, sign_in


async def test_a_member_is_found_and_looked_at():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        assert [one["key"] for one in (await page.get("/api/staff?search=ad")).json()["members"]] == ["ada"]
        assert (await page.get("/api/staff?search=zz")).json() == {"members": []}
        record = (await page.get("/api/staff/p1")).json()
        assert (record["member"]["name"], record["sessions"][0]["device"]) == ("Ada", "Firefox")
        assert (await page.get("/api/staff/nobody")).status_code == 404
        assert (await page.get("/api/staff?role=owner")).json()["error"]["field"] == "role"


async def test_a_password_is_made_or_checked():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        assert (await page.post("/api/staff/p1/password", json={})).json() == {"password": "made by us"}
        short = await page.post("/api/staff/p1/password", json={"password": "short"})
        assert (short.status_code, short.json()["error"]["field"]) == (422, "password")


async def test_dismissal_tells_what_it_ended_and_oneself_is_refused():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "amy")
        answer = await page.post("/api/staff/p1/dismiss")
        assert (answer.status_code, answer.json()["calls"]) == (200, 1)
        assert (await page.post("/api/staff/p4/dismiss")).status_code == 403
        assert (await page.post("/api/staff/p1/reinstate")).status_code == 204
        assert rooms.people.asked == [("dismiss", "p1"), ("reinstate", "p1")]


async def test_everybody_has_an_account_of_his_own():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        assert (await page.get("/api/account")).json()["name"] == "Ada"
        wrong = await page.post("/api/account/password", json={"current": "no", "password": "a new horse"})
        assert (wrong.status_code, wrong.json()["error"]["field"]) == (422, "current")
        assert (await page.patch("/api/account", json={"language": "de"})).status_code == 204
        assert (await page.patch("/api/account", json={"language": "german!"})).json()["error"]["field"] == "language"
        assert (await page.delete("/api/account/sessions/s1")).status_code == 204
        assert (await page.delete("/api/account/sessions/s2")).status_code == 404
        assert rooms.people.asked == [("language", "p1", "de"), ("end session", "s1")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "key"),
        ({"key": "a", "user_name": "a b"}, "user_name"),
        ({"key": ""}, "key"),
        ({"key": "a", "secret": "x"}, "secret"),
    ],
)
async def test_a_phone_that_cannot_be_made_names_the_field(body: dict[str, str], field: str):
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        answer = await page.post("/api/phones", json=body)
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


async def test_a_phones_secret_is_told_once():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        made = await page.post("/api/phones", json={"key": "desk"})
        assert (made.status_code, made.json()["secret"]) == (201, "s")
        assert (await page.post("/api/phones/desk/secret")).json()["user_name"] == "desk"
        assert (await page.post("/api/phones/other/secret")).status_code == 404
        assert "secret" not in (await page.get("/api/phones")).text


async def test_the_audit_is_read_page_by_page():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        first = (await page.get("/api/audit")).json()
        assert (first["rows"][0]["by_name"], first["rows"][0]["changes"]) == ("Amy", {"name": ["Aida", "Ada"]})
        assert (await page.get("/api/audit?after=a1")).json()["rows"] == []
        assert (await page.get("/api/audit?after=zz")).json()["error"]["field"] == "after"
        assert (await page.get("/api/audit?limit=0")).json()["error"]["field"] == "limit"
