"""Who may switch an emergency announcement on and off, and what is refused before a room is asked."""

import pytest

from support.web_rooms import Rooms, browser, sign_in

GOOD = {"text": "The network is down.", "minutes": 60}


async def test_a_supervisor_switches_it_on_and_off():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "sue")
        made = await page.post("/api/emergency", json=GOOD)
        assert (made.status_code, made.json()["on"], made.json()["numbers"]) == (201, True, None)
        shown = (await page.get("/api/emergency")).json()["announcements"]
        assert [one["id"] for one in shown] == [made.json()["id"]]
        assert (await page.post(f"/api/emergency/{made.json()['id']}/off")).status_code == 204
        assert (await page.get("/api/emergency")).json()["announcements"][0]["on"] is False
        assert (await page.post("/api/emergency/nope/off")).status_code == 404


async def test_an_agent_may_not():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "ada")
        assert (await page.get("/api/emergency")).status_code == 403
        assert (await page.post("/api/emergency", json=GOOD)).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"minutes": None}, "minutes"),
        ({"minutes": "5"}, "minutes"),
        ({"numbers": "100"}, "numbers"),
        ({"numbers": [""]}, "numbers.0"),
        ({"text": 5}, "text"),
        ({"until": 5}, "until"),
    ],
)
async def test_bad_input_is_refused_by_field(wrong: dict[str, object], field: str):
    async with browser(Rooms().app()) as page:
        await sign_in(page, "sue")
        answer = await page.post("/api/emergency", json={**GOOD, **wrong})
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)
