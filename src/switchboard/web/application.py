"""The web as one ASGI application: routes, what stands before them, and the built interface behind them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from switchboard.kit.tasks import Tasks
from switchboard.web import failures
from switchboard.web.doors import Doors
from switchboard.web.edge import Edge
from switchboard.web.live.feed import Feed
from switchboard.web.measured import Measured
from switchboard.web.openapi import described
from switchboard.web.pages import Pages
from switchboard.web.security import Binding, BodyLimit, Gate


def create_app(doors: Doors, edge: Edge | None = None, *, routers: Sequence[APIRouter] = ()) -> FastAPI:
    """The web on these doors. routers: further routes, for example those of a channel.

    The feed's tasks start with the first page and end with the application's lifespan (or with
    `server.Server.close`, which closes its pages first).
    """
    edge = edge or Edge()
    tasks = Tasks("web")
    feed = Feed(doors, edge, tasks)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        feed.close()
        await tasks.close()

    app = described(routers, lifespan=lifespan)
    app.state.doors, app.state.edge, app.state.feed = doors, edge, feed
    failures.install(app)
    app.add_route("/{path:path}", Pages(edge.ui).__call__, methods=["GET", "HEAD"], include_in_schema=False)
    # The last added stands outermost.
    app.add_middleware(BodyLimit, limits=edge.limits)
    app.add_middleware(Gate, edge=edge)
    app.add_middleware(failures.LastResort)
    app.add_middleware(Binding)
    app.add_middleware(Measured, clock=doors.clock, registry=doors.metrics)
    return app
