"""The live feed's WebSocket."""

from typing import Final

from fastapi import APIRouter, WebSocket
from starlette.requests import HTTPConnection

from switchboard.kit.errors import Invalid, SwitchboardError
from switchboard.web.access import feed_of, session_of
from switchboard.web.doors.session import SessionHeld
from switchboard.web.edge import COOKIE
from switchboard.web.failures import answer_to
from switchboard.web.frames import Topic

router: Final = APIRouter()

_KNOWN: Final[dict[str, Topic]] = {"desk": "desk", "board": "board"}


@router.websocket("/api/feed")
async def feed(socket: WebSocket) -> None:
    """`?topics=desk,board`. The handshake is refused by HTTP: 401, 403, 422 or 429, in the one shape."""
    try:
        session, topics = await _admitted(socket)
    except SwitchboardError as error:
        await socket.send_denial_response(answer_to(error))
        return
    await socket.accept()
    await feed_of(socket).serve(socket, session, socket.cookies[COOKIE], topics)


async def _admitted(connection: HTTPConnection) -> tuple[SessionHeld, frozenset[Topic]]:
    topics = asked_topics(connection.query_params.get("topics", ""))
    session = await session_of(connection)
    feed_of(connection).allow(session.person, topics)
    return session, topics


def asked_topics(text: str) -> frozenset[Topic]:
    """`desk,board` as topics. Raises Invalid naming the parameter."""
    names = [name for name in text.split(",") if name]
    if not names or any(name not in _KNOWN for name in names):
        raise Invalid(f"topics must name one or more of {', '.join(_KNOWN)}", field="topics")
    return frozenset(_KNOWN[name] for name in names)
