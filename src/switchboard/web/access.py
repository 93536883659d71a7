"""Who is asking, and may they: dependencies that a route declares instead of code that it repeats."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from switchboard.kit.errors import Refused, SignInNeeded
from switchboard.web.doors import Doors
from switchboard.web.doors.session import SessionHeld, Who
from switchboard.web.edge import COOKIE, CSRF_HEADER, Edge
from switchboard.web.live.feed import Feed
from switchboard.web.roles import NAMES, check
from switchboard.web.security import SAFE


def doors_of(connection: HTTPConnection) -> Doors:
    """The doors that this app was built with."""
    doors: Doors = connection.app.state.doors
    return doors


DoorsHere = Annotated[Doors, Depends(doors_of)]


async def session_of(connection: HTTPConnection) -> SessionHeld:
    """The session of a request or handshake. Raises SignInNeeded, and Refused for a missing CSRF token.

    A changing request must carry the session's CSRF token in its header, which a foreign page cannot
    read and a foreign form cannot send.
    """
    token = connection.cookies.get(COOKIE)
    held = await doors_of(connection).sessions.session(token) if token else None
    if held is None:
        raise SignInNeeded("Please sign in")
    if connection.scope["type"] == "http" and connection.scope["method"] not in SAFE:
        sent = connection.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), held.csrf.encode()):
            raise Refused(f"The {CSRF_HEADER} header is missing or does not belong to this session")
    return held


SessionHere = Annotated[SessionHeld, Depends(session_of)]


def allowed(*roles: str) -> Callable[[SessionHeld], Awaitable[Who]]:
    """A dependency that gives the signed-in person, who has one of `roles`; any role when none is named."""
    wanted = frozenset(roles or NAMES)

    async def person(session: SessionHere) -> Who:
        check(session.person, wanted)
        return session.person

    # Read by the test that every changing route has said who may use it.
    person.__dict__["roles"] = wanted
    return person


Anyone = Annotated[Who, Depends(allowed())]
"""Whoever is signed in."""
Agent = Annotated[Who, Depends(allowed("agent"))]
Supervisor = Annotated[Who, Depends(allowed("supervisor", "administrator"))]
Administrator = Annotated[Who, Depends(allowed("administrator"))]


def edge_of(connection: HTTPConnection) -> Edge:
    """The edge that this app was built with."""
    edge: Edge = connection.app.state.edge
    return edge


def feed_of(connection: HTTPConnection) -> Feed:
    """The live feed of this app."""
    feed: Feed = connection.app.state.feed
    return feed
