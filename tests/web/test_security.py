"""Bounded bodies, binding headers, own origins."""

import asyncio
import string
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.web_rooms import Rooms, browser, sign_in
from switchboard.web.edge import Edge, Limits
from switchboard.web.security import page_policy, same_origin, script_hashes


async def test_a_body_that_is_too_large_is_refused_before_it_is_read():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "ada")
        answer = await page.post("/api/desk/state", content=b" " * 300_000)
        assert answer.status_code == 413
        assert answer.json()["error"] == {
            "code": "too_large",
            "text": "The request is larger than the 256 KiB allowed here",
            "field": "body",
            "faults": [],
            "present": None,
        }


async def test_a_body_without_a_length_is_counted_while_it_arrives():
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10_000_000:
            sent += 65_536
            yield b" " * 65_536

    async with browser(Rooms().app()) as page:
        await sign_in(page, "ada")
        answer = await page.post("/api/desk/state", content=endless(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
        assert sent < 400_000


async def test_configuration_may_be_larger():
    async with browser(Rooms().app()) as page:
        await sign_in(page, "amy")
        answer = await page.post("/api/configuration", content=b"queues: []" + b"\n" * 1_000_000)
        assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/api/desk/state", "/api/configuration"])
async def test_a_body_that_trickles_is_given_up(path: str):
    never = asyncio.Event()

    async def trickle() -> AsyncIterator[bytes]:
        yield b"{"
        await never.wait()

    async with browser(Rooms().app(Edge(limits=Limits(body_time=0.05)))) as page:
        await sign_in(page, "ada" if "desk" in path else "amy")
        answer = await page.post(path, content=trickle(), headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (408, "too_slow")


async def test_every_answer_binds_the_browser():
    async with browser(Rooms().app()) as page:
        for path in ("/api/health", "/api/nothing", "/", "/api/desk"):
            headers = (await page.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (await page.get("/api/health")).headers["cache-control"] == "no-store"


def test_the_pages_own_inline_scripts_are_allowed_by_hash():
    html = b"<script>alert(1)</script><script type=module src='/x.js'></script><script\n>b</script>"
    policy = page_policy(script_hashes(html), "desk.test:8080")
    assert policy.count("'sha256-") == 2
    assert "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='" in policy
    assert "wss://desk.test:8080" in policy
    assert "script-src 'self' 'sha256" in policy
    assert "unsafe-eval" not in policy


hosts = st.text(string.ascii_lowercase, min_size=1, max_size=8)
ports = st.integers(1, 65_535)


@given(scheme=st.sampled_from(["http", "https"]), host=hosts, port=ports)
def test_a_pages_own_origin_is_always_known(scheme: str, host: str, port: int):
    for own in (scheme, {"http": "ws", "https": "wss"}[scheme]):
        assert same_origin(f"{scheme}://{host}:{port}", own, f"{host}:{port}")
        assert same_origin(f"{scheme}://{host}", own, host)
        assert not same_origin(f"{scheme}://{host}x:{port}", own, f"{host}:{port}")
        assert not same_origin(f"{scheme}://{host}:{port % 65_535 + 1}", own, f"{host}:{port}")


@given(origin=st.text(max_size=30), host=hosts)
def test_any_origin_is_judged_without_failing(origin: str, host: str):
    if same_origin(origin, "http", host):
        assert host in origin.lower()
