"""What the page asks reaches the desk's door, and what the door says reaches the page."""

import pytest
from structlog.testing import capture_logs

from support.web_rooms import SDP, Rooms, browser, sign_in
from support.web_states import offer
from switchboard.agents.model import Reach
from switchboard.kit.errors import Conflict, Unavailable
from switchboard.web.messages.desk import WrapUp

ASKED = [
    ("sign-in", {"reach": "phone"}, ("sign in", "p1", Reach.PHONE)),
    ("sign-in", {}, ("sign in", "p1", None)),
    ("sign-out", None, ("sign out", "p1")),
    ("state", {"state": "paused", "reason": "break"}, ("state", "p1", "paused", "break")),
    ("profile", {"reach": "browser"}, ("reach", "p1", Reach.BROWSER)),
    ("offers/7/accept", {"fence": 70}, ("accept", "p1", 7, 70)),
    ("offers/7/reject", {"fence": 3}, ("reject", "p1", 7, 3)),
    ("offers/7/media", {"fence": 3, "sdp": SDP}, ("media", "p1", 7, 3, SDP)),
    ("engagements/e1/hold", None, ("hold", "p1", "e1", True)),
    ("engagements/e1/resume", None, ("hold", "p1", "e1", False)),
    ("engagements/e1/mute", {}, ("mute", "p1", "e1", True)),
    ("engagements/e1/unmute", {}, ("mute", "p1", "e1", False)),
    ("engagements/e1/digits", {"digits": "12*#0"}, ("press", "p1", "e1", "12*#0")),
    ("engagements/e1/hang-up", {}, ("hang up", "p1", "e1")),
    (
        "engagements/e1/wrap-up",
        {"disposition": "sold", "note": "line 1\nline 2", "finish": True},
        ("wrap up", "p1", "e1", WrapUp(disposition="sold", note="line 1\nline 2", finish=True)),
    ),
]


@pytest.mark.parametrize(("path", "body", "asked"), ASKED)
async def test_each_action_reaches_the_door(path: str, body: object, asked: tuple[object, ...]):
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        answer = await page.post(f"/api/desk/{path}", json=body)
        assert answer.status_code in {200, 204}, answer.text
        assert rooms.desk.asked == [asked]
        if path.endswith("media"):
            assert answer.json() == {"sdp": SDP}


async def test_the_desk_shows_offer_and_engagement():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        rooms.desk.show(rooms.sessions.open[page.cookies["switchboard_session"]].person, offer=offer())
        state = (await page.get("/api/desk")).json()
        assert state["agent"]["state"] == "available"
        assert state["engagement"] is None
        assert (state["offer"]["offer"], state["offer"]["why"]["excluded"]) == (1, {"paused": 1})


@pytest.mark.parametrize(("error", "status"), [(Conflict("Too late"), 409), (Unavailable("No media"), 503)])
async def test_a_doors_error_is_answered_in_the_one_shape(error: Exception, status: int):
    rooms = Rooms()
    rooms.desk.fails = error
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        answer = await page.post("/api/desk/offers/1/reject", json={"fence": 1})
        assert answer.status_code == status
        assert answer.json()["error"]["text"] == str(error)


async def test_an_unforeseen_error_is_a_500_without_details():
    rooms = Rooms()
    rooms.desk.fails = RuntimeError("the caller's number is 123")
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        with capture_logs() as logs:
            answer = await page.get("/api/desk")
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
        assert "123" not in answer.text
        [line] = logs
        assert (line["event"], line["route"]) == ("request_failed", "/api/desk")


WRONG = [
    ("state", {"state": "engaged"}, "state"),
    ("state", {}, "state"),
    ("state", {"state": "paused", "reason": "a b"}, "reason"),
    ("state", {"state": "paused", "reasons": "break"}, "reasons"),
    ("offers/7/accept", {"fence": "70"}, "fence"),
    ("offers/7/accept", {"fence": -1}, "fence"),
    ("offers/7/accept", {"fence": 2**60}, "fence"),
    ("offers/-7/accept", {"fence": 1}, "offer"),
    ("offers/7/media", {"fence": 1, "sdp": "hello"}, "sdp"),
    ("engagements/e%00/wrap-up", {}, "engagement"),
    ("engagements/e1/wrap-up", {"note": "a\0b"}, "note"),
    ("engagements/e1/wrap-up", {"note": "x" * 5_000}, "note"),
    ("state", [], "body"),
    ("state", None, "body"),
]


@pytest.mark.parametrize(("path", "body", "field"), WRONG)
async def test_a_wrong_field_is_named(path: str, body: object, field: str):
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        answer = await page.post(f"/api/desk/{path}", json=body)
        assert answer.status_code == 422
        error = answer.json()["error"]
        assert (error["code"], error["field"]) == ("invalid", field), error
        assert rooms.desk.asked == []


@pytest.mark.parametrize("digits", ["", "A", "1 2", "1" * 33, "1\n"])
async def test_what_no_key_is_labelled_with_is_refused(digits: str):
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        answer = await page.post("/api/desk/engagements/e1/digits", json={"digits": digits})
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, "digits")
        assert rooms.desk.asked == []
