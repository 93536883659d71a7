"""Signing in and out, and what protects the session from other sites' pages."""

import pytest

from support.web_rooms import PASSWORD, Rooms, browser, sign_in
from switchboard.web.edge import COOKIE, Edge


async def test_signing_in_sets_a_cookie_that_scripts_cannot_read():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        answer = await page.post("/api/session", json={"user_name": "ada", "password": PASSWORD})
        assert answer.json()["person"] == {
            "id": "p1",
            "name": "Ada",
            "roles": ["agent"],
            "organization": "acme",
            "password_temporary": False,
        }
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie
        assert answer.json()["csrf"] not in cookie
        again = await page.get("/api/session")
        assert again.json() == answer.json()


async def test_over_https_the_cookie_is_secure():
    async with browser(Rooms().app(Edge(secure=True)), "https://desk.test") as page:
        answer = await page.post("/api/session", json={"user_name": "ada", "password": PASSWORD})
        assert "Secure" in answer.headers["set-cookie"]


async def test_wrong_passwords_are_refused_then_paused():
    async with browser(Rooms().app()) as page:
        wrong = {"user_name": "ada", "password": "guess"}
        for _ in range(3):
            answer = await page.post("/api/session", json=wrong)
            assert answer.status_code == 401
            assert answer.json()["error"] == {
                "code": "sign_in_needed",
                "text": "Wrong user name or password",
                "field": None,
                "faults": [],
                "present": None,
            }
        answer = await page.post("/api/session", json=wrong)
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "30"
        assert answer.json()["error"]["code"] == "too_many"


async def test_nobody_signed_in_gets_401():
    async with browser(Rooms().app()) as page:
        for path in ("/api/session", "/api/desk", "/api/board", "/api/contacts"):
            answer = await page.get(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in_needed")


async def test_signing_out_ends_the_session():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        token = page.cookies[COOKIE]
        assert (await page.delete("/api/session")).status_code == 204
        assert token not in rooms.sessions.open
        assert COOKIE not in page.cookies
        assert (await page.get("/api/session")).status_code == 401


async def test_signing_in_anew_gives_the_old_session_up():
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        await sign_in(page, "sue")
        assert [session.person.name for session in rooms.sessions.open.values()] == ["Sue"]


@pytest.mark.parametrize("token", ["", "csrf", "a\u00e9"])
async def test_a_changing_request_needs_the_sessions_csrf_token(token: str):
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        answer = await page.post(
            "/api/desk/state", json={"state": "available"}, headers={"X-CSRF": token.encode("latin-1")}
        )
        assert answer.status_code == 403
        assert "X-CSRF" in answer.json()["error"]["text"]
        assert rooms.desk.asked == []


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "https://desk.test", "http://desk.test:81", "x"])
async def test_a_changing_request_from_another_origin_is_refused(origin: str):
    rooms = Rooms()
    async with browser(rooms.app()) as page:
        await sign_in(page, "ada")
        answer = await page.post("/api/desk/state", json={"state": "available"}, headers={"Origin": origin})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "refused")
        assert rooms.desk.asked == []


async def test_a_request_without_origin_is_refused_when_the_browser_says_it_is_foreign():
    async with browser(Rooms().app()) as page:
        del page.headers["Origin"]
        answer = await page.post(
            "/api/session",
            json={"user_name": "ada", "password": PASSWORD},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 403


async def test_further_origins_can_be_named():
    rooms = Rooms()
    app = rooms.app(Edge(origins=frozenset({"https://desk.example.com"})))
    async with browser(app) as page:
        page.headers["Origin"] = "https://desk.example.com"
        await sign_in(page, "ada")


async def test_a_host_that_is_not_ours_is_refused():
    app = Rooms().app(Edge(hosts=frozenset({"127.0.0.1", "localhost", "::1"})))
    async with browser(app, "http://evil.test") as page:
        assert (await page.get("/api/health")).status_code == 421
    for host in ("http://localhost:8080", "http://127.0.0.1", "http://[::1]:8080"):
        async with browser(app, host) as page:
            assert (await page.get("/api/health")).status_code == 200


async def test_a_malformed_host_is_refused():
    async with browser(Rooms().app()) as page:
        answer = await page.get("/api/health", headers={"Host": "a; script-src *"})
        assert answer.status_code == 400
