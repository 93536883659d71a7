"""The bus between nodes: PostgreSQL's LISTEN and NOTIFY, batched, over one connection.

NOTIFY delivers nothing while a node is disconnected, so after every new connection all listeners hear
`CAUGHT_UP` and re-read. Messages of 5 ms go out together: 12 us of the server's CPU each.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, Protocol

import structlog

from switchboard.bus.contract import CAUGHT_UP, Listener, check
from switchboard.bus.listeners import Listeners, Place
from switchboard.kit.errors import Unavailable
from switchboard.kit.tasks import Tasks

_log = structlog.get_logger(__name__)

CHANNEL: Final = "switchboard"

BATCH: Final = 0.005
"""Seconds in which messages gather."""

PAUSE: Final = 1.0
"""Seconds between attempts to reach the server."""

LIMIT: Final = 5.0
"""Seconds the server may take to accept a batch before the connection counts as lost."""


class Connection(Protocol):
    """What the bus needs of a database connection; asyncpg's has this shape."""

    async def add_listener(self, channel: str, callback: Callable[..., None]) -> None: ...
    def add_termination_listener(self, callback: Callable[[Any], None]) -> None: ...
    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> Any: ...  # noqa: ASYNC109
    def terminate(self) -> None: ...
    def is_closed(self) -> bool: ...


class PostgresBus:
    """Implements `contract.Bus`. Call `start` once, in the loop that publishes.

    connect: gives a connection of its own; raises Unavailable or OSError when the server cannot be reached
    (`PostgresqlBackend.connect`). errors: the driver's own errors (`PostgresqlBackend.errors`).
    """

    def __init__(
        self, connect: Callable[[], Awaitable[Connection]], *, errors: tuple[type[Exception], ...] = ()
    ) -> None:
        self._connect = connect
        self._lost: tuple[type[Exception], ...] = (Unavailable, OSError, TimeoutError, *errors)
        self._listeners = Listeners()
        self._newest: dict[str, int] = {}
        self._something = asyncio.Event()
        self._tasks = Tasks("bus")
        self._connection: Connection | None = None
        self._closed = False

    async def start(self) -> None:
        """Connect and listen; whoever subscribed before or subscribes later hears everything from now on.

        Raises what `connect` raises. A connection lost later is made again for as long as it takes.
        """
        self._connection = await self._listening()
        self._tasks.start(self._send_forever(), name="send")

    def publish(self, topic: str, seq: int) -> None:
        check(topic, seq)
        if self._closed:
            return
        self._newest[topic] = max(seq, self._newest.get(topic, 0))
        self._something.set()

    def subscribe(self, topic: str, listener: Listener) -> Place:
        return self._listeners.join(topic, listener)

    async def close(self) -> None:
        self._closed = True
        await self._tasks.close()
        if self._connection is not None:
            self._connection.terminate()

    async def _listening(self) -> Connection:
        connection = await self._connect()
        connection.add_termination_listener(self._ended)
        await connection.add_listener(CHANNEL, self._heard)
        return connection

    def _heard(self, _connection: object, _process: int, _channel: str, payload: str) -> None:
        for line in payload.split("\n"):
            seq, _, topic = line.partition(" ")
            if not self._closed and seq.isdecimal():
                self._listeners.tell(topic, int(seq))

    def _ended(self, _connection: object) -> None:
        # The sender makes the next one.
        self._something.set()

    async def _send_forever(self) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(BATCH)
            self._something.clear()
            connection = await self._connected()
            newest, self._newest = self._newest, {}
            try:
                for payload in payloads(newest.items()):
                    await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload, timeout=LIMIT)
            except self._lost as error:
                _log.warning("bus_connection_lost", error=type(error).__name__)
                connection.terminate()
                self._newest = newest | self._newest
                self._something.set()

    async def _connected(self) -> Connection:
        """The connection, a new one if it was lost; then everybody hears that he may have missed something."""
        while self._connection is None or self._connection.is_closed():
            try:
                self._connection = await self._listening()
            except self._lost as error:
                _log.warning("bus_unreachable", error=type(error).__name__)
                await asyncio.sleep(PAUSE)
                continue
            self._listeners.tell_all(CAUGHT_UP)
        return self._connection


PAYLOAD: Final = 7_900
"""Bytes of one NOTIFY; the server takes less than 8,000."""


def payloads(newest: Iterable[tuple[str, int]]) -> list[str]:
    """Messages as the payloads of as few NOTIFYs as they fit in: one line `seq topic` each."""
    found: list[str] = []
    lines: list[str] = []
    size = 0
    for topic, seq in newest:
        line = f"{seq} {topic}"
        length = len(line.encode()) + 1
        if lines and size + length > PAYLOAD:
            found.append("\n".join(lines))
            lines, size = [], 0
        lines.append(line)
        size += length
    if lines:
        found.append("\n".join(lines))
    return found
