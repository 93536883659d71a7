"""Pages on the live feed of a real server, over real WebSockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from support.web_rooms import Rooms, connected, sign_in
from switchboard.web.edge import COOKIE, Edge, FeedTimes, Limits
from switchboard.web.server import Server, serve

QUIET = FeedTimes()


@asynccontextmanager
async def serving(rooms: Rooms, times: FeedTimes = QUIET, **limits: Any) -> AsyncIterator[Server]:
    server = await serve(rooms.app(Edge(times=times, limits=Limits(**limits))), "127.0.0.1", 0)
    try:
        yield server
    finally:
        await server.close()


async def cookie(server: Server, user_name: str) -> str:
    async with connected(server.address) as page:
        await sign_in(page, user_name)
        return page.cookies[COOKIE]


@asynccontextmanager
async def watching(
    server: Server, user_name: str, topics: str, token: str | None = None, origin: str | None = None
) -> AsyncIterator[ClientConnection]:
    token = token if token is not None else await cookie(server, user_name)
    async with connect(
        f"{server.address.replace('http', 'ws')}/api/feed?topics={topics}",
        additional_headers={"Cookie": f"{COOKIE}={token}"},
        origin=origin or server.address,
    ) as socket:
        yield socket


async def frame(socket: ClientConnection, kind: str = "") -> dict[str, Any]:
    """The next frame that is no beat, or the next of a kind; beats are answered on the way."""
    async with asyncio.timeout(10):
        while True:
            heard = json.loads(await socket.recv())
            if heard["type"] == "beat":
                await socket.send(json.dumps({"type": "beat", "n": heard["n"]}))
            if heard["type"] == kind or (not kind and heard["type"] != "beat"):
                return heard
