"""One page's WebSocket: reads its answers, writes what its outbox holds, until either side ends it.

Close codes: 4400 the page sent something we do not understand, 4401 its session has ended, 4403 its topic
is no longer allowed, 4408 it did not answer the heartbeat, 1001 we are stopping, 1013 come back later.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from switchboard.kit.errors import Refused, SignInNeeded
from switchboard.kit.tasks import Tasks
from switchboard.web.doors.session import Who
from switchboard.web.frames import PAGE_FRAME, Beat, PageAgain, PageBeat, PageFilter, PageWhy, Topic
from switchboard.web.live.outbox import Closing, Outbox, SnapshotDue
from switchboard.web.live.stream import Stream
from switchboard.web.messages.board import BoardFilter
from switchboard.web.messages.explaining import Question

MISUNDERSTOOD: Final = 4400
SESSION_ENDED: Final = 4401
NOT_ALLOWED: Final = 4403
NO_ANSWER: Final = 4408
GOING_AWAY: Final = 1001

LATEST: Final = 2
"""How many beats back an answer still shows that the page is there."""

RECHECK: Final = 6
"""Beats between two looks at whether the session still holds."""


class Connection:
    """A page that is connected. Hashed by identity.

    who: the person when the page connected. session: its id. look: told when the page narrows its board. explain:
    told whose explanation it follows.
    recheck: raises SignInNeeded or Refused when the session or the right to a topic has ended. answered: told of
    each answered beat. patience: seconds that one frame may take to leave, and a beat more.
    """

    def __init__(
        self,
        socket: WebSocket,
        *,
        who: Who,
        session: str,
        outbox: Outbox,
        streams: dict[Topic, Stream],
        look: Callable[["Connection", BoardFilter], None],
        explain: Callable[["Connection", Question | None], None],
        recheck: Callable[[], Awaitable[None]],
        answered: Callable[["Connection"], None],
        patience: float,
    ) -> None:
        self._socket = socket
        self.who = who
        self.session = session
        self.outbox = outbox
        self.streams = streams
        self._look = look
        self._explain = explain
        self._recheck = recheck
        self._answered = answered
        self._patience = patience
        self._beats = 0
        self._limit = asyncio.timeout(None)
        self._sending_since: float | None = None

    @property
    def person(self) -> tuple[str, str]:
        return self.who.organization, self.who.id

    def beat(self, now: int) -> None:
        """Ask the page whether it is there. now: UTC epoch microseconds."""
        self._beats += 1
        self._give_up_if_stuck()
        self.outbox.beat(Beat(n=self._beats, server_now=now).model_dump_json())

    async def run(self, tasks: Tasks) -> None:
        """Returns when the connection has ended, whoever ended it."""
        reader = tasks.start(self._read(), name="read a page")
        try:
            async with self._limit:
                await self._write()
        except (WebSocketDisconnect, TimeoutError):
            # The page left, or takes nothing any more: there is nobody to tell.
            return
        finally:
            reader.cancel()
            await asyncio.wait([reader])

    async def _write(self) -> None:
        while True:
            due = await self.outbox.next()
            match due:
                case Closing(code=code, reason=reason):
                    if self._socket.client_state.name == "CONNECTED":
                        await self._socket.close(code, reason)
                    return
                case SnapshotDue(topic=topic):
                    if topic in self.streams:
                        await self._send(self.streams[topic].snapshot())
                case frame:
                    await self._send(frame)

    async def _send(self, frame: str) -> None:
        # One limit for all frames, looked at with each beat: a timer for each frame would cost as much as sending it.
        self._sending_since = asyncio.get_running_loop().time()
        await self._socket.send_text(frame)
        self._sending_since = None

    def _give_up_if_stuck(self) -> None:
        """A page that takes nothing for so long will not take a close frame either."""
        now = asyncio.get_running_loop().time()
        if self._sending_since is not None and now - self._sending_since > self._patience:
            self._limit.reschedule(now)

    async def _read(self) -> None:
        try:
            while True:
                await self._hear(await self._socket.receive_text())
        except WebSocketDisconnect:
            self.outbox.close(GOING_AWAY, "")
        except (ValidationError, KeyError):
            # KeyError: a binary frame, which has no text.
            self.outbox.close(MISUNDERSTOOD, "Not a frame of this feed")
        except SignInNeeded as ended:
            self.outbox.close(SESSION_ENDED, ended.text)
        except Refused as refused:
            self.outbox.close(NOT_ALLOWED, refused.text)
        except asyncio.CancelledError:
            raise
        except Exception:
            self.outbox.close(1013, "Please connect again")
            raise

    async def _hear(self, text: str) -> None:
        frame = PAGE_FRAME.validate_json(text)
        match frame:
            case PageBeat():
                await self._beaten(frame)
            case PageAgain(topic=topic) if topic in self.streams:
                self.outbox.snapshot(topic)
            case PageFilter(topic=topic) if topic in self.streams:
                self._look(self, frame.filter)
            case PageWhy() if "board" in self.streams:
                self._explain(self, frame.asked)

    async def _beaten(self, frame: PageBeat) -> None:
        if not self._beats - LATEST < frame.n <= self._beats:
            # A page that thaws answers old beats first: it was not there, and is not yet.
            return
        self._answered(self)
        if frame.n % RECHECK == 0:
            await self._recheck()
