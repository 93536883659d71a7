"""Many phones at once, a few at each turn of the loop: whoever else is served meanwhile notices nothing.

    ringing = Turns()
    ringing.do(partial(call.offered, event), ready=lambda: worker.ports_left > 0)

The first of them are done before `do` returns, so that a single phone waits for nothing. What waits is done in the
order in which it came and must look for itself whether it is still wanted.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

import structlog

_log = structlog.get_logger(__name__)

SHARE: Final = 0.005
"""Seconds of one turn of the loop that they may take: a quarter of what may hold it at all."""

LOOK: Final = 0.005
"""Seconds until it is looked again whether the next one is ready."""

PATIENCE: Final = 1.0
"""Seconds for which nothing may become ready before all who wait are done as they are."""


def _at_once() -> bool:
    return True


class _Waiting(NamedTuple):
    what: Callable[[], None]
    ready: Callable[[], bool]


class Turns:
    """What shall be done soon, in order."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._until: float | None = None
        self._unready_since: float | None = None

    def do(self, what: Callable[[], None], ready: Callable[[], bool] = _at_once) -> None:
        """Now, if this turn has time left and nobody is before it. ready: what it needs is there; in vain it is waited
        for at most `PATIENCE`, then it is done all the same and says itself what is missing."""
        self._waiting.append(_Waiting(what, ready))
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + SHARE
            asyncio.get_running_loop().call_soon(self._next_turn)
        if len(self._waiting) == 1:
            self._go_on(self._until)

    def _next_turn(self) -> None:
        self._until = None
        if not self._waiting:
            # Whoever comes next has the whole patience.
            self._unready_since = None
            return
        loop = asyncio.get_running_loop()
        self._until = loop.time() + SHARE
        self._go_on(self._until)
        # An empty line is looked at once more: what is asked for in this turn belongs to its share.
        if self._waiting and self._unready_since is not None:
            loop.call_later(LOOK, self._next_turn)
        else:
            loop.call_soon(self._next_turn)

    def _go_on(self, until: float) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting and (now := loop.time()) < until:
            if not self._waiting[0].ready():
                self._unready_since = self._unready_since or now
                if now - self._unready_since < PATIENCE:
                    return
            else:
                self._unready_since = None
            self._do(self._waiting.popleft().what)

    @staticmethod
    def _do(what: Callable[[], None]) -> None:
        try:
            what()
        except Exception:  # noqa: BLE001  # those behind it must have their turn all the same
            _log.exception("turn_failed")
