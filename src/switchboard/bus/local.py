"""The bus inside one process: what everything on one machine uses."""

import asyncio

from switchboard.bus.contract import Listener, check
from switchboard.bus.listeners import Listeners, Place


class LocalBus:
    """Implements `contract.Bus`. Messages of one pass of the event loop arrive together, newest of each topic."""

    def __init__(self) -> None:
        self._listeners = Listeners()
        self._newest: dict[str, int] = {}
        self._closed = False

    def publish(self, topic: str, seq: int) -> None:
        check(topic, seq)
        if self._closed:
            return
        if not self._newest:
            asyncio.get_running_loop().call_soon(self._deliver)
        self._newest[topic] = max(seq, self._newest.get(topic, 0))

    def subscribe(self, topic: str, listener: Listener) -> Place:
        return self._listeners.join(topic, listener)

    async def close(self) -> None:
        self._closed = True
        self._newest.clear()

    def _deliver(self) -> None:
        newest, self._newest = self._newest, {}
        for topic, seq in newest.items():
            self._listeners.tell(topic, seq)
