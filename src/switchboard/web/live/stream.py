"""One desk's or one board's sequence of states, shared by all pages that watch it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from switchboard.kit.tasks import Tasks
from switchboard.web.doors.watch import Stop
from switchboard.web.frames import Topic
from switchboard.web.live.changes import Change, State
from switchboard.web.live.direct import Frame
from switchboard.web.live.outbox import Outbox

TRY_AGAIN: Final = 1013
"""Close code: this stream broke, the page shall come back (RFC 6455 registry, "try again later")."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a stream's states come from.

    state: a fresh state as plain data, never changed afterwards. watch: calls back after each change, until stopped.
    changes: what leads from one state to another. pause: seconds between two frames at least.
    """

    topic: Topic
    state: Callable[[], Awaitable[dict[str, Any]]]
    watch: Callable[[Callable[[], None]], Stop]
    changes: Callable[[State, State], list[Change]]
    pause: Callable[[], float]


class Stream:
    """States numbered by `seq`; every outbox that joined gets each change once, encoded once.

    Lives from the first page that joins to the last that leaves, or until a state cannot be had: then all
    its pages are told to come back later, and the failure is logged by `tasks`. `on_ended` is called at
    either end, at once, so that a page which comes then gets a new stream.
    """

    def __init__(self, source: Source, tasks: Tasks, on_ended: Callable[["Stream"], None]) -> None:
        self._source = source
        self._on_ended = on_ended
        self._pages: set[Outbox] = set()
        self._changed = asyncio.Event()
        self._state: dict[str, Any] | None = None
        self._seq = 0
        self._snapshot: str | None = None
        self._task = tasks.start(self._run(), name=f"feed of {source.topic}")

    def __len__(self) -> int:
        """How many pages it has."""
        return len(self._pages)

    def join(self, page: Outbox) -> None:
        """Send this page a snapshot as soon as there is one, and every change from then on."""
        self._pages.add(page)
        if self._state is not None:
            page.snapshot(self._source.topic)

    def leave(self, page: Outbox) -> None:
        self._pages.discard(page)
        if not self._pages:
            self._task.cancel()
            self._on_ended(self)

    def snapshot(self) -> str:
        """The frame of the present state, encoded once however many pages ask."""
        assert self._state is not None, "a page asks only after the first state"
        if self._snapshot is None:
            self._snapshot = self._frame("snapshot", state=self._state)
        return self._snapshot

    async def _run(self) -> None:
        stop = self._source.watch(self._changed.set)
        try:
            self._take(await self._source.state())
            for page in self._pages:
                page.snapshot(self._source.topic)
            while True:
                await self._changed.wait()
                self._changed.clear()
                self._publish(await self._source.state())
                await asyncio.sleep(self._source.pause())
        finally:
            stop()
            self._on_ended(self)
            for page in self._pages:
                page.close(TRY_AGAIN, "Please connect again")

    def _take(self, after: dict[str, Any]) -> Sequence[Change]:
        """Make this the present state; what changed."""
        before = self._state
        self._state = after
        self._snapshot = None
        return [] if before is None else self._source.changes(before, after)

    def _publish(self, state: dict[str, Any]) -> None:
        changes = self._take(state)
        if not changes:
            return
        self._seq += 1
        assert self._state is not None
        frame = Frame(self._frame("change", server_now=self._state["server_now"], changes=changes))
        for page in self._pages:
            page.change(self._source.topic, frame)

    def _frame(self, kind: str, **rest: object) -> str:
        return orjson.dumps({"type": kind, "topic": self._source.topic, "seq": self._seq, **rest}).decode()
