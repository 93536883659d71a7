"""A person at the web API, for end-to-end tests: signs in, acts, waits until a state is reached."""

import asyncio
from collections.abc import Callable
from typing import Any, Self

import httpx


class Desk:
    """One signed-in person. Use it as an async context manager."""

    def __init__(self, web: str, user_name: str, password: str) -> None:
        self._client = httpx.AsyncClient(base_url=web, timeout=30, verify=False, headers={"Origin": web})
        self._sign_in = {"user_name": user_name, "password": password}

    async def __aenter__(self) -> Self:
        answer = await self._client.post("/api/session", json=self._sign_in)
        assert answer.status_code < 300, answer.text
        self._client.headers["X-CSRF"] = answer.json()["csrf"]
        self.person = answer.json()["person"]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, path: str) -> Any:
        answer = await self._client.get(path)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def file(self, path: str) -> bytes:
        """The bytes that `path` answers with."""
        answer = await self._client.get(path)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code}"
        return answer.content

    async def status(self, path: str) -> int:
        """How `path` is answered."""
        return (await self._client.get(path)).status_code

    async def post(self, path: str, body: object = None) -> Any:
        answer = await self._client.post(path, json=body if body is not None else {})
        assert answer.status_code < 300, f"POST {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def upload(self, path: str, content: bytes) -> Any:
        answer = await self._client.post(path, content=content)
        assert answer.status_code < 300, f"POST {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def put(self, path: str, body: object) -> Any:
        answer = await self._client.put(path, json=body)
        assert answer.status_code < 300, f"PUT {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def patch(self, path: str, body: object) -> None:
        answer = await self._client.patch(path, json=body)
        assert answer.status_code < 300, f"PATCH {path}: {answer.status_code} {answer.text}"

    async def until(self, path: str, holds: Callable[[Any], object], *, seconds: float = 30) -> Any:
        """What `path` says once `holds` is true of it; the last answer is shown when it never is."""
        last: Any = None
        try:
            async with asyncio.timeout(seconds):
                while True:
                    last = await self.get(path)
                    if holds(last):
                        return last
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"{path} did not come to hold within {seconds} s: {last}") from None

    async def leave(self) -> None:
        """Finish what is left of the last call and sign out, so that the next test finds nobody."""
        seen = await self.until(
            "/api/desk",
            lambda desk: not desk["offer"] and (not desk["engagement"] or desk["engagement"]["state"] == "wrap-up"),
        )
        if seen["engagement"]:
            await self.post(f"/api/desk/engagements/{seen['engagement']['engagement']}/wrap-up", {"finish": True})
        if seen["agent"]["state"] != "signed out":
            await self.post("/api/desk/sign-out")
        await self.until("/api/desk", lambda desk: desk["agent"]["state"] == "signed out")

    async def available(self, reach: str | None = None) -> None:
        """Sign in at the desk and wait for work."""
        await self.post("/api/desk/sign-in", {"reach": reach} if reach else {})
        await self.until("/api/desk", lambda desk: desk["agent"]["state"] == "available")
