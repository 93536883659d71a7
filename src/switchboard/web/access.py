"""Who is asking, and may they: dependencies that a route declares instead of code that it repeats."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from switchboard.kit.errors import Refused, SignInNeeded
from switchboard.tenancy.model import Right
from switchboard.web.doors import Doors
from switchboard.web.doors.session import SessionHeld, Who
from switchboard.web.edge import COOKIE, CSRF_HEADER, Edge
from switchboard.web.live.feed import Feed
from switchboard.web.roles import check
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


def having(right: Right) -> Callable[[SessionHeld], Awaitable[Who]]:
    """A dependency that gives the signed-in person, who has this right."""

    async def person(session: SessionHere) -> Who:
        check(session.person, right)
        return session.person

    # Read by the test that every route says who may use it, and by the reference of roles.
    person.__dict__["right"] = right
    return person


Owner = Annotated[Who, Depends(having(Right.ACCOUNT))]
"""Whoever is signed in, for what is his own; the only one who may come with a temporary password."""
Anyone = Annotated[Who, Depends(having(Right.RECORDS))]
"""Whoever is signed in; the door decides what he sees."""
CallerBack = Annotated[Who, Depends(having(Right.CALLBACKS))]
"""Who enters call-backs; the door decides which ones he sees."""
Agent = Annotated[Who, Depends(having(Right.DESK))]
Supervisor = Annotated[Who, Depends(having(Right.BOARD))]
Surveying = Annotated[Who, Depends(having(Right.SATISFACTION))]
"""Who tells what customers answered."""
Reconciler = Annotated[Who, Depends(having(Right.RECONCILE))]
Skilling = Annotated[Who, Depends(having(Right.SKILLS))]
"""Who may change what agents are good at."""
Administrator = Annotated[Who, Depends(having(Right.CONFIGURE))]
Staffing = Annotated[Who, Depends(having(Right.PEOPLE))]
"""Who looks after people and their phones."""
Auditor = Annotated[Who, Depends(having(Right.AUDIT))]


def edge_of(connection: HTTPConnection) -> Edge:
    """The edge that this app was built with."""
    edge: Edge = connection.app.state.edge
    return edge


def feed_of(connection: HTTPConnection) -> Feed:
    """The live feed of this app."""
    feed: Feed = connection.app.state.feed
    return feed
