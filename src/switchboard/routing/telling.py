"""Tells what is committed: the live memory takes it over, listeners hear it, watchers are shown what it changed.

    telling.tell(seq, events, at, then=partial(_finish, done, answers))

One batch after the other, in the journal's order. A small one is told before `tell` returns. A large one, such as of
a call that rings at a thousand, is told in parts, one at each turn of the loop, so that whoever else is served
meanwhile notices nothing; what is committed meanwhile waits behind it. A listener hears every batch whole.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias

import structlog

from switchboard.routing.events import Event
from switchboard.routing.floor.state import FloorState
from switchboard.routing.live import Change, LiveView

_log = structlog.get_logger(__name__)

Listener: TypeAlias = Callable[[Sequence[Event], int], None]
"""Is told the events of one batch and their `now`, in the journal's order, after the commit. Must not
block; it may call `Routing.tell`. What it raises is logged and keeps nobody else from being told."""

Watcher: TypeAlias = Callable[[Sequence[Change] | None], None]
"""Is told what changed on board and desks, of a large batch in parts; None means: everything may have, take a fresh
snapshot."""

LARGE: Final = 200
"""Events of a batch up to which it is told at once. A call that begins, is answered or ends makes about ten."""

PART: Final = 200
"""Events that the live memory takes over at one turn of the loop, in under a millisecond."""

SHOWN: Final = 50
"""Agents and queues of which a large batch shows the changes at one turn: every open page of one of them has its work
with it, too."""


class Telling:
    """Of one organization. names: agent id -> display name."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.live: Final = LiveView(FloorState(), names)
        self.seq = 0
        """The last entry of the journal that `live` has wholly taken over."""
        self._listeners: list[Listener] = []
        self._watchers: list[Watcher] = []
        self._waiting: deque[Iterator[None]] = deque()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` every committed batch from now on. Returns what ends the subscription."""
        self._listeners.append(listener)
        return partial(_remove, self._listeners, listener)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Tell `watcher` changes of board and desks from now on. Returns what ends it."""
        self._watchers.append(watcher)
        return partial(_remove, self._watchers, watcher)

    def begin(self, state: FloorState, seq: int) -> None:
        """From this memory, which becomes the live one's own, as of this entry of the journal."""
        self.live.reset(state)
        self.seq = seq

    def rename(self, names: Mapping[str, str]) -> None:
        """Agents have these names from now on."""
        self.live.names = dict(names)
        self.live.reset(self.live.state)
        self.show(None)

    def tell(self, seq: int, events: Sequence[Event], at: int, then: Callable[[], None] | None = None) -> None:
        """This batch is committed. then: called when everybody has been told."""
        telling = self._parts(seq, events, at, then)
        if self._waiting:
            self._waiting.append(telling)
        elif len(events) <= LARGE:
            _finish(telling)
        else:
            self._waiting.append(telling)
            self._go_on()

    def finish(self) -> None:
        """Tell at once what still waits to be told."""
        while self._waiting:
            _finish(self._waiting[0])
            self._waiting.popleft()

    def show(self, changes: Sequence[Change] | None) -> None:
        """Tell the watchers."""
        for watcher in list(self._watchers):
            try:
                watcher(changes)
            except Exception:  # noqa: BLE001  # the others must be told all the same
                _log.exception("watcher_failed")

    def _go_on(self) -> None:
        """One part of what waits; the next at the next turn."""
        if not self._waiting:
            return
        try:
            if next(self._waiting[0], _TOLD) is _TOLD:
                self._waiting.popleft()
        finally:
            if self._waiting:
                asyncio.get_running_loop().call_soon(self._go_on)

    def _parts(self, seq: int, events: Sequence[Event], at: int, then: Callable[[], None] | None) -> Iterator[None]:
        large = len(events) > LARGE
        for begin in range(0, len(events), PART):
            self.live.take(events[begin : begin + PART] if large else events, at)
            if large:
                yield
        self.seq = seq
        for listener in list(self._listeners):
            self._hear(listener, events, at, seq)
            if large:
                yield
        # Nobody looks at most batches of a busy night: what changed is worked out only for those who do.
        while self._watchers and (changes := self.live.changes(SHOWN)) != []:
            self.show(changes)
            if large:
                yield
        if then is not None:
            then()

    @staticmethod
    def _hear(listener: Listener, events: Sequence[Event], at: int, seq: int) -> None:
        try:
            listener(events, at)
        except Exception:  # noqa: BLE001  # the others must be told all the same
            _log.exception("listener_failed", seq=seq)


_TOLD: Final = object()


def _finish(telling: Iterator[None]) -> None:
    for _ in telling:
        pass


def _remove(those: "list[Listener] | list[Watcher]", one: object) -> None:
    if one in those:
        those.remove(one)  # type: ignore[arg-type]  # it came from this list
