"""The server in our own loop: real sockets, HTTPS, one clear line for what goes wrong, a clean end."""

import asyncio
import signal
import socket
import ssl
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from support.web_rooms import Rooms, connected, sign_in
from switchboard.kit.clock import SystemClock
from switchboard.kit.errors import Invalid, Unavailable
from switchboard.web.certificate import ensure
from switchboard.web.edge import COOKIE, Edge
from switchboard.web.server import serve


async def test_it_serves_until_closed_and_leaves_the_signals_alone():
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    server = await serve(Rooms().app(), "127.0.0.1", 0)
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == handlers
    async with connected(server.address) as page:
        assert (await page.get("/api/health")).json()["status"] == "ok"
    await server.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_a_port_in_use_is_one_clear_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable, match=f"cannot listen on 127.0.0.1:{port}: another program") as error:
            await serve(Rooms().app(), "127.0.0.1", port)
    assert "\n" not in str(error.value)


async def test_an_address_of_another_machine_is_one_clear_line():
    with pytest.raises(Unavailable, match="this machine does not have this address"):
        await serve(Rooms().app(), "192.0.2.1", 0)


async def test_https_with_a_self_made_certificate_carries_the_feed_too(tmp_path: Path):
    made = ensure(tmp_path, ["127.0.0.1"], SystemClock())
    trust = ssl.create_default_context(cafile=str(made.certificate))
    rooms = Rooms()
    server = await serve(rooms.app(Edge(secure=True)), "127.0.0.1", 0, certificate=made.certificate, key=made.key)
    assert server.address.startswith("https://127.0.0.1:")
    try:
        async with httpx.AsyncClient(base_url=server.address, verify=trust) as page:
            page.headers["Origin"] = server.address
            await sign_in(page, "ada")
            async with connect(
                server.address.replace("https", "wss") + "/api/feed?topics=desk",
                ssl=trust,
                origin=server.address,
                additional_headers={"Cookie": f"{COOKIE}={page.cookies[COOKIE]}"},
            ) as feed:
                assert '"snapshot"' in await feed.recv()
    finally:
        await server.close()


async def test_a_certificate_that_cannot_be_used_is_named(tmp_path: Path):
    (tmp_path / "broken.pem").write_text("broken")
    for path in (tmp_path / "broken.pem", tmp_path / "missing.pem"):
        with pytest.raises(Invalid) as error:
            await serve(Rooms().app(), "127.0.0.1", 0, certificate=path, key=path)
        assert error.value.field == "tls_certificate"


async def test_closing_waits_for_a_running_request():
    rooms = Rooms()
    entered, go = asyncio.Event(), asyncio.Event()

    async def slow() -> list[object]:
        entered.set()
        await go.wait()
        return []

    rooms.health.parts = slow
    server = await serve(rooms.app(), "127.0.0.1", 0)
    loop = asyncio.get_running_loop()
    async with connected(server.address) as page:
        asking = loop.create_task(page.get("/api/health"))
        await entered.wait()
        closing = loop.create_task(server.close(drain=10))
        await asyncio.sleep(0)
        go.set()
        assert (await asking).status_code == 200
        await closing
