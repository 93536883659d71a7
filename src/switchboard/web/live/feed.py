"""Every connected page of this node: their streams, their heartbeat, and who is there."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from fastapi import WebSocket
from prometheus_client import Counter, Gauge

from switchboard.kit.errors import SignInNeeded, TooMany
from switchboard.kit.tasks import Tasks
from switchboard.tenancy.events import SessionsEnded
from switchboard.tenancy.model import Right
from switchboard.web.doors import Doors
from switchboard.web.doors.session import SessionHeld, Who
from switchboard.web.edge import Edge
from switchboard.web.frames import Topic
from switchboard.web.live.attendance import Attendance, PersonKey
from switchboard.web.live.changes import board_changes, desk_changes
from switchboard.web.live.connection import GOING_AWAY, NO_ANSWER, SESSION_ENDED, Connection
from switchboard.web.live.direct import writer_of
from switchboard.web.live.outbox import Outbox
from switchboard.web.live.plain import PlainBoard
from switchboard.web.live.stream import Source, Stream
from switchboard.web.live.why import WhySources
from switchboard.web.messages.board import BoardFilter
from switchboard.web.messages.explaining import Question
from switchboard.web.roles import check

RIGHTS: Final[dict[Topic, Right]] = {"desk": Right.DESK, "board": Right.BOARD, "why": Right.BOARD}
"""Who may watch what."""

StreamKey = tuple[Topic, str, str | BoardFilter | Question]
"""Topic, organization, and whose desk, which part of the board or which explanation."""

EVERYTHING: Final = BoardFilter()
"""What a page sees before it narrows its board."""


class Feed:
    """Accepts pages, beats, and tells `doors.presence` when an agent's pages stop and start answering.

    Only pages that watch a desk count as presence. One task beats for all pages, in turns spread over the
    beat's length, so that a thousand pages do not wake in the same moment.
    """

    def __init__(self, doors: Doors, edge: Edge, tasks: Tasks) -> None:
        self._doors = doors
        self._limits = edge.limits
        self._times = edge.times
        self._tasks = tasks
        self._why = WhySources(doors.explaining, doors.clock, tasks, least=edge.times.why)
        self._streams: dict[StreamKey, Stream] = {}
        self._turns: list[set[Connection]] = [set() for _ in range(max(1, round(edge.times.beat / edge.times.tick)))]
        self._next_turn = 0
        self._attendance: Attendance[Connection] = Attendance(lost=edge.times.lost, grace=edge.times.grace)
        self._watchers: Attendance[Connection] = Attendance(lost=edge.times.lost, grace=0.0)
        self._people: dict[PersonKey, Who] = {}
        self._desks: dict[PersonKey, set[Connection]] = {}
        # Several pages of one session ask at about the same moment: one look serves them.
        self._held: dict[str, tuple[float, SessionHeld | None]] = {}
        doors.sessions.on_sessions_ended(self.sessions_ended)
        doors.presence.asked_by(self.ask)
        self._beating: asyncio.Task[None] | None = None
        self._pages = Gauge("switchboard_feed_pages", "Pages connected to the live feed", registry=doors.metrics)
        self._overflows = Counter(
            "switchboard_feed_overflows",
            "Times a slow page's changes gave way to a fresh snapshot",
            registry=doors.metrics,
        )

    def allow(self, who: Who, topics: frozenset[Topic]) -> None:
        """Raises Refused for a topic that is not this person's, TooMany beyond so many pages."""
        for topic in topics:
            check(who, RIGHTS[topic])
        key = (who.organization, who.id)
        if sum(page.person == key for turn in self._turns for page in turn) >= self._limits.feeds_per_person:
            raise TooMany("Too many pages are open; close some", retry_after=5)

    async def serve(self, socket: WebSocket, session: SessionHeld, token: str, topics: frozenset[Topic]) -> None:
        """Serve one accepted page until it ends."""
        who = session.person
        outbox = Outbox(self._limits.frames_waiting, writer_of(socket))
        streams = {topic: self._stream(topic, who) for topic in topics}
        page = Connection(
            socket,
            who=who,
            session=session.id,
            outbox=outbox,
            streams=streams,
            look=self._look_at,
            explain=self._explain,
            recheck=partial(self._recheck, token, topics),
            answered=self._answered,
            patience=self._times.lost,
        )
        turn = min(self._turns, key=len)
        turn.add(page)
        self._pages.inc()
        if "desk" in topics:
            self._desks.setdefault(page.person, set()).add(page)
        self._answered(page)
        self._start_beating()
        for stream in streams.values():
            stream.join(outbox)
        try:
            await page.run(self._tasks)
        finally:
            for stream in page.streams.values():
                stream.leave(outbox)
            turn.discard(page)
            self._forget_desk(page)
            self._pages.dec()
            self._overflows.inc(outbox.overflows)
            now = self._doors.clock.monotonic()
            self._attendance.closed(page.person, page, now)
            self._watchers.closed(page.person, page, now)

    def sessions_ended(self, ended: SessionsEnded) -> None:
        """Close the pages of sessions that no longer hold."""

        self._held.clear()

        def of_these(page: Connection) -> bool:
            theirs = page.person == (ended.organization, ended.person)
            return theirs and ended.session in {None, page.session}

        self._close(of_these, SESSION_ENDED, "The session has ended")

    def close(self) -> None:
        """Close every page and stop beating; presence is not reported, for everything stops."""
        self._close(lambda _: True, GOING_AWAY, "The server is stopping")
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None

    def ask(self, organization: str, person: str) -> None:
        """Ask this person's desks now whether they are there, out of turn."""
        now = self._doors.clock.now()
        for page in self._desks.get((organization, person), ()):
            page.beat(now)

    def present(self, organization: str, person: str) -> bool:
        """Whether a page of this person's desk answers."""
        return self._attendance.present((organization, person))

    def _forget_desk(self, page: Connection) -> None:
        desks = self._desks.get(page.person, set())
        desks.discard(page)
        if not desks:
            self._desks.pop(page.person, None)

    def _close(self, which: Callable[[Connection], bool], code: int, reason: str) -> None:
        for turn in self._turns:
            for page in turn:
                if which(page):
                    page.outbox.close(code, reason)

    def _look_at(self, page: Connection, narrowed: BoardFilter) -> None:
        """The page sees another part of the board from now on: the stream of all pages with this filter."""
        stream = self._stream("board", page.who, narrowed)
        if stream is page.streams["board"]:
            return
        page.streams["board"].leave(page.outbox)
        page.outbox.forget("board")
        page.streams["board"] = stream
        stream.join(page.outbox)

    def _explain(self, page: Connection, asked: Question | None) -> None:
        """The page follows this explanation from now on, with all pages that follow the same; None: nothing more."""
        before = page.streams.pop("why", None)
        if before is not None:
            before.leave(page.outbox)
            page.outbox.forget("why")
        if asked is None:
            return
        source = self._why.source(page.who.organization, asked)
        stream = page.streams["why"] = self._shared(("why", page.who.organization, asked), source)
        stream.join(page.outbox)

    def _stream(self, topic: Topic, who: Who, narrowed: BoardFilter = EVERYTHING) -> Stream:
        if topic == "desk":
            return self._shared((topic, who.organization, who.id), self._desk(who))
        return self._shared((topic, who.organization, narrowed), self._board(who.organization, narrowed))

    def _shared(self, key: StreamKey, source: Source) -> Stream:
        """The stream that all these pages share; begun with this source when there is none."""
        known = self._streams.get(key)
        if known is None:
            known = self._streams[key] = Stream(source, self._tasks, partial(self._ended, key))
        return known

    def _desk(self, who: Who) -> Source:
        desk = self._doors.desk

        async def state() -> dict[str, Any]:
            return (await desk.state(who)).model_dump(mode="json")

        return Source("desk", state, partial(desk.watch, who), desk_changes, lambda: 0.0)

    def _board(self, organization: str, narrowed: BoardFilter) -> Source:
        board, plain = self._doors.board, PlainBoard()

        async def state() -> dict[str, Any]:
            return plain(await board.board(organization, narrowed))

        return Source("board", state, partial(board.watch, organization), board_changes, self._board_pause)

    def _board_pause(self) -> float:
        """Seconds between two frames: the more boards are open, the longer, so that they take a bounded share of us."""
        pages = sum(len(stream) for (topic, _, _), stream in self._streams.items() if topic == "board")
        return max(self._times.board, pages * self._times.board_page)

    def _ended(self, key: StreamKey, stream: Stream) -> None:
        if self._streams.get(key) is stream:
            del self._streams[key]

    async def _recheck(self, token: str, topics: frozenset[Topic]) -> None:
        now = self._doors.clock.monotonic()
        known = self._held.get(token)
        if known is None or now - known[0] >= self._times.beat:
            known = self._held[token] = (now, await self._doors.sessions.session(token))
        held = known[1]
        if held is None:
            raise SignInNeeded("The session has ended")
        for topic in topics:
            check(held.person, RIGHTS[topic])

    def _answered(self, page: Connection) -> None:
        now = self._doors.clock.monotonic()
        if "desk" not in page.streams:
            self._watchers.answered(page.person, page, now)
            return
        self._doors.presence.answered(page.who)
        if self._attendance.answered(page.person, page, now):
            self._people[page.person] = page.who
            self._doors.presence.feed_back(page.who)

    def _start_beating(self) -> None:
        if self._beating is None:
            self._beating = self._tasks.start(self._beat(), name="heartbeat of pages")

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._times.tick)
            self._next_turn = (self._next_turn + 1) % len(self._turns)
            now = self._doors.clock.now()
            for page in self._turns[self._next_turn]:
                page.beat(now)
            self._look(self._doors.clock.monotonic())

    def _look(self, now: float) -> None:
        """Close the pages that are silent and report whose were the last."""
        for page in (*self._attendance.silent(now), *self._watchers.silent(now)):
            page.outbox.close(NO_ANSWER, "The page did not answer")
        self._watchers.due(now)
        self._held = {token: seen for token, seen in self._held.items() if now - seen[0] < self._times.beat}
        for person in self._attendance.due(now):
            self._doors.presence.feed_lost(self._people.pop(person))
